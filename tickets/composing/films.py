"""How long a film is and how large, read from the head of an MP4 or MOV file. Pure.

Reads the boxes it needs and no more (ISO/IEC 14496-12): a film of 500 MB costs a few reads.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

# What a file says first that it is (ISO/IEC 14496-12, 4.3; registered at mp4ra.org). Pictures (HEIC, AVIF) and songs
# (M4A) are built of the same boxes and often name one of these as well, later.
_BASE = ("isom", *(f"iso{number}" for number in range(2, 10)))
_BRANDS = frozenset((*_BASE, "mp41", "mp42", "avc1", "dash", "MSNV", "M4V", "M4VH", "M4VP", "qt"))
_MOST_BOXES = 200
_LARGEST_HEADER = 200


@dataclass(frozen=True, slots=True)
class Film:
    """None where the file does not tell. `shown`: there is a track of pictures."""

    shown: bool = False
    seconds: float | None = None
    width: int | None = None
    height: int | None = None


def is_film(head: bytes) -> bool:
    """Whether a file that begins so says that it is one."""
    return head[4:8] == b"ftyp" and head[8:12].decode("latin-1").rstrip() in _BRANDS


def read_film(file: BinaryIO, *, size: int) -> Film:
    """What the film says of itself. Nothing it says is trusted beyond a number."""
    try:
        movie = next((box for box in _boxes(file, 0, size) if box[0] == b"moov"), None)
        return _read_movie(file, *movie[1:]) if movie else Film()
    except (struct.error, OSError, ValueError):
        return Film()


def _read_movie(file: BinaryIO, start: int, end: int) -> Film:
    film = Film()
    for name, inner, inner_end in _boxes(file, start, end):
        if name == b"mvhd":
            film = replace(film, seconds=_length(_head(file, inner, inner_end)))
        elif name == b"trak" and not film.shown and _shows(file, inner, inner_end):
            width, height = _frame(file, inner, inner_end)
            film = replace(film, shown=True, width=width, height=height)
    return film


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, first byte of the content and the byte after it, of every box in a stretch."""
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        file.seek(start)
        size, name = struct.unpack(">I4s", file.read(8))
        content = start + 8
        if size == 1:  # the real size follows, in 64 bits
            (size,) = struct.unpack(">Q", file.read(8))
            content += 8
        after = end if size == 0 else start + size
        if after < content or after > end:
            return
        yield name, content, after
        start = after


def _head(file: BinaryIO, start: int, end: int) -> bytes:
    file.seek(start)
    return file.read(min(end - start, _LARGEST_HEADER))


def _length(header: bytes) -> float | None:
    """Version 0 counts in 32 bits, version 1 in 64. A film that is told in fragments leaves it at nothing."""
    scale, length = (
        struct.unpack(">IQ", header[20:32]) if header[:1] == b"\x01" else struct.unpack(">II", header[12:20])
    )
    return length / scale if scale and length else None


def _shows(file: BinaryIO, start: int, end: int) -> bool:
    """Whether a track is one of pictures, as its handler says; else of sound, of subtitles."""
    media = next((box for box in _boxes(file, start, end) if box[0] == b"mdia"), None)
    handler = next((box for box in _boxes(file, *media[1:]) if box[0] == b"hdlr"), None) if media else None
    return handler is not None and _head(file, *handler[1:])[8:12] == b"vide"


def _frame(file: BinaryIO, start: int, end: int) -> tuple[int | None, int | None]:
    """The size of the picture, at the end of the track's header."""
    for name, inner, inner_end in _boxes(file, start, end):
        if name == b"tkhd":
            header = _head(file, inner, inner_end)
            width, height = struct.unpack(">II", header[-8:])
            return (width >> 16 or None), (height >> 16 or None)
    return None, None
