"""Which message follows which: an answer stands after what it answers, the parts of a thread in their order, whatever
the channel's times and the order in which they reached us. Asks the database nothing: `outbox__follows` is loaded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tickets.models import Message


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a message stands: its own time or that of what it follows, the later; then how much it follows."""

    at: datetime
    depth: int = 0


def places(messages: Iterable[Message], former: Mapping[str, int]) -> Mapping[int, Place]:
    """By the message's key. `former`: the ids that messages had before they were edited, for an answer may name one."""
    by_key = {message.pk: message for message in messages}
    before = {**_answered(by_key.values(), former), **_followed(by_key.values())}
    found: dict[int, Place] = {}
    for key in by_key:
        line, back = list[int](), key  # back to the first, or to what is placed already; never round in a circle
        while back in by_key and back not in found and back not in line:
            line.append(back)
            back = before.get(back, -1)
        last = found.get(back)
        for one in reversed(line):
            at = by_key[one].sent_at
            last = Place(at) if last is None else Place(max(at, last.at), last.depth + 1)
            found[one] = last
    return found


def parts(messages: Iterable[Message]) -> Mapping[int, tuple[int, int]]:
    """Of each part of an answer that goes out as a thread, its number and how many there are. Nothing of a thread
    whose first part is not among them."""
    shown = list(messages)
    keys, followed = {message.pk for message in shown}, _followed(shown)
    next_of = {first: second for second, first in followed.items() if first in keys}
    numbered: dict[int, tuple[int, int]] = {}
    for first in (key for key in next_of if key not in followed):
        line = [first]
        while (following := next_of.get(line[-1])) is not None:
            line.append(following)
        numbered |= {key: (number, len(line)) for number, key in enumerate(line, start=1)}
    return numbered


def _answered(messages: Iterable[Message], former: Mapping[str, int]) -> dict[int, int]:
    shown = list(messages)
    said = {**former, **{message.external_id: message.pk for message in shown if message.external_id}}
    return {message.pk: said[message.in_reply_to] for message in shown if message.in_reply_to in said}


def _followed(messages: Iterable[Message]) -> dict[int, int]:
    """Part → the part before it."""
    loaded = [message for message in messages if Message.outbox.is_cached(message)]
    entries = [entry for message in loaded if (entry := getattr(message, "outbox", None)) is not None]
    return {entry.message_id: entry.follows.message_id for entry in entries if entry.follows is not None}
