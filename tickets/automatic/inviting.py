"""Invitations to write privately are followed: whoever writes then came by the newest one, and both tickets say so.

Used by intake, which holds the turn of the addresses concerned.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from kapture.sets import copy_rows, update_rows
from tickets.choices import MatchAction
from tickets.history import current_gesture
from tickets.models import Activity, Invitation, Ticket
from tickets.permissions import who_may_where
from tickets.receiving.filing import Item

_OPENED = (MatchAction.OPEN, MatchAction.FOLLOW_UP)
# A private message so long after an invitation did not come by it.
LASTS = timedelta(days=14)


def accept(items: Iterable[Item]) -> set[int]:
    """Private messages of customers who were invited; returns the tickets concerned. Three statements, where there are
    private messages; else none."""
    private = [item for item in items if item.message.private and not item.message.by_us and item.row and item.ticket]
    if not private:
        return set()
    found = _open(private)
    accepted: dict[int, tuple[Invitation, Item]] = {}
    for item in sorted(private, key=lambda item: item.message.sent_at):
        invitation = _newest(found, item)
        if invitation is not None:
            accepted.setdefault(invitation.pk, (invitation, item))
    update_rows(
        Invitation,
        ["id", "accepted_at", "accepted_by"],
        [[pk, item.message.sent_at, item.row.pk] for pk, (_, item) in accepted.items() if item.row],
    )
    return _tell(accepted.values()) | _give(accepted.values())


def _open(items: Iterable[Item]) -> list[Invitation]:
    people = {item.identity.pk for item in items if item.identity}
    rows = Invitation.objects.filter(
        address__in={item.address.pk for item in items},
        identity__in=people,
        accepted_at=None,
        message__external_id__isnull=False,
        message__deleted_at=None,
    )
    return list(rows.select_related("message").order_by("message__sent_at", "pk"))


def _newest(found: Iterable[Invitation], item: Item) -> Invitation | None:
    at: datetime = item.message.sent_at
    theirs = [
        one
        for one in found
        if item.identity is not None
        and (one.address_id, one.identity_id) == (item.address.pk, item.identity.pk)
        and timedelta(0) <= at - one.message.sent_at <= LASTS
    ]
    return theirs[-1] if theirs else None


def _tell(accepted: Iterable[tuple[Invitation, Item]]) -> set[int]:
    rows, tickets = [], set()
    for invitation, item in accepted:
        public, private, at = invitation.message.ticket_id, item.ticket, item.message.sent_at
        if private is None or public is None:
            continue
        tickets |= {public, private.pk}
        rows.append([public, "invitation.accepted", {"ticket": private.pk}, at, current_gesture()])
        if private.pk != public:
            rows.append([private.pk, "invitation.brought", {"ticket": public}, at, current_gesture()])
    if rows:
        copy_rows(Activity, ["ticket", "verb", "data", "at", "gesture"], rows)
    return tickets


def _give(accepted: Iterable[tuple[Invitation, Item]]) -> set[int]:
    """The private ticket that came of an invitation is theirs who invited, if it is nobody's and they may work it.
    Three statements where one was opened; else none."""
    came = {
        item.ticket.pk: (invitation.message.agent_id, item.ticket.queue_id, item)
        for invitation, item in accepted
        if item.ticket and item.action in _OPENED and item.ticket.assignee_id is None
    }
    if not came:
        return set()
    asked, queues = {pk for pk, _, _ in came.values() if pk is not None}, {queue for _, queue, _ in came.values()}
    allowed = who_may_where(asked, queues, "see", "work", "see_private")
    given = {ticket: (agent, item) for ticket, (agent, queue, item) in came.items() if (agent, queue) in allowed}
    update_rows(Ticket, ["id", "assignee"], [[ticket, agent] for ticket, (agent, _) in given.items()])
    rows = [
        [ticket, "ticket.assigned", {"to": agent, "from": None}, item.message.sent_at, current_gesture()]
        for ticket, (agent, item) in given.items()
    ]
    copy_rows(Activity, ["ticket", "verb", "data", "at", "gesture"], rows)
    return set(given)
