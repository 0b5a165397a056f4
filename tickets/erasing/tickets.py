"""The steps of an erasing that empty the tickets of somebody: last words, reasons, what the history repeats. Used by
erase alone."""

import re
from datetime import datetime
from typing import Any

from django.db.models import Q

from kapture.sets import copy_rows, update_rows, without_key
from tickets.choices import PartState
from tickets.erasing.holding import Whom
from tickets.history import current_gesture
from tickets.models import (
    Activity,
    BulkRun,
    BulkTrace,
    ChecklistItem,
    Gesture,
    HookDelivery,
    Incident,
    SlaPause,
    StatementPart,
    Ticket,
    Trace,
)
from tickets.reading.last_word import last_said

_NAMELESS = "Incident"  # in the place of what somebody called it, which may name a person
# What lines of history hold in words, where it is words; verbs, states, codes and our own numbers stay.
_WORDS = frozenset(("text", "reason", "found", "title"))
_NAMING = "incident.named"
_AN_ID = re.compile(r"[0-9]{12,}(-[0-9]{12,})?")  # of a post, a person or a conversation


def empty_tickets(them: Whom) -> None:
    mine = {"ticket__in": them.tickets}
    ChecklistItem.objects.filter(**mine).delete()
    SlaPause.objects.filter(**mine).update(reason="")
    _empty_last_words(them)
    Ticket.objects.filter(pk__in=them.tickets).update(snooze_reason="")
    Incident.every.filter(**mine).update(name=_NAMELESS)
    StatementPart.objects.filter(**mine, state=PartState.WAITING).update(state=PartState.REFUSED)
    StatementPart.objects.filter(**mine).update(reason="")
    traces = BulkTrace.objects.filter(**mine)
    BulkRun.objects.filter(pk__in=traces.values("run")).update(value=without_key("value", "reason"))
    traces.update(reason="")
    # Nothing is put back any more where nothing is left of what was said; that it was merged, the history tells.
    touched = Trace.objects.filter(ticket__in=them.tickets).values("gesture")
    Gesture.objects.filter(Q(home__in=them.tickets) | Q(pk__in=touched)).delete()


def _empty_last_words(them: Whom) -> None:
    """Of theirs, and of those of others where the last word was theirs."""
    Ticket.objects.filter(pk__in=them.tickets).update(last_text="")
    elsewhere = Ticket.objects.filter(messages__in=them.messages).exclude(pk__in=them.tickets).order_by()
    last = last_said(set(elsewhere.values_list("pk", flat=True).distinct()))
    gone = [ticket for ticket, message in last.items() if message.deleted_at is not None]
    Ticket.objects.filter(pk__in=gone).update(last_text="")


def scrub_history(them: Whom) -> None:
    """What was told to other software of it goes, too."""
    HookDelivery.objects.filter(ticket__in=them.tickets).delete()
    lines = Activity.objects.filter(ticket__in=them.tickets).only("verb", "data").order_by("pk")
    told = [(line.pk, line.data, _line(line)) for line in lines.iterator()]
    update_rows(Activity, ["id", "data"], [[pk, bare] for pk, data, bare in told if bare != data])


def _line(line: Activity) -> Any:
    data = {name: fact for name, fact in line.data.items() if name != "name"} if line.verb == _NAMING else line.data
    return _wordless(data)


def _wordless(data: Any) -> Any:
    if isinstance(data, dict):
        kept = {name: fact for name, fact in data.items() if name != "grounds"}
        return {name: _wordless(fact) for name, fact in kept.items() if name not in _WORDS or not isinstance(fact, str)}
    if isinstance(data, list):
        return [_wordless(fact) for fact in data]
    return "" if isinstance(data, str) and _AN_ID.fullmatch(data) else data


def tell(them: Whom, *, by: int | None, now: datetime) -> None:
    """In the history of each of their tickets: that it was done, and by whom; no word of whom it was about."""
    rows: list[list[Any]] = [[pk, "customer.erased", {}, by, now, current_gesture()] for pk in them.tickets]
    if rows:
        copy_rows(Activity, ["ticket", "verb", "data", "actor", "at", "gesture"], rows)
