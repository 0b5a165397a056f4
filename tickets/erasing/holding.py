"""What we hold of one customer: whom the erasing concerns, and how much there is. Writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_noop as _

from tickets.choices import UNSETTLED_STATES
from tickets.models import (
    Customer,
    CustomerNote,
    Draft,
    HandleChange,
    Happening,
    Identity,
    Media,
    Message,
    MessageVersion,
    OutboxEntry,
    Ticket,
)
from tickets.receiving.erased import ERASED


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody with all the customers that were made one with them, and all that hangs on them, by keys. `addresses`:
    of ours, that they spoke with; `handles` in small letters; `ids`: of the channels, by which their messages are
    known; `people`: by which they are."""

    customers: Sequence[int]
    identities: Sequence[int]
    tickets: Sequence[int]
    messages: Sequence[int]
    addresses: Sequence[int]
    handles: frozenset[str]
    names: frozenset[str]
    people: frozenset[str]
    ids: frozenset[str]


def whom(customer: Customer) -> Whom:
    customers = _with_merged(customer.pk)
    rows = Identity.objects.filter(customer__in=customers).order_by("pk")
    identities = list(rows.values_list("pk", flat=True))
    tickets = list(Ticket.objects.filter(customer__in=customers).order_by("pk").values_list("pk", flat=True))
    messages = list(_theirs(identities, tickets).order_by("pk").values_list("pk", flat=True))
    changes = HandleChange.objects.filter(identity__in=identities)
    handles = {*rows.values_list(Lower("handle"), flat=True)}
    handles |= {*changes.values_list(Lower("before"), flat=True), *changes.values_list(Lower("after"), flat=True)}
    names = {*rows.values_list("name", flat=True)}
    names |= {*Customer.objects.filter(pk__in=customers).values_list("name", flat=True)}
    return Whom(
        customers=customers,
        identities=identities,
        tickets=tickets,
        messages=messages,
        addresses=list(Message.objects.filter(pk__in=messages).order_by().values_list("address", flat=True).distinct()),
        handles=frozenset(handles - {""}),
        names=frozenset(names - {""}),
        people=_known(rows.values_list("external_id", flat=True)),
        ids=_known(
            Message.objects.filter(pk__in=messages).values_list("external_id", flat=True),
            MessageVersion.objects.filter(message__in=messages).values_list("external_id", flat=True),
        ),
    )


def _known(*columns: Any) -> frozenset[str]:
    """Ids of the channels; what was erased before has none any more."""
    return frozenset(one for column in columns for one in column if one and not one.startswith(ERASED))


def _with_merged(pk: int) -> list[int]:
    """Whoever was merged with them, in a row too."""
    found, fresh = [pk], [pk]
    while fresh:
        fresh = list(Customer.objects.filter(merged_into__in=fresh).exclude(pk__in=found).values_list("pk", flat=True))
        found += fresh
    return found


def _theirs(identities: Sequence[int], tickets: Sequence[int]) -> QuerySet[Message]:
    """What they wrote and what was written to them, wherever; on their tickets also notes. What somebody else wrote
    there is not theirs."""
    return Message.objects.filter(Q(identity__in=identities) | Q(ticket__in=tickets, identity=None))


def drafts(them: Whom) -> QuerySet[Draft]:
    return Draft.objects.filter(Q(ticket__in=them.tickets) | Q(answers__in=them.messages))


def unsent(them: Whom) -> QuerySet[OutboxEntry]:
    return OutboxEntry.objects.filter(message__in=them.messages, state__in=UNSETTLED_STATES)


def tickets_of_others_too(them: Whom) -> QuerySet[Ticket]:
    """Of their tickets, those on which somebody else wrote as well."""
    strange = Message.objects.filter(ticket=OuterRef("pk"), identity__isnull=False).exclude(
        identity__in=them.identities
    )
    return Ticket.objects.filter(Exists(strange), pk__in=them.tickets)


def count(them: Whom) -> dict[str, int]:
    """What goes, by kind, in words for whoever decides; pages put them into the reader's language."""
    of_it = {"message__in": them.messages}
    gone = Message.objects.filter(pk__in=them.messages).exclude(text="", original_text="")
    return {
        _("messages with words"): gone.count(),
        _("pictures and films"): Media.objects.filter(**of_it).count(),
        _("earlier versions"): MessageVersion.objects.filter(**of_it).exclude(text="").count(),
        _("answers not sent yet"): unsent(them).count(),
        _("drafts"): drafts(them).count(),
        _("notes about them"): CustomerNote.objects.filter(customer__in=them.customers).count(),
        _("handles, as channels know them"): len(them.people),
        _("earlier handles"): HandleChange.objects.filter(identity__in=them.identities).count(),
        _("likes, follows and the like"): Happening.objects.filter(identity__in=them.identities).count(),
        _("tickets that lose their words"): len(them.tickets),
    }
