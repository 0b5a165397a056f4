"""What was asked and answered on tickets that are one by now, and on which of them. Reads only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Q

from tickets.choices import CATEGORY_OF, Direction, GestureKind, Status, StatusCategory
from tickets.models import Activity, Gesture, Message, Ticket, Trace
from tickets.promises.asked import answers_in_private
from tickets.promises.sides import Talk, Union, Word

_TOLD = ("direction", "sent_at", "external_id", "in_reply_to", "conversation", "identity")
_DECIDED = ("ticket.status", "ticket.aged")


def told_late(ticket: Ticket, message: Message, *more: Message) -> Talk | None:
    """All that was said on a ticket, where others were merged into it after this was said, and we hear of it only now;
    else None. `more`: what came to it just before and is not stored there. Six statements, or none."""
    if ticket.merged_at is None or message.sent_at > ticket.merged_at:
        return None
    return talk_on(ticket, *more, message)


def talk_on(ticket: Ticket, *more: Message) -> Talk:
    """Six statements."""
    pks = [ticket.pk, *Ticket.objects.filter(merged_into=ticket).values_list("pk", flat=True)]
    unions, origins, known = _unions(pks)
    out = Q(direction=Direction.OUT, automated=False, external_id__isnull=False)
    said = Message.objects.filter(Q(direction=Direction.IN, left_resolved=False) | out, ticket=ticket)
    stored = {one.pk: one for one in said.only(*_TOLD)}
    rows = sorted([*stored.values(), *(one for one in more if one.pk not in stored)], key=lambda one: one.sent_at)
    origins |= {one.pk: ticket.pk for one in rows if one.pk and one.pk <= known and one.pk not in origins}
    words = [*_words(ticket, rows, origins), *_in_private(ticket), *_decisions(pks)]
    return Talk(words, unions)


def _unions(pks: Collection[int]) -> tuple[list[Union], dict[int, int], int]:
    """The merges, by message the ticket from which the first of them brought it, and the latest message they knew."""
    merges = Gesture.objects.filter(kind=GestureKind.MERGE, undone_at=None, home__in=pks).order_by("at")
    rows = Trace.objects.filter(gesture__in=merges).values_list("gesture", "ticket_id", "before__messages")
    gone: dict[object, dict[int, list[int]]] = {}
    for gesture, ticket, messages in rows:
        gone.setdefault(gesture, {})[ticket] = messages or []
    unions, origins = list[Union](), dict[int, int]()
    for merge in merges:
        brought = {ticket: found for ticket, found in gone.get(merge.pk, {}).items() if ticket != merge.home_id}
        unions.append(Union(merge.at, brought.keys(), merge.home_id))
        for ticket, messages in brought.items():
            for message in messages:
                origins.setdefault(message, ticket)
    return unions, origins, max((merge.latest for merge in merges), default=0)


def _words(ticket: Ticket, rows: Sequence[Message], origins: Mapping[int, int]) -> Iterable[Word]:
    """What came after the merges was said where that was to which it belongs: what it answers, its conversation, or in
    private its handle."""
    there: dict[object, int] = {}
    for one in rows:
        if one.pk in origins:
            there[one.external_id] = there[_side(ticket, one)] = origins[one.pk]
    for one in rows:
        near = there.get(one.in_reply_to, there.get(_side(ticket, one), ticket.pk))
        yield Word(at=one.sent_at, by_us=one.direction == Direction.OUT, origin=origins.get(one.pk, near))


def _side(ticket: Ticket, message: Message) -> object:
    return message.identity_id if ticket.private else message.conversation


def _in_private(ticket: Ticket) -> Iterable[Word]:
    rows = answers_in_private([ticket.pk]).filter(external_id__isnull=False).order_by()
    for at, origin in rows.values_list("sent_at", "asked_on"):
        yield Word(at=at, by_us=True, origin=origin or ticket.pk)


def _decisions(pks: Collection[int]) -> Iterable[Word]:
    """When somebody resolved or ended them, and nobody took that back."""
    decided: dict[int, list[Word]] = defaultdict(list)
    lines = Activity.objects.filter(ticket__in=pks, verb__in=_DECIDED).order_by("at", "pk")
    for pk, at, after in lines.values_list("ticket_id", "at", "data__after"):
        if CATEGORY_OF[Status(after or Status.RESOLVED)] == StatusCategory.DONE:
            decided[pk].append(Word(at=at, by_us=True, origin=pk, decided=True))
        else:
            del decided[pk][-1:]
    for found in decided.values():
        yield from found
