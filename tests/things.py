"""Small real files: pictures drawn here, and films that are a head without pictures."""

import struct
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture(name: str = "van.png", *, form: str = "PNG", size: tuple[int, int] = (32, 20)) -> SimpleUploadedFile:
    """A picture in the given format, under whatever name and with no type told."""
    drawn = BytesIO()
    Image.new("RGB", size, (36, 90, 114)).save(drawn, format=form)
    return SimpleUploadedFile(name, drawn.getvalue(), content_type="application/octet-stream")


def film(
    name: str = "van.mp4",
    *,
    seconds: float = 2.0,
    brand: bytes = b"isom",
    padding: int = 0,
    track: bytes = b"vide",
) -> SimpleUploadedFile:
    """An MP4 (or MOV) whose head tells its length and a size of 640 × 360."""
    header = _box(b"mvhd", struct.pack(">B3xIIII80x", 0, 0, 0, 1000, round(seconds * 1000)))
    frame = _box(b"tkhd", struct.pack(">B3x72xII", 0, 640 << 16, 360 << 16))
    told = _box(b"trak", frame + _box(b"mdia", _box(b"hdlr", b"\0" * 8 + track + b"\0" * 13)))
    whole = _box(b"ftyp", brand + b"\0\0\0\0" + brand) + _box(b"mdat", b"\0" * padding)
    whole += _box(b"moov", header + told)
    return SimpleUploadedFile(name, whole, content_type="application/octet-stream")


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content
