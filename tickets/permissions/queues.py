"""What somebody may do in which queue: what their role allows, where their teams let them.

A queue that no team staffs is open to everybody. One that is staffed is open to the members of its teams, each with
what their rows say, and to whoever may go into every queue.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kapture.prepared import Given, prepared
from tickets.errors import NotAllowed
from tickets.models import Membership, OutboxEntry, Queue, Staffing, Ticket
from tickets.permissions.rights import EVERYWHERE, QUEUE_VERBS, Open, QueueVerb, Rights, Somebody
from tickets.permissions.roles import Verb, holds, may, permissions_of, require, who_may

_REFUSALS: dict[QueueVerb, str] = {
    "see": gettext_noop("There is no ticket #{number} that you may see."),
    "work": gettext_noop("You may look at tickets in {queue}, but not change them."),
    "send": gettext_noop("You may not answer customers in {queue}."),
    "approve": gettext_noop("You may not let other people's answers go in {queue}."),
}
_KEPT, _RIGHTS = "_queues_open_to", "_rights"


@dataclass(frozen=True, slots=True)
class _Kept:
    queues: Sequence[Queue]
    open_to: Mapping[QueueVerb, Open]


def queues_for(user: Somebody, verb: QueueVerb) -> Open:
    """Where the teams let them; what the role allows is asked besides. One statement for all verbs, kept with the
    person as Django keeps their permissions, and none for who may go everywhere."""
    if isinstance(user, Rights):
        return user.open_to(verb)
    return EVERYWHERE if may(user, "every_queue") else _kept(user).open_to[verb]


def rights_of(user: User | AnonymousUser) -> Rights:
    """Kept with the person, as what it is made of."""
    rights: Rights | None = user.__dict__.get(_RIGHTS)
    if rights is None:
        places = tuple(queues_for(user, verb) for verb in QUEUE_VERBS)
        rights = user.__dict__[_RIGHTS] = Rights(permissions_of(user), places, user.is_superuser)
    return rights


def list_queues(user: User | AnonymousUser) -> list[Queue]:
    """Every queue there is, in order. No statement where `queues_for` has asked already."""
    return list(Queue.objects.all() if may(user, "every_queue") else _kept(user).queues)


def _kept(user: User | AnonymousUser) -> _Kept:
    kept: _Kept | None = user.__dict__.get(_KEPT)
    if kept is None:
        kept = user.__dict__[_KEPT] = _ask(user)
    return kept


def _ask(user: User | AnonymousUser) -> _Kept:
    rows: list[Any] = _queues(person=user.pk)
    found: dict[QueueVerb, Open] = {}
    for verb in QUEUE_VERBS:
        queues = frozenset(row.pk for row in rows if not row.staffed or any(one[verb] for one in row.theirs))
        found[verb] = Open(every=len(queues) == len(rows), queues=queues)
    return _Kept(rows, found)


@prepared
def _queues() -> QuerySet[Queue]:
    staffed = Staffing.objects.filter(queue=OuterRef("pk"))
    theirs = staffed.filter(team__memberships__person=Given("person"), see=True)
    rights = theirs.values(told=JSONObject(**dict(zip(QUEUE_VERBS, QUEUE_VERBS, strict=True))))
    return Queue.objects.annotate(staffed=Exists(staffed), theirs=ArraySubquery(rights))


def sees_every_queue(user: Somebody) -> bool:
    return queues_for(user, "see").every


def in_queues(user: Somebody, verb: QueueVerb, *, path: str = "") -> Q:
    """The rows whose ticket (at `path`) is in a queue open to them for this verb."""
    found = queues_for(user, verb)
    return Q() if found.every else Q(**{f"{path}queue__in": sorted(found.queues)})


def may_on(user: User | AnonymousUser, verb: QueueVerb, ticket: Ticket) -> bool:
    """Whether they may do it on this ticket; nothing may be done on one they may not see."""
    if not may(user, verb) or not may(user, "see"):
        return False
    if ticket.private and not may(user, "see_private"):
        return False
    return ticket.queue_id in queues_for(user, "see") and ticket.queue_id in queues_for(user, verb)


def require_on(user: User, verb: QueueVerb, ticket: Ticket) -> None:
    """Raises NotAllowed with the sentence that says why not on this ticket."""
    require(user, "see", verb)
    if ticket.private:
        require(user, "see_private")
    for one in ("see", verb):
        if ticket.queue_id not in queues_for(user, one):
            raise NotAllowed(_(_REFUSALS[one]).format(number=ticket.pk, queue=ticket.queue.name))


def sendable(user: User | AnonymousUser, entries: QuerySet[OutboxEntry]) -> QuerySet[OutboxEntry]:
    """Of what is on its way out, what they may send: on no ticket, or on one in a queue where they may answer."""
    found = queues_for(user, "send")
    return entries if found.every else entries.filter(Q(message__ticket=None) | in_queues(user, "send", path=_TICKET))


_TICKET = "message__ticket__"


def who_may_on(queue: Queue | int | Given, *verbs: Verb) -> QuerySet[User]:
    """Everybody who may do all of this in a queue, for sets of people. One statement."""
    return User.objects.filter(may_here(queue, *verbs))


def may_here(queue: Queue | int | Given, *verbs: Verb) -> Q:
    """Of people, who may do all of this in a queue."""
    people = Q(*(holds(verb) for verb in verbs), is_active=True)
    here = Staffing.objects.filter(queue=queue)
    everywhere = holds("every_queue") | ~Q(Exists(here))
    for verb in verbs:
        if verb in QUEUE_VERBS:
            theirs = Membership.objects.filter(person=OuterRef("pk"))
            lets = {"team__staffings__queue": queue, "team__staffings__see": True, f"team__staffings__{verb}": True}
            people &= Q(everywhere | Exists(theirs.filter(**lets)))
    return people


def who_may_where(people: Iterable[int], queues: Collection[int] | None, *verbs: Verb) -> frozenset[tuple[int, int]]:
    """Which of these people may do all of this in which of these queues (None: of all), as pairs. Four statements,
    however many there are; two for nobody."""
    able = frozenset(who_may(*verbs).filter(pk__in=list(people)).values_list("pk", flat=True))
    chosen = Queue.objects.all() if queues is None else Queue.objects.filter(pk__in=list(queues))
    rows = Staffing.objects.filter(queue=OuterRef("pk"))
    staffed = dict(chosen.order_by().annotate(staffed=Exists(rows)).values_list("pk", "staffed"))
    if not able:
        return frozenset()
    everywhere = frozenset(who_may("every_queue").filter(pk__in=able).values_list("pk", flat=True))
    let = _let(able, staffed, [verb for verb in verbs if verb in QUEUE_VERBS])
    return frozenset(
        (person, queue)
        for person in able
        for queue, closed in staffed.items()
        if not closed or person in everywhere or (person, queue) in let
    )


def sees_nowhere(person: int) -> bool:
    """Whether somebody's role lets them work on tickets, and no queue there is is open to them. Some statements."""
    works = who_may("see", "work").filter(pk=person).exists()
    return works and Queue.objects.exists() and not who_may_where([person], None, "see")


def _let(people: Collection[int], queues: Collection[int], verbs: Collection[Verb]) -> frozenset[tuple[int, int]]:
    """Whom their teams let do all of this, where: several teams together may."""
    rows = Staffing.objects.filter(queue__in=list(queues), team__memberships__person__in=list(people), see=True)
    found: dict[tuple[int, int], set[Verb]] = {}
    for person, queue, *rights in rows.values_list("team__memberships__person", "queue", *QUEUE_VERBS):
        held = found.setdefault((person, queue), set())
        held |= {verb for verb, right in zip(QUEUE_VERBS, rights, strict=True) if right}
    return frozenset(pair for pair, held in found.items() if held.issuperset(verbs))
