"""The rows somebody may know of: tickets, what was said and done on them, who wrote, what is on its way out."""

from collections.abc import Collection

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable

from tickets.choices import Visibility
from tickets.models import Activity, Customer, DryRunLine, Message, OutboxEntry, Queue, Ticket
from tickets.permissions.queues import in_queues, queues_for, sees_every_queue
from tickets.permissions.rights import Somebody
from tickets.permissions.roles import may, speakable_addresses


def visible_tickets(user: Somebody) -> QuerySet[Ticket]:
    """What this person may know exists. An outsider's is empty."""
    if not may(user, "see"):
        return Ticket.objects.none()
    tickets = Ticket.objects.filter(in_queues(user, "see"))
    return tickets if may(user, "see_private") else tickets.filter(private=False)


def visible_queues(user: User | AnonymousUser) -> QuerySet[Queue]:
    """The queues they may look into."""
    if not may(user, "see"):
        return Queue.objects.none()
    found = queues_for(user, "see")
    return Queue.objects.all() if found.every else Queue.objects.filter(pk__in=found.queues)


def workable_tickets(user: Somebody) -> QuerySet[Ticket]:
    """Of what they may see, what they may change."""
    if not may(user, "work"):
        return Ticket.objects.none()
    return visible_tickets(user).filter(in_queues(user, "work"))


def visible_messages(user: Somebody) -> QuerySet[Message]:
    """What was said on tickets and this person may read. An outsider's is empty."""
    if not may(user, "see"):
        return Message.objects.none()
    return Message.objects.filter(_said(user))


def _said(user: Somebody, *, path: str = "") -> Q:
    """Of messages (at `path`), those on tickets that are theirs to read."""
    said = in_queues(user, "see", path=f"{path}ticket__") & Q(**{f"{path}ticket__isnull": False})
    return said if may(user, "see_private") else said & ~_private(path)


def _private(path: str = "") -> Q:
    return Q(**{f"{path}visibility": Visibility.PRIVATE}) | Q(**{f"{path}ticket__private": True})


def visible_activities(user: Somebody) -> QuerySet[Activity]:
    """What happened on tickets this person may see."""
    return hide_private_lines(Activity.objects.filter(ticket__in=visible_tickets(user)), user=user)


def visible_customers(user: User | AnonymousUser) -> QuerySet[Customer]:
    """Everybody who ever wrote, for who may read everything; else those of tickets the person may see. Who
    was merged with another is not there."""
    if not may(user, "see"):
        return Customer.objects.none()
    if may(user, "see_private") and sees_every_queue(user):
        return Customer.objects.filter(merged_into=None)
    return Customer.objects.filter(Exists(visible_tickets(user).filter(customer=OuterRef("pk"))))


def visible_outbox(user: Somebody) -> QuerySet[OutboxEntry]:
    """What is on its way out, or was: answers on tickets the person may read, and posts for who may publish, or looks
    at everything."""
    # A join, not "in all messages", so that a page is read by the key.
    entries = _said(user, path="message__") if may(user, "see") else Q(pk__in=())
    posts = Q(message__ticket=None, private=False)
    if may(user, "see") and may(user, "audit"):
        return OutboxEntry.objects.filter(entries | posts)
    if not may(user, "publish"):
        return OutboxEntry.objects.filter(entries)
    return OutboxEntry.objects.filter(entries | (posts & Q(address__in=speakable_addresses(user))))


def visible_differences(user: User | AnonymousUser) -> QuerySet[DryRunLine]:
    """What a dry run found on tickets this person may see."""
    return DryRunLine.objects.filter(ticket__in=visible_tickets(user))


def hide_private(messages: QuerySet[Message], *, user: Somebody) -> QuerySet[Message]:
    """Privacy is a matter of each message: a public ticket may hold private ones. Of a private one all is private."""
    if may(user, "see_private"):
        return messages
    return messages.exclude(_private())


def hide_private_lines(lines: QuerySet[Activity], *, user: Somebody) -> QuerySet[Activity]:
    """A public ticket's history may tell of what was done in private: such a line says so in its data. Nor is told what
    belongs to an incident together where none of that is theirs to see."""
    if sees_all(user):
        return lines
    lines = lines if may(user, "see_private") else public_lines(lines)
    named = visible_tickets(user).filter(pk__in=_Named(OuterRef("data__tickets"), OuterRef("data__ticket")))
    return lines.exclude(Q(verb__in=_OF_INCIDENTS) & ~Exists(named))


class _Named(Func):
    """The numbers of tickets in a line's facts, one a row."""

    template = "(SELECT n::bigint FROM jsonb_array_elements_text(%(expressions)s) AS n WHERE n ~ '^[0-9]{1,18}$')"

    def __init__(self, several: Combinable, one: Combinable) -> None:
        alone = Func(one, function="jsonb_build_array")
        super().__init__(Func(several, alone, function="COALESCE"))


_OF_INCIDENTS = (
    *("incident.added", "incident.taken_out", "incident.joined", "incident.left"),
    *("incident.untold", "incident.resolved", "incident.reopened"),
)


def sees_all(user: Somebody) -> bool:
    """Whether there is no ticket that they may not see."""
    return may(user, "see") and may(user, "see_private") and sees_every_queue(user)


def find_unseen(numbers: Collection[int], *, user: User | AnonymousUser) -> frozenset[int]:
    """Of these tickets, those the person may not see, or that are gone. One statement; none where they see all."""
    if not numbers or sees_all(user):
        return frozenset()
    return frozenset(numbers) - set(visible_tickets(user).filter(pk__in=numbers).values_list("pk", flat=True))


def with_seen_incident(tickets: QuerySet[Ticket], *, user: User | AnonymousUser) -> QuerySet[Ticket]:
    """With `seen_part_of`: the incident they are part of, where the person may see that."""
    if sees_all(user):
        return tickets.annotate(seen_part_of=F("part_of_id"))
    seen = visible_tickets(user).filter(pk=OuterRef("part_of_id")).values("pk")
    return tickets.annotate(seen_part_of=Subquery(seen))


def public_lines(lines: QuerySet[Activity]) -> QuerySet[Activity]:
    """Those that tell of nothing private, on whatever ticket."""
    return lines.exclude(data__contains={"private": True})
