"""Whom an answer notifies and what it costs, told before it is sent: in public whoever its channel says, in private
nobody but the person it is for. Asks nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tickets.channels import channel_named
from tickets.composing.targets import Aim
from tickets.models import Message, Ticket
from tickets.outbound import Notified

SPARE = "spare-"  # what the field of somebody begins with
_LONGEST_KEY = 64
_MOST = 100


@dataclass(frozen=True, slots=True)
class Foreshown:
    """`people`: nobody where it is private. `spared`: of them those who are left out. `price`: US dollars for all its
    parts; None where writing is free or by contract."""

    people: Sequence[Notified]
    spared: Collection[str]
    price: Decimal | None


def foreshow(
    ticket: Ticket, texts: Sequence[str], *, private: bool, aimed: Aim, spares: Collection[str] = ()
) -> Foreshown:
    """Of the parts of one answer. `spares`: as Terms has them."""
    people = [] if private else _notified(ticket, aimed.message, " ".join(texts))
    channel, rates = channel_named(ticket.address.channel), aimed.told.rates if aimed.told else {}
    price = channel.price(rates, texts, private=private, answers=aimed.message is not None) if rates else None
    return Foreshown(people, [one.spare for one in people if one.spare and one.spare in spares], price)


def spared(ticket: Ticket, answered: Message | None, text: str, spares: Collection[str]) -> list[str]:
    """Of those who are to be left out, whom the channel lets be left out of this answer in public."""
    if not spares:
        return []
    return [one.spare for one in _notified(ticket, answered, text) if one.spare and one.spare in spares]


def read_spares(names: Iterable[str]) -> list[str]:
    """Who is to be left out, as the fields of a composer are named: each has one."""
    found = [name.removeprefix(SPARE) for name in names if name.startswith(SPARE)]
    return [key for key in found if 0 < len(key) <= _LONGEST_KEY][:_MOST]


def _notified(ticket: Ticket, answered: Message | None, text: str) -> Sequence[Notified]:
    who = answered.identity if answered is not None and answered.identity is not None else ticket.identity
    named = _named(answered.text, answered.spans) if answered is not None else []
    channel = channel_named(ticket.address.channel)
    return channel.notified(text, own=ticket.address.handle, answered=who.handle, named=named)


def _named(text: str, spans: Sequence[Any]) -> list[tuple[str, str]]:
    """Handle and external id of those whom a message names, as far as its channel told them."""
    mentions = [span for span in spans if isinstance(span, Mapping) and span.get("kind") == "mention"]
    found = [(_stretch(text, span).lstrip("@＠"), str(span.get("id") or "")) for span in mentions]
    return [(handle, key) for handle, key in found if handle]


def _stretch(text: str, span: Mapping[str, Any]) -> str:
    start, end = span.get("start"), span.get("end")
    return text[start:end] if isinstance(start, int) and isinstance(end, int) else ""
