"""Photos as telephones make them, for tests."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

RED, GREEN = (220, 30, 30), (20, 160, 60)
ROTATED, GPS = 0x0112, 0x8825


def photo(form: str = "JPEG", size: tuple[int, int] = (800, 600), turned: int = 1, **more: Any) -> bytes:
    """A photo: red above, green below when it is held as the camera was; with a place, a camera and a comment."""
    picture = Image.new("RGB", size, GREEN)
    ImageDraw.Draw(picture).rectangle((0, 0, size[0], size[1] // 2), fill=RED)
    notes = Image.Exif()
    notes[ROTATED] = turned
    notes[0x010F] = "Telefoonmaker"
    notes[GPS] = {1: "N", 2: (51.0, 55.0, 12.0), 3: "E", 4: (4.0, 28.0, 45.0)}
    out = BytesIO()
    picture.save(out, form, exif=notes.tobytes(), **more)
    return out.getvalue()
