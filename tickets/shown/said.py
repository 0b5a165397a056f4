"""What was said on a ticket, with what hangs on it."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import F, QuerySet

from kapture.prepared import Given, IsOneOf, prepared
from tickets.models import Media, Message, MessageVersion
from tickets.permissions import Rights, visible_messages


@dataclass(frozen=True, slots=True)
class Hanging:
    """What came with a message, and its former versions."""

    media: list[Media] = field(default_factory=list)
    versions: list[MessageVersion] = field(default_factory=list)


@prepared
def latest_said(rights: Rights, most: int) -> QuerySet[Message]:
    said = visible_messages(rights).filter(ticket=Given("ticket")).order_by("-sent_at", "-id")
    with_it = ("identity", "agent", "outbox__follows", "approval__decided_by", "invitation__accepted_by")
    return said.select_related(*with_it)[:most]


def hanging_on(messages: list[int]) -> dict[int, Hanging]:
    """By message. Two statements."""
    found: dict[int, Hanging] = defaultdict(Hanging)
    for one in _media(messages=messages):
        found[one.message_id].media.append(one)
    for version in _versions(messages=messages):
        found[version.message_id].versions.append(version)
    return found


@prepared
def _media() -> QuerySet[Media]:
    return Media.objects.filter(IsOneOf(F("message"), Given("messages"))).select_related("file", "fetch")


@prepared
def _versions() -> QuerySet[MessageVersion]:
    return MessageVersion.objects.filter(IsOneOf(F("message"), Given("messages")))
