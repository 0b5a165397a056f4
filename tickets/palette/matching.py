"""What the palette offers, and what of it fits to what is typed. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from tickets.finding.words import Token, tidy, tokens

# How a choice is taken: a link is followed, a form is sent from where one is, or leads elsewhere.
Way = Literal["link", "act", "go"]
Of = TypeVar("Of")
_MORE = "…"  # behind words that lead to more choices


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    hit: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to do or place to go to. `also`: other words it is found by. `note`: stands beside it. `name` and
    `value`: what its form sends. `key` does the same on a ticket's page. `into`: the kind of choices it leads to.
    `usual`: offered before anything is typed. `pieces`: its words as they fit, put there by `fitting`."""

    words: str
    drawing: str
    at: str
    way: Way = "link"
    name: str = ""
    value: str = ""
    key: str = ""
    note: str = ""
    also: str = ""
    into: str = ""
    usual: bool = False
    pieces: Sequence[Piece] = ()

    @property
    def shown(self) -> Sequence[Piece]:
        return self.pieces or (Piece(self.words),)


@dataclass(frozen=True)
class Kind(Generic[Of]):
    """Choices that one key leads to, for what the palette was opened on. `words`: what stands above them."""

    words: Callable[[], str]
    drawing: str
    key: str
    choices: Callable[[Of], list[Choice]]


def fitting(choices: Iterable[Choice], typed: str, *, most: int) -> list[Choice]:
    """Those in which each typed word begins a word, the ones whose own words begin so first; with nothing typed, all.
    In their order otherwise."""
    asked = [token for token in tokens(tidy(typed)) if not token.end]
    found = []
    for choice in choices:
        line, goes_on = tidy(choice.words.removesuffix(_MORE)), _MORE if choice.words.endswith(_MORE) else ""
        held = list(tokens(line))
        ranks = [_rank(token, held, choice.also) for token in asked]
        if None not in ranks:
            place = max([rank for rank in ranks if rank is not None], default=0)
            found.append((place, replace(choice, pieces=_marked(line, held, asked, goes_on))))
    return [choice for _, choice in sorted(found, key=lambda one: one[0])][:most]


def _rank(asked: Token, held: Sequence[Token], also: str) -> int | None:
    """0 where the first word begins so, 1 another one, 2 one of the other words; None where no word does."""
    places = [at for at, token in enumerate(held) if token.word.startswith(asked.word)]
    if places:
        return min(places[0], 1)
    return 2 if any(token.word.startswith(asked.word) for token in tokens(tidy(also))) else None


def _marked(line: str, held: Sequence[Token], asked: Sequence[Token], goes_on: str) -> Sequence[Piece]:
    pieces, at = [], 0
    for token in held:
        length = max([len(one.word) for one in asked if token.word.startswith(one.word)], default=0)
        if not length or token.start < at:
            continue
        # A letter that is two when it is folded: the whole word.
        stop = token.start + length if token.stop - token.start == len(token.word) else token.stop
        pieces += [Piece(line[at : token.start]), Piece(line[token.start : stop], hit=True)]
        at = stop
    return [piece for piece in (*pieces, Piece(line[at:] + goes_on)) if piece.text]
