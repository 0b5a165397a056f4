"""Which of our answers speak to which questions, where they do not simply stand behind them on one ticket: private ones
to what was asked in public, and what is told of before a merge. Reads only.

Private ones stand on the private ticket that begins with them (tickets/composing/beginning.py), and wherever that is
brought to later; the promises of the public one hear of them all the same, and where that was merged, those of the one
that took it in.
"""

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from tickets.choices import Direction
from tickets.models import Message, Ticket
from tickets.promises.sides import Word

_TOLD = ("direction", "sent_at", "external_id", "in_reply_to", "conversation", "identity")


def note_asked(message: Message, ticket: Ticket | None) -> None:
    """As we say something on a ticket, before it is stored: what we wrote before the customer had written on that
    private ticket answers what was asked in public. From then on it is a talk of its own."""
    # By what we had heard, not by what was said: whoever wrote it knew nothing of what came in later.
    if ticket is not None and ticket.asked_on_id is not None and ticket.last_inbound_at is None:
        message.asked_on_id = ticket.asked_on_id


def answers_in_private(to: Collection[int] | None = None) -> QuerySet[Message]:
    """All of them, or those to these tickets (`public_of` says to which)."""
    ours = Message.objects.filter(direction=Direction.OUT, automated=False, asked_on__isnull=False)
    if to is not None:
        asked = Ticket.objects.filter(Q(pk__in=to, merged_into=None) | Q(merged_into__in=to))
        ours = ours.filter(asked_on__in=asked.order_by().values("pk"))
    return ours


def public_of(path: str = "") -> Coalesce:
    """The public ticket whose question a message answers in private, or where all that was said there is by now.
    `path`: to the message."""
    return Coalesce(f"{path}asked_on__merged_into", f"{path}asked_on")


def asked_with(message: Message) -> Ticket | None:
    """The public ticket whose question this answers in private. One statement, and one more where there is one."""
    public = answers_in_private().filter(pk=message.pk).values_list(public_of(), flat=True).first()
    return Ticket.objects.get(pk=public) if public is not None else None


def words_before(ticket: Ticket, message: Message, *more: Message) -> list[Word] | None:
    """All that was asked and answered on a ticket, where others were merged into it after this was said, and we hear of
    it only now; else None. `more`: what came to it just before and is not stored there. One statement, or none."""
    merged_at = ticket.merged_at
    if merged_at is None or message.sent_at > merged_at:
        return None
    out = Q(direction=Direction.OUT, automated=False, external_id__isnull=False)
    said = Message.objects.filter(Q(direction=Direction.IN, left_resolved=False) | out, ticket=ticket)
    stored = {one.pk: one for one in said.only(*_TOLD)}
    rows = [*stored.values(), *(one for one in (*more, message) if one.pk not in stored)]
    spoken_to = {one.external_id: _side(ticket, one) for one in rows if one.direction == Direction.IN}
    return [
        Word(
            at=one.sent_at,
            by_us=one.direction == Direction.OUT,
            side=spoken_to.get(one.in_reply_to, _side(ticket, one)) if one.in_reply_to else _side(ticket, one),
            alone=one.sent_at <= merged_at,
        )
        for one in rows
    ]


def _side(ticket: Ticket, message: Message) -> str | int | None:
    return message.identity_id if ticket.private else message.conversation
