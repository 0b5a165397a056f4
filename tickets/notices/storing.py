"""Writes notices: set-wise, once for each person and line, as each wants to be told, and tells their open pages."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from tickets.bells import ring_later
from tickets.choices import NoticeWay
from tickets.live import announce_notices
from tickets.models import Notice, NoticeSettings, Ticket
from tickets.notices.bundling import bundle
from tickets.notices.overtaken import once_each, overtake
from tickets.notices.wishes import AT_ONCE, due_at, way_of
from tickets.permissions import who_may, who_may_where

MAIL_TASK = "tickets.tasks.notice_mail"


def store(notices: Iterable[Notice], *, now: datetime) -> int:
    """Keep what its person may know and wants; returns how many. Up to nine statements, however many notices."""
    wanted = once_each(bundle(_allowed(list(notices))))
    if not wanted:
        return 0
    wishes = NoticeSettings.objects.in_bulk({one.person_id for one in wanted})
    kept = []
    for one in wanted:
        wish = wishes.get(one.person_id)
        way = way_of(one.event, wish.ways if wish else {})
        if way != NoticeWay.OFF:
            one.way = _mail_way(way, wish)
            kept.append(one)
    with transaction.atomic():
        overtake(kept, now=now)
        Notice.objects.bulk_create(kept, ignore_conflicts=True)
        _order_mail(_dues([one for one in kept if one.way], wishes, now=now), now=now)
        announce_notices({one.person_id for one in kept})
    return len(kept)


def minutes_between() -> timedelta:
    """The least time between two digests to one person."""
    return timedelta(minutes=settings.NOTICE_MAIL_MINUTES)


def _allowed(notices: Sequence[Notice]) -> list[Notice]:
    """Who may not see tickets, or private ones, is not told. Asked again whenever it is read."""
    people = {one.person_id for one in notices}
    if not people:
        return []
    seeing = _who(people, private=False)
    private = _who(people, private=True) if any(one.private for one in notices) else set()
    able = [one for one in notices if one.person_id in (private if one.private else seeing)]
    queues = dict(Ticket.objects.filter(pk__in={one.ticket_id for one in able}).values_list("pk", "queue_id"))
    where = who_may_where({one.person_id for one in able}, set(queues.values()), "see")
    return [one for one in able if one.ticket_id is None or (one.person_id, queues.get(one.ticket_id)) in where]


def _who(people: Collection[int], *, private: bool) -> set[int]:
    found = who_may("see", "see_private") if private else who_may("see")
    return set(found.filter(pk__in=people).values_list("pk", flat=True))


def _mail_way(way: NoticeWay, wish: NoticeSettings | None) -> str:
    """Nothing is to go by mail where there is none, or the person wants or gets none."""
    shut = not settings.MAIL_ON or (wish is not None and (wish.mail_off_at or wish.mail_stopped_at))
    return "" if shut or way == NoticeWay.DESK else way


def _dues(notices: Iterable[Notice], wishes: Mapping[int, NoticeSettings], *, now: datetime) -> dict[int, datetime]:
    """person → when their next mail is due, the earliest."""
    dues: dict[int, datetime] = {}
    for one in notices:
        wish = wishes.get(one.person_id) or NoticeSettings()
        quiet = (wish.quiet_from, wish.quiet_until)
        due = due_at(
            NoticeWay(one.way), now=now, last=wish.mailed_at, every=minutes_between(), quiet=quiet, zone=wish.zone
        )
        if due is not None:
            dues[one.person_id] = min(due, dues.get(one.person_id, due))
    return dues


def _order_mail(dues: Mapping[int, datetime], *, now: datetime) -> None:
    """Never later than what was ordered before."""
    if not dues:
        return
    missing = [NoticeSettings(person=person) for person in User.objects.filter(pk__in=dues, notice_settings=None)]
    NoticeSettings.objects.bulk_create(missing, ignore_conflicts=True)
    rows = sorted(dues.items())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tickets_noticesettings AS s SET mail_due_at = LEAST(s.mail_due_at, v.due)"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS v(person, due) WHERE s.person_id = v.person",
            [[person for person, _ in rows], [due for _, due in rows]],
        )
    soonest = min(dues.values())
    if soonest <= now + AT_ONCE:  # a digest is found by the schedule
        ring_later(task=MAIL_TASK, at=max(soonest, timezone.now()))
