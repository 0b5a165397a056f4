"""Canned replies as somebody is offered them, and as they are put into an answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from tickets.answering import measure
from tickets.assignment import shown_name
from tickets.choices import Direction
from tickets.errors import CannotSend
from tickets.models import Address, CannedReply, CannedText, Message, Ticket
from tickets.permissions import may
from tickets.phrases.choosing import BOTH, PRIVATE, UNKNOWN, choose
from tickets.phrases.placeholders import Filled, as_name, example, fill, first_name
from tickets.sensing import language_of

MOST_OFFERED = 200
_LATEST = 5  # so many of the customer's messages are asked for their language


def usable(user: User | AnonymousUser) -> QuerySet[CannedReply]:
    """What this person is offered: their own, and what is for everybody or for a team of theirs."""
    if not may(user, "send") and not may(user, "work"):
        return CannedReply.objects.none()
    chosen = CannedReply.teams.through._default_manager.filter(cannedreply=OuterRef("pk"))
    shared = Q(~Exists(chosen) | Exists(chosen.filter(team__memberships__person=user.pk)), owner=None)
    return CannedReply.objects.filter(Q(owner=user.pk) | shared, enabled=True)


def own(user: User) -> QuerySet[CannedReply]:
    """What they may change."""
    return CannedReply.objects.filter(owner=user.pk)


def offered(user: User, *, private: bool) -> QuerySet[CannedReply]:
    """Those with a text that may be said this way, in their order."""
    texts = CannedText.objects.filter(reply=OuterRef("pk"))
    return usable(user).filter(Exists(texts if private else texts.exclude(audience=PRIVATE)))


def search(user: User, asked: str, *, private: bool) -> QuerySet[CannedReply]:
    """By shortcut, title, category or words; what begins so first, then what is used most."""
    found, asked = offered(user, private=private), asked.strip()[:100]
    if asked:
        words = Exists(CannedText.objects.filter(reply=OuterRef("pk"), text__icontains=asked))
        named = Q(shortcut__istartswith=asked) | Q(title__icontains=asked) | Q(category__icontains=asked)
        found = found.filter(named | words)
    place = Case(
        When(shortcut__iexact=asked, then=Value(0)),
        When(shortcut__istartswith=asked, then=Value(1)),
        When(title__istartswith=asked, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return found.order_by(place, "-uses", "title", "id")


@dataclass(frozen=True, slots=True)
class Inserted:
    """A canned reply as it stands in an answer. `gaps`: placeholders of which nothing is known, by name."""

    text: str
    gaps: tuple[str, ...]
    language: str


@transaction.atomic
def insert(
    reply: CannedReply, ticket: Ticket, *, private: bool, by: User, now: datetime, to: Message | None = None
) -> Inserted:
    """The text for this customer, counted as a use. Raises CannotSend when it has none that may be said this way."""
    made = wording(reply, ticket, private=private, by=by, to=to)
    CannedReply.objects.filter(pk=reply.pk).update(uses=F("uses") + 1, last_used_at=now)
    return made


def wording(reply: CannedReply, ticket: Ticket, *, private: bool, by: User, to: Message | None = None) -> Inserted:
    """The same, not counted."""
    chosen = choose(reply.texts.all(), private=private, language=_language(ticket, to))
    if chosen is None:
        raise CannotSend(f"“{reply.title}” has no text that may be said in public.")
    filled: Filled = fill(chosen.text, _facts(ticket, by=by, to=to))
    return Inserted(filled.text, filled.gaps, chosen.language)


def _language(ticket: Ticket, to: Message | None) -> str:
    """What the customer writes in: what is answered, else the latest of their words that tell. What X does not say (it
    never does of private messages) is found out."""
    said = ticket.messages.filter(direction=Direction.IN, deleted_at=None).order_by("-sent_at", "-id")
    latest = said.values_list("language", "text")[:_LATEST]
    told = [(to.language, to.text)] if to is not None and to.direction == Direction.IN else []
    tongues = (language_of(text) if tongue in UNKNOWN else tongue for tongue, text in (*told, *latest))
    return next(filter(None, tongues), "")


def _facts(ticket: Ticket, *, by: User, to: Message | None) -> Mapping[str, str]:
    who = to.identity if to is not None and to.identity is not None else ticket.identity
    name, account = as_name(who.name), ticket.address
    return {
        "handle": f"@{who.handle}" if who.handle else "",
        "name": name,
        "first_name": first_name(name),
        "agent": shown_name(by),
        "agent_first_name": by.first_name,
        "account": f"@{account.handle}" if account.handle else account.name,
        "ticket": str(ticket.pk),
    }


@dataclass(frozen=True, slots=True)
class Length:
    """How long a text is with examples in its places, as one account's channel counts."""

    length: int
    maximum: int

    @property
    def over(self) -> bool:
        return self.length > self.maximum


def lengths(texts: Iterable[CannedText]) -> dict[int, Length]:
    """By key; of accounts of several channels the first counts. One statement."""
    address = Address.objects.order_by("pk").first()
    return {one.pk: told for one in texts if (told := length_of(one.text, one.audience, address)) is not None}


def length_of(text: str, audience: str, address: Address | None) -> Length | None:
    """None while there is no account to measure for."""
    if address is None:
        return None
    limits = measure(address, example(text), private=audience not in (BOTH, "public"))
    return Length(limits.length, limits.maximum)
