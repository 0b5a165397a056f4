"""Merges by itself what an account's rule says belongs together: a customer's fresh ticket into an older one that is
not done. Each is a merge like any other, with its reason in the history, and can be undone; what somebody merged, split
or undid is never touched again. In words: docs/rules.md, "What is merged by itself".
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q

from tickets.choices import UNDONE_STATUSES, Direction, Status
from tickets.errors import CannotChange
from tickets.merging import merge
from tickets.models import Activity, Address, Incident, Message, Ticket, Trace
from tickets.regrouping.nearness import is_near

log = logging.getLogger(__name__)

FRESH_FOR = timedelta(hours=1)
SAID_SINCE = timedelta(days=2)  # what reached us later is old news
AT_ONCE = 500  # fresh tickets looked at together
AT_MOST = 200  # merges in one sweep: the next one goes on
_SAID = 2_000  # messages compared for AT_ONCE fresh tickets
# In this order: the first that holds is the reason.
CONVERSATION, WORDS, TIME = "same_conversation", "same_words", "same_time"
Key = tuple[int, int, int]  # address, customer, in private with whom


@dataclass(slots=True)
class _Said:
    talks: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)


def merge_what_belongs(*, now: datetime) -> int:
    """Returns how many tickets were brought to others. One statement where no account says so; else six for AT_ONCE
    fresh tickets, and what each merge takes."""
    merged, after, addresses = 0, None, _ruled()
    while addresses and merged < AT_MOST and (fresh := _fresh(now, addresses, after)):
        after = fresh[-1]
        for ticket, home, why in _pairs(fresh):
            merged += _merge(ticket, home, why, now=now)
        if len(fresh) < AT_ONCE:
            break
    return merged


def _ruled() -> list[int]:
    """The accounts that say so."""
    about = Q(merge_conversation=True) | Q(merge_same_words=True) | Q(merge_within_minutes__isnull=False)
    return list(Address.objects.filter(about).values_list("pk", flat=True))


def _fresh(now: datetime, addresses: Sequence[int], after: Ticket | None) -> list[Ticket]:
    """The newest first, by index: nobody has answered, taken or touched them yet."""
    touched = Trace.objects.filter(ticket=OuterRef("pk"))
    by_people = Activity.objects.filter(ticket=OuterRef("pk"), actor__isnull=False)
    incidents = Incident.objects.filter(ticket=OuterRef("pk"))
    rows = Ticket.objects.filter(
        address__in=addresses, status=Status.NEW, assignee=None, last_outbound_at=None, part_of=None
    )
    rows = rows.filter(created_at__gt=now - FRESH_FOR, merged_into=None, snoozed_at=None)
    rows = rows.filter(last_message_at__gt=now - SAID_SINCE)
    if after is not None:
        moment = after.last_message_at
        rows = rows.filter(last_message_at__lte=moment).exclude(last_message_at=moment, pk__gte=after.pk)
    rows = rows.exclude(Exists(touched)).exclude(Exists(incidents)).exclude(Exists(by_people))
    return list(rows.select_related("address").order_by("-last_message_at", "-pk")[:AT_ONCE])


def _pairs(fresh: Sequence[Ticket]) -> Iterable[tuple[Ticket, Ticket, str]]:
    """Each fresh ticket with the older one it belongs to, of the same customer, account and visibility, and why."""
    older = _older(fresh)
    said = _said({ticket.pk for ticket in fresh} | {one.pk for rows in older.values() for one in rows})
    for ticket in fresh:
        for one in older.get(_key(ticket), ()):
            # Not out of a queue: what others may read there is theirs to say.
            near = one.pk < ticket.pk and one.queue_id == ticket.queue_id
            why = reason(ticket, one, said) if near else ""
            if why:
                yield ticket, one, why
                break


def _key(ticket: Ticket) -> Key:
    return ticket.address_id, ticket.customer_id, ticket.identity_id if ticket.private else 0


def _older(fresh: Sequence[Ticket]) -> Mapping[Key, list[Ticket]]:
    """Undone tickets of the same customers, the first opened first; not those of an undone merge, split or move."""
    undone = Trace.objects.filter(ticket=OuterRef("pk"), gesture__undone_at__isnull=False)
    rows = Ticket.objects.filter(
        address__in={ticket.address_id for ticket in fresh},
        customer__in={ticket.customer_id for ticket in fresh},
        status__in=UNDONE_STATUSES,
        merged_into=None,
        part_of=None,
    ).exclude(Exists(undone) | Exists(Incident.objects.filter(ticket=OuterRef("pk"))))
    found: dict[Key, list[Ticket]] = defaultdict(list)
    for one in rows.order_by("pk"):
        found[_key(one)].append(one)
    return found


def _said(pks: Iterable[int]) -> Mapping[int, _Said]:
    rows = Message.objects.filter(ticket__in=pks, direction=Direction.IN, deleted_at=None).order_by("-pk")
    found: dict[int, _Said] = defaultdict(_Said)
    for pk, talk, text in rows.annotate(pk_of=F("ticket_id")).values_list("pk_of", "conversation", "text")[:_SAID]:
        found[pk].talks |= {talk} if talk else set()
        found[pk].texts.append(text)
    return found


def reason(ticket: Ticket, one: Ticket, said: Mapping[int, _Said]) -> str:
    """Why the ticket belongs to the other by their account's rule; empty where it does not."""
    rule, mine, theirs = ticket.address, said.get(ticket.pk, _Said()), said.get(one.pk, _Said())
    if rule.merge_conversation and mine.talks & theirs.talks:
        return CONVERSATION
    if rule.merge_same_words and any(is_near(text, other) for text in mine.texts for other in theirs.texts):
        return WORDS
    minutes = rule.merge_within_minutes
    if minutes is not None and abs(ticket.opened_at - one.last_message_at) <= timedelta(minutes=minutes):
        return TIME
    return ""


def _merge(ticket: Ticket, home: Ticket, why: str, *, now: datetime) -> int:
    """Asked again under the lock by `merge`; what somebody did to them meanwhile makes it refuse, and it stays."""
    try:
        merge([ticket.pk], into=home.pk, by=None, now=now, why=why)
    except CannotChange as refusal:
        log.info("#%s is not merged by itself: %s", ticket.pk, refusal)
        return 0
    return 1
