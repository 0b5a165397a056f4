"""Two customers who are one person: their identities and tickets come under one of them, and apart again. In words:
docs/rules.md, "Two customers who are one person".
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kapture.sets import copy_rows
from tickets.choices import UNDONE_STATUSES, Visibility
from tickets.errors import CannotChange, NotAllowed
from tickets.history import current_gesture
from tickets.live import announce
from tickets.models import Activity, Address, Customer, CustomerMerge, CustomerNote, Identity, Message, Ticket
from tickets.permissions import may, require, sees_all, sees_every_queue
from tickets.receiving.turns import take_turns

MOST_LINES = 500  # of open tickets whose history tells of it


@transaction.atomic
def merge(gone: Customer, *, into: Customer, by: User, now: datetime) -> CustomerMerge:
    """Everything known of `gone` is of `into` from now on, and what they write later too. Raises NotAllowed,
    CannotChange. A fixed number of statements."""
    _require(by)
    kept, left = _held(into, gone)
    if kept.pk == left.pk:
        raise CannotChange(_("Choose somebody else: this is one customer already."))
    for one in (kept, left):
        if one.merged_into_id is not None:
            raise CannotChange(_("Customer %(number)s was merged with another one already.") % {"number": one.pk})
    identities = list(Identity.objects.filter(customer=left).order_by("pk").values_list("pk", flat=True))
    notes = list(CustomerNote.objects.filter(customer=left).order_by("pk").values_list("pk", flat=True))
    named = not kept.name and bool(left.name)
    if named:
        kept.name = left.name
        kept.save(update_fields=["name"])
    left.merged_into = kept
    left.save(update_fields=["merged_into"])
    Identity.objects.filter(pk__in=identities).update(customer=kept)
    CustomerNote.objects.filter(pk__in=notes).update(customer=kept)
    tickets = _bring(Ticket.objects.filter(customer=left), kept)
    came = {"identities": identities, "notes": notes, "named": named}
    made = CustomerMerge.objects.create(kept=kept, gone=left, **came, by=by, at=now)
    _tell(tickets, "customer.merged", made, by=by, now=now)
    return made


@transaction.atomic
def undo(made: CustomerMerge, *, by: User, now: datetime) -> CustomerMerge:
    """Whoever was merged is a customer of their own again, with all that their identities wrote, before and since."""
    _require(by)
    kept, left = _held(made.kept, made.gone)
    made = CustomerMerge.objects.select_for_update(of=("self",)).get(pk=made.pk)
    if made.undone_at is not None:
        raise CannotChange(_("That was undone already."))
    if kept.merged_into_id is not None:
        raise CannotChange(_("Customer %(number)s was itself merged since. Undo that first.") % {"number": kept.pk})
    if made.named and kept.name == left.name:
        kept.name = ""
        kept.save(update_fields=["name"])
    left.merged_into = None
    left.save(update_fields=["merged_into"])
    _check_apart(made)
    Identity.objects.filter(pk__in=made.identities, customer=kept).update(customer=left)
    CustomerNote.objects.filter(pk__in=made.notes, customer=kept).update(customer=left)
    tickets = _bring(Ticket.objects.filter(customer=kept, identity__in=made.identities), left)
    made.undone_at, made.undone_by = now, by
    made.save(update_fields=["undone_at", "undone_by"])
    _tell(tickets, "customer.parted", made, by=by, now=now)
    return made


def may_merge(user: User) -> bool:
    return may(user, "work") and sees_all(user)


def merges_seen_by(user: User) -> QuerySet[CustomerMerge]:
    """All, for who may look at all that either ever wrote; else none, for they name whoever was merged."""
    rows = CustomerMerge.objects.select_related("kept")
    return rows if sees_all(user) else rows.none()


def merges_of(customer: Customer, *, by: User) -> QuerySet[CustomerMerge]:
    """The journal: with whom they were merged, the latest first."""
    about = merges_seen_by(by).filter(Q(kept=customer) | Q(gone=customer))
    return about.select_related("kept", "gone", "by", "undone_by").order_by("-id")


def _require(by: User) -> None:
    """It concerns all that either ever wrote, wherever it is."""
    require(by, "work", "see_private")
    if not sees_every_queue(by):
        raise NotAllowed(_("Only who may look into every queue says that two customers are one person."))


def _held(one: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Both as they are now, locked; nothing is filed meanwhile, for it would be filed under whom they were."""
    take_turns(Address.objects.values_list("pk", flat=True))
    rows = Customer.objects.select_for_update(of=("self",)).filter(pk__in={one.pk, other.pk}).order_by("pk")
    held = {row.pk: row for row in rows}
    return held[one.pk], held[other.pk]


def _check_apart(made: CustomerMerge) -> None:
    """Private words of one never stay with the other: who brought them together takes them apart first."""
    came, here = Q(identity__in=made.identities), Q(ticket__identity__in=made.identities)
    private = Message.objects.filter(visibility=Visibility.PRIVATE, ticket__customer=made.kept, identity__isnull=False)
    found = private.filter((came & ~here) | (here & ~came)).select_related("identity").order_by("pk").first()
    if found is not None:
        raise CannotChange(
            _(
                "#%(ticket_id)s holds private messages of both. Undo the merge or move that brought them "
                "together, or split off what was said with %(identity)s, first."
            )
            % {"ticket_id": found.ticket_id, "identity": found.identity}
        )


def _bring(tickets: QuerySet[Ticket], to: Customer) -> list[int]:
    pks = list(tickets.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", flat=True))
    Ticket.objects.filter(pk__in=pks).update(customer=to)
    return pks


def _tell(tickets: Collection[int], verb: str, made: CustomerMerge, *, by: User, now: datetime) -> None:
    """In the histories of what is open; pages show it anew."""
    undone = Ticket.objects.filter(pk__in=tickets, status__in=UNDONE_STATUSES).order_by("pk")
    pks: Sequence[int] = list(undone.values_list("pk", flat=True)[:MOST_LINES])
    facts: dict[str, Any] = {"customer": made.kept_id, "from": made.gone_id}
    if pks:
        copy_rows(
            Activity,
            ["ticket", "verb", "data", "actor", "at", "gesture"],
            [[pk, verb, facts, by.pk, now, current_gesture()] for pk in pks],
        )
    announce(pks)
