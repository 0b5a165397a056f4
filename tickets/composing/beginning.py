"""Private tickets that begin with us: because we write first, or answer in private what was asked in public. One whose
first word is taken back before anything else was said there is over, until somebody begins again.

The caller holds the turn of the address: what the customer writes privately at the same moment is filed before or
after, so there is one such ticket. Whether one is open already has been asked by then.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tickets.assignment import take_on
from tickets.choices import UNDONE_STATUSES, MessageKind, Status
from tickets.composing.answering import check_reply
from tickets.composing.targets import Aim
from tickets.errors import NotAllowed
from tickets.history import note_activity, one_gesture
from tickets.lifecycle import locked, run_clock, turn
from tickets.live import announce
from tickets.models import Address, Identity, Message, OutboxEntry, Ticket
from tickets.outbound import Permission
from tickets.permissions import queues_for
from tickets.promises.asked import note_asked
from tickets.reading.last_word import recount
from tickets.receiving.placing import House

NOT_THERE = gettext_noop(
    "Private words to this customer stand in a queue where you may not answer customers. Ask who may."
)
NOT_ALLOWED = "not_allowed"  # the code of it
_WE_BEGAN = {"code": "we_wrote_first"}


def begin(
    address: Address, identity: Identity, *, by: User | None, now: datetime, asked_on: Ticket | None = None
) -> Ticket:
    """A private ticket that we began: nobody asked there, so nothing is promised until they write. It follows the one
    that was done before; one that came to nothing is used again."""
    empty = _that_came_to_nothing(address, identity)
    if empty is not None:
        return _resume(empty, by=by, now=now, asked_on=asked_on)
    chosen = House().route(address, MessageKind.DIRECT)
    theirs = Ticket.objects.filter(address=address, customer=identity.customer_id, identity=identity, private=True)
    before = theirs.order_by("-last_message_at", "-id").first()
    ticket = Ticket.objects.create(
        address=address,
        customer_id=identity.customer_id,
        identity=identity,
        private=True,
        kind=MessageKind.DIRECT,
        status=Status.OPEN,
        queue_id=chosen.queue,
        folder_id=chosen.folder,
        sla_policy_id=chosen.policy,
        priority=chosen.priority,
        follow_up_of=before,
        asked_on=asked_on,
        opened_at=now,
        created_at=now,
        last_message_at=now,
    )
    facts = {"queue": chosen.queue, "policy": chosen.policy}
    note_activity(ticket, "ticket.opened", by=by, at=now, kind=MessageKind.DIRECT, reason=_WE_BEGAN)
    note_activity(ticket, "ticket.routed", by=None, at=now, reason=chosen.reason, **facts)
    if before is not None:
        note_activity(before, "ticket.followed_up", by=by, at=now, ticket=ticket.pk, reason=_WE_BEGAN)
    return ticket


def check_answer(ticket: Ticket, *, private: bool, by: User, aimed: Aim | None = None) -> Permission:
    """May they answer this ticket this way? As answering.check_reply, and a private answer to what was asked in public
    wants that they may answer where it will stand. To be asked before anybody writes."""
    told = check_reply(ticket, private=private, aimed=aimed, by=by)
    if told.allowed and private and not ticket.private and not may_go_private(ticket, by=by):
        return Permission(allowed=False, reason=_(NOT_THERE), code=NOT_ALLOWED)
    return told


def may_go_private(public: Ticket, *, by: User) -> bool:
    """Whether they may see and answer the private ticket that would begin. No statement where they may everywhere."""
    see, send = queues_for(by, "see"), queues_for(by, "send")
    if see.every and send.every:
        return True
    queue = queue_in_private(public)
    return queue in see and queue in send


def queue_in_private(public: Ticket) -> int:
    """Where the private ticket stands that begins with an answer to this public one."""
    empty = _came_to_nothing_of(public.address, public.identity).first()
    return empty.queue_id if empty is not None else House().route(public.address, MessageKind.DIRECT).queue


def go_private(public: Ticket, *, by: User, now: datetime) -> Ticket:
    """The private ticket on which we answer what was asked on this public one, which the caller has locked. It is
    theirs who writes, as the public one where that is nobody's. Both say so. Raises NotAllowed where they may not
    answer there."""
    if not may_go_private(public, by=by):
        raise NotAllowed(_(NOT_THERE))
    return _go_private(public, by=by, now=now)


def _go_private(public: Ticket, *, by: User | None, now: datetime) -> Ticket:
    with one_gesture():
        home = begin(public.address, public.identity, by=by, now=now, asked_on=public)
        note_activity(public, "ticket.went_private", by=by, at=now, ticket=home.pk)
        note_activity(home, "ticket.from_public", by=by, at=now, ticket=public.pk)
        if public.status == Status.NEW:
            public.status = Status.OPEN
            public.save(update_fields=["status"])
        if by is not None:
            take_on(public, by=by, now=now)
            take_on(home, by=by, now=now)
    announce([public.pk, home.pk])
    return home


def at_home(ticket: Ticket, line: Sequence[OutboxEntry], *, by: User | None, now: datetime) -> Ticket:
    """Where these parts of an answer go out from: the ticket they are on, which the caller has locked. What is private
    and was written on a public one, before such answers had a ticket of their own, moves to a private one. Raises
    NotAllowed as `go_private`."""
    if ticket.private or not line or not line[0].private:
        return ticket
    said = [entry.message for entry in line]
    # By the clock goes what was agreed to when it was written.
    home = go_private(ticket, by=by, now=now) if by else _go_private(ticket, by=said[0].agent, now=now)
    for message in said:
        message.ticket = home
        note_asked(message, home)
    Message.objects.bulk_update(said, ["ticket", "asked_on"])
    recount(ticket)
    recount(home)
    return home


def came_to_nothing(home: Ticket, taken: Collection[int]) -> bool:
    """Whether nobody said anything on this private ticket but these messages, which are taken back; the caller has
    locked it and holds the turn."""
    return home.private and home.status in UNDONE_STATUSES and not home.messages.exclude(pk__in=taken).exists()


def asked_at(home: Ticket) -> Ticket:
    """Where the answers of this private ticket are written: the public one they answer, or itself."""
    public = home.asked_on
    return home if public is None else public.merged_into or public


def end(home: Ticket, *, by: User | None, now: datetime) -> None:
    """It came to nothing: it leaves the lists, and the public ticket is answered from again."""
    public = asked_at(home)
    run_clock(home, lambda book: turn(home, book, Status.RESOLVED, at=now), "status", "resolved_at")
    note_activity(home, "ticket.fell_empty", by=by, at=now)
    if public != home:
        note_activity(public, "ticket.came_back", by=by, at=now)
    announce([public.pk, home.pk])


def begin_again(home: Ticket, *, by: User, now: datetime) -> Ticket:
    """Something is said after all on one that came to nothing, which the caller has locked: it is open again."""
    if not home.private or home.status != Status.RESOLVED or home.messages.exists():
        return home
    return _resume(home, by=by, now=now, asked_on=home.asked_on)


def _that_came_to_nothing(address: Address, identity: Identity) -> Ticket | None:
    empty = _came_to_nothing_of(address, identity).first()
    return locked(empty) if empty is not None else None


def _came_to_nothing_of(address: Address, identity: Identity) -> QuerySet[Ticket]:
    theirs = Ticket.objects.filter(address=address, customer=identity.customer_id, identity=identity, private=True)
    return theirs.filter(status=Status.RESOLVED, merged_into=None, messages=None).order_by("-id")


def _resume(home: Ticket, *, by: User | None, now: datetime, asked_on: Ticket | None) -> Ticket:
    home.asked_on, home.last_message_at = asked_on, now
    home.assignee = None  # theirs who writes now
    fields = ("status", "resolved_at", "asked_on", "last_message_at", "assignee")
    run_clock(home, lambda book: turn(home, book, Status.OPEN, at=now), *fields)
    note_activity(home, "ticket.status", by=by, at=now, before=Status.RESOLVED, after=Status.OPEN)
    return home
