"""The part of a text that shows why it was found, with the words found marked. Pure."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from tickets.finding.terms import Term
from tickets.finding.words import Token, tidy, tokens

BEFORE, LONGEST = 50, 180


class Piece(NamedTuple):
    text: str
    hit: bool = False


def excerpt(text: str, terms: Sequence[Term]) -> list[Piece]:
    """On one line, around the first of these words that was found. Without any: nothing."""
    line = " ".join(tidy(text).split())
    hits = _joined(sorted(_hits(line, terms)))
    if not hits:
        return []
    start = _word_start(line, max(0, hits[0][0] - BEFORE))
    stop = min(len(line), max(start + LONGEST, hits[0][1]))
    pieces = [Piece("…" if start else ""), *_pieces(line, hits, start, stop), Piece("…" if stop < len(line) else "")]
    return [piece for piece in pieces if piece.text]


def marked(name: str, terms: Sequence[Term]) -> list[Piece]:
    """A name, whole, with its words marked that begin so. Without any: nothing."""
    line = tidy(name)
    hits = _joined(sorted(_hits(line, terms, prefix=True)))
    return [piece for piece in _pieces(line, hits, 0, len(line)) if piece.text] if hits else []


def _pieces(line: str, hits: Sequence[tuple[int, int]], start: int, stop: int) -> Iterator[Piece]:
    at = start
    for begins, ends in hits:
        if begins >= stop:
            break
        yield Piece(line[at:begins])
        yield Piece(line[begins : min(ends, stop)], hit=True)
        at = min(ends, stop)
    yield Piece(line[at:stop])


def _hits(line: str, terms: Sequence[Term], *, prefix: bool = False) -> Iterator[tuple[int, int]]:
    held = list(tokens(line))  # the one at place n stands at n - 1
    for term in terms:
        asked = _asked(term.text)
        for first in held if asked else ():
            if stop := _stop(held, first, asked, prefix=prefix or term.prefix):
                yield first.start, stop


@lru_cache(maxsize=200)
def _asked(text: str) -> tuple[Token, ...]:
    return tuple(token for token in tokens(tidy(text)) if not token.end)


def _stop(held: Sequence[Token], first: Token, asked: Sequence[Token], *, prefix: bool) -> int:
    """Where the words end that begin with this one, as they were asked for; 0 when they do not."""
    stop = 0
    for token in asked:
        place = first.place + token.place - asked[0].place
        found = held[place - 1] if place <= len(held) else None
        if found is None or not _same(found, token, prefix=prefix and token is asked[-1]):
            return first.stop if asked[0].also and first.word == asked[0].also else 0
        stop = found.stop
    return stop


def _same(found: Token, asked: Token, *, prefix: bool) -> bool:
    if prefix or (len(asked.word) == 1 and not asked.word.isascii()):
        return found.word.startswith(asked.word) or found.also.startswith(asked.word)
    return asked.word in (found.word, found.also)


def _joined(hits: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those that touch are one."""
    found: list[tuple[int, int]] = []
    for start, stop in hits:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((start, stop))
    return found


def _word_start(line: str, at: int) -> int:
    return at if at == 0 else max(line.find(" ", at, at + 20) + 1, at)
