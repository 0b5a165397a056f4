"""The rows of a stream: who did what, and what came of it here. At most seven statements, however many rows.

What stands at the desk is told from there: a message's words go with the message. Of what left no row, X's own words
are told while its body is kept.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps

from tickets.sight import seen_customers, seen_tickets
from twitter_integration.events import Event as Told
from twitter_integration.events import Kind, MessageEvent, Person, PostEvent
from twitter_integration.facts.activities import REACTIONS
from twitter_integration.facts.telling import reaction_id, who_did
from twitter_integration.models import Event, PartnerAccount
from twitter_integration.payloads.parse import MAX_BYTES
from twitter_integration.stream.bodies import LONGEST, told_of

_DEEDS = REACTIONS | {Kind.REPOST_OF_US}  # what somebody did to us without a word
SAID = ("post", "dm", "chat")  # the natural keys of what is said; the number is X's


@dataclass(slots=True, kw_only=True)
class Line:
    """A fact with what is known of it. `message` and `happening`: the desk's rows; `told`: X's event, where there is
    neither. `on`: its ticket, where this person may see it; `customer` likewise."""

    event: Event
    message: Any = None
    happening: Any = None
    told: Told | None = None
    on: int | None = None
    customer: int | None = None

    @property
    def id(self) -> int:
        return self.event.pk

    @property
    def number(self) -> str:
        """X's id of what was said; empty for what nobody said."""
        return number_of(self.event)

    @property
    def out_of_sight(self) -> bool:
        """On a ticket that this person may not see: nothing of its words is told."""
        return self.message is not None and self.message.ticket_id is not None and self.on is None

    @property
    def identity(self) -> Any:
        """The customer concerned, as the desk knows them."""
        row = self.message or self.happening
        return row.identity if row is not None else None

    @property
    def person(self) -> Person | None:
        """The same of somebody the desk does not know."""
        return who_did(self.told)[0] if self.told is not None else None

    @property
    def text(self) -> str:
        if self.message is not None:
            return "" if self.out_of_sight else str(self.message.text)
        if isinstance(self.told, PostEvent):
            return self.told.post.text
        return self.told.message.text if isinstance(self.told, MessageEvent) else ""

    @property
    def gone_at(self) -> datetime | None:
        """When it was deleted on X, as far as we were told."""
        at: datetime | None = self.message.deleted_at if self.message is not None else None
        return at


def lines_of(account: PartnerAccount, events: Sequence[Event], *, user: Any, whole: bool = False) -> list[Line]:
    """`user`: who looks. `whole`: long bodies are read too."""
    said, done = _messages(account, events), _happenings(account, events)
    lines = [Line(event=one, message=said.get(_external(one)), happening=done.get(one.key)) for one in events]
    bare = [line for line in lines if line.message is None and (line.happening is None or line.number)]
    told = told_of([line.event for line in bare], longest=MAX_BYTES if whole else LONGEST)
    for line in bare:
        line.told = told.get(line.event.pk)
    _note_seen(lines, user)
    return lines


def number_of(event: Event) -> str:
    family, _colon, number = event.key.partition(":")
    return number if family in SAID else ""


def _external(event: Event) -> str:
    """By what the desk knows its message: a reaction is told to it under a name of its own."""
    return reaction_id(event.key) if event.kind in _DEEDS else number_of(event)


def _messages(account: PartnerAccount, events: Iterable[Event]) -> dict[str, Any]:
    """By the ids that X told; an edited one by each of its versions."""
    wanted = {number for event in events if (number := _external(event))}
    own = {"address": account.address_id}
    rows = _rows("Message").select_related("identity").filter(**own, external_id__in=wanted) if wanted else ()
    found = {row.external_id: row for row in rows}
    if rest := wanted - found.keys():
        versions = _rows("MessageVersion").filter(**own, external_id__in=rest).select_related("message__identity")
        found |= {version.external_id: version.message for version in versions}
    return found


def _happenings(account: PartnerAccount, events: Iterable[Event]) -> dict[str, Any]:
    keys = [event.key for event in events]
    rows = _rows("Happening").filter(address=account.address_id, key__in=keys).select_related("identity")
    return {row.key: row for row in rows}


def _note_seen(lines: Collection[Line], user: Any) -> None:
    tickets = {line.message.ticket_id for line in lines if line.message is not None} - {None}
    customers = {line.identity.customer_id for line in lines if line.identity is not None} - {None}
    shown, known = seen_tickets(tickets, user=user), seen_customers(customers, user=user)
    for line in lines:
        if line.message is not None and line.message.ticket_id in shown:
            line.on = line.message.ticket_id
        if line.identity is not None and line.identity.customer_id in known:
            line.customer = line.identity.customer_id


def _rows(model: str) -> Any:
    return apps.get_model("tickets", model)._default_manager
