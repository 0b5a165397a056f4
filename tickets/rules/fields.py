"""What a condition may ask of, and how: the one table that reading, judging and the form go by. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tickets.choices import MessageKind, Priority
from tickets.rules.facts import Facts, Standing
from tickets.rules.languages import LANGUAGES

MOST = 10_000_000_000  # of anything that is counted
SAID_KINDS = tuple(
    kind.value for kind in MessageKind if kind not in (MessageKind.NOTE, MessageKind.REACTION, MessageKind.POST)
)


class Sort(Enum):
    WORDS = "words"  # a text, in which words are looked for
    NUMBER = "number"
    YES_NO = "yes_no"
    WORD = "word"  # one word of a known few, or any word
    ROW = "row"  # one row of the desk, by its key
    SET = "set"  # any number of words
    ROWS = "rows"  # any number of rows


OPERATORS: Mapping[Sort, tuple[str, ...]] = {
    Sort.WORDS: ("has_any", "has_all", "has_none", "is_exactly", "little_besides", "made_only_of"),
    Sort.NUMBER: ("at_least", "at_most", "exactly"),
    Sort.YES_NO: ("yes", "no"),
    Sort.WORD: ("any_of", "none_of"),
    Sort.ROW: ("any_of", "none_of"),
    Sort.SET: ("any_of", "all_of", "none_of"),
    Sort.ROWS: ("any_of", "all_of", "none_of"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """`read` gives None where it is not known. `known`: the words there are; empty: any. `offered`: of which words it
    is chosen, whatever was stored before. `listed`: it is chosen of the words that channels have by now, which nobody
    here knows. `rows`: of which table."""

    group: str  # under which heading it is offered
    sort: Sort
    read: Callable[[Facts, Standing], Any]
    known: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    listed: bool = False
    rows: str = ""
    least: int = 0
    most: int = MOST


def _text(group: str, read: Callable[[Facts, Standing], Any]) -> Field:
    return Field(group=group, sort=Sort.WORDS, read=read)


def _number(group: str, read: Callable[[Facts, Standing], Any], *, least: int = 0, most: int = MOST) -> Field:
    return Field(group=group, sort=Sort.NUMBER, read=read, least=least, most=most)


def _yes_no(group: str, read: Callable[[Facts, Standing], Any]) -> Field:
    return Field(group=group, sort=Sort.YES_NO, read=read)


FIELDS: Mapping[str, Field] = {
    "text": _text("message", lambda f, s: f.text),
    "language": Field(group="message", sort=Sort.WORD, read=lambda f, s: f.language or None, offered=tuple(LANGUAGES)),
    "sentiment": _number("message", lambda f, s: f.sentiment, least=-100, most=100),
    "kind": Field(group="message", sort=Sort.WORD, read=lambda f, s: f.kind, known=SAID_KINDS),
    "private": _yes_no("message", lambda f, s: f.private),
    "search": Field(group="message", sort=Sort.SET, read=lambda f, s: f.searches, listed=True),
    "source": Field(group="message", sort=Sort.WORD, read=lambda f, s: f.source or None, listed=True),
    "new_ticket": _yes_no("message", lambda f, s: f.new_ticket),
    "follow_up": _yes_no("message", lambda f, s: f.follow_up),
    "length": _number("shape", lambda f, s: len(f.text)),
    "only_emoji": _yes_no("shape", lambda f, s: f.shape.only_emoji),
    "only_links": _yes_no("shape", lambda f, s: f.shape.only_links),
    "mentions": _number("shape", lambda f, s: f.shape.mentions),
    "links": _number("shape", lambda f, s: f.shape.links),
    "hashtags": _number("shape", lambda f, s: f.shape.hashtags),
    "emoji": _number("shape", lambda f, s: f.shape.emoji),
    "media": _number("shape", lambda f, s: f.media),
    "numbers": _number("shape", lambda f, s: f.shape.numbers),
    "repeated_by": _number("shape", lambda f, s: f.repeated_by),
    "list": Field(group="customer", sort=Sort.ROWS, read=lambda f, s: f.lists, rows="list"),
    "followers": _number("customer", lambda f, s: f.followers),
    "verified": _yes_no("customer", lambda f, s: f.verified),
    "protected": _yes_no("customer", lambda f, s: f.protected),
    "handle": Field(group="customer", sort=Sort.WORD, read=lambda f, s: f.handle.lower() or None),
    "name": _text("customer", lambda f, s: f.name or None),
    "bio": _text("customer", lambda f, s: f.bio or None),
    "location": _text("customer", lambda f, s: f.location or None),
    "account_age": _number("customer", lambda f, s: f.account_age),
    "first_contact": _yes_no("customer", lambda f, s: f.first_contact),
    "account": Field(group="place", sort=Sort.ROW, read=lambda f, s: f.account, rows="account"),
    "open_hours": Field(group="place", sort=Sort.ROWS, read=lambda f, s: f.open_hours, rows="hours"),
    "queue": Field(group="ticket", sort=Sort.ROW, read=lambda f, s: s.queue, rows="queue"),
    "folder": Field(group="ticket", sort=Sort.ROW, read=lambda f, s: s.folder, rows="folder"),
    "priority": Field(group="ticket", sort=Sort.WORD, read=lambda f, s: s.priority.value, known=tuple(Priority.values)),
    "tag": Field(group="ticket", sort=Sort.SET, read=lambda f, s: s.tags),
}


def is_typed(about: Field) -> bool:
    """Its values are any words, and chosen of none."""
    words = about.sort in (Sort.WORDS, Sort.WORD, Sort.SET)
    return words and not (about.known or about.offered or about.listed)
