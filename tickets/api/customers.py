"""What their pages show and do of a customer (tickets/views/customers.py): notes about them, what happened around them,
two who are one person."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers

from kapture.api_base import Body, Id, Moment, Row, Words
from tickets.api.base import DeskAct, DeskListing
from tickets.api.rows import GONE_HELP, AccountName, PersonRow
from tickets.customers.notes import add_note, remove_note
from tickets.erasing.erase import erase, look, may_erase
from tickets.models import Customer, CustomerMerge, CustomerNote, Happening
from tickets.models.customer import LONGEST_NOTE
from tickets.models.departed import gone_name, with_doer
from tickets.permissions import visible_customers
from tickets.regrouping import same_person


class CustomerMergeRow(Row):
    """That two customers were made one."""

    id = Id()
    kept = Id(source="kept_id", help_text="Who everything belongs to.")
    gone = Id(source="gone_id", help_text="Who is no customer of their own while it stands.")
    by = PersonRow(allow_null=True)
    at = Moment()
    undone_at = Moment(allow_null=True, help_text="Empty while it stands.")


class CustomerMerges(DeskListing):
    """With whom a customer was merged, the latest first."""

    title = "A customer's merges"
    answer = CustomerMergeRow
    order = ("-id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[CustomerMerge]:
        customer = get_object_or_404(visible_customers(self.user), pk=where["pk"])
        return same_person.merges_of(customer, by=self.user)


class CustomerMergeBody(Body):
    customer = Id(help_text="The other one, who comes under this one.")


class MergeCustomers(DeskAct):
    """They are one person: all identities and tickets of the other one come under this one."""

    title = "Merge customers"
    scope = "tickets:write"
    body = CustomerMergeBody
    answer = CustomerMergeRow

    def target(self, **where: Any) -> Customer:
        return get_object_or_404(visible_customers(self.user), pk=where["pk"])

    def act(self, target: Customer, words: dict[str, Any]) -> CustomerMerge:
        other = get_object_or_404(visible_customers(self.user), pk=words["customer"])
        return same_person.merge(other, into=target, by=self.user, now=timezone.now())


class PartCustomers(DeskAct):
    """They are two after all: each has what their identities wrote, before and since."""

    title = "Undo a merge of customers"
    scope = "tickets:write"
    answer = CustomerMergeRow

    def target(self, **where: Any) -> CustomerMerge:
        return get_object_or_404(same_person.merges_seen_by(self.user), pk=where["pk"])

    def act(self, target: CustomerMerge, words: dict[str, Any]) -> CustomerMerge:
        return same_person.undo(target, by=self.user, now=timezone.now())


class HappeningRow(Row):
    """Something that happened without a word: a like, a follow, a repost."""

    id = Id()
    identity = Id(source="identity_id")
    account = AccountName(source="address")
    kind = Words(help_text="The channel's word for it.")
    by_us = serializers.BooleanField(help_text="Our account did it, to them.")
    about = Words(help_text="The channel's id of the message it is about; empty where it is about none.")
    at = Moment()


class CustomerHappenings(DeskListing):
    """What happened around a customer without a word, the latest first."""

    title = "What happened around a customer"
    answer = HappeningRow
    order = ("-at", "-id")

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Happening]:
        customer = get_object_or_404(visible_customers(self.user), pk=where["pk"])
        return Happening.objects.filter(identity__customer=customer).select_related("address")


class CustomerNoteRow(Row):
    """What one of us wants colleagues to know about a customer."""

    id = Id()
    customer = Id(source="customer_id")
    author = PersonRow(allow_null=True)
    author_gone = serializers.SerializerMethodField(help_text=GONE_HELP)
    text = Words()
    at = Moment()

    def get_author_gone(self, note: CustomerNote) -> str | None:
        return gone_name(note, "author") if note.author_id else ""


class CustomerNotes(DeskListing):
    """What colleagues noted about a customer, the latest first; those of who was merged with them too."""

    title = "Notes about a customer"
    answer = CustomerNoteRow
    order = ("-at", "-id")

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[CustomerNote]:
        customer = get_object_or_404(visible_customers(self.user), pk=where["pk"])
        return with_doer(CustomerNote.objects.filter(customer=customer), "author")


class CustomerNoteBody(Body):
    text = Words(max_length=LONGEST_NOTE)


class AddCustomerNote(DeskAct):
    """Colleagues only: it stands on the customer's page and beside each of their tickets."""

    title = "Note something about a customer"
    scope = "tickets:write"
    body = CustomerNoteBody
    answer = CustomerNoteRow
    status = 201

    def target(self, **where: Any) -> Customer:
        return get_object_or_404(visible_customers(self.user), pk=where["pk"])

    def act(self, target: Customer, words: dict[str, Any]) -> CustomerNote:
        return add_note(target, words["text"], by=self.user, now=timezone.now())


class RemoveCustomerNote(DeskAct):
    """Gone for good; by who wrote it, or who may go into every queue. Tells it as it was."""

    title = "Remove a note about a customer"
    scope = "tickets:write"
    answer = CustomerNoteRow

    def target(self, **where: Any) -> CustomerNote:
        customer = get_object_or_404(visible_customers(self.user), pk=where["pk"])
        rows = with_doer(CustomerNote.objects.select_related("customer"), "author")
        return get_object_or_404(rows, pk=where["note"], customer=customer)

    def act(self, target: CustomerNote, words: dict[str, Any]) -> CustomerNote:
        remove_note(target, by=self.user)
        return target


class ErasedKindRow(Row):
    """So much of one kind."""

    kind = Words()
    count = serializers.IntegerField()


class ErasedRow(Row):
    """What goes, or went, by kind."""

    counts = ErasedKindRow(many=True)


class OfErasing(DeskAct):
    scope = "customers:erase"
    answer = ErasedRow

    def target(self, **where: Any) -> Customer:
        if not may_erase(self.user):
            raise Http404
        return get_object_or_404(visible_customers(self.user), pk=where["pk"])

    def told(self, counts: Mapping[str, int]) -> dict[str, Any]:
        return {"counts": [{"kind": kind, "count": number} for kind, number in counts.items()]}


class LookAtErasing(OfErasing):
    """How much would go. Changes nothing."""

    title = "Look before erasing a customer"

    def act(self, target: Customer, words: dict[str, Any]) -> dict[str, Any]:
        return self.told(look(target))


class EraseBody(Body):
    handle = Words(max_length=64, help_text="Theirs, once more; the channel's own id where there is none.")


class EraseCustomer(OfErasing):
    """Erase them for good: words, files and who they are; figures and decisions stay. It cannot be undone."""

    title = "Erase a customer"
    body = EraseBody

    def act(self, target: Customer, words: dict[str, Any]) -> dict[str, Any]:
        return self.told(erase(target, typed=words["handle"], by=self.user, now=timezone.now()))
