"""How long a film is and how large, read from the head of an MP4 or MOV file. Pure.

Reads the boxes it needs and no more (ISO/IEC 14496-12): a film of 500 MB costs a few reads.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_MOST_BOXES = 200
_LARGEST_HEADER = 200


@dataclass(frozen=True, slots=True)
class Film:
    """None where the file does not tell."""

    seconds: float | None = None
    width: int | None = None
    height: int | None = None


def read_film(file: BinaryIO, *, size: int) -> Film:
    """What the film says of itself. Nothing it says is trusted beyond a number."""
    try:
        movie = next((box for box in _boxes(file, 0, size) if box[0] == b"moov"), None)
        return _read_movie(file, *movie[1:]) if movie else Film()
    except (struct.error, OSError, ValueError):
        return Film()


def _read_movie(file: BinaryIO, start: int, end: int) -> Film:
    seconds: float | None = None
    frame: tuple[int | None, int | None] = (None, None)
    for name, inner, inner_end in _boxes(file, start, end):
        if name == b"mvhd":
            seconds = _length(_head(file, inner, inner_end))
        elif name == b"trak" and frame == (None, None):
            frame = _frame(file, inner, inner_end)
    return Film(seconds, *frame)


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
    """Version 0 counts in 32 bits, version 1 in 64."""
    scale, length = (
        struct.unpack(">IQ", header[20:32]) if header[:1] == b"\x01" else struct.unpack(">II", header[12:20])
    )
    return length / scale if scale else None


def _frame(file: BinaryIO, start: int, end: int) -> tuple[int | None, int | None]:
    """The size of the picture, at the end of the track's header; a sound track has none."""
    for name, inner, inner_end in _boxes(file, start, end):
        if name == b"tkhd":
            header = _head(file, inner, inner_end)
            width, height = struct.unpack(">II", header[-8:])
            return (width >> 16 or None), (height >> 16 or None)
    return None, None
