"""A customer's page: all they said to whichever account and what we answered, as far as whoever looks may read it, the
latest first; and what is known of them. A fixed number of statements, however much there is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Prefetch, QuerySet

from kapture.prepared import Given, IsOneOf, prepared
from tickets.channels import channel_named
from tickets.models import Address, Customer, HandleChange, Happening, Identity, Media, Message, OptOut, Ticket
from tickets.models.departed import with_doer
from tickets.outbound import Asked, Permission
from tickets.permissions import Rights, may, rights_of, visible_customers, visible_messages, visible_tickets
from tickets.reading.listing import key_of, read_key

PAGE = 50
TICKETS = 10
_LATELY = 20
_HANDLES = 30
_MOST_ASKED = 20  # of accounts, times the handles of one person


@dataclass(frozen=True, slots=True)
class SaidPage:
    messages: Sequence[Message]
    after: str  # the key of the next page; empty on the last


class Reached(NamedTuple):
    """Whether somebody takes private messages from an account of ours."""

    identity: Identity
    address: Address
    permission: Permission


def customers_of(user: User) -> QuerySet[Customer]:
    """Those they may know of, with how each channel knows them and from whom they want nothing automatic."""
    standing = OptOut.objects.filter(lifted_at=None).select_related("address").order_by("at", "pk")
    standing = standing if may(user, "see_private") else standing.none()
    identities = Identity.objects.order_by("pk")
    return visible_customers(user).prefetch_related(
        Prefetch("identities", identities), Prefetch("identities__opt_outs", standing, "standing_opt_outs")
    )


def said_by(customer: Customer, *, user: User, after: str = "", size: int = PAGE) -> SaidPage:
    """One page. Three statements. ValueError for a key that is none.

    The latest of each handle are asked of an index, and the rows then by key.
    """
    moment, pk = read_key(after)
    given = {"customer": customer.pk, "moment": moment, "pk": pk}
    found: list[Any] = _latest_keys(rights_of(user), size + 1, moment is not None, **given)
    keys = [key for (of_one,) in found for key in of_one]
    rows = _rows(keys=keys)[: size + 1] if keys else []
    said = list(rows)
    if len(said) > size:
        return SaidPage(said[:size], key_of(said[size - 1].sent_at, said[size - 1].pk))
    return SaidPage(said, "")


@prepared
def _latest_keys(rights: Rights, most: int, further: bool) -> QuerySet[Identity, Any]:
    said = visible_messages(rights).filter(identity=OuterRef("pk")).order_by("-sent_at", "-id")
    if further:
        said = said.filter(sent_at__lte=Given("moment")).exclude(sent_at=Given("moment"), pk__gte=Given("pk"))
    keys = ArraySubquery(said.values("pk")[:most])
    return Identity.objects.filter(customer=Given("customer")).order_by("pk").values_list(keys)


@prepared
def _rows() -> QuerySet[Message]:
    rows = Message.objects.filter(IsOneOf(F("pk"), Given("keys"))).order_by("-sent_at", "-id")
    media = Media.objects.filter(message=OuterRef("pk")).order_by("pk")
    return with_doer(rows.select_related("address", "identity", "outbox", "ticket"), "agent").annotate(
        media_kinds=ArraySubquery(media.values("kind"))
    )


def tickets_of(customer: Customer, *, user: User) -> tuple[list[Ticket], bool]:
    """The latest they may see, and whether there are more."""
    rows = _tickets(rights_of(user), customer=customer.pk)
    return rows[:TICKETS], len(rows) > TICKETS


@prepared
def _tickets(rights: Rights) -> QuerySet[Ticket]:
    theirs = visible_tickets(rights).filter(customer=Given("customer")).select_related("address", "queue")
    return theirs.order_by("-last_message_at", "-id")[: TICKETS + 1]


@prepared
def happenings_of() -> QuerySet[Happening]:
    """What happened without a word, the latest first."""
    told = Happening.objects.filter(IsOneOf(F("identity"), Given("identities"))).select_related("address")
    return told.order_by("-at", "-id")[:_LATELY]


@prepared
def handles_of() -> QuerySet[HandleChange]:
    """What they were called, the latest first."""
    return HandleChange.objects.filter(IsOneOf(F("identity"), Given("identities")))[:_HANDLES]


def reached(identities: Iterable[Identity], *, user: User, now: datetime) -> list[Reached]:
    """By what is known here; no channel is asked. For who may read private messages. Six statements a channel."""
    if not may(user, "see_private"):
        return []
    addresses = list(Address.objects.order_by("name", "pk")) if identities else []
    there = [one for one in identities if not one.erased]
    pairs = [(one, address) for one in there for address in addresses if address.channel == one.channel]
    found: list[Reached] = []
    for channel in sorted({one.channel for one, _address in pairs}):
        asked = {place: pair for place, pair in enumerate(pairs[:_MOST_ASKED]) if pair[0].channel == channel}
        told = _foresee(channel, asked, now=now)
        found += [Reached(*pair, told[place]) for place, pair in asked.items() if place in told]
    return found


def _foresee(channel: str, asked: dict[int, tuple[Identity, Address]], *, now: datetime) -> dict[int, Permission]:
    """Nothing for a channel that was taken out of the settings."""
    wishes = [
        Asked(key=place, address_key=address.key, private=True, text="", recipient=one.external_id)
        for place, (one, address) in asked.items()
    ]
    try:
        known = channel_named(channel)
    except KeyError:
        return {}
    return {place: told.permission for place, told in known.foresee(wishes, now=now).items()}
