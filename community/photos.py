"""Pictures that people bring: checked, turned upright, made small, stripped of everything but the picture. The only
user of Pillow; what comes out is kept by `files.py`."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms, ImageOps

from community.errors import Invalid
from community.language import gettext as _

# What the best telephones make in their usual mode (48 MP); 50 MP takes 150 MB while it is read.
PIXELS_MAX = 50_000_000
# A portrait: the large one for a page about a person on a sharp screen, the small one for a line in a list.
FACE_SIZES = (256, 96)
FACE_KINDS = {"webp": "image/webp", "jpg": "image/jpeg"}
# The longest edge of a photo with a message: to look at on a whole screen, and among words.
SIZES = (1600, 640)
# jpg for old iPads. AVIF is a third smaller than WebP, and read by what was made since 2021.
KINDS = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
# What telephones make and browsers save; Pillow knows fifty more, each a door.
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "HEIF", "AVIF")
# A face is above the middle of a standing photo.
_FACE = (0.5, 0.4)
# Speed 8 of 10: at 6 it takes twice as long for 3 % fewer bytes.
_SAVED = {
    "avif": ("AVIF", {"quality": 60, "speed": 8, "max_threads": 1}),
    "webp": ("WEBP", {"quality": 80}),
    "jpg": ("JPEG", {"quality": 82, "optimize": True, "progressive": True}),
}
# What begins something that a browser carries out. XMP, which is in many photos, begins otherwise.
_CARRIED_OUT = re.compile(rb"<\s*(?:script|html|!doctype|svg|\?php|iframe|body)\b|%PDF-|<!ENTITY", re.I)
_BEGINNING = 4096

pillow_heif.register_heif_opener(thumbnails=False)


@dataclass(frozen=True, slots=True)
class Made:
    """A photo as it is kept: by ending ("1600.webp") its bytes; width and height of the largest."""

    contents: dict[str, bytes]
    width: int
    height: int


def portrait(raw: bytes) -> dict[str, bytes]:
    """A photo of a person as squares, by ending ("256.jpg").

    Raises:
        Invalid: not a photo, or with too many points; under "foto", in words.
    """
    with _opened(raw, "foto", _("Dit is geen foto die wij kunnen lezen. Kies een andere foto.")) as given:
        given.draft("RGB", (2 * FACE_SIZES[0], 2 * FACE_SIZES[0]))
        large = _square(given, FACE_SIZES[0])
    made = {}
    for size in FACE_SIZES:
        square = large if size == large.width else large.resize((size, size), Image.Resampling.LANCZOS)
        for kind in FACE_KINDS:
            out = BytesIO()
            square.save(out, _SAVED[kind][0], quality=82)
            made[f"{size}.{kind}"] = out.getvalue()
    return made


def photo(raw: bytes) -> Made:
    """A photo for a message, in its own proportions; never larger than it was.

    Raises:
        Invalid: not a photo, with too many points, or also something else; under "bestand", in words.
    """
    with _opened(raw, "bestand", _("Dit is geen foto of PDF die wij kunnen lezen. Kies een ander bestand.")) as given:
        if is_also_something_else(raw):
            raise Invalid({"bestand": _("In deze foto zit nog iets anders verborgen. Kies een andere foto.")})
        given.draft("RGB", (SIZES[0], SIZES[0]))
        large = _within(given, SIZES[0])
    made = {}
    for size in SIZES:
        longest = max(large.size)
        fitting = large if longest <= size else large.resize(_fit(large.size, size), Image.Resampling.LANCZOS)
        for kind, (form, how) in _SAVED.items():
            out = BytesIO()
            fitting.save(out, form, **how)
            made[f"{size}.{kind}"] = out.getvalue()
    return Made(made, *large.size)


def is_also_something_else(raw: bytes) -> bool:
    """True for a file that another program would take for an archive, a page or a document. What a telephone hangs
    behind a photo (a second of film, a picture of depth) is none of those; it stays behind."""
    return bool(_CARRIED_OUT.search(raw[:_BEGINNING])) or zipfile.is_zipfile(BytesIO(raw))


@contextmanager
def _opened(raw: bytes, field: str, unreadable: str) -> Iterator[Image.Image]:
    """The picture, as long as one works with it; whatever goes wrong with it is told in words, under `field`."""
    try:
        with Image.open(BytesIO(raw), formats=_FORMATS) as given:
            if given.width * given.height > PIXELS_MAX:
                raise Invalid({field: _("Deze foto heeft te veel beeldpunten. Kies een kleinere foto.")})
            yield given
    except Invalid:
        raise
    except Exception as error:  # a decoder that meets what somebody made up may raise anything
        raise Invalid({field: unreadable}) from error


def _square(given: Image.Image, size: int) -> Image.Image:
    """Upright, cut to its middle, in the colours of a screen."""
    picture = _upright(given, min(given.size) // (2 * size))
    cut = ImageOps.fit(picture, (size, size), Image.Resampling.LANCZOS, centering=_FACE)
    return _clean(cut, given.info.get("icc_profile"))


def _within(given: Image.Image, size: int) -> Image.Image:
    """Upright, whole, in the colours of a screen."""
    picture = _upright(given, max(given.size) // (2 * size))
    if max(picture.size) > size:
        picture = picture.resize(_fit(picture.size, size), Image.Resampling.LANCZOS)
    return _clean(picture, given.info.get("icc_profile"))


def _fit(size: tuple[int, int], longest: int) -> tuple[int, int]:
    width, height = size
    return max(1, round(width * longest / max(size))), max(1, round(height * longest / max(size)))


def _upright(given: Image.Image, rough: int) -> Image.Image:
    """Turned as the camera was held. Made smaller roughly first: turning 50 million points takes as much memory
    again."""
    turn = _turn(given)
    picture = _opaque(given)
    if rough > 1:
        picture = picture.reduce(rough)
    return picture if turn is None else picture.transpose(turn)


def _clean(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """A new picture, so that where and when it was taken stays behind with the old one."""
    if profile:
        picture = _for_screens(picture, profile)
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    return clean


def _turn(given: Image.Image) -> Image.Transpose | None:
    """How the camera was held (the tag Orientation of EXIF)."""
    try:
        return _TURNS.get(given.getexif().get(0x0112, 1))
    except Exception:  # broken notes are no reason to refuse the picture
        return None


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _opaque(picture: Image.Image) -> Image.Image:
    """On white where one could look through; a scan of 65,536 greys in the 256 of a screen."""
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda grey: grey / 256).convert("L").convert("RGB")
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        see_through = picture.convert("RGBA")
        white = Image.new("RGBA", see_through.size, "white")
        white.alpha_composite(see_through)
        return white.convert("RGB")
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _for_screens(picture: Image.Image, profile: bytes) -> Image.Image:
    """Telephones write in wider colours, which look dull where the profile is left out."""
    try:
        turned = ImageCms.profileToProfile(
            picture, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # a broken profile, or one for print: the colours as they are
    return turned or picture
