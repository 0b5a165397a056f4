"""How tickets, messages and what hangs on them are told. Only what the caller may see is put in here."""

from django.contrib.auth.models import User
from rest_framework import serializers

from kapture.api_base import Choice, Id, Moment, Row, Words
from tickets.api.setup import TagRow
from tickets.choices import Metric, Priority, Status


class PersonRow(Row):
    id = Id()
    username = Words()
    name = serializers.SerializerMethodField()

    def get_name(self, user: User) -> str:
        return user.get_full_name() or user.get_username()


class PlaceRow(Row):
    id = Id()
    name = Words()


class AccountName(Row):
    key = Words(help_text="How its channel knows it; the name in /accounts/{key}/.")
    channel = Words()
    name = Words()
    handle = Words()


class IdentityRow(Row):
    id = Id()
    customer = Id(source="customer_id")
    channel = Words()
    external_id = Words(help_text="The channel's own id; it stays when the handle changes.")
    handle = Words()
    name = Words()


class TicketRow(Row):
    id = Id(help_text="The number people say.")
    status = serializers.ChoiceField(Status.choices)
    priority = serializers.ChoiceField(Priority.choices)
    private = serializers.BooleanField()
    kind = Words(help_text="How it began.")
    account = AccountName(source="address")
    customer = Id(source="customer_id")
    identity = IdentityRow()
    queue = PlaceRow()
    folder = PlaceRow(allow_null=True)
    assignee = PersonRow(allow_null=True)
    sla_policy = PlaceRow(allow_null=True)
    tags = TagRow(many=True)
    follow_up_of = Id(source="follow_up_of_id", allow_null=True)
    opened_at = Moment(help_text="The first message's own time.")
    created_at = Moment(help_text="When it reached us.")
    last_message_at = Moment()
    last_inbound_at = Moment(allow_null=True)
    last_outbound_at = Moment(allow_null=True)
    last_text = Words()
    last_by_us = serializers.BooleanField()
    message_count = serializers.IntegerField()
    next_due_at = Moment(allow_null=True)
    next_due_metric = Choice(Metric.choices, allow_null=True)
    resolved_at = Moment(allow_null=True)
