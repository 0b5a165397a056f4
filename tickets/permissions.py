"""Who may see and do what: the one policy that pages, API, admin and commands ask."""

from typing import Literal

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, Q, QuerySet

from tickets.choices import Visibility
from tickets.errors import NotAllowed
from tickets.models import Activity, Address, Customer, Message, OutboxEntry, Ticket

Verb = Literal["see", "work", "send", "see_private", "publish", "resume", "lift"]

_PERMISSIONS: dict[Verb, str] = {
    "see": "tickets.view_ticket",
    "work": "tickets.work_ticket",
    "send": "tickets.send_reply",
    "see_private": "tickets.see_private",
    "publish": "tickets.publish_post",
    "resume": "tickets.change_address",
    "lift": "tickets.change_optout",
}
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_REFUSALS: dict[Verb, str] = {
    "see": "You may not see tickets.",
    "work": "You may look at tickets, but not change them.",
    "send": "You may not answer customers.",
    "see_private": "You may not read or answer private messages.",
    "publish": "You may not publish posts for an account.",
    "resume": "You may not have an account send again; ask an administrator.",
    "lift": "You may not lift an opt-out; ask an administrator.",
}


def may(user: User | AnonymousUser, verb: Verb) -> bool:
    return user.is_active and user.has_perm(_PERMISSIONS[verb])


def who_may(*verbs: Verb) -> QuerySet[User]:
    """Everybody who may do all of this, for sets of people."""
    people = User.objects.filter(is_active=True)
    for verb in verbs:
        people = people.filter(pk__in=User.objects.with_perm(_PERMISSIONS[verb], backend=_BACKEND).values("pk"))
    return people


def require(user: User, *verbs: Verb) -> None:
    """Raises NotAllowed with the sentence for the first verb the person lacks."""
    for verb in verbs:
        if not may(user, verb):
            raise NotAllowed(_REFUSALS[verb])


def speakable_addresses(user: User | AnonymousUser) -> QuerySet[Address]:
    """The accounts this person may publish for."""
    return Address.objects.speakable_by(user) if may(user, "publish") else Address.objects.none()


def require_voice(user: User, address: Address) -> None:
    """Raises NotAllowed when the person may not publish for this account."""
    require(user, "publish")
    if not address.lets_speak(user):
        raise NotAllowed("You may not publish posts for this account.")


def visible_tickets(user: User | AnonymousUser) -> QuerySet[Ticket]:
    """What this person may know exists. An outsider's is empty."""
    if not may(user, "see"):
        return Ticket.objects.none()
    if not may(user, "see_private"):
        return Ticket.objects.filter(private=False)
    return Ticket.objects.all()


def visible_messages(user: User | AnonymousUser) -> QuerySet[Message]:
    """What was said on tickets and this person may read. An outsider's is empty."""
    if not may(user, "see"):
        return Message.objects.none()
    return hide_private(Message.objects.filter(ticket__isnull=False), user=user)


def visible_activities(user: User | AnonymousUser) -> QuerySet[Activity]:
    """What happened on tickets this person may see."""
    return hide_private_lines(Activity.objects.filter(ticket__in=visible_tickets(user)), user=user)


def visible_customers(user: User | AnonymousUser) -> QuerySet[Customer]:
    """Everybody who ever wrote, for who may read everything; else those of tickets the person may see."""
    if not may(user, "see"):
        return Customer.objects.none()
    if may(user, "see_private"):
        return Customer.objects.all()
    return Customer.objects.filter(Exists(visible_tickets(user).filter(customer=OuterRef("pk"))))


def visible_outbox(user: User | AnonymousUser) -> QuerySet[OutboxEntry]:
    """What is on its way out, or was: answers on tickets the person may read, and posts for who may publish."""
    entries = OutboxEntry.objects.filter(message__in=visible_messages(user))
    if not may(user, "publish"):
        return entries
    posts = OutboxEntry.objects.filter(message__ticket=None, private=False)
    return entries | posts.filter(address__in=speakable_addresses(user))


def hide_private(messages: QuerySet[Message], *, user: User | AnonymousUser) -> QuerySet[Message]:
    """Privacy is a matter of each message: a public ticket may hold private ones. Of a private one all is private."""
    if may(user, "see_private"):
        return messages
    return messages.exclude(Q(visibility=Visibility.PRIVATE) | Q(ticket__private=True))


def hide_private_lines(lines: QuerySet[Activity], *, user: User | AnonymousUser) -> QuerySet[Activity]:
    """A public ticket's history may tell of what was done in private: such a line says so in its data."""
    return lines if may(user, "see_private") else public_lines(lines)


def public_lines(lines: QuerySet[Activity]) -> QuerySet[Activity]:
    """Those that tell of nothing private, on whatever ticket."""
    return lines.exclude(data__contains={"private": True})
