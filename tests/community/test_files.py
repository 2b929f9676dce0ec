"""Photos: upright, small, without where and when; and nothing that is no photo."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image, ImageCms

from community import aside, files
from community.errors import Invalid
from tests.pictures import GREEN, RED, photo


@pytest.fixture
def here(tmp_path: Path) -> Flask:
    """An application with a place for files."""
    app = Flask(__name__)
    app.config["INSTANCE"] = tmp_path
    return app


def opened(name: str, size: int = 256, kind: str = "jpg") -> Image.Image:
    path = files.path_of(name, size, kind)
    assert path is not None
    return Image.open(path)


def is_like(seen: object, meant: tuple[int, int, int]) -> bool:
    assert isinstance(seen, tuple)
    return all(abs(one - other) < 40 for one, other in zip(seen, meant, strict=True))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "MPO"])
def test_every_kind_of_photo_that_telephones_make_is_stored_in_two_sizes(here: Flask, form: str) -> None:
    with here.app_context():
        name = files.store_portrait(photo(form))
        for size in files.SIZES:
            for kind, made in (("jpg", "JPEG"), ("webp", "WEBP")):
                stored = opened(name, size, kind)
                assert (stored.size, stored.format) == ((size, size), made)
                assert is_like(stored.getpixel((size // 2, size // 8)), RED)
                assert is_like(stored.getpixel((size // 2, size - size // 8)), GREEN)


# Where red is seen, by how the camera was held.
@pytest.mark.parametrize(
    ("turned", "red_at"),
    [(1, "above"), (2, "above"), (3, "below"), (4, "below"), (5, "left"), (6, "right"), (7, "right"), (8, "left")],
)
@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_a_photo_is_turned_upright(here: Flask, form: str, turned: int, red_at: str) -> None:
    points = {"above": (128, 20), "below": (128, 235), "left": (20, 128), "right": (235, 128)}
    with here.app_context():
        stored = opened(files.store_portrait(photo(form, turned=turned)))
    assert {place for place, point in points.items() if is_like(stored.getpixel(point), RED)} >= {red_at}
    opposite = {"above": "below", "below": "above", "left": "right", "right": "left"}[red_at]
    assert is_like(stored.getpixel(points[opposite]), GREEN)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_where_when_and_with_what_it_was_taken_stays_behind(here: Flask, form: str) -> None:
    more = {"comment": b"Maria Koster thuis"} if form == "JPEG" else {}
    raw = photo(form, **more)
    assert b"Telefoonmaker" in raw or form == "PNG"
    with here.app_context():
        name = files.store_portrait(raw)
        for size in files.SIZES:
            for kind in files.KINDS:
                stored = opened(name, size, kind)
                assert dict(stored.getexif()) == {}
                assert not {"exif", "comment", "icc_profile", "xmp"} & set(stored.info)
                path = files.path_of(name, size, kind)
                assert path
                content = path.read_bytes()
                assert b"Telefoonmaker" not in content
                assert b"Koster" not in content


def test_the_middle_is_kept_of_a_wide_and_of_a_tall_photo(here: Flask) -> None:
    with here.app_context():
        for size in ((3000, 500), (500, 3000), (10, 10), (1, 1)):
            assert opened(files.store_portrait(photo(size=size))).size == (256, 256)


def test_what_one_looks_through_becomes_white(here: Flask) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG")
    with here.app_context():
        stored = opened(files.store_portrait(out.getvalue()))
    assert is_like(stored.getpixel((128, 128)), (255, 255, 255))


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "CMYK", "I;16"])
def test_pictures_of_other_kinds_of_colour_are_read(here: Flask, mode: str) -> None:
    out = io.BytesIO()
    Image.new("L", (300, 300), 120).convert(mode if mode != "I;16" else "I").convert(mode).save(
        out, "JPEG" if mode == "CMYK" else "PNG"
    )
    with here.app_context():
        assert opened(files.store_portrait(out.getvalue())).mode == "RGB"


def test_a_colour_profile_is_used_and_a_broken_one_is_no_reason_to_refuse(here: Flask) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    with here.app_context():
        for given in (profile, b"broken", profile[:99]):
            assert opened(files.store_portrait(photo(icc_profile=given))).size == (256, 256)


def test_the_same_photo_has_the_same_name_and_another_has_not(here: Flask) -> None:
    with here.app_context():
        names = {files.store_portrait(photo()) for _ in range(2)}
        names |= {files.store_portrait(photo(turned=3))}
    assert len(names) == 2


# ---- refused -----------------------------------------------------------------------------------------------------


def stored(app: Flask) -> list[Path]:
    return [path for path in Path(app.config["INSTANCE"]).rglob("*") if path.is_file()]


def refusal(app: Flask, raw: bytes) -> str:
    with app.app_context(), pytest.raises(Invalid) as refused:
        files.store_portrait(raw)
    assert stored(app) == []
    return refused.value.errors["foto"]


def _png(width: int, height: int) -> bytes:
    """A PNG that says it is so large and holds nothing: 60 bytes that would become gigabytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(10_000, 6_000), (60_000, 60_000), (2_000_000_000, 2)])
def test_a_picture_that_unpacks_into_too_much_is_refused_before_it_is_unpacked(
    here: Flask, width: int, height: int
) -> None:
    assert refusal(here, _png(width, height)) in {
        "Deze foto heeft te veel beeldpunten. Kies een kleinere foto.",
        "Dit is geen foto die wij kunnen lezen. Kies een andere foto.",
    }


def test_a_real_photo_of_sixty_million_points_is_refused_and_of_forty_eight_is_not(here: Flask) -> None:
    assert refusal(here, photo(size=(10_000, 6_000))) == "Deze foto heeft te veel beeldpunten. Kies een kleinere foto."
    with here.app_context():
        assert files.store_portrait(photo(size=(8_000, 6_000)))


def test_over_twenty_megabytes_is_refused_in_words(here: Flask) -> None:
    words = refusal(here, photo() + b"\0" * files.BYTES_MAX)
    assert words == "Deze foto is te groot. Hij mag 20 MB zijn. Kies een kleinere foto."


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"geen foto",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%PDF-1.7",
        b"GIF89a",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        photo()[:900],
        b"\xff\xd8\xff\xe0" + b"\0" * 500,
        photo("HEIF")[:300],
    ],
)
def test_what_is_no_photo_is_refused_in_words(here: Flask, raw: bytes) -> None:
    assert refusal(here, raw) == "Dit is geen foto die wij kunnen lezen. Kies een andere foto."


@pytest.mark.parametrize("name", ["../../secret-key", "0" * 31, "0" * 33, "G" * 32, "", "0" * 32])
def test_only_names_of_stored_pictures_lead_to_a_file(here: Flask, name: str) -> None:
    with here.app_context():
        real = files.store_portrait(photo())
        assert files.path_of(real, 256)
        assert files.path_of(name, 256) is None
        assert files.path_of(real, 255) is None
        assert files.path_of(real, 256, "png") is None


def test_a_removed_picture_is_gone_from_the_disk(here: Flask) -> None:
    with here.app_context():
        name = files.store_portrait(photo())
        assert len(stored(here)) == 4
        files.remove(name)
        files.remove(name)
    assert stored(here) == []


# ---- beside the loop ---------------------------------------------------------------------------------------------


def test_no_more_than_two_compute_at_the_same_time() -> None:
    busy, most, counting = 0, 0, threading.Lock()
    going = threading.Event()

    def work() -> None:
        nonlocal busy, most
        with counting:
            busy += 1
            most = max(most, busy)
        going.wait(0.2)
        with counting:
            busy -= 1

    threads = [threading.Thread(target=aside.compute, args=(work,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_what_computing_raises_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        aside.compute(lambda: 1 // 0)
    assert aside.compute(lambda one, two: one + two, 1, two=2) == 3


def test_a_process_of_gevent_serves_others_while_it_computes() -> None:
    program = """
from gevent import monkey; monkey.patch_all()
import gevent
from community.accounts import passwords
turns = 0
def others():
    global turns
    while True:
        gevent.sleep(0.005); turns += 1
gevent.spawn(others); gevent.sleep(0)
for _ in range(3):
    passwords.keep("drie gewone woorden")
print(turns)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) >= 5  # held up, others get one turn for each password
