"""The steps of an erasing that empty what was said: messages and all that repeats their words. Used by erase alone."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from kapture.sets import each_without_key, update_rows
from tickets.choices import ApprovalState, HandOffOutcome, SendState
from tickets.erasing.holding import Whom, drafts, unsent
from tickets.errors import CannotChange
from tickets.models import (
    Approval,
    AutoReplyCase,
    Draft,
    DryRunLine,
    HandOff,
    Media,
    Message,
    MessageVersion,
    OutboxEntry,
    RuleRun,
    SearchEntry,
    SendAttempt,
)
from tickets.receiving.erased import ERASED, stand_in

ERASED_CODE = "erased"
_OURS = "note:"  # tickets/replies.py


def check_under_way(them: Whom) -> list[int]:
    """What waits, locked, so that no worker takes it. Raises CannotChange where an answer is being sent."""
    entries = list(unsent(them).select_for_update(of=("self",)).order_by("pk"))
    if any(entry.state == SendState.SENDING for entry in entries):
        raise CannotChange(_("An answer to them is being sent at this moment. Try again in a minute."))
    return [entry.pk for entry in entries]


def stop_outbox(them: Whom, *, now: datetime) -> None:
    """What waits is never sent. Raises CannotChange as `check_under_way`."""
    entries = check_under_way(them)
    stopped = {"state": SendState.FAILED, "settled_at": now, "code": ERASED_CODE, "left_at": now}
    OutboxEntry.objects.filter(pk__in=entries).update(**stopped)
    OutboxEntry.objects.filter(message__in=them.messages).update(fingerprint="", reason="")
    SendAttempt.objects.filter(entry__message__in=them.messages).update(reason="")
    approvals = Approval.objects.filter(message__in=them.messages)
    approvals.filter(state=ApprovalState.WAITING).update(state=ApprovalState.EXPIRED, decided_at=now)
    approvals.update(word="", reason="", written="", let_go="")


def empty_messages(them: Whom, *, now: datetime) -> None:
    """Tombstones stay: who, when, on which ticket, and a stand-in for the id, by which a later telling is known."""
    Media.objects.filter(message__in=them.messages).delete()
    SearchEntry.objects.filter(message__in=them.messages).delete()
    drafts(them).delete()
    Draft.objects.filter(quotes__in=them.ids).update(quotes="")
    _rename(MessageVersion.objects.filter(message__in=them.messages))
    MessageVersion.objects.filter(message__in=them.messages).update(text="", spans=[])
    _rename(Message.objects.filter(pk__in=them.messages))
    blank = {"text": "", "original_text": "", "permalink": "", "in_reply_to": "", "conversation": "", "language": ""}
    gone = Coalesce("deleted_at", Value(now))
    Message.objects.filter(pk__in=them.messages).update(**blank, spans=[], quoted=None, deleted_at=gone)
    AutoReplyCase.objects.filter(Q(asked__in=them.messages) | Q(answer__in=them.messages)).update(reason="")


def _rename(rows: "QuerySet[Any]") -> None:
    """Under what stands for their ids. Notes of ours have none that a channel gave."""
    known = [(pk, number) for pk, number in rows.values_list("pk", "external_id") if number]
    fresh = [[pk, stand_in(number)] for pk, number in known if not number.startswith((ERASED, _OURS))]
    update_rows(rows.model, ["id", "external_id"], fresh)


def forget_named(them: Whom, *, now: datetime) -> None:
    """In messages of others that quote or answer what they said, or are of its conversation: no copy, and no id."""
    if not them.ids:
        return
    ids, rows = list(them.ids), Message.objects.filter(address__in=them.addresses)
    quotes = KeyTextTransform("external_id", "quoted")
    quoting = list(rows.annotate(quotes=quotes).filter(quoted__isnull=False, quotes__in=ids).only("quoted"))
    update_rows(Message, ["id", "quoted"], [[one.pk, _nothing(one.quoted or {}, now)] for one in quoting])
    rows.filter(in_reply_to__in=ids).update(in_reply_to="")
    talks = list(rows.filter(conversation__in=ids).only("conversation"))
    update_rows(Message, ["id", "conversation"], [[one.pk, stand_in(one.conversation)] for one in talks])


def _nothing(quoted: dict[str, object], now: datetime) -> dict[str, object]:
    """That something was quoted, and is gone."""
    return dict.fromkeys(quoted, "") | {"sent_at": None, "deleted_at": quoted.get("deleted_at") or now.isoformat()}


def empty_hand_offs(them: Whom, *, now: datetime) -> None:
    theirs = HandOff.objects.filter(Q(ticket__in=them.tickets) | Q(answered__in=them.messages))
    theirs.filter(outcome=HandOffOutcome.OPEN).update(outcome=HandOffOutcome.WITHDRAWN, settled_at=now)
    theirs.update(text="", link="", fingerprint="")


def scrub_rulings(them: Whom) -> None:
    """Which rules held stays; what they found in somebody's words or profile goes."""
    DryRunLine.objects.filter(ticket__in=them.tickets).update(why=each_without_key("why", "grounds"))
    runs = RuleRun.objects.filter(Q(ticket__in=them.tickets) | Q(message__in=them.messages))
    runs.update(steps=each_without_key("steps", "grounds"))
