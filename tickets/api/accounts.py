"""Our own ends of channels: their state, their limits, and what may be sent."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_base import Id, Moment, Query, Row, Words
from tickets.api.base import DeskDetail, DeskListing, OfTheDesk
from tickets.api.setup import PlaceRow
from tickets.channels import channel_named
from tickets.models import Address


class LimitsRow(Row):
    """The longest message, as the channel counts."""

    public = serializers.IntegerField()
    private = serializers.IntegerField()

    def to_representation(self, instance: Address) -> dict[str, int]:
        channel = channel_named(instance.channel)
        return {name: channel.measure("", private=name == "private").maximum for name in ("public", "private")}


class AccountRow(Row):
    """An account of ours."""

    id = Id()
    key = Words(help_text="How its channel knows it.")
    channel = Words()
    name = Words()
    handle = Words()
    queue = PlaceRow(allow_null=True, help_text="Where its tickets go.")
    folder = PlaceRow(allow_null=True)
    sla_policy = PlaceRow(allow_null=True)
    state = serializers.SerializerMethodField(help_text="open, or stopped: nothing of it goes out.")
    banner = Words(help_text="What is wrong with it, as the desk shows it.")
    limits = LimitsRow(source="*")

    def get_state(self, address: Address) -> str:
        return "stopped" if address.sending_stopped else "open"


class Accounts(DeskListing):
    """Our accounts. `state` is `stopped` while nothing of it goes out."""

    title = "Accounts"
    scope = "accounts:read"
    answer = AccountRow
    order = ("id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Address]:
        return _accounts()


class OneAccount(DeskDetail):
    """One account."""

    title = "One account"
    scope = "accounts:read"
    answer = AccountRow
    versioned = True

    def rows(self) -> QuerySet[Address]:
        return _accounts()


class AccountMaySendQuery(Query):
    private = serializers.BooleanField(help_text="Whether it is a private message.")
    in_reply_to = Words(required=False, help_text="The channel's id of the message it would answer.")


class AccountMaySendRow(Row):
    """Whether it may go out."""

    allowed = serializers.BooleanField()
    reason = Words(help_text="Why not.")
    by_hand_url = Words(help_text="Where a person can do it by hand, when the channel lets no program.")
    code = Words(help_text="The reason for programs; docs/rules.md lists them. Allowed with a reason: may be refused.")
    as_of = Moment(allow_null=True, help_text="How old the knowledge is that decided; null where it does not age.")


class AccountMaySend(OfTheDesk):
    """May this account send such a message? What the access tier and the message answered allow."""

    title = "May it send"
    scope = "accounts:read"
    query = AccountMaySendQuery
    answer = AccountMaySendRow

    def get(self, request: Request, **where: Any) -> Response:
        address, asked = get_object_or_404(Address, **where), self.asked(request)
        channel, answered = channel_named(address.channel), asked.get("in_reply_to", "")
        return self.tell(channel.may_send(address.key, private=asked["private"], in_reply_to=answered))


def _accounts() -> QuerySet[Address]:
    return Address.objects.select_related("queue", "folder", "sla_policy")
