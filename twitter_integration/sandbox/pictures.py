"""Pictures drawn by code, so that nothing is stored or fetched: avatars and 'photos', as PNG bytes. Pure."""

import colorsys
import random
import struct
import zlib
from functools import lru_cache

Colour = tuple[int, int, int]


def _png(rows: list[bytes], *, width: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\x00" + row for row in rows), 6)
    chunks = [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")]
    out = b"\x89PNG\r\n\x1a\n"
    for name, data in chunks:
        out += struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return out


def _colour(hue: float, *, light: float, strength: float = 0.55) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(hue % 1.0, light, strength)
    return round(red * 255), round(green * 255), round(blue * 255)


@lru_cache(maxsize=256)
def draw_avatar(seed: int, *, size: int = 96) -> bytes:
    """A mirrored five-by-five pattern on a pale ground; the same seed always gives the same face."""
    chance = random.Random(seed)  # noqa: S311 - a picture, not a secret
    hue = seed % 1000 * 0.618034 % 1.0  # neighbours get colours far apart
    ground, ink = bytes(_colour(hue, light=0.9)), bytes(_colour(hue, light=0.42))
    cell, edge = size // 6, (size - size // 6 * 5) // 2
    rows: list[bytes] = []
    grid = [[chance.random() < 0.5 for _ in range(3)] for _ in range(5)]
    for line in grid:
        cells = [*line, line[1], line[0]]
        middle = b"".join((ink if on else ground) * cell for on in cells)
        rows += [ground * edge + middle + ground * (size - edge - 5 * cell)] * cell
    blank = [ground * size]
    return _png(blank * edge + rows + blank * (size - edge - len(rows)), width=size)


@lru_cache(maxsize=64)
def draw_photo(seed: int, *, width: int = 640, height: int = 480) -> bytes:
    """A slip of paper with lines on a table: what a customer's photo of a receipt might be."""
    chance = random.Random(seed)  # noqa: S311 - a picture, not a secret
    hue = chance.random()
    paper, ink = bytes((250, 248, 242)), bytes((90, 92, 96))
    left = chance.randrange(width // 6, width // 3)
    wide = chance.randrange(width // 3, width // 2)
    top, bottom = height // 8, height - height // 10
    rows: list[bytes] = []
    stroke = 0
    for y in range(height):
        table = bytes(_colour(hue, light=0.45 + 0.2 * y / height, strength=0.35))
        if not top <= y < bottom:
            rows.append(table * width)
            continue
        if (y - top) % 24 == 0:
            stroke = chance.randrange(wide // 3, wide - 40)
        written = 8 <= (y - top) % 24 < 14 and y < bottom - 24
        slip = paper * 20 + (ink if written else paper) * stroke + paper * (wide - 20 - stroke)
        rows.append(table * left + slip + table * (width - left - wide))
    return _png(rows, width=width)
