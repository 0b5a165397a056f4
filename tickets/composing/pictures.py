"""Whether the file of a picture is all there, or ends in its middle (a broken upload). Pure.

Follows the file's own marks and decodes nothing: what a small file says it holds may be larger than any memory. Of a
PNG, Pillow checks the sums of all its pieces (enclosing.py).
"""

import struct
from typing import BinaryIO

_END_OF_PICTURE, _SCAN = b"\xff\xd9", 0xDA  # JPEG's EOI and SOS (ITU-T T.81, B.1.1.3)
_EXTENSION, _IMAGE = b"\x21", b"\x2c"  # GIF89a, 20 and 23
_COLOURS, _HOW_MANY = 0x80, 0x07


def is_whole(file: BinaryIO, content_type: str, *, size: int) -> bool:
    """Of what is known to begin as such a picture; yes for what is told nothing of here."""
    file.seek(0)
    try:
        if content_type == "image/jpeg":
            return _is_whole_jpeg(file)
        if content_type == "image/gif":
            return _is_whole_gif(file)
        if content_type == "image/webp":
            (told,) = struct.unpack("<4xI", _read(file, 8))
            return bool(told + 8 <= size)
    except EOFError:
        return False
    return True


def _is_whole_jpeg(file: BinaryIO) -> bool:
    """A thumbnail in its head has an end of its own: that of the picture comes after the first scan began."""
    _read(file, 2)
    while True:
        mark = _read(file, 1)
        if mark != b"\xff":
            continue
        while mark == b"\xff":
            mark = _read(file, 1)
        if mark[0] == _SCAN:
            return _END_OF_PICTURE in file.read()
        (length,) = struct.unpack(">H", _read(file, 2))
        _read(file, max(length - 2, 0))


def _is_whole_gif(file: BinaryIO) -> bool:
    """Some are made without the mark of their end; they end between two pieces all the same."""
    _skip_colours(file, _read(file, 13)[10])
    while (kind := file.read(1)) in (_EXTENSION, _IMAGE):
        if kind == _IMAGE:
            _skip_colours(file, _read(file, 9)[8])
        _read(file, 1)
        while length := _read(file, 1)[0]:
            _read(file, length)
    return True


def _skip_colours(file: BinaryIO, flags: int) -> None:
    if flags & _COLOURS:
        _read(file, 3 * 2 ** ((flags & _HOW_MANY) + 1))


def _read(file: BinaryIO, count: int) -> bytes:
    """Raises EOFError where the file ends first."""
    read = file.read(count)
    if len(read) < count:
        raise EOFError
    return read
