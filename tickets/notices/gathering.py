"""From lines of history to notices: every line once, in order, whoever wrote it (for whom: tickets/notices/whom.py).

How far they were read is moved in the transaction that writes the notices, so a crash tells nothing twice and loses
nothing. A line is told however late its transaction commits (tickets/reading/changes.py).
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import OuterRef, Subquery

from tickets.bells import answer, ring_later
from tickets.choices import NoticeEvent, WatchReason
from tickets.history import TELL_BELL, TELL_TASK
from tickets.models import Activity, Message, Notice, NoticeReader, NoticeSettings, Ticket, Watch
from tickets.notices.leads import leads_of
from tickets.notices.overtaken import read_what_left
from tickets.notices.storing import store
from tickets.notices.watching import keep_watches
from tickets.notices.whom import VERBS, Around, Fact, people_told
from tickets.reading.changes import OtherServer, Place, present, read_changes

log = logging.getLogger(__name__)
_AT_ONCE = 500
_NAME = "notices"
# A line whose transaction ended while an older one was still under way is looked for once more so soon.
AGAIN = timedelta(seconds=2)
FORGET = 10_000
_WATCHED_BY = {"ticket.assigned": WatchReason.ASSIGNED, "reply.queued": WatchReason.ANSWERED}


def gather(*, now: datetime) -> int:
    """Tell what is new; returns how many lines were read. Not inside a transaction."""
    answer(TELL_BELL)
    read, more = 0, True
    while more:
        reader = NoticeReader.objects.get_or_create(name=_NAME, defaults=dict(zip(_PLACE, present(), strict=True)))[0]
        place = Place(reader.changed, reader.number)
        try:
            changes = read_changes("activity", place, size=_AT_ONCE)
        except OtherServer:
            log.warning("Notices: the database was restored; people are told of what happens from now on.")
            _move(place, present())
            return read
        if not changes.numbers:
            break
        with transaction.atomic():
            if not _move(place, changes.place):
                return read  # somebody else was here meanwhile
            _tell(changes.numbers, now=now)
        read, more = read + len(changes.numbers), changes.more
    _look_again(now)
    return read


_PLACE = ("changed", "number")


def _move(place: Place, to: Place) -> int:
    unmoved = NoticeReader.objects.filter(name=_NAME, changed=place.changed, number=place.number)
    return unmoved.update(changed=to.changed, number=to.number)


def _look_again(now: datetime) -> None:
    """Where the newest line is not read yet, another transaction holds it up."""
    reader = NoticeReader.objects.get(name=_NAME)
    newer = Activity.objects.extra(where=["(changed, id) > (%s, %s)"], params=[reader.changed, reader.number])
    if newer.order_by().values("pk")[:1].exists():
        ring_later(task=TELL_TASK, at=now + AGAIN)


def _tell(numbers: Sequence[int], *, now: datetime) -> None:
    """A fixed number of statements, however many lines."""
    lines = list(Activity.objects.filter(pk__in=numbers, verb__in=VERBS).select_related("ticket").order_by("id"))
    if not lines:
        return
    keep_watches(_watchers(lines), now=now)
    around, authors = _around(lines), _authors(lines)
    notices = [notice for line in lines for notice in _notices(line, around[line.ticket_id], authors)]
    store(notices, now=now)
    read_what_left(lines, now=now)


def _notices(line: Activity, around: Around, authors: Mapping[int, int | None]) -> Iterable[Notice]:
    fact = Fact(line.verb, line.data, line.actor_id, authors.get(line.data.get("message", 0)))
    private = line.ticket.private or bool(line.data.get("private"))
    for person, event in people_told(fact, around).items():
        yield Notice(
            person_id=person,
            event=event,
            ticket=line.ticket,
            line=line.pk,
            actor_id=line.actor_id,
            data={name: line.data[name] for name in _FACTS.get(event, ()) if name in line.data},
            private=private,
            at=line.at,
        )


_OF_A_STEP = ("metric", "share", "raised_to", "queue")
# What of a line's facts its notice keeps: keys and figures of ours, never a word of the channel's.
_FACTS: Mapping[NoticeEvent, Sequence[str]] = {
    NoticeEvent.LATE: _OF_A_STEP,
    NoticeEvent.DUE: _OF_A_STEP,
    NoticeEvent.TOLD: (*_OF_A_STEP, "name", "message"),
    NoticeEvent.CUSTOMER: ("message",),
    NoticeEvent.NOTE: ("message",),
    NoticeEvent.MENTIONED: ("message",),
    NoticeEvent.REPLIED: ("message",),
    NoticeEvent.FAILED: ("message",),
    NoticeEvent.STATUS: ("after",),
}


def _around(lines: Iterable[Activity]) -> dict[int, Around]:
    tickets: dict[int, Ticket] = {line.ticket_id: line.ticket for line in lines}
    watchers: dict[int, set[int]] = defaultdict(set)
    for ticket, person in Watch.objects.filter(ticket__in=tickets).order_by().values_list("ticket_id", "person_id"):
        watchers[ticket].add(person)
    stepped = {line.ticket.queue_id for line in lines if line.verb == "clock.step"}
    leads = leads_of(stepped) if stepped else {}
    return {
        pk: Around(one.assignee_id, frozenset(watchers[pk]), frozenset(leads.get(one.queue_id, ())))
        for pk, one in tickets.items()
    }


def _authors(lines: Iterable[Activity]) -> dict[int, int | None]:
    """Who wrote the answers that failed; nobody where they are deleted."""
    pks = {line.data["message"] for line in lines if line.verb == "reply.failed" and "message" in line.data}
    here = Subquery(User.objects.filter(pk=OuterRef("agent_id")).values("pk"))
    return dict(Message.objects.filter(pk__in=pks).values_list("pk", here)) if pks else {}


def _watchers(lines: Iterable[Activity]) -> list[tuple[int, int, WatchReason]]:
    """Who watches a ticket from now on because of what happened; who does not want that is left out."""
    found = [(line.ticket_id, person, why) for line in lines for person, why in _watches_of(line)]
    if not found:
        return []
    wishes = NoticeSettings.objects.in_bulk({person for _, person, _ in found})
    return [one for one in found if _wants(wishes.get(one[1]), one[2])]


def _watches_of(line: Activity) -> Iterable[tuple[int, WatchReason]]:
    if line.verb == "note.written":
        yield from ((person, WatchReason.MENTIONED) for person in line.data.get("mentions", ()))
    elif line.verb == "ticket.ruled" and isinstance(line.data.get("to"), int):
        yield line.data["to"], WatchReason.ASSIGNED
    elif line.verb in _WATCHED_BY:
        person = line.data.get("to") if line.verb == "ticket.assigned" else line.actor_id
        if isinstance(person, int):
            yield person, _WATCHED_BY[line.verb]


def _wants(wish: NoticeSettings | None, why: WatchReason) -> bool:
    if wish is None:
        return True
    return {WatchReason.ASSIGNED: wish.watch_mine, WatchReason.ANSWERED: wish.watch_answered}.get(why, True)


def forget(*, now: datetime) -> int:
    """Drop what is older than NOTICES_KEPT_DAYS, read or not; returns how many."""
    old = Notice.objects.filter(at__lt=now - timedelta(days=settings.NOTICES_KEPT_DAYS)).order_by("at").values("pk")
    return Notice.objects.filter(pk__in=old[:FORGET]).delete()[0]
