"""What was said since a customer was told something: for who looks at it before their ticket is resolved with its
incident. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from tickets.choices import Direction
from tickets.models import Message
from tickets.permissions import visible_messages

_SHOWN = 3
THEIRS = Q(identity=None) | Q(identity__customer=F("ticket__customer"))


@dataclass(frozen=True, slots=True)
class Words:
    """The customer's own, the latest of them in the order they were said; where they said nothing, a bystander's
    (`others`). `more`: how many more there are."""

    messages: Sequence[Message] = ()
    others: bool = False
    more: int = 0


NOTHING = Words()


def words_since(told: Mapping[int, datetime | None], *, by: User) -> dict[int, Words]:
    """By ticket, each since its moment (None: all of it). One statement, or none."""
    if not told:
        return {}
    since = Q()
    for ticket, moment in told.items():
        since |= Q(ticket=ticket) if moment is None else Q(ticket=ticket, sent_at__gt=moment)
    said = visible_messages(by).filter(since, direction=Direction.IN, deleted_at=None).alias(theirs=THEIRS)
    latest = Window(RowNumber(), partition_by=["ticket", "theirs"], order_by=["-sent_at", "-id"])
    every = Window(Count("pk"), partition_by=["ticket"])
    rows = said.annotate(own=F("theirs"), place=latest, every=every).filter(place__lte=_SHOWN)
    found: dict[int, list[Any]] = {}
    for message in rows.select_related("identity").order_by("sent_at", "id"):
        found.setdefault(message.ticket_id or 0, []).append(message)
    return {ticket: _chosen(messages) for ticket, messages in found.items()}


def _chosen(messages: Sequence[Any]) -> Words:
    own = [one for one in messages if one.own]
    shown = own or messages
    every: int = messages[0].every
    return Words(shown, others=not own, more=every - len(shown))
