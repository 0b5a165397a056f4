"""Automatic answers to private messages outside opening hours: every message is considered once, and what came of it is
kept (AutoReplyCase). Decisions are automating.py's.

Each person's messages are decided one after another, whoever works them: two at once get one answer. There is no way
here to say anything in public.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tickets.automatic.automating import decide, opts_out
from tickets.automatic.opting_out import mark
from tickets.automatic.wanted import MAY_GO, facts_of, still
from tickets.bells import answer as answer_bell
from tickets.bells import ring
from tickets.choices import AutoReplyCode, Direction, MessageKind, SendState, Visibility
from tickets.finding.entries import index
from tickets.history import note_activity
from tickets.lifecycle import locked
from tickets.live import announce
from tickets.models import AutoReply, AutoReplyCase, Identity, Message, OutboxEntry, Ticket
from tickets.models.automation import usual_words
from tickets.receiving.filing import Item
from tickets.sending.meters import give_back
from tickets.sending.queueing import queue

BELL = "auto_reply"
TASK = "tickets.tasks.auto_replies"
LAPSED = gettext_noop("It was queued, and looked at again when its turn came.")


def consider(items: Sequence[Item], *, now: datetime) -> None:
    """Note the private messages that came in where there are automatic answers, and those that want none wherever they
    came in: who opts out is heard while answers are switched off. Two statements and a bell, or one, or none."""
    said = [item for item in items if item.message.private and not item.message.by_us and item.row and item.identity]
    if not said:
        return
    addresses = {item.address.pk for item in said}
    rules = {rules.address_id: rules for rules in AutoReply.objects.filter(address__in=addresses)}
    cases = [
        AutoReplyCase(address=item.address, identity=item.identity, asked=item.row, at=now)
        for item in said
        if item.ticket is not None and _concerns(rules.get(item.address.pk), item.message.text)
    ]
    if cases:
        AutoReplyCase.objects.bulk_create(cases, ignore_conflicts=True)
        ring(BELL, task=TASK)


def _concerns(rules: AutoReply | None, text: str) -> bool:
    return (rules is not None and rules.enabled) or _opts_out(rules, text)


def _opts_out(rules: AutoReply | None, text: str) -> bool:
    """By the address's own words; where nobody ever wrote any, by the usual ones."""
    return opts_out(text, rules.opt_out_words if rules is not None else usual_words())


def answer_due(*, clock: Callable[[], datetime] = timezone.now, at_most: timedelta | None = None) -> int:
    """Decide what waits, the oldest first. Safe to run twice at once. Returns how many were decided."""
    answer_bell(BELL)
    began, done = clock(), 0
    while (at_most is None or clock() - began < at_most) and _decide_next(clock):
        done += 1
    return done


@transaction.atomic
def _decide_next(clock: Callable[[], datetime]) -> bool:
    due = AutoReplyCase.objects.filter(code=AutoReplyCode.DUE).order_by("id")
    case = due.select_for_update(skip_locked=True, of=("self",)).select_related("asked", "address").first()
    if case is None:
        return False
    # Whoever works another message of the same person waits here, and then sees what came of this one.
    identity = Identity.objects.select_for_update(no_key=True).get(pk=case.identity_id)
    now, rules = clock(), AutoReply.objects.filter(address=case.address_id).first()
    if rules is None or not rules.enabled:
        heard = case.asked.visibility == Visibility.PRIVATE and _opts_out(rules, case.asked.text)
        if heard:
            _hear(case, identity, now=now)
        _close(case, AutoReplyCode.OPTS_OUT if heard else AutoReplyCode.OFF, now=now)
        return True
    facts = facts_of(case, identity, rules, now=now)
    code = decide(facts, now=now)
    if code == AutoReplyCode.OPTS_OUT:
        _hear(case, identity, now=now)
    answer = _send(case, identity, rules, now=now) if code == AutoReplyCode.SENT else None
    refusal = facts.channel_refusal if code == AutoReplyCode.CHANNEL else ""
    _close(case, code, now=now, reason=refusal, answer=answer)
    return True


def keep_wanted(entries: Sequence[OutboxEntry], *, now: datetime) -> list[OutboxEntry]:
    """Of what was claimed, and is about to be sent, what still may go: an automatic answer is looked at again, for it
    may have waited a night. What does not hold any more is gone, with its reason in the log and the ticket's history.
    No statement where nothing is automatic."""
    return [entry for entry in entries if not entry.message.automated or not _lapses(entry, now=now)]


@transaction.atomic
def _lapses(entry: OutboxEntry, *, now: datetime) -> bool:
    case = AutoReplyCase.objects.filter(answer=entry.message_id).select_related("asked", "address").first()
    if case is None:
        return False
    identity = Identity.objects.select_for_update(no_key=True).get(pk=case.identity_id)
    code = still(case, identity, now=now)
    if code in MAY_GO:
        return False
    claimed = OutboxEntry.objects.filter(pk=entry.pk, state=SendState.SENDING, claimed_at=entry.claimed_at)
    if not claimed.select_for_update().exists():
        return True  # an echo of an earlier try settled it this moment: it is out
    if entry.message.ticket is not None:
        note_activity(entry.message.ticket, "reply.lapsed", by=None, at=now, code=code)
        announce([entry.message.ticket.pk])
    _remove([entry.message_id])
    _close(case, code, now=now, reason=_(LAPSED))
    give_back(entry, now=now)
    return True


def _send(case: AutoReplyCase, identity: Identity, rules: AutoReply, *, now: datetime) -> Message | None:
    """Into the outbox, behind everything people wrote. The ticket is not answered by this, nor taken up."""
    asked = case.asked
    assert asked.ticket is not None and asked.visibility == Visibility.PRIVATE
    ticket = locked(asked.ticket)
    told = Message.objects.filter(address=case.address, identity=identity, automated=True).exists()
    message = Message.objects.create(
        ticket=ticket,
        address=case.address,
        kind=MessageKind.DIRECT,
        direction=Direction.OUT,
        visibility=Visibility.PRIVATE,
        identity=identity,
        automated=True,
        text=rules.text if told else f"{rules.text}\n\n{rules.privacy_url}",
        conversation=asked.conversation,
        sent_at=now,
        received_at=now,
    )
    index([message])
    queue(message, recipient=identity, not_before=now, now=now, behind=True)
    ticket.message_count += 1
    ticket.save(update_fields=["message_count"])
    note_activity(ticket, "reply.automated", by=None, at=now, message=message.pk)
    announce([ticket.pk])
    return message


def _hear(case: AutoReplyCase, identity: Identity, *, now: datetime) -> None:
    mark(case.asked, now=now)
    _take_back(case, identity)


def _take_back(case: AutoReplyCase, identity: Identity) -> None:
    """What is not out yet shall not go to somebody who wants none."""
    waiting = OutboxEntry.objects.filter(
        address=case.address, recipient=identity, message__automated=True, state__in=(SendState.HELD, SendState.QUEUED)
    ).select_for_update(skip_locked=True, of=("self",))
    _remove(list(waiting.values_list("message", flat=True)))


def _remove(pks: Sequence[int]) -> None:
    messages = Message.objects.filter(pk__in=pks)
    for pk in list(messages.values_list("ticket_id", flat=True)):
        Ticket.objects.filter(pk=pk).update(message_count=F("message_count") - 1)
    messages.delete()


def _close(
    case: AutoReplyCase, code: AutoReplyCode, *, now: datetime, reason: str = "", answer: Message | None = None
) -> None:
    case.code, case.decided_at, case.answer = code, now, answer
    case.reason = reason[:300]
    case.save(update_fields=["code", "decided_at", "answer", "reason"])
