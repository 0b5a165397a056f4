"""What may be asked of lists of tickets, messages and the rest. The views of the pages go by the same names here."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from kapture.api_base import Id, Paged, Query, Words
from tickets.choices import Direction, MessageKind, Priority, SendState, Status, Visibility
from tickets.models import Message, Ticket
from tickets.reading.listing import DONE, ListView

SINCE_HELP = "Follow what changes: `start` at first, then the `since` of the answer before."
NEWEST = {"newest": ("-id",), "oldest": ("id",)}
# Of these a question may name several.
_SEVERAL = {"status": "status__in", "priority": "priority__in", "state": "state__in", "kind": "kind__in"}


def several(choices: Any, **kwargs: Any) -> serializers.ListField:
    """A word, or several: `status=open&status=new`."""
    return serializers.ListField(child=serializers.ChoiceField(choices), required=False, **kwargs)


class TicketQuery(Paged):
    q = Words(
        required=False, help_text="A search in the words of the desk (docs/finding.md), the latest message first."
    )
    view = serializers.ChoiceField(ListView.choices, required=False, help_text="A list of the desk, in its order.")
    status = several(Status.choices)
    priority = several(Priority.choices)
    queue = Id(required=False)
    folder = Id(required=False)
    assignee = Words(required=False, help_text="An id, `me` or `none`.")
    tag = Words(required=False, help_text="A tag's name.")
    skill = Id(required=False, help_text="The id of a skill that it needs.")
    account = Words(required=False, help_text="An account's key.")
    customer = Id(required=False)
    private = serializers.BooleanField(required=False)
    kind = several(MessageKind.choices, help_text="How it began.")
    order = serializers.ChoiceField(
        ["newest", "oldest", "due"], required=False, help_text="`due` needs a view of undone tickets."
    )
    since = Words(required=False, help_text=SINCE_HELP)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        view, order = attrs.get("view"), attrs.get("order")
        if "q" in attrs and "order" in attrs:
            raise serializers.ValidationError({"q": _("It has its own order: not with order.")})
        if "since" in attrs and attrs.keys() & {"view", "order", "cursor"}:
            raise serializers.ValidationError({"since": _("It has its own order: not with view, order or cursor.")})
        if order == "due" and (view is None or view in DONE):
            raise serializers.ValidationError({"order": _("Only undone tickets are due: name such a view.")})
        if order and view in DONE:
            raise serializers.ValidationError({"order": _("Finished tickets come latest first.")})
        if order and view == ListView.SNOOZED:
            raise serializers.ValidationError({"order": _("What is put aside comes by the moment it wakes.")})
        if order == "oldest" and view is not None:
            raise serializers.ValidationError({"order": _("A view comes by due time or newest first.")})
        return attrs

    def validate_assignee(self, value: str) -> int | str | None:
        if value in ("me", "none"):
            return value
        return int(Id().run_validation(value))


class MessageQuery(Paged):
    account = Words(required=False, help_text="An account's key.")
    customer = Id(required=False)
    ticket = Id(required=False)
    direction = serializers.ChoiceField(Direction.choices, required=False)
    visibility = serializers.ChoiceField(Visibility.choices, required=False)
    kind = several(MessageKind.choices)
    order = serializers.ChoiceField(list(NEWEST), required=False)
    since = Words(required=False, help_text=SINCE_HELP)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "since" in attrs and attrs.keys() & {"order", "cursor"}:
            raise serializers.ValidationError({"since": _("It has its own order: not with order or cursor.")})
        return attrs


class ThreadQuery(Paged):
    order = serializers.ChoiceField(["oldest", "newest"], required=False)


class ActivityQuery(Paged):
    ticket = Id(required=False)
    verb = Words(required=False)
    order = serializers.ChoiceField(list(NEWEST), required=False)


class CustomerQuery(Paged):
    handle = Words(required=False, help_text="In whatever case.")
    external_id = Words(required=False, help_text="The channel's own id of the person.")
    channel = Words(required=False)


class OutboxQuery(Paged):
    state = several(SendState.choices)
    account = Words(required=False, help_text="An account's key.")
    ticket = Id(required=False)
    order = serializers.ChoiceField(list(NEWEST), required=False)


class MaySendQuery(Query):
    private = serializers.BooleanField(help_text="Whether the answer is a private message.")
    in_reply_to = Id(required=False, help_text="The message to be answered; without it, the usual one.")


def narrow(rows: QuerySet[Any], asked: dict[str, Any], **columns: str) -> QuerySet[Any]:
    """The rows that match every name asked for; `columns` says where a name is kept when not under its own."""
    for name, value in asked.items():
        column = columns.get(name, _SEVERAL.get(name, name))
        if value not in ([], None) or value is False:
            rows = rows.filter(**{column: value})
    return rows


def narrow_tickets(rows: QuerySet[Ticket], asked: dict[str, Any], *, user: Any) -> QuerySet[Ticket]:
    asked = dict(asked)
    if (assignee := asked.pop("assignee", "")) != "":
        rows = rows.filter(assignee={"me": user.pk, "none": None}.get(assignee, assignee))
    if (tag := asked.pop("tag", "")) != "":
        rows = rows.filter(tags__name=tag.strip().lower())
    if (skill := asked.pop("skill", None)) is not None:
        rows = rows.filter(skills=skill)
    return narrow(rows, asked, account="address__key")


def narrow_messages(rows: QuerySet[Message], asked: dict[str, Any]) -> QuerySet[Message]:
    return narrow(rows, asked, account="address__key", customer="identity__customer")
