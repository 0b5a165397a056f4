"""What an incident keeps from ending by itself while it is not done: its own ticket, and what is part of it."""

from django.db.models import Exists, OuterRef, QuerySet

from tickets.choices import UNDONE_STATUSES
from tickets.models import Incident, Ticket


def without_lasting(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """The others of these. Their customers were promised a word, and what is done would not be told."""
    lasting = Incident.objects.filter(ticket__status__in=UNDONE_STATUSES)
    others = tickets.exclude(Exists(lasting.filter(ticket=OuterRef("pk"))))
    return others.exclude(Exists(lasting.filter(ticket=OuterRef("part_of"))))
