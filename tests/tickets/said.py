"""Made-up messages as a channel hands them in: what Ana and Ben said, and what Acme said elsewhere."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.factories import ACME, ANA, BEN, NOW
from tickets.inbound import InboundMessage, Person
from tickets.intake import Received, receive
from tickets.models import Ticket

_ids = count(1950000000000000000)
PEOPLE = {
    ANA: Person(external_id=ANA, handle="ana_demo", name="Ana"),
    BEN: Person(external_id=BEN, handle="ben_demo", name="Ben"),
    ACME: Person(external_id=ACME, handle="acmehelp_demo", name="Acme"),
}


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def says(text: str = "Where is my order?", *, who: str = ANA, minute: float = 0, **fields: Any) -> InboundMessage:
    """A public mention by Ana at NOW, or whatever is told otherwise."""
    person = PEOPLE.get(who) or Person(external_id=who)
    defaults: dict[str, Any] = {
        "channel": "twitter",
        "address_key": ACME,
        "external_id": str(next(_ids)),
        "kind": "reply" if fields.get("in_reply_to") else "mention",
        "author": person,
        "sent_at": at(minute),
        "text": text,
        "source": "account_activity",
    }
    return InboundMessage(**(defaults | fields))


def writes(text: str = "Are you there?", *, who: str = ANA, minute: float = 0, **fields: Any) -> InboundMessage:
    """A direct message to us."""
    return says(text, who=who, minute=minute, **({"kind": "direct", "private": True} | fields))


def we_say(text: str = "On its way.", *, to: str | None = ANA, minute: float = 0, **fields: Any) -> InboundMessage:
    """What Acme said outside the helpdesk: a post, a reply, or a direct message."""
    told: dict[str, Any] = {"by_us": True, "counterpart": (PEOPLE.get(to) or Person(external_id=to)) if to else None}
    told["kind"] = "direct" if fields.get("private") else "reply" if fields.get("in_reply_to") else "post"
    return says(text, who=ACME, minute=minute, **(told | fields))


def take_in(*messages: InboundMessage, minute: float = 60) -> list[Received]:
    return receive(messages, now=at(minute))


def only_ticket() -> Ticket:
    return Ticket.objects.get()


def texts(ticket: Ticket) -> Sequence[str]:
    return list(ticket.messages.values_list("text", flat=True))


def verbs(ticket: Ticket) -> Sequence[str]:
    return list(ticket.activities.values_list("verb", flat=True))


def reason(ticket: Ticket, verb: str) -> Any:
    """Why the latest such thing happened to the ticket."""
    found = ticket.activities.filter(verb=verb).last()
    return found.data["reason"]["code"] if found else None
