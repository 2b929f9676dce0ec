"""Photos for a message: whole, upright, small, without where and when; what is no photo, or more than one, is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from community import files, photos
from community.errors import Invalid
from tests.community.test_files import _png
from tests.documents import pdf
from tests.pictures import GREEN, RED, photo

NO_PHOTO = "Dit is geen foto of PDF die wij kunnen lezen. Kies een ander bestand."
TOO_MANY_POINTS = "Deze foto heeft te veel beeldpunten. Kies een kleinere foto."
HIDDEN = "In deze foto zit nog iets anders verborgen. Kies een andere foto."


@pytest.fixture
def here(tmp_path: Path) -> Flask:
    """An application with a place for files."""
    app = Flask(__name__)
    app.config["INSTANCE"] = tmp_path
    return app


def saved(picture: Image.Image, form: str = "PNG", **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **more)
    return out.getvalue()


def opened(made: photos.Made, ending: str) -> Image.Image:
    return Image.open(io.BytesIO(made.contents[ending]))


def is_like(seen: object, meant: tuple[int, int, int], far: int = 40) -> bool:
    assert isinstance(seen, tuple)
    return all(abs(one - other) < far for one, other in zip(seen, meant, strict=True))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "MPO", "GIF", "BMP"])
def test_every_kind_of_photo_becomes_three_kinds_in_two_sizes(form: str) -> None:
    raw = photo(form, (2400, 1800)) if form not in {"GIF", "BMP"} else saved(Image.new("RGB", (2400, 1800), RED), form)
    made = photos.photo(raw)
    assert (made.width, made.height) == (1600, 1200)
    for size, expected in ((1600, (1600, 1200)), (640, (640, 480))):
        for kind, told in (("jpg", "JPEG"), ("webp", "WEBP"), ("avif", "AVIF")):
            picture = opened(made, f"{size}.{kind}")
            assert (picture.size, picture.format) == (expected, told)
            assert is_like(picture.convert("RGB").getpixel((size // 2, 20)), RED)


@pytest.mark.parametrize(
    ("turned", "red_at", "is_turned"),
    [
        (1, (0.5, 0.1), False), (2, (0.5, 0.1), False), (3, (0.5, 0.9), False), (4, (0.5, 0.9), False),
        (5, (0.1, 0.5), True), (6, (0.9, 0.5), True), (7, (0.9, 0.5), True), (8, (0.1, 0.5), True),
    ],
)  # fmt: skip
def test_a_photo_is_turned_upright_and_stays_whole(turned: int, red_at: tuple[float, float], is_turned: bool) -> None:
    made = photos.photo(photo(turned=turned))
    assert (made.width, made.height) == ((600, 800) if is_turned else (800, 600))
    picture = opened(made, "1600.jpg")
    assert is_like(picture.getpixel((int(red_at[0] * made.width), int(red_at[1] * made.height))), RED)
    opposite = (int((1 - red_at[0]) * made.width) - 1, int((1 - red_at[1]) * made.height) - 1)
    assert is_like(picture.getpixel(opposite), GREEN)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_where_when_and_with_what_it_was_taken_stays_behind(form: str) -> None:
    more = {"comment": b"Maria Koster thuis"} if form == "JPEG" else {}
    raw = photo(form, **more)
    assert b"Telefoonmaker" in raw or form == "PNG"
    for ending, content in photos.photo(raw).contents.items():
        picture = Image.open(io.BytesIO(content))
        assert dict(picture.getexif()) == {} and picture.getexif().get_ifd(0x8825) == {}, ending
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(picture.info), ending
        assert b"Telefoonmaker" not in content and b"Koster" not in content


@pytest.mark.parametrize(
    ("size", "expected"), [((300, 200), (300, 200)), ((1, 1), (1, 1)), ((9000, 30), (1600, 5)), ((2, 9000), (1, 1600))]
)
def test_a_small_photo_stays_small_and_a_long_one_keeps_its_shape(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    made = photos.photo(saved(Image.new("RGB", size, RED)))
    assert (made.width, made.height) == expected == opened(made, "1600.webp").size


def test_what_one_looks_through_becomes_white() -> None:
    made = photos.photo(saved(Image.new("RGBA", (300, 300), (0, 0, 0, 0))))
    assert is_like(opened(made, "640.jpg").getpixel((150, 150)), (255, 255, 255), 3)


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        (saved(Image.new("CMYK", (90, 90), (0, 255, 255, 0)), "JPEG"), (255, 0, 0)),
        (saved(Image.new("I;16", (90, 90), 128 * 256)), (128, 128, 128)),
        (saved(Image.new("L", (90, 90), 200)), (200, 200, 200)),
        (saved(Image.new("1", (90, 90), 1)), (255, 255, 255)),
        (saved(Image.new("P", (90, 90), 0)), (0, 0, 0)),
        (saved(Image.new("LA", (90, 90), (10, 255))), (10, 10, 10)),
    ],
    ids=["CMYK", "16 bit", "grey", "black and white", "palette", "grey one looks through"],
)
def test_other_kinds_of_colour_are_read_as_they_look(raw: bytes, meant: tuple[int, int, int]) -> None:
    assert is_like(opened(photos.photo(raw), "640.jpg").getpixel((45, 45)), meant, 8)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_of_what_moves_the_first_picture_stays(form: str) -> None:
    moving = saved(
        Image.new("RGB", (90, 90), RED), form, save_all=True, append_images=[Image.new("RGB", (90, 90), GREEN)]
    )
    picture = opened(photos.photo(moving), "640.webp")
    assert is_like(picture.convert("RGB").getpixel((45, 45)), RED) and not getattr(picture, "is_animated", False)


def test_what_a_telephone_hangs_behind_a_photo_stays_behind() -> None:
    """A second of film, a picture of depth."""
    made = photos.photo(photo() + b"\0\0\0\x18ftypmp42" + b"Geheim" * 500)
    assert all(b"Geheim" not in content for content in made.contents.values())


# ---- refused -----------------------------------------------------------------------------------------------------


def refusal(app: Flask, raw: bytes) -> str:
    with app.app_context(), pytest.raises(Invalid) as refused:
        files.store(raw, "zout")
    assert [path for path in Path(app.config["INSTANCE"]).rglob("*") if path.is_file()] == []
    return refused.value.errors["bestand"]


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("x.exe", b"MZ")
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", NO_PHOTO),
        (b"geen foto", NO_PHOTO),
        (b"GIF89a", NO_PHOTO),
        (b"GIF89a/*\xff\xff*/=alert(1);", NO_PHOTO),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", NO_PHOTO),
        (b"MZ\x90\0" + b"\0" * 500, NO_PHOTO),
        (photo()[:900], NO_PHOTO),
        (photo()[:-2000], NO_PHOTO),
        (b"\xff\xd8\xff\xe0" + b"\0" * 500, NO_PHOTO),
        (photo("HEIF")[:300], NO_PHOTO),
        (photo("AVIF")[:300], NO_PHOTO),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", NO_PHOTO),
        (b"<?xml version='1.0'?>\n<svg><script>alert(1)</script></svg>", NO_PHOTO),
        (b"<!DOCTYPE html><script>alert(1)</script>", NO_PHOTO),
        (archive(), NO_PHOTO),
        (photo() + archive(), HIDDEN),
        (photo("PNG") + archive(), HIDDEN),
        (photo(comment=b"<script>alert(1)</script>"), HIDDEN),
        (photo(comment=pdf()), HIDDEN),
        (b"\n" + pdf(), NO_PHOTO),
        (_png(60_000, 60_000), NO_PHOTO),
        (_png(2_000_000_000, 2), NO_PHOTO),
        (_png(10_000, 6_000), TOO_MANY_POINTS),
    ],
    ids=[
        "nothing", "words", "the beginning of a GIF", "a GIF that is a script", "PostScript", "a program", "a photo cut off",
        "a photo cut short", "the beginning of a JPEG", "a HEIC cut off", "an AVIF cut off", "an SVG with a script",
        "an SVG with a script inside", "a page", "an archive", "a photo that is an archive", "a PNG that is an archive",
        "a photo that is a page", "a photo that is a PDF", "a PDF behind a line", "a bomb", "a wide bomb", "60 MP in 60 bytes",
    ],
)  # fmt: skip
def test_what_is_no_photo_or_more_than_one_is_refused_in_words(here: Flask, raw: bytes, words: str) -> None:
    assert refusal(here, raw) == words


def test_a_real_photo_of_sixty_million_points_is_refused_and_of_forty_eight_is_not(here: Flask) -> None:
    assert refusal(here, photo(size=(10_000, 6_000))) == TOO_MANY_POINTS
    made = photos.photo(photo(size=(8_000, 6_000), turned=6))
    assert (made.width, made.height) == (1200, 1600)


def test_over_twenty_megabytes_is_refused_in_words(here: Flask) -> None:
    words = refusal(here, photo() + b"\0" * files.BYTES_MAX)
    assert words == "Dit bestand is te groot. Het mag 20 MB zijn. Kies een kleiner bestand."


# ---- stored --------------------------------------------------------------------------------------------------------


def test_the_same_file_has_the_same_name_in_one_form_and_another_in_another(here: Flask) -> None:
    with here.app_context():
        one, same, other = (files.store(photo(), salt) for salt in ("a", "a", "b"))
        assert one.name == same.name != other.name
        assert (one.kind, one.width, one.height) == ("photo", 800, 600)
        paths = [files.photo_path(one.name, size, kind) for size in photos.SIZES for kind in photos.KINDS]
        assert one.size == sum(path.stat().st_size for path in paths if path)
        files.throw_away(one.name)
        assert files.photo_path(one.name, 640, "jpg") is None and files.photo_path(other.name, 640, "jpg")


@pytest.mark.parametrize("name", ["../../secret-key", "0" * 31, "0" * 33, "G" * 32, "", "0" * 32, "*", "?" * 32])
def test_only_names_of_stored_files_lead_to_a_file(here: Flask, name: str) -> None:
    with here.app_context():
        real = files.store(photo(), "a").name
        paper = files.store(pdf(), "a").name
        assert files.photo_path(real, 640, "avif") and files.document_path(paper)
        assert files.photo_path(name, 640, "avif") is None and files.document_path(name) is None
        assert files.photo_path(real, 256, "jpg") is None and files.photo_path(real, 640, "pdf") is None
        assert files.document_path(real) is None
        files.throw_away(name)
        assert files.photo_path(real, 640, "avif") and files.document_path(paper)


def test_what_was_written_in_half_is_found_among_the_files(here: Flask) -> None:
    with here.app_context():
        name = files.store(pdf(), "a").name
        path = files.document_path(name)
        assert path
        path.rename(path.with_name(f"{path.name}.half"))
        assert set(files.stored_in(int(name[:2], 16))) == {name}
        files.throw_away(name)
        assert files.stored_in(int(name[:2], 16)) == {}
