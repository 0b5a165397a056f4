"""Canned replies as somebody is offered them, and as they are put into an answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from kapture.people import shown_name
from kapture.prepared import prepared
from tickets.choices import Direction
from tickets.composing.answering import measure
from tickets.errors import CannotSend
from tickets.models import Address, CannedReply, CannedText, Message, Ticket
from tickets.permissions import Rights, Somebody, may, rights_of
from tickets.phrases.choosing import BOTH, PRIVATE, UNKNOWN, choose, language_name
from tickets.phrases.placeholders import Filled, as_name, example, fill, first_name
from tickets.rules.languages import LANGUAGES
from tickets.rules.sensing import language_of

MOST_OFFERED = 200
_LATEST = 5  # so many of the customer's messages are asked for their language


def usable(user: Somebody) -> QuerySet[CannedReply]:
    """What this person is offered: their own, and what is for everybody or for a team of theirs."""
    if not may(user, "send") and not may(user, "work"):
        return CannedReply.objects.none()
    chosen = CannedReply.teams.through._default_manager.filter(cannedreply=OuterRef("pk"))
    shared = Q(~Exists(chosen) | Exists(chosen.filter(team__memberships__person=user.pk)), owner=None)
    return CannedReply.objects.filter(Q(owner=user.pk) | shared, enabled=True)


def own(user: User) -> QuerySet[CannedReply]:
    """What they may change."""
    return CannedReply.objects.filter(owner=user.pk)


def offered(user: User | Rights, *, private: bool) -> QuerySet[CannedReply]:
    """Those with a text that may be said this way, in their order; `in_public`: whether any of it may be said there."""
    texts = CannedText.objects.filter(reply=OuterRef("pk"))
    found = usable(user).annotate(in_public=Exists(texts.exclude(audience=PRIVATE)))
    return found.filter(Exists(texts)) if private else found.filter(in_public=True)


def listed(user: User) -> list[CannedReply]:
    """The first of those that may be said at all, for the composer. One statement."""
    return _listed(rights_of(user), person=user.pk)


@prepared
def _listed(rights: Rights) -> QuerySet[CannedReply]:
    return offered(rights, private=True)[:MOST_OFFERED]


def search(user: User, asked: str, *, private: bool) -> QuerySet[CannedReply]:
    """By shortcut (one's own before everybody's), title, category or words; what begins so first, then what is used
    most."""
    found, asked = offered(user, private=private), asked.strip()[:100]
    if asked:
        words = Exists(CannedText.objects.filter(reply=OuterRef("pk"), text__icontains=asked))
        named = Q(shortcut__istartswith=asked) | Q(title__icontains=asked) | Q(category__icontains=asked)
        found = found.filter(named | words)
    place = Case(
        When(shortcut__iexact=asked, owner=user.pk, then=Value(-1)),
        When(shortcut__iexact=asked, then=Value(0)),
        When(shortcut__istartswith=asked, then=Value(1)),
        When(title__istartswith=asked, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return found.order_by(place, "-uses", "title", "id")


def language_choices(kept: str = "") -> list[tuple[str, str]]:
    """For a form; `kept`: what stands there until now, be it of the list or not."""
    known = sorted((language_name(code), code) for code in LANGUAGES)
    codes = [("", _("Every other language")), *((code, name) for name, code in known)]
    return codes if not kept or kept in LANGUAGES else [*codes, (kept, language_name(kept))]


@dataclass(frozen=True, slots=True)
class Inserted:
    """A canned reply as it stands in an answer. `gaps`: placeholders of which nothing is known, by name."""

    text: str
    gaps: tuple[str, ...]
    language: str


class Hearer:
    """Who is spoken to on a ticket, by whom: what fills placeholders, and their language, each found out once."""

    def __init__(self, ticket: Ticket, *, by: User, to: Message | None = None) -> None:
        self.ticket, self.by, self.to = ticket, by, to

    @cached_property
    def language(self) -> str:
        """What the customer writes in: what is answered, else the latest of their words that tell. What X does not say
        (it never does of private messages) is found out."""
        said = self.ticket.messages.filter(direction=Direction.IN, deleted_at=None).order_by("-sent_at", "-id")
        latest = said.values_list("language", "text")[:_LATEST]
        to = self.to
        told = [(to.language, to.text)] if to is not None and to.direction == Direction.IN else []
        tongues = (language_of(text) if tongue in UNKNOWN else tongue for tongue, text in (*told, *latest))
        return next(filter(None, tongues), "")

    @cached_property
    def facts(self) -> Mapping[str, str]:
        named, account = self.to, self.ticket.address
        who = named.identity if named is not None and named.identity is not None else self.ticket.identity
        name = as_name(who.name)
        return {
            "handle": f"@{who.handle}" if who.handle else "",
            "name": name,
            "first_name": first_name(name),
            "agent": shown_name(self.by),
            "agent_first_name": self.by.first_name,
            "account": f"@{account.handle}" if account.handle else account.name,
            "ticket": str(self.ticket.pk),
        }

    def hear(self, reply: CannedReply, *, private: bool) -> Inserted | None:
        """The words for them; None when there are none that may be said this way."""
        texts = list(reply.texts.all())
        language = self.language if any(one.language for one in texts) else ""
        chosen = choose(texts, private=private, language=language)
        if chosen is None:
            return None
        filled: Filled = fill(chosen.text, self.facts)
        return Inserted(filled.text, filled.gaps, chosen.language)


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
    made = Hearer(ticket, by=by, to=to).hear(reply, private=private)
    if made is None:
        raise CannotSend(_("“%(title)s” has no text that may be said in public.") % {"title": reply.title})
    return made


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
