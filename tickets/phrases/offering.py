"""Canned replies with the very words that would be put in, as they are offered to somebody who is writing an answer."""

from dataclasses import dataclass

from django.contrib.auth.models import User

from tickets.composing.answering import measure
from tickets.models import CannedReply, Message, Ticket
from tickets.phrases.shelf import Hearer, Inserted, Length, search


@dataclass(frozen=True, slots=True)
class Offer:
    """One of them, as it would stand in the answer, and how long that counts on the ticket's channel."""

    reply: CannedReply
    made: Inserted
    length: Length


def offers(
    ticket: Ticket, asked: str = "", *, private: bool, by: User, to: Message | None = None, most: int
) -> list[Offer]:
    """At most so many that fit what was asked, the likeliest first; none without a text that may be said this way."""
    hearer, found = Hearer(ticket, by=by, to=to), []
    for reply in search(by, asked, private=private).prefetch_related("texts")[:most]:
        made = hearer.hear(reply, private=private)
        if made is not None:
            found.append(Offer(reply, made, length_in(ticket, made.text, private=private)))
    return found


def length_in(ticket: Ticket, text: str, *, private: bool) -> Length:
    """As the ticket's channel counts it."""
    limits = measure(ticket.address, text, private=private)
    return Length(limits.length, limits.maximum)


def on_shelves(found: list[Offer]) -> list[Offer]:
    """By category, and what has none at the end; within one as they came."""
    return sorted(found, key=lambda one: (not one.reply.category, one.reply.category.casefold()))
