"""What was asked in public and answered in private: which of our private answers speak to a public ticket. Reads only.

They stand on the private ticket that begins with them (tickets/composing/beginning.py); the promises of the public one
hear of them all the same.
"""

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from tickets.choices import Direction
from tickets.models import Message, Ticket


def answers_in_private() -> QuerySet[Message]:
    """All of them, each to `ticket.asked_on`: what we wrote before the customer had written on that private ticket.
    From then on it is a talk of its own."""
    # By what we had heard, not by what was said: whoever wrote it knew nothing of what came in later.
    heard = Message.objects.filter(ticket=OuterRef("ticket"), direction=Direction.IN, pk__lt=OuterRef("pk"))
    ours = Message.objects.filter(direction=Direction.OUT, automated=False, ticket__asked_on__isnull=False)
    return ours.filter(~Exists(heard))


def asked_with(message: Message) -> Ticket | None:
    """The public ticket whose question this answers in private, or where all that was said there is by now. One
    statement, and one more where there is one."""
    where = (
        answers_in_private()
        .filter(pk=message.pk)
        .values_list(Coalesce("ticket__asked_on__merged_into", "ticket__asked_on"), flat=True)
    )
    public = where.first()
    return Ticket.objects.get(pk=public) if public is not None else None
