"""Data and a paper template become a PDF, a text a QR code. This is the only user of typst and segno.
Templates in templates/paper/ hold the shape and no words; what a person typed travels as data and is never
read as markup. Who gets which letter, and with which code, is not decided here."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import segno
import typst

from community import language
from community.errors import TrefpuntError
from community.language import gettext as _

_HERE = Path(__file__).parent.parent
_TEMPLATES = _HERE / "templates" / "paper"
_FONTS = _HERE / "static" / "dist" / "paper-fonts"

# How many letters go by between two words about progress.
CHUNK = 25
# A letter costs about 1 MB of memory while its PDF is made: this keeps it at 1 GB. No building has more.
MOST = 1000

# Longer than any name that is not a joke or an accident; more would only be cut off on the sheet.
_LONGEST = 400
# The compiler keeps the results of its last ten runs for the next one; see _forget().
_REMEMBERED_RUNS = 10
# Pictograms, with the marks that colour or join them.
_EMOJI = re.compile("[\u2600-\u27bf\ufe0f\u20e3\U0001f000-\U0001faff]\u200d?")
# Separate accents on top of a letter that may have its own; Hebrew uses two. More grow into the line above.
_ACCENTS = 2

Progress = Callable[[int, int], None]


class PaperError(TrefpuntError):
    """A sheet that cannot be made from what was given; carries the sentence to show."""

    status = 422


@dataclass(frozen=True, kw_only=True)
class Letter:
    """The invitation of one household: what differs from letter to letter, as people typed it.

    `addressee` is one or two lines above the address; none is fine. `code` is two words and four digits with
    spaces between. `short_url` is what a person types over, `qr_url` what the QR code opens. `date` and
    `expires` are days written out in the language of the letter. `caretaker` is who signs, with `function` as
    in "uw huismeester". `photo` and `signature` are files in JPEG, PNG, WebP or GIF; without them the letter
    shows initials and leaves room to sign by hand.
    """

    addressee: Sequence[str]
    street: str
    number: str
    addition: str = ""
    postcode: str
    city: str
    building: str
    code: str
    short_url: str
    qr_url: str
    phone: str
    phone_hours: str
    caretaker: str
    function: str
    association: str
    date: str
    expires: str
    salutation: str = ""
    photo: Path | None = None
    signature: Path | None = None

    @property
    def home(self) -> str:
        """Street, number and addition: "Lindestraat 42 A"."""
        return " ".join(part for part in (self.street, self.number, self.addition) if part)


def render(template: str, data: dict[str, Any]) -> bytes:
    """The PDF that templates/paper/<template>.typ makes of `data`, tagged; PDF/UA-1 if fonts suffice.

    `data` holds JSON values only and arrives in the template as `json(bytes(sys.inputs.data))`. The compiler
    works outside Python's lock, so call this from a thread pool where other requests should go on.

    Raises:
        PaperError: there is no such template, or it cannot be made with these values.
    """
    source = _TEMPLATES / f"{template}.typ"
    if not source.is_file():
        raise PaperError(_("Papier met de naam %(name)s bestaat niet.", name=template))
    inputs = {"data": json.dumps(data)}
    try:
        try:
            return _compile(source.read_bytes(), inputs, "ua-1")
        except typst.TypstError:
            # PDF/UA refuses a sign for which this machine has no font, such as Chinese. A letter with an
            # empty square in it is better than no letter; it is still tagged.
            return _compile(source.read_bytes(), inputs, None)
    except typst.TypstError as error:
        raise PaperError(_("Dit kan niet op papier worden gezet. Bel de beheerder van Trefpunt.")) from error


def _compile(source: bytes, inputs: dict[str, str], standard: Literal["ua-1"] | None) -> bytes:
    """`source` sees the files of templates/paper/ and nothing else of this machine."""
    return typst.compile(  # type: ignore[type-var]  # its types want a root as bytes; it wants a path
        source, root=_TEMPLATES, font_paths=_fonts(), sys_inputs=inputs, pdf_standards=standard
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The site's fonts where tools/paper_fonts.py made them, then the machine's, then those inside typst."""
    return typst.Fonts(font_paths=[_FONTS] if _FONTS.is_dir() else [])


def qr_svg(text: str) -> str:
    """A QR code as SVG without a size, style or script: it takes the size of its place.

    Error correction M (15 % may be dirty) and the four empty modules around it that ISO/IEC 18004 asks for.

    Raises:
        PaperError: `text` is empty, or does not fit in a QR code.
    """
    if not text:
        raise PaperError(_("Een QR-code kan niet leeg zijn."))
    drawing = io.BytesIO()
    try:
        code = segno.make(text, error="m", micro=False, boost_error=False)
    except ValueError as error:
        raise PaperError(_("Dit past niet in een QR-code.")) from error
    code.save(drawing, kind="svg", xmldecl=False, svgclass=None, lineclass=None, omitsize=True, border=4, nl=False)
    return drawing.getvalue().decode()


def letters(
    batch: Sequence[Letter],
    on_progress: Progress | None = None,
    *,
    window: Literal["left", "right"] = "left",
) -> bytes:
    """One PDF with a page per letter, in the order of `batch` and in the language spoken now.

    Every letter is exactly one A4, whatever the names in it: text that does not fit is set smaller, and at
    last cut off. A hundred letters take about a second.

    Args:
        on_progress: is told how many of how many are ready, every 25 letters and at the end.
        window: on which side of the envelope its window is; the address stands where C5 and EA5/6 show it.

    Raises:
        PaperError: no letters or more than 1000, a picture that cannot be used, an address too long for a QR
            code.
    """
    if not batch:
        raise PaperError(_("Er zijn geen brieven om te maken."))
    if len(batch) > MOST:
        raise PaperError(_("Maak niet meer dan %(most)s brieven tegelijk.", most=MOST))
    pictures = _Pictures()
    sheets: list[dict[str, Any]] = []
    for letter in batch:
        if on_progress and sheets and len(sheets) % CHUNK == 0:
            on_progress(len(sheets), len(batch))
        sheets.append(_sheet(letter, pictures))
    made = render(
        "letter",
        {
            "title": _("Brief van Trefpunt aan de bewoners van %(building)s", building=sheets[0]["building"]),
            "association": sheets[0]["association"],
            "language": language.current(),
            "region": {"nl": "nl", "en": "gb"}[language.current()],
            "window": window,
            "letters": sheets,
            "pictures": pictures.contents,
        },
    )
    _forget()
    if on_progress:
        on_progress(len(batch), len(batch))
    return made


def _forget() -> None:
    """Let the compiler drop what it kept of a batch: 60 MB per hundred letters, of no use for the next. What
    its last ten runs did not touch goes; eleven empty sheets take 50 ms."""
    for _run in range(_REMEMBERED_RUNS + 1):
        _compile(b"", {}, None)


class _Pictures:
    """The pictures of a batch, each read and tried once; a letter holds its place in the list."""

    def __init__(self) -> None:
        self.contents: list[list[int]] = []
        self._places: dict[Path, int] = {}

    def place(self, path: Path | None) -> int | None:
        """Where the picture is in `contents`: as a list of numbers, the only way JSON has to hold bytes."""
        if path is None:
            return None
        if path not in self._places:
            try:
                picture = list(path.read_bytes())
                _compile(b"#image(bytes(json(bytes(sys.inputs.data))))", {"data": json.dumps(picture)}, None)
            except (OSError, typst.TypstError) as error:
                raise PaperError(
                    _("De foto of handtekening %(name)s kan niet op papier. Kies een andere.", name=path.name)
                ) from error
            self._places[path] = len(self.contents)
            self.contents.append(picture)
        return self._places[path]


def _sheet(letter: Letter, pictures: _Pictures) -> dict[str, Any]:
    """What the template shows of one letter: every sentence, in the language spoken now."""
    building, caretaker, function = (_plain(t) for t in (letter.building, letter.caretaker, letter.function))
    home, url = _plain(letter.home), _plain(letter.short_url)
    return {
        "address": [
            *(line for line in map(_plain, letter.addressee) if line),
            home,
            f"{_plain(letter.postcode)}  {_plain(letter.city).upper()}",
        ],
        "association": _plain(letter.association),
        "date": _plain(letter.date),
        "building": building,
        "heading": _("Welkom op Trefpunt"),
        "salutation": _plain(letter.salutation) or _("Beste bewoner,"),
        "intro": _(
            "Trefpunt is de ontmoetingsplek van %(building)s op internet. U leest er wat er te doen is. "
            "U praat er met uw buren en met %(name)s, uw %(function)s. Het is gratis. Meedoen mag, het hoeft "
            "niet.",
            building=building,
            name=caretaker,
            function=function,
        ),
        "code": _plain(letter.code),
        "code_label": _("Uw code"),
        "code_hint": _(
            "Alleen voor %(home)s. De code werkt tot en met %(expires)s.",
            home=home,
            expires=_plain(letter.expires),
        ),
        "url": url,
        "steps_title": _("Zo doet u mee"),
        "steps": [
            _("Ga naar %(url)s of scan het blokje met uw telefoon.", url=url),
            _("Typ uw code over. Hoofdletters maken niet uit."),
            _("Schrijf hoe u heet. Daarna bent u binnen."),
        ],
        "keep": _("Bewaar deze brief goed. Geef uw code niet aan iemand anders."),
        "qr": qr_svg(letter.qr_url),
        "qr_alt": _("QR-code die %(url)s opent", url=url),
        "greeting": _("Met vriendelijke groet,"),
        "caretaker": caretaker,
        "function": function,
        "initials": "".join(word[0] for word in caretaker.split()[:2]).upper(),
        "photo": pictures.place(letter.photo),
        "photo_alt": _("Foto van %(name)s", name=caretaker),
        "signature": pictures.place(letter.signature),
        "signature_alt": _("Handtekening van %(name)s", name=caretaker),
        "phone_title": _("Lukt het niet, of hebt u een vraag? Bel gerust."),
        "phone": _plain(letter.phone),
        "phone_hours": _plain(letter.phone_hours),
    }


def _plain(text: str) -> str:
    """`text` on one line, as far as it can be printed: without control characters, lone surrogates and marks
    that turn the direction of what follows, without towers of accents, and without emoji, which no font for
    paper has. The joiners that Persian and Indian words need stay."""
    kept = []
    accents = 0
    for sign in _EMOJI.sub("", unicodedata.normalize("NFC", text)[:_LONGEST]):
        kind = unicodedata.category(sign)
        accents = accents + 1 if kind == "Mn" else 0
        if kind in {"Cc", "Cf", "Cs"} and sign not in "\u200c\u200d":
            kept.append(" ")
        elif accents <= _ACCENTS:
            kept.append(sign)
    return " ".join("".join(kept).split())
