"""Who is there: heard of while a page of the desk is open, away when they, or who looks after them, say so."""

from datetime import datetime, timedelta
from time import monotonic

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tickets.errors import NotAllowed
from tickets.models import Agent, Membership, Ticket
from tickets.permissions import may, visible_tickets, workable_tickets
from tickets.staffing.giving import ring_for_staffing
from tickets.staffing.returning import AWAY, Taken, give_again, release_work, return_work
from tickets.staffing.roster import AT_WORK

# One write a minute for each person and process, however many requests.
SEEN_EVERY = timedelta(minutes=1)
_MOST_KEPT = 10_000
_heard: dict[int, float] = {}
_SEEN = """
    INSERT INTO tickets_agent AS agent (person_id, away, seen_at) VALUES (%s, false, %s)
    ON CONFLICT (person_id) DO UPDATE SET seen_at = excluded.seen_at
    WHERE agent.seen_at IS NULL OR agent.seen_at <= excluded.seen_at - make_interval(secs => %s)
"""


def note_seen(user: User, *, now: datetime) -> None:
    """Called for each request of a page, and while one is open. No statement where this process wrote it within a
    minute; no write where another one did."""
    heard, moment = _heard.get(user.pk), monotonic()
    if heard is not None and moment - heard < SEEN_EVERY.total_seconds():
        return
    if len(_heard) >= _MOST_KEPT:
        _heard.clear()
    _heard[user.pk] = moment
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [user.pk, now, SEEN_EVERY.total_seconds()])


def forget_who_was_heard() -> None:
    """What this process remembers of it."""
    _heard.clear()


@transaction.atomic
def go_away(person: User, *, by: User, now: datetime, give_back: bool) -> int:
    """Gets no more tickets by themselves; `give_back`: those where the customer waits for an answer go back to their
    queues. Returns how many did. Raises NotAllowed."""
    _require(by, person)
    agent = _locked(person)
    if not agent.away:
        agent.away, agent.away_since = True, now
        agent.save(update_fields=["away", "away_since"])
    if not give_back:
        return 0
    only, among = Q(last_by_us=False), _within_reach(person, by)
    return len(return_work([person.pk], why=AWAY, by=by, now=now, only=only, among=among))


@transaction.atomic
def come_back(person: User, *, by: User, now: datetime) -> None:
    """Is given tickets again from now on, while they are heard of. Raises NotAllowed."""
    _require(by, person)
    agent = _locked(person)
    if agent.away:
        agent.away, agent.away_since = False, None
        agent.save(update_fields=["away", "away_since"])
    ring_for_staffing()


def may_look_after(user: User, person: User) -> bool:
    """Who works in every queue, and who leads a team of theirs."""
    if not may(user, "work"):
        return False
    if may(user, "every_queue"):
        return True
    led = Membership.objects.filter(person=user.pk, lead=True).values("team")
    return Membership.objects.filter(person=person.pk, team__in=led).exists()


@transaction.atomic
def release(person: User, *, by: User, now: datetime) -> int:
    """What they have in hand goes back to its queues, as far as `by` may work it. Returns how much. Raises
    NotAllowed."""
    _require(by, person)
    return len(release_work([person.pk], by=by, now=now, among=_within_reach(person, by)))


def stays_in_hand(person: User, *, by: User) -> int:
    """How much of what they have in hand `by` may see, but not give back. One statement."""
    beyond = visible_tickets(by).exclude(pk__in=_within_reach(person, by).values("pk"))
    return beyond.filter(AT_WORK, assignee=person).count()


def _within_reach(person: User, by: User) -> QuerySet[Ticket]:
    """One's own, or what one may work oneself."""
    return Ticket.objects.filter(assignee=person) if by.pk == person.pk else workable_tickets(by)


@transaction.atomic
def undo_release(person: User, *, by: User, now: datetime) -> Taken:
    """What was taken from them, is nobody's yet and they may work, is theirs again; the rest is counted. Raises
    NotAllowed."""
    _require(by, person)
    return give_again(person.pk, by=by, now=now)


def _require(by: User, person: User) -> None:
    if by.pk != person.pk and not may_look_after(by, person):
        raise NotAllowed(_("You may only say of yourself whether you are there."))


def _locked(person: User) -> Agent:
    Agent.objects.get_or_create(person=person)
    return Agent.objects.select_for_update(no_key=True, of=("self",)).get(person=person)
