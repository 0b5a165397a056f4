"""How tickets, messages and what hangs on them are told. Only what the caller may see is put in here."""

from typing import Any

from django.contrib.auth.models import User
from rest_framework import serializers

from kapture.api_base import Choice, Facts, Id, Moment, Row, Words
from kapture.people import shown_name
from tickets.api.setup import PlaceRow, TagRow
from tickets.choices import Direction, MessageKind, Metric, Priority, SendState, Status, Visibility
from tickets.models import Activity, Message, SlaClock
from tickets.models.departed import gone_name
from tickets.timeline import plain_sentence
from tickets.wording.sentences import BY_PEOPLE, NAMING_PRIVATE, Names
from tickets.wording.unseen import without

WORDING = (
    "The newest wording you have read, as `may-send` told it: where a customer has changed their words since, it is "
    "refused (409, `news_since`)."
)

GONE_HELP = (
    "What whoever did it was called, who was deleted since; empty where the name is not known any more. null: they are "
    "here, or it was the desk itself."
)


class PersonRow(Row):
    """One of us."""

    id = Id()
    username = Words()
    name = serializers.SerializerMethodField()

    def get_name(self, user: User) -> str:
        return shown_name(user)


class AccountName(Row):
    """Our own end of a channel."""

    key = Words(help_text="How its channel knows it; it stands in /accounts/{key}/.")
    channel = Words()
    name = Words()
    handle = Words()


class IdentityRow(Row):
    """A customer as one channel knows them."""

    id = Id()
    customer = Id(source="customer_id")
    channel = Words()
    external_id = Words(help_text="The channel's own id; it stays when the handle changes.")
    handle = Words()
    name = Words()


class SnoozeRow(Row):
    """That a ticket is put aside."""

    since = Moment(source="snoozed_at")
    until = Moment(source="snoozed_until", allow_null=True, help_text="null: until the customer writes.")
    by = PersonRow(source="snoozed_by", allow_null=True)
    reason = Words(source="snooze_reason")


class TicketRow(Row):
    """One customer's one concern."""

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
    skills = TagRow(many=True, help_text="What it needs, of who works it.")
    follow_up_of = Id(source="follow_up_of_id", allow_null=True, help_text="The ticket this one follows.")
    merged_into = Id(
        source="merged_into_id", allow_null=True, help_text="The ticket that everything said here was brought to."
    )
    asked_on = Id(
        source="asked_on_id",
        allow_null=True,
        help_text="The public ticket whose question was answered here, in private.",
    )
    opened_at = Moment(help_text="The first message's own time.")
    created_at = Moment(help_text="When it reached us.")
    last_message_at = Moment()
    last_inbound_at = Moment(allow_null=True)
    last_outbound_at = Moment(allow_null=True)
    last_text = Words(help_text="The last words, on one line.")
    last_by_us = serializers.BooleanField()
    message_count = serializers.IntegerField()
    next_due_at = Moment(allow_null=True, help_text="When the next promise is due.")
    next_due_metric = Choice(Metric.choices, allow_null=True)
    resolved_at = Moment(allow_null=True)
    part_of = Id(source="seen_part_of", allow_null=True, help_text="The incident it is part of.")
    incident = Words(source="incident_name", help_text="What it is called as an incident; empty where it is none.")
    snooze = SnoozeRow(allow_null=True, help_text="While it is put aside; its promises run on.")


class ClockRow(Row):
    """A promise running on a ticket, or how it ended."""

    id = Id()
    metric = serializers.ChoiceField(Metric.choices)
    policy = PlaceRow(allow_null=True)
    priority = serializers.ChoiceField(Priority.choices)
    minutes = serializers.IntegerField(help_text="What was promised.")
    started_at = Moment()
    due_at = Moment()
    ended_at = Moment(allow_null=True, help_text="Empty while it runs.")
    met = serializers.BooleanField(allow_null=True, help_text="Empty while it runs, and when the promise fell away.")
    paused_at = Moment(
        allow_null=True, help_text="It stands still since then, and is due later by as long as that lasts."
    )
    explanation = serializers.SerializerMethodField(
        help_text="Why it is due then, sentence by sentence, as the ticket's page says it; of one that ended nothing."
    )

    def get_explanation(self, clock: SlaClock) -> list[str]:
        found: dict[int, list[str]] = self.context["why"]
        return found.get(clock.pk, [])


class ActivityRow(Row):
    """One line of a ticket's history."""

    id = Id()
    ticket = Id(source="ticket_id")
    verb = Words(help_text="What happened, for programs.")
    data = Facts(help_text="The facts: ids, words, reasons.")  # type: ignore[assignment]  # the wire's name
    sentence = serializers.SerializerMethodField(help_text="The same for people.")
    actor = PersonRow(allow_null=True, help_text="Empty: the desk itself, or somebody deleted since (`actor_gone`).")
    actor_gone = serializers.SerializerMethodField(help_text=GONE_HELP)
    gesture = serializers.UUIDField(help_text="The same for all lines of one act.")
    at = Moment()

    def to_representation(self, instance: Activity) -> dict[str, Any]:
        """Without the numbers of tickets for who may not see them."""
        told = super().to_representation(instance)
        names: Names = self.context["names"]
        told["data"] = without(told["data"], names.unseen)
        if instance.verb in NAMING_PRIVATE and not names.private:
            told["data"] = {name: fact for name, fact in told["data"].items() if name != "ticket"}
        return told

    def get_actor_gone(self, activity: Activity) -> str | None:
        nameless = "" if activity.actor_id is None and activity.verb in BY_PEOPLE else None
        return nameless if nameless is not None else gone_name(activity)

    def get_sentence(self, activity: Activity) -> str:
        names: Names = self.context["names"]
        return plain_sentence(activity, names)


class SpanRow(Row):
    """A part of a text that is more than text; start and end count code points."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    kind = Words(help_text="url, mention, hashtag, cashtag")
    target = Words()
    title = Words(required=False)
    id = Words(required=False, help_text="Of a mention: the channel's id of whom it names.")


class MediaRow(Row):
    id = Id()
    kind = Words(help_text="photo, video, animation")
    url = Words()
    preview_url = Words()
    alt_text = Words()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    needs_auth = serializers.BooleanField(help_text="The file is served to participants only.")


class SendingRow(Row):
    """Where an answer of ours is on its way out."""

    id = Id(help_text="Of /outbox/{id}/.")
    state = serializers.ChoiceField(SendState.choices)
    not_before = Moment()
    tries = serializers.IntegerField()
    code = Words()
    reason = Words(help_text="Why it failed or waits.")
    left_at = Moment(allow_null=True, help_text="Since when it is left unsent by decision.")


class MessageRow(Row):
    """One thing said: by a customer, to them, or among colleagues."""

    id = Id()
    ticket = Id(source="ticket_id", allow_null=True, help_text="Null: a post of ours on no ticket.")
    account = AccountName(source="address")
    kind = serializers.ChoiceField(MessageKind.choices)
    direction = serializers.ChoiceField(Direction.choices)
    visibility = serializers.ChoiceField(Visibility.choices)
    identity = IdentityRow(allow_null=True, help_text="The customer's end: who wrote, or to whom.")
    agent = PersonRow(allow_null=True, help_text="Who wrote it, when it was one of us.")
    agent_gone = serializers.SerializerMethodField(help_text=GONE_HELP)
    external_id = serializers.CharField(allow_null=True, help_text="Its id on the channel; null until it is there.")
    text = Words(help_text="Empty once it was deleted on its channel.")
    language = Words()
    spans = SpanRow(many=True)
    media = MediaRow(many=True)
    quoted = Facts(
        allow_null=True,
        help_text="The message it quotes, as far as the channel told it; with deleted_at once it is gone.",
    )
    in_reply_to = Words(help_text="The channel's id of what it answers.")
    conversation = Words()
    permalink = Words()
    labels = serializers.ListField(child=serializers.CharField(), help_text="The search queries that found it.")
    sent_at = Moment(help_text="Its own time on its channel.")
    received_at = Moment()
    read_at = Moment(allow_null=True)
    deleted_at = Moment(allow_null=True)
    deleted_by = Words(
        help_text="Who of us deleted it for us alone: the other side still has it. Empty when nobody did so, or when it"
        " was deleted on its channel for everybody."
    )
    sending = SendingRow(source="outbox", allow_null=True, help_text="Of an answer of ours.")

    def get_agent_gone(self, message: Message) -> str | None:
        return gone_name(message, "agent")
