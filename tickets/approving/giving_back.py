"""An answer that is not let go: its words go back to who wrote it; where they are not here any more, others hear of
it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from kapture.people import shown_name
from tickets.approving.asking import who_decide
from tickets.approving.withdrawing import withdraw
from tickets.choices import ApprovalState, DraftMode, NoticeEvent
from tickets.live import announce
from tickets.models import Approval, Draft, Message, OutboxEntry, Ticket
from tickets.notices.leads import leads_of
from tickets.notices.telling import tell
from tickets.sending.threads import whole_text


def give_back(
    approval: Approval,
    message: Message,
    line: Sequence[OutboxEntry],
    ticket: Ticket,
    *,
    by: User | None,
    now: datetime,
    reason: str,
) -> None:
    """`by`: nobody where the time to decide is over. Its parts and its ticket are locked by the caller."""
    private, expired = line[0].private, by is None
    approval.state = ApprovalState.EXPIRED if expired else ApprovalState.SENT_BACK
    approval.decided_by, approval.decided_at, approval.reason, approval.message = by, now, reason, None
    approval.written = whole_text([entry.message for entry in line])
    approval.save(update_fields=["state", "decided_by", "decided_at", "reason", "message", "written"])
    verb = "reply.expired" if expired else "reply.sent_back"
    writer = approval.writer
    facts: dict[str, Any] = {"private": private, "to": writer and writer.pk, "approval": approval.pk}
    facts |= {"reason": reason} if reason else {}
    why = (
        _("{who} sent this back: {reason}").format(who=shown_name(by), reason=reason)
        if by is not None
        else _("Nobody let this go in time.")
    )
    taken = withdraw(message, line, writer=writer, by=by, now=now, words_too=True, verb=verb, why=why, **facts)
    there, event = taken.ticket, NoticeEvent.DECIDED
    if writer is not None:
        mode = DraftMode.PRIVATE if private else DraftMode.PUBLIC
        Draft.objects.filter(person=writer, ticket=there, mode=mode).update(came_back=why)
        tell([writer], event, now=now, ticket=there, by=by, private=private, approved=False, expired=expired)
    if there is not None and (writer is None or not writer.is_active):
        people = _instead(there, private=private)
        tell(people, NoticeEvent.FAILED, now=now, ticket=there, by=by, private=private, gone=True, expired=expired)
    announce([ticket.pk, *([there.pk] if there is not None else [])])


def _instead(ticket: Ticket, *, private: bool) -> list[User]:
    """Who has the ticket, and who leads in its queue; where nobody does, who could have let it go."""
    keys = leads_of([ticket.queue_id])[ticket.queue_id] | ({ticket.assignee_id} if ticket.assignee_id else set())
    found = list(User.objects.filter(pk__in=keys, is_active=True).order_by("pk")) if keys else []
    return found or list(who_decide(ticket.queue_id, private=private))
