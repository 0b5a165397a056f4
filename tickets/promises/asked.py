"""What was asked in public and answered in private: which of our private answers speak to a public ticket. Reads only.

They stand on the private ticket that begins with them (tickets/composing/beginning.py), and wherever that is brought to
later; the promises of the public one hear of them all the same, and where that was merged, those of the one that took
it in.
"""

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from tickets.choices import Direction
from tickets.models import Message, Ticket


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
