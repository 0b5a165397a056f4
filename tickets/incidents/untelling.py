"""Whether what a statement tells still goes, and what stands in its row where it does not."""

from collections.abc import Collection, Iterable

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from tickets.choices import UNDONE_STATUSES, PartState, SendState, Status, Untold
from tickets.incidents.standing import why_untold
from tickets.models import Incident, Message, OutboxEntry, StatementPart, Ticket


def why_of(incident: Incident, ticket: Ticket) -> Untold | None:
    """The incident's own ticket counts as a part of it: others may be brought to it."""
    return why_untold(
        is_part=incident.unmade_at is None and incident.ticket_id in (ticket.part_of_id, ticket.pk),
        status=ticket.status,
        done_at=ticket.resolved_at,
        incident_done_at=incident.ticket.resolved_at,
        ends=incident.ends,
    )


def still_told() -> QuerySet[StatementPart]:
    """The rows with an answer of which `why_of` says nothing, asked in the database."""
    home = F("statement__incident__ticket")
    is_part = Q(statement__incident__unmade_at=None) & (Q(message__ticket__part_of=home) | Q(message__ticket=home))
    ended_with_it = Q(message__ticket__resolved_at__gte=F("statement__incident__ticket__resolved_at"))
    ended_with_it |= Q(statement__incident__ends__contains=[F("message__ticket__resolved_at")])
    goes = Q(message__ticket__status__in=UNDONE_STATUSES) | Q(ended_with_it, message__ticket__status=Status.RESOLVED)
    return StatementPart.objects.filter(is_part, goes)


def why_not(message: Message, ticket: Ticket) -> Untold | None:
    """Why an answer that was written for a statement is not told any more; of any other answer, None. One statement."""
    row = StatementPart.objects.filter(message=message).select_related("statement__incident__ticket").first()
    return why_of(row.statement.incident, ticket) if row is not None else None


_LOOKED_AT_AGAIN = (SendState.AWAITING, SendState.HELD, SendState.QUEUED)


def why_void(row: StatementPart, incident: Incident) -> Untold | None:
    """Why what waits to be told will not be, as is found out once its moment comes. `row` with its message's ticket
    and outbox."""
    entry = getattr(row.message, "outbox", None)
    if row.message is None or row.message.ticket is None or entry is None:
        return None
    return why_of(incident, row.message.ticket) if _waits(entry) else None


def note_void(entries: Iterable[OutboxEntry]) -> None:
    """Set `void` on those of statements, as `why_void` tells it. One statement; none when nothing waits."""
    waiting = {entry.message_id: entry for entry in entries if _waits(entry)}
    if not waiting:
        return
    related = ("statement__incident__ticket", "message__ticket")
    for row in StatementPart.objects.filter(message__in=waiting).select_related(*related):
        if row.message is not None and row.message.ticket is not None:
            waiting[row.message.pk].void = why_of(row.statement.incident, row.message.ticket)


def _waits(entry: OutboxEntry) -> bool:
    return entry.state in _LOOKED_AT_AGAIN and entry.first_tried_at is None


def sentence(why: Untold) -> str:
    return _("Not told: {why}. It can be answered by hand.").format(why=why.label)


def note_untold(messages: Collection[int], why: str) -> list[int]:
    """Before these answers go: the row of what was part of a statement says that this customer is told nothing, and may
    be tried again. Returns the incidents' tickets."""
    rows = StatementPart.objects.filter(message__in=messages)
    homes = list(rows.values_list("statement__incident__ticket", flat=True))
    if homes:
        rows.update(state=PartState.REFUSED, reason=why[:400], message=None)
    return homes
