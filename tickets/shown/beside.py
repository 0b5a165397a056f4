"""What stands beside a ticket's timeline: of the ticket and of the customer."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Max, QuerySet

from kapture.prepared import Given, prepared
from tickets.choices import UNSAID_STATES
from tickets.models import Happening, Message, Ticket
from tickets.models.departed import with_doer
from tickets.permissions import Rights, find_unseen, rights_of, visible_messages, visible_tickets
from tickets.reading.listing import with_authors
from tickets.regrouping.linking import MOST as MOST_LINKS
from tickets.regrouping.linking import is_linked, linked_keys

OTHER_TICKETS = 5


@prepared
def lately() -> QuerySet[Happening, Any]:
    """Beside what the customer said, each kind of thing once: how often, and when last."""
    told = Happening.objects.filter(identity=Given("identity")).order_by().values("kind")
    return told.annotate(count=Count("pk"), newest=Max("at")).order_by("-newest")[:OTHER_TICKETS]


@prepared
def scheduled(rights: Rights) -> QuerySet[Message]:
    """What is to go out later, or when somebody lets it, the next one first; of a thread its first part."""
    said = visible_messages(rights).filter(ticket=Given("ticket"), outbox__state__in=UNSAID_STATES)
    return with_doer(said.select_related("outbox", "approval"), "agent").order_by("outbox__not_before", "pk")


def around(user: User, ticket: Ticket) -> tuple[list[Ticket], list[Ticket]]:
    """The customer's other tickets, and what is linked with this one. One statement; another where links
    were brought elsewhere and they do not see all."""
    found: list[Any] = _theirs_and_linked(rights_of(user), ticket=ticket.pk, customer=ticket.customer_id)
    theirs = [one for one in found if one.customer_id == ticket.customer_id]
    links = [one for one in found if one.linked and one.merged_into_id != ticket.pk]
    unseen = find_unseen({one.merged_into_id for one in links if one.merged_into_id}, user=user)
    for one in links:
        one.brought_to = None if one.merged_into_id in unseen else one.merged_into_id
    return theirs[:OTHER_TICKETS], links


@prepared
def _theirs_and_linked(rights: Rights) -> QuerySet[Ticket]:
    seen, ticket = visible_tickets(rights), Given("ticket")
    own = seen.filter(customer=Given("customer")).exclude(pk=ticket).order_by("-last_message_at", "-id")
    keys = linked_keys(ticket, own.values_list("pk")[:OTHER_TICKETS])
    rows = with_authors(seen.filter(pk__in=keys).exclude(pk=ticket)).annotate(linked=is_linked(ticket))
    latest = rows.select_related("identity").order_by("-last_message_at", "-id")
    return latest[: MOST_LINKS + OTHER_TICKETS]
