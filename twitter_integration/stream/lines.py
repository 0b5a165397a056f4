"""The rows of a stream: who did what, and what came of it here. At most eight statements, however many rows.

What stands at the desk is told from there: a message's words go with the message, also those that somebody reposted. Of
what left no row, X's own words are told while its body is kept.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps

from tickets.sight import seen_customers, seen_tickets
from twitter_integration.accounts import CHANNEL
from twitter_integration.events import Event as Told
from twitter_integration.events import Kind, MessageEvent, Person, PostEvent
from twitter_integration.facts.activities import REACTIONS
from twitter_integration.facts.telling import reaction_id, who_did
from twitter_integration.models import Event, PartnerAccount
from twitter_integration.payloads.parse import MAX_BYTES
from twitter_integration.stream.bodies import LONGEST, told_of
from twitter_integration.stream.subjects import reposted_in, subjects_of

_DEEDS = REACTIONS | {Kind.REPOST_OF_US}  # what somebody did to us without a word
SAID = ("post", "dm", "chat")  # the natural keys of what is said; the number is X's


@dataclass(slots=True, kw_only=True)
class Line:
    """A fact with what is known of it. `message` and `happening`: the desk's rows; `told`: X's event, where there is
    neither. `on`: its ticket, where this person may see it; `customer` likewise. `about`: the desk's rows of what was
    liked, reposted, quoted or answered; `about_hidden`: one of those is on a ticket that this person may not see."""

    event: Event
    message: Any = None
    happening: Any = None
    told: Told | None = None
    on: int | None = None
    customer: int | None = None
    about: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    about_hidden: bool = False

    @property
    def id(self) -> int:
        return self.event.pk

    @property
    def number(self) -> str:
        """X's id of what was said; empty for what nobody said."""
        return number_of(self.event)

    @property
    def out_of_sight(self) -> bool:
        """It, or what it is about, is on a ticket that this person may not see: who and what is not told."""
        return (self.on is None) if self.on_ticket else self.about_hidden

    @property
    def on_ticket(self) -> bool:
        return self.message is not None and self.message.ticket_id is not None

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
        if self.out_of_sight or self.gone_at is not None:
            return ""
        if self.message is not None:
            return str(self.message.text)
        if self._reposted:
            return str(self._reposted[0].text)
        if isinstance(self.told, PostEvent):
            return self.told.post.text
        return self.told.message.text if isinstance(self.told, MessageEvent) else ""

    @property
    def gone_at(self) -> datetime | None:
        """When it, or what was reposted, was deleted on X, as far as we were told."""
        rows = self._reposted if self.message is None else [self.message]
        return min((row.deleted_at for row in rows if row.deleted_at is not None), default=None)

    @property
    def _reposted(self) -> Sequence[Any]:
        return self.about.get(reposted_in(self.told), ())


def lines_of(account: PartnerAccount, events: Sequence[Event], *, user: Any, whole: bool = False) -> list[Line]:
    """`user`: who looks. `whole`: long bodies are read too."""
    said, done = _messages(account, events), _happenings(account, events)
    lines = [Line(event=one, message=said.get(_external(one)), happening=done.get(one.key)) for one in events]
    bare = [line for line in lines if line.message is None and (line.happening is None or line.number)]
    told = told_of([line.event for line in bare], longest=MAX_BYTES if whole else LONGEST)
    for line in bare:
        line.told = told.get(line.event.pk)
    _note_about(lines)
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
    found: dict[str, Any] = {}
    for number, row in _held({_external(event) for event in events}, address=account.address_id):
        found.setdefault(number, row)
    return found


def _held(numbers: Collection[str], **where: Any) -> Iterator[tuple[str, Any]]:
    """Two statements at most."""
    wanted = set(numbers) - {""}
    if not wanted:
        return
    rows = list(_rows("Message").select_related("identity").filter(**where, external_id__in=wanted))
    yield from ((row.external_id, row) for row in rows)
    if wanted := wanted - {row.external_id for row in rows}:
        versions = _rows("MessageVersion").filter(**where, external_id__in=wanted).select_related("message__identity")
        yield from ((version.external_id, version.message) for version in versions)


def _happenings(account: PartnerAccount, events: Iterable[Event]) -> dict[str, Any]:
    keys = [event.key for event in events]
    rows = _rows("Happening").filter(address=account.address_id, key__in=keys).select_related("identity")
    return {row.key: row for row in rows}


def _note_about(lines: Collection[Line]) -> None:
    """What is on a ticket itself is told, or not, by that. One post may have come to several of our accounts."""
    asked = {
        line.id: subjects_of(line.message, line.happening, line.told) - {line.number}
        for line in lines
        if not line.on_ticket
    }
    found: dict[str, list[Any]] = {}
    for number, row in _held(frozenset().union(*asked.values()), address__channel=CHANNEL):
        found.setdefault(number, []).append(row)
    for line in lines:
        line.about = {number: found[number] for number in asked.get(line.id, ()) if number in found}


def _note_seen(lines: Collection[Line], user: Any) -> None:
    rows = [line.message for line in lines if line.message is not None]
    rows += [row for line in lines for about in line.about.values() for row in about]
    customers = {line.identity.customer_id for line in lines if line.identity is not None} - {None}
    shown = seen_tickets({row.ticket_id for row in rows} - {None}, user=user)
    known = seen_customers(customers, user=user)
    for line in lines:
        if line.message is not None and line.message.ticket_id in shown:
            line.on = line.message.ticket_id
        line.about_hidden = any(_is_hidden(about, shown) for about in line.about.values())
        if line.identity is not None and line.identity.customer_id in known and not line.out_of_sight:
            line.customer = line.identity.customer_id


def _is_hidden(rows: Collection[Any], shown: Collection[int]) -> bool:
    """Of one post, as each account of ours holds it."""
    return all(row.ticket_id is not None and row.ticket_id not in shown for row in rows)


def _rows(model: str) -> Any:
    return apps.get_model("tickets", model)._default_manager
