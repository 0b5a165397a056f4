"""Notices that a later one overtakes: what a customer wrote on one ticket stands once, with its latest words, and so
does what one rule has somebody look at there; what asked somebody to act on a ticket is read once it is not theirs any
more."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import connection

from tickets.choices import NoticeEvent
from tickets.live import announce_notices
from tickets.models import Activity, Notice

_OF_WHO_HAS_IT = (NoticeEvent.ASSIGNED, NoticeEvent.CUSTOMER, NoticeEvent.DUE, NoticeEvent.LATE, NoticeEvent.WOKE)
_LEFT = """
    UPDATE tickets_notice AS n SET read_at = %s
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS v(person, ticket, line)
    WHERE n.person_id = v.person AND n.ticket_id = v.ticket AND n.line < v.line
        AND n.read_at IS NULL AND n.event = ANY(%s)
    RETURNING n.person_id
"""
_OF_MESSAGES = (NoticeEvent.CUSTOMER, NoticeEvent.TOLD)
_Place = tuple[int, int | None, bool, str, str]


def once_each(notices: Iterable[Notice]) -> list[Notice]:
    """Of several of one customer, or by one rule, on one ticket, for one person, the latest, which says how many there
    were (`n`)."""
    every = list(notices)
    latest: dict[_Place, Notice] = {}
    for one in every:
        if _of_messages(one):
            if (before := latest.get(_place(one))) is not None:
                one.data = one.data | {"n": _count(before) + _count(one)}
            latest[_place(one)] = one
    said = {id(one) for one in latest.values()}
    return [one for one in every if id(one) in said or not _of_messages(one)]


def overtake(notices: Collection[Notice], *, now: datetime) -> None:
    """Of what is about to be kept: what these people were told of the same before, and have not read, is read by it and
    counted in it. Two statements, or none."""
    newer = {_place(one): one for one in notices if _of_messages(one)}
    if not newer:
        return
    people, tickets = ({one.person_id for one in newer.values()}, {one.ticket_id for one in newer.values()})
    rows = Notice.objects.filter(event__in=_OF_MESSAGES, read_at=None, person__in=people, ticket__in=tickets)
    older = [one for one in rows if _place(one) in newer and one.line != newer[_place(one)].line]
    for one in older:
        later = newer[_place(one)]
        later.data = later.data | {"n": _count(later) + _count(one)}
    Notice.objects.filter(pk__in=[one.pk for one in older]).update(read_at=now)


def read_what_left(lines: Iterable[Activity], *, now: datetime) -> None:
    """Whose hands a ticket left need not do any more what was asked of them until then. One statement, or none."""
    left = [
        (line.data["from"], line.ticket_id, line.pk)
        for line in lines
        if line.verb == "ticket.assigned" and isinstance(line.data.get("from"), int)
    ]
    if not left:
        return
    people, tickets, numbers = (list(parts) for parts in zip(*left, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [now, people, tickets, numbers, list(map(str, _OF_WHO_HAS_IT))])
        announce_notices({person for (person,) in cursor.fetchall()})


def _of_messages(notice: Notice) -> bool:
    """Of what a customer wrote, by itself or by a rule that looks at it."""
    by_rule = notice.event == NoticeEvent.TOLD and "name" in notice.data
    return notice.ticket_id is not None and (notice.event == NoticeEvent.CUSTOMER or by_rule)


def _place(notice: Notice) -> _Place:
    return notice.person_id, notice.ticket_id, notice.private, notice.event, str(notice.data.get("name", ""))


def _count(notice: Notice) -> int:
    return int(notice.data.get("n", 1))
