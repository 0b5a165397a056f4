"""An answer that waits for approval: let go, perhaps changed, or given back to who wrote it. Nobody decides their own.

Whatever is decided at one moment (two people, or its writer who takes it back), one of them wins and the other is told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tickets.approving.giving_back import give_back
from tickets.approving.withdrawing import hold_for
from tickets.bells import ring_later
from tickets.channels import channel_named
from tickets.choices import ApprovalState, NoticeEvent, SendState
from tickets.composing.answering import await_news, check_here, check_reply, check_text, tidy
from tickets.composing.blanks import shown
from tickets.composing.targets import Aim, answerable, answered_by
from tickets.errors import CannotChange, CannotSend, NeedsParts, NewsSince, NotAllowed
from tickets.finding.entries import index
from tickets.history import note_activity
from tickets.incidents.untelling import why_not
from tickets.lifecycle import locked
from tickets.live import announce
from tickets.models import Approval, Message, OutboxEntry, Ticket
from tickets.models.approval import LONGEST_WHY
from tickets.models.departed import doer_of
from tickets.notices.reading import mark_settled
from tickets.notices.telling import tell
from tickets.permissions import in_queues, may, require, require_on, sees_all, visible_messages
from tickets.replies import GONE
from tickets.sending.dispatching import tell_ticket
from tickets.sending.queueing import OUTBOX_TASK
from tickets.sending.repeating import check_unsaid
from tickets.sending.rewording import newest_wording
from tickets.sending.scheduling import latest_for, news_for, reworded_since
from tickets.sending.threads import lock_line, unsent_rest, whole_text

_BATCH = 100


def waiting(user: User | AnonymousUser) -> QuerySet[Approval]:
    """What this person may decide, unordered: not their own."""
    if not may(user, "approve"):
        return Approval.objects.none()
    here = in_queues(user, "approve", path="message__ticket__")
    rows = Approval.objects.filter(here, state=ApprovalState.WAITING, message__in=visible_messages(user))
    return rows.exclude(writer=user.pk)


def decided(user: User | AnonymousUser) -> QuerySet[Approval]:
    """What somebody has decided meanwhile, for whom it may have waited: they are told who was first. Of what went back
    nothing stands on a ticket any more; that is told to who sees every ticket."""
    if not may(user, "approve"):
        return Approval.objects.none()
    here = Q(in_queues(user, "approve", path="message__ticket__"), message__in=visible_messages(user))
    where = here | Q(message=None) if sees_all(user) else here
    return Approval.objects.filter(where).exclude(state=ApprovalState.WAITING).exclude(writer=user.pk)


@transaction.atomic
def approve(
    approval: Approval,
    *,
    by: User,
    now: datetime,
    text: str | None = None,
    seen: int | None = None,
    wording: int = 0,
    repeat: bool = False,
) -> Message:
    """Let it go, behind the undo window, or at the moment it is scheduled for. `text`: as it is to read now; what was
    written is kept. `seen`, `wording`: the latest message of the ticket, and the latest of what was changed there, that
    whoever decides has read.

    Raises NotAllowed, CannotChange (decided, taken back, expired), NewsSince, CannotSend, Repeats.
    """
    message, line, approval, ticket = _hold(approval, by=by, now=now)
    before = whole_text([entry.message for entry in line])
    changed = text is not None and tidy(text) != before
    if changed:
        _rewrite(line, str(text))
    first = line[0]
    _check(first, message, ticket, by=by)
    _check_news(first, seen=seen, wording=wording)
    check_unsaid(first, by=by, now=now, repeat=repeat)
    _release(line, ticket, now=now)
    approval.state, approval.decided_by, approval.decided_at = ApprovalState.APPROVED, by, now
    approval.written = before if changed else ""
    approval.save(update_fields=["state", "decided_by", "decided_at", "written"])
    writer = approval.writer
    facts = {"message": message.pk, "private": first.private, "writer": writer and writer.pk, "changed": changed}
    note_activity(ticket, "reply.approved", by=by, at=now, **facts)
    mark_settled(NoticeEvent.APPROVAL, now=now, message=message.pk)
    people, event, private = [writer] if writer is not None else [], NoticeEvent.DECIDED, first.private
    tell(people, event, now=now, ticket=ticket, by=by, private=private, approved=True, message=message.pk)
    announce([ticket.pk])
    return message


@transaction.atomic
def send_back(approval: Approval, *, by: User, now: datetime, reason: str) -> None:
    """Its words are its writer's draft again, with the reason. Raises NotAllowed, CannotChange."""
    reason = shown(" ".join(reason.split()))
    if not reason or len(reason) > LONGEST_WHY:
        raise CannotChange(_("Say why it goes back, in up to %(most)s characters.") % {"most": LONGEST_WHY})
    message, line, approval, ticket = _hold(approval, by=by, now=now)
    give_back(approval, message, line, ticket, by=by, now=now, reason=reason)


def expire_due(*, now: datetime) -> int:
    """Give back what nobody decided in time; returns how many."""
    due = Approval.objects.filter(state=ApprovalState.WAITING, expires_at__lte=now, message__isnull=False)
    return sum(_expire(pk, now=now) for pk in due.order_by("expires_at").values_list("pk", flat=True)[:_BATCH])


@transaction.atomic
def _expire(pk: int, *, now: datetime) -> int:
    found = (
        Approval.objects.filter(pk=pk, state=ApprovalState.WAITING).select_related("message__ticket", "writer").first()
    )
    if found is None or found.message is None or found.message.ticket is None:
        return 0
    hold_for(found.message, writer=found.writer)
    line = unsent_rest(lock_line(found.message))
    again = Approval.objects.select_for_update().filter(pk=pk, state=ApprovalState.WAITING).first()
    if again is None or not line:
        return 0
    give_back(again, found.message, line, locked(found.message.ticket), by=None, now=now, reason="")
    return 1


def _hold(approval: Approval, *, by: User, now: datetime) -> tuple[Message, list[OutboxEntry], Approval, Ticket]:
    """Everything locked, outbox before ticket; and it is still to be decided, by this person."""
    message = Message.objects.filter(pk=approval.message_id or 0).select_related("ticket").first()
    if message is None or message.ticket is None:
        raise CannotChange(_decided(Approval.objects.filter(pk=approval.pk).first()))
    require_on(by, "approve", message.ticket)
    if message.visibility == "private":
        require(by, "see_private")
    if approval.writer_id == by.pk:
        raise NotAllowed(_("Nobody lets their own answer go. Somebody else has to."))
    await_news(message.ticket, private=message.visibility == "private")
    hold_for(message, writer=approval.writer)
    line = lock_line(message)
    now_told = Approval.objects.select_for_update().filter(pk=approval.pk).first()
    if now_told is None or not line:
        raise CannotChange(_decided(now_told))
    if now_told.state != ApprovalState.WAITING or line[0].state != SendState.AWAITING:
        raise CannotChange(_decided(now_told))
    if now_told.expires_at <= now:
        raise CannotChange(_("The time to decide is over: its words go back to who wrote it."))
    message.refresh_from_db()
    assert message.ticket is not None
    return message, line, now_told, locked(message.ticket)


def _decided(approval: Approval | None) -> str:
    if approval is None:
        return _("It was taken back by who wrote it.")
    who = doer_of(approval, "decided_by") or _("Somebody")
    if approval.state == ApprovalState.APPROVED:
        return _("{who} has let it go already.").format(who=who)
    if approval.state == ApprovalState.SENT_BACK:
        return _("{who} has sent it back already.").format(who=who)
    return _("Nobody decided in time: its words went back to who wrote it.")


def _check(entry: OutboxEntry, message: Message, ticket: Ticket, *, by: User) -> None:
    """What was asked when it was written holds still. Of a statement to many: it is still to be told there."""
    why = why_not(message, ticket)
    if why is not None:
        raise CannotSend(_("This does not go out: %(label)s. Send it back, or answer by hand.") % {"label": why.label})
    check_here(ticket, private=entry.private, by=by)
    if message.in_reply_to:
        said = answered_by(message)
        found = answerable(ticket, private=False, pk=said.pk) if said is not None else None
        if found is None:
            raise CannotSend(_(GONE))
        permission = check_reply(ticket, private=False, aimed=Aim(found), by=by)
    else:
        permission = check_reply(ticket, private=entry.private, by=by)
    if not permission.allowed:
        raise CannotSend(permission.reason)


def _check_news(entry: OutboxEntry, *, seen: int | None, wording: int) -> None:
    if news_for(entry, seen=seen) is not None:
        raise NewsSince(_("Somebody wrote since this was written. Read it, then let this go if it still holds."))
    if reworded_since(entry, wording=wording):
        raise NewsSince(
            _("The customer changed their words since this was written. Read them, then let this go if it still holds.")
        )


def _rewrite(line: Sequence[OutboxEntry], text: str) -> None:
    """As many messages as before: what is to be said in more or fewer is for its writer."""
    first, many = line[0], len(line)
    to = first.recipient.handle if first.recipient is not None else ""
    wordless = first.message.media.exists()
    try:
        parts = check_text(first.address, text, private=first.private, handle=to, parts=many, wordless=wordless)
    except NeedsParts as more:
        raise CannotSend(
            _("So it would go out in %(count)s parts, and not in %(many)s. Send it back instead.")
            % {"count": len(more.parts), "many": many}
        ) from more
    if len(parts) != many:
        raise CannotSend(
            _("So it would go out in %(count)s parts, and not in %(many)s. Send it back instead.")
            % {"count": len(parts), "many": many}
        )
    channel = channel_named(first.address.channel)
    for entry, part in zip(line, parts, strict=True):
        entry.message.text = part.text
        entry.message.original_text = part.source if many > 1 else ""
        entry.message.save(update_fields=["text", "original_text"])
        entry.fingerprint = channel.fingerprint(part.text)
        entry.save(update_fields=["fingerprint"])
    index([entry.message for entry in line])


def _release(line: Sequence[OutboxEntry], ticket: Ticket, *, now: datetime) -> None:
    first = line[0]
    goes = now + timedelta(seconds=settings.UNDO_SECONDS)
    later = first.not_before > goes
    if later:
        first.state = SendState.SCHEDULED
        first.seen, first.wording = latest_for(first), newest_wording()
        first.save(update_fields=["state", "seen", "wording"])
    else:
        parts = [entry.message for entry in line]
        first.state, first.not_before, first.seen = SendState.HELD, goes, None
        first.save(update_fields=["state", "not_before", "seen"])
        OutboxEntry.objects.filter(pk__in=[entry.pk for entry in line[1:]]).update(not_before=goes)
        Message.objects.filter(pk__in=[part.pk for part in parts]).update(sent_at=now)
        for part in parts:
            part.sent_at = now
        tell_ticket(ticket, parts)
    ring_later(task=OUTBOX_TASK, at=first.not_before)
