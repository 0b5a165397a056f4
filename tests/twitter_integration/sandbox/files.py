"""Small files of each kind X takes, made by hand; a film tells how long it is and how large."""

import struct
import zlib

GIF = b"GIF89a" + struct.pack("<HH", 320, 200) + b"\0" * 20
JPEG = b"\xff\xd8" + b"\xff\xc0\0\x11\x08" + struct.pack(">HH", 90, 160) + b"\x03" + b"\0" * 9 + b"\xff\xd9"


def png(*, width: int = 2, height: int = 2, padding: int = 0) -> bytes:
    """A valid one-colour picture; `padding` bytes of text make it as heavy as wanted."""
    rows = zlib.compress((b"\0" + b"\x20\x60\xa0" * width) * height)
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", rows)]
    parts += [(b"tEXt", b"Comment\0" + b"x" * padding)] if padding else []
    out = b"\x89PNG\r\n\x1a\n"
    for name, data in [*parts, (b"IEND", b"")]:
        out += struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return out


def mp4(*, seconds: float = 3.0, width: int = 640, height: int = 360) -> bytes:
    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I4s", len(body) + 8, name) + body

    head = box(b"mvhd", b"\0" * 12 + struct.pack(">II", 1000, int(seconds * 1000)) + b"\0" * 80)
    track = box(b"trak", box(b"tkhd", b"\0" * 76 + struct.pack(">II", width << 16, height << 16)))
    return box(b"ftyp", b"isom\0\0\2\0isommp41") + box(b"moov", head + track) + box(b"mdat", b"\0" * 64)
