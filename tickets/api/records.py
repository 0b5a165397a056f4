"""Messages, customers, history and the outbox across tickets, to read."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from kapture.api_base import Id, Moment, Row, Words
from tickets.api.base import DeskDetail, DeskListing, Followed, whole_messages, whole_posts
from tickets.api.filters import (
    NEWEST,
    ActivityQuery,
    CustomerQuery,
    MessageQuery,
    OutboxQuery,
    narrow,
    narrow_messages,
)
from tickets.api.rows import AccountName, ActivityRow, IdentityRow, MessageRow
from tickets.choices import SendState
from tickets.models import Activity, Customer, Message, OptOut, OutboxEntry
from tickets.models.departed import with_doer
from tickets.permissions import may, visible_activities, visible_customers, visible_outbox
from tickets.timeline import load_names


class Messages(Followed):
    """What was said on tickets, the newest first; or, with `since`, what changed of it."""

    title = "Messages"
    query = MessageQuery
    answer = MessageRow
    followed = "message"

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Message]:
        return narrow_messages(whole_messages(self.user), asked)

    def order_of(self, asked: dict[str, Any]) -> tuple[str, ...]:
        return NEWEST[asked.pop("order", "newest")]


class OneMessage(DeskDetail):
    """One message; also a post of ours that is on no ticket and went out from here, for who may publish it."""

    title = "One message"
    answer = MessageRow
    versioned = True

    def rows(self) -> QuerySet[Message]:
        posts = whole_posts(self.user)
        return posts if posts.filter(pk=self.kwargs["pk"]).exists() else whole_messages(self.user)


class Activities(DeskListing):
    """What happened on all tickets, the newest first. To keep a copy of the desk, follow the tickets by `since`."""

    title = "History"
    query = ActivityQuery
    answer = ActivityRow

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Activity]:
        return narrow(with_doer(visible_activities(self.user)), asked)

    def order_of(self, asked: dict[str, Any]) -> tuple[str, ...]:
        return NEWEST[asked.pop("order", "newest")]

    def knows(self, found: Any) -> dict[str, Any]:
        return {"names": load_names(found, user=self.user)}


class OptOutRow(Row):
    """From whom they want no automatic messages; told to who may read private messages."""

    account = AccountName(source="address")
    since = Moment(source="at")


class ProfileRow(IdentityRow):
    """A customer as one channel knows them, with what their profile says."""

    avatar_url = Words()
    bio = Words()
    location = Words()
    followers = serializers.IntegerField(allow_null=True)
    verified = serializers.BooleanField(allow_null=True)
    protected = serializers.BooleanField(allow_null=True)
    joined_at = Moment(allow_null=True)
    seen_at = Moment(allow_null=True, help_text="The profile is as of then; null where only the number is known.")
    opt_outs = OptOutRow(many=True, source="standing_opt_outs")


class HandleRow(Row):
    """What they were called before, until when."""

    handle = Words(source="before")
    until = Moment(source="seen_at")


class WholeProfileRow(ProfileRow):
    """The same, with what they were called before, the latest first."""

    earlier_handles = HandleRow(many=True, source="handle_changes")


class CustomerRow(Row):
    """Somebody who wrote to us."""

    id = Id()
    name = Words()
    created_at = Moment(help_text="First seen.")
    identities = ProfileRow(many=True)


class WholeCustomerRow(CustomerRow):
    """Somebody who wrote to us, with all that is known of them. What they said: `/messages/?customer=`; their tickets:
    `/tickets/?customer=`."""

    identities = WholeProfileRow(many=True)


def _whole(people: QuerySet[Customer], *, by: Any) -> QuerySet[Customer]:
    """With how each channel knows them, and what they opted out of."""
    standing = OptOut.objects.filter(lifted_at=None).select_related("address").order_by("at", "pk")
    standing = standing if may(by, "see_private") else standing.none()
    return people.prefetch_related("identities", Prefetch("identities__opt_outs", standing, "standing_opt_outs"))


class Customers(DeskListing):
    """The people who write to us, the latest seen first. Their tickets: `/tickets/?customer=`."""

    title = "Customers"
    query = CustomerQuery
    answer = CustomerRow

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Customer]:
        named = {"handle": "identities__handle__iexact", "external_id": "identities__external_id"}
        people = _whole(visible_customers(self.user), by=self.user)
        named["channel"] = "identities__channel"
        return people.filter(**{named[name]: value for name, value in asked.items()}).distinct()


class OneCustomer(DeskDetail):
    """One person, with how each channel knows them."""

    title = "One customer"
    answer = WholeCustomerRow
    versioned = True

    def rows(self) -> QuerySet[Customer]:
        return _whole(visible_customers(self.user), by=self.user).prefetch_related("identities__handle_changes")


class EntryRow(Row):
    """An answer on its way out. What is not `sent` was not sent, as far as we know."""

    id = Id()
    message = Id(source="message_id")
    ticket = Id(source="message.ticket_id", allow_null=True)
    account = AccountName(source="address")
    recipient = IdentityRow(allow_null=True)
    state = serializers.ChoiceField(SendState.choices)
    private = serializers.BooleanField()
    not_before = Moment()
    tries = serializers.IntegerField()
    code = Words()
    reason = Words(source="why", help_text="Why it failed or waits.")
    left_at = Moment(allow_null=True, help_text="Since when it is left unsent by decision.")
    created_at = Moment()
    first_tried_at = Moment(allow_null=True)
    settled_at = Moment(allow_null=True)


class AttemptRow(Row):
    """One try."""

    purpose = Words(help_text="send, read_back")
    started_at = Moment()
    ended_at = Moment()
    outcome = Words(help_text="sent, error, unknown, found, absent")
    code = Words()
    reason = Words()


class EntryDetailRow(EntryRow):
    """An answer on its way out, with every try."""

    attempts = AttemptRow(many=True)


class Outbox(DeskListing):
    """What is on its way out, or was, the newest first."""

    title = "Outbox"
    scope = "accounts:read"
    query = OutboxQuery
    answer = EntryRow

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[OutboxEntry]:
        seen = visible_outbox(self.user).select_related("message", "address", "recipient")
        return narrow(seen, asked, account="address__key", ticket="message__ticket")

    def order_of(self, asked: dict[str, Any]) -> tuple[str, ...]:
        return NEWEST[asked.pop("order", "newest")]


class OneEntry(DeskDetail):
    """One answer on its way out, with every try."""

    title = "One outgoing message"
    scope = "accounts:read"
    answer = EntryDetailRow
    versioned = True

    def rows(self) -> QuerySet[OutboxEntry]:
        return visible_outbox(self.user).select_related("message", "address", "recipient").prefetch_related("attempts")
