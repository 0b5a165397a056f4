"""Two customers who are one person: the actions of their page (tickets/views/customers.py)."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from kapture.api_base import Body, Id, Moment, Row
from tickets.api.base import DeskAct, DeskListing
from tickets.api.rows import PersonRow
from tickets.models import Customer, CustomerMerge
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
