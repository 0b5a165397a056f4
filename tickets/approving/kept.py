"""What was written before somebody else changed it or gave it back, or took it back after all, for who may know it.
Reads only."""

from collections.abc import Collection

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from tickets.models import Approval, Ticket
from tickets.permissions import hide_private_lines, may, may_on, visible_messages

# The last two where somebody had let it go.
GIVEN_BACK = ("reply.sent_back", "reply.expired", "reply.cancelled", "incident.untold")


def words_given_back(pks: Collection[int], *, ticket: Ticket, by: User) -> dict[int, str]:
    """By approval, the words that went back to who wrote them, or were let go and taken back: for the writer, who may
    let answers go there, and who looks at everything. One statement, where there are any."""
    rows = _given_back(pks, ticket=ticket, by=by) if pks else Approval.objects.none()
    told = rows.values_list("pk", "let_go", "written")
    return {pk: let_go or written for pk, let_go, written in told if let_go or written}


def approvals_on(ticket: Ticket, *, by: User) -> QuerySet[Approval]:
    """What waits there, was let go, went back or was taken back, as far as the person may read it. One statement, and
    the caller's."""
    lines = hide_private_lines(ticket.activities.filter(verb__in=GIVEN_BACK, data__has_key="approval"), user=by)
    pks = list(lines.values_list("data__approval", flat=True))
    stands = Approval.objects.filter(message__in=visible_messages(by).filter(ticket=ticket))
    return stands | _given_back(pks, ticket=ticket, by=by) if pks else stands


def _given_back(pks: Collection[int], *, ticket: Ticket, by: User) -> QuerySet[Approval]:
    whole = may_on(by, "approve", ticket) or may(by, "audit")
    return Approval.objects.filter(Q() if whole else Q(writer=by.pk), pk__in=pks, message=None)
