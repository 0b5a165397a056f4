"""What was said on a ticket, with what hangs on it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from kapture.prepared import Given, IsOneOf, prepared
from tickets.models import Media, Message, MessageVersion
from tickets.models.departed import name_gone, with_doer
from tickets.permissions import Rights, visible_messages


@dataclass(frozen=True, slots=True)
class Hanging:
    """What came with a message, and its former versions."""

    media: list[Media] = field(default_factory=list)
    versions: list[MessageVersion] = field(default_factory=list)


@prepared
def latest_said(rights: Rights, most: int) -> QuerySet[Message]:
    said = visible_messages(rights).filter(ticket=Given("ticket")).order_by("-sent_at", "-id")
    with_it = ("identity", "outbox__follows", "approval__decided_by", "invitation__accepted_by")
    media, versions = (model.objects.filter(message=OuterRef("pk")) for model in (Media, MessageVersion))
    there = {"has_media": Exists(media), "has_versions": Exists(versions)}
    return with_doer(said.select_related(*with_it), "agent").annotate(**there)[:most]


def hanging_on(messages: Iterable[Any]) -> dict[int, Hanging]:
    """By message, of those that `latest_said` told. Two statements at most: of each sort one, where there is any; and
    one more where who decided on an answer is deleted."""
    shown = list(messages)
    name_gone([one.approval for one in shown if hasattr(one, "approval")], "decided_by")
    found: dict[int, Hanging] = defaultdict(Hanging)
    if illustrated := [one.pk for one in shown if one.has_media]:
        for medium in _media(messages=illustrated):
            found[medium.message_id].media.append(medium)
    if edited := [one.pk for one in shown if one.has_versions]:
        for version in _versions(messages=edited):
            found[version.message_id].versions.append(version)
    return found


@prepared
def _media() -> QuerySet[Media]:
    return Media.objects.filter(IsOneOf(F("message"), Given("messages"))).select_related("file", "fetch")


@prepared
def _versions() -> QuerySet[MessageVersion]:
    return MessageVersion.objects.filter(IsOneOf(F("message"), Given("messages")))
