"""What a file's first bytes tell: its kind, its width and height, and how long a film is. Pure."""

import struct
from dataclasses import dataclass

_STARTS = (
    (b"\x89PNG\r\n", "image/png"),
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
)
_BOXES = {b"moov", b"trak"}
"""Boxes of an MP4 that hold the boxes looked for."""
Size = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """Milliseconds and pixels, as an MP4 tells them of itself."""

    duration_ms: int
    width: int
    height: int


def kind_of(content: bytes) -> str:
    """The media type by the first bytes; empty for what X takes for nothing."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return "video/quicktime" if content[8:10] == b"qt" else "video/mp4"
    return next((mime for start, mime in _STARTS if content.startswith(start)), "")


def size_of(content: bytes) -> Size | None:
    """Width and height of a picture; None where the file does not say so."""
    try:
        return _size(content)
    except struct.error:
        return None


def _size(content: bytes) -> Size | None:
    kind = kind_of(content)
    if kind == "image/png" and content[12:16] == b"IHDR":
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if kind == "image/gif":
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    return _jpeg_size(content) if kind == "image/jpeg" else None


def _jpeg_size(content: bytes) -> Size | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


def film_of(content: bytes) -> Film | None:
    """What an MP4 or MOV says of itself; None for what is neither."""
    if not kind_of(content).startswith("video/"):
        return None
    duration = width = height = 0
    try:
        for name, body in _boxes(content):
            if name == b"mvhd":
                duration = _duration_ms(body)
            elif name == b"tkhd" and not width:
                width, height = (edge >> 16 for edge in struct.unpack(">II", body[-8:]))
    except struct.error:
        return None
    return Film(duration_ms=duration, width=width, height=height) if duration else None


def _boxes(content: bytes) -> list[tuple[bytes, bytes]]:
    """Boxes and those inside the containers, flat, in their order."""
    found: list[tuple[bytes, bytes]] = []
    at = 0
    while at + 8 <= len(content):
        length, name = struct.unpack(">I4s", content[at : at + 8])
        if length < 8:
            break
        body = content[at + 8 : at + length]
        found += _boxes(body) if name in _BOXES else [(name, body)]
        at += length
    return found


def _duration_ms(body: bytes) -> int:
    """Of `mvhd`, version 0 or 1."""
    scale, duration = struct.unpack(">IQ", body[20:32]) if body[0] else struct.unpack(">II", body[12:20])
    return int(duration) * 1000 // int(scale) if scale else 0
