"""Notes about a customer: written for colleagues, shown on the customer's page and beside each of their tickets. In
words: docs/rules.md, "What is known of a customer".
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kapture.prepared import Given, prepared
from tickets.choices import UNDONE_STATUSES
from tickets.composing.blanks import shown
from tickets.errors import CannotChange, NotAllowed
from tickets.live import MOST_IDS, announce
from tickets.models import Customer, CustomerNote, Ticket
from tickets.models.customer import LONGEST_NOTE
from tickets.models.departed import with_doer
from tickets.permissions import may, require, visible_customers

MOST = 100
BESIDE = 3  # beside a ticket


@transaction.atomic
def add_note(customer: Customer, text: str, *, by: User, now: datetime) -> CustomerNote:
    """Raises NotAllowed; CannotChange for nothing, too much, or too many."""
    _require(customer, by=by)
    held = Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer.pk)
    if held.merged_into_id is not None:
        raise CannotChange(_("This customer was merged with another one just now. Note it there."))
    text = shown(text.strip())
    if not text or len(text) > LONGEST_NOTE:
        raise CannotChange(
            _("Say in up to %(most)s characters what colleagues should know.") % {"most": f"{LONGEST_NOTE:,}"}
        )
    if CustomerNote.objects.filter(customer=customer).count() >= MOST:
        raise CannotChange(
            _("There are %(most)s notes about this customer. Remove one that is no longer needed first.")
            % {"most": MOST}
        )
    note = CustomerNote.objects.create(customer=customer, author=by, text=text, at=now)
    _announce(customer)
    return note


@transaction.atomic
def remove_note(note: CustomerNote, *, by: User) -> None:
    """Gone for good. By whoever wrote it, or who looks after every queue."""
    _require(note.customer, by=by)
    if not may_remove(note, by):
        raise NotAllowed(_("Only who wrote a note, or who may go into every queue, removes it."))
    CustomerNote.objects.filter(pk=note.pk).delete()
    _announce(note.customer)


def may_remove(note: CustomerNote, user: User) -> bool:
    return may(user, "work") and (note.author_id == user.pk or may(user, "every_queue"))


@prepared
def notes_about(most: int) -> QuerySet[CustomerNote]:
    return with_doer(CustomerNote.objects.filter(customer=Given("customer")), "author")[:most]


def _require(customer: Customer, *, by: User) -> None:
    require(by, "see", "work")
    if not visible_customers(by).filter(pk=customer.pk).exists():
        raise NotAllowed(_("There is no such customer that you may see."))


def _announce(customer: Customer) -> None:
    """Pages of what is open show it at once."""
    open_ones = Ticket.objects.filter(customer=customer, status__in=UNDONE_STATUSES).order_by("-pk")
    announce(open_ones.values_list("pk", flat=True)[:MOST_IDS])
