"""The same words once more: whether an account said them to a person since an answer was ordered that has not gone out.
Asked before that one goes after all; of what is ordered anew terms.py asks.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from kapture.people import shown_name
from tickets.channels import channel_named
from tickets.choices import Direction, SendState
from tickets.composing.enclosing import digests
from tickets.errors import Repeats
from tickets.models import Message, OutboxEntry
from tickets.receiving.turns import take_words

# So long the same words to the same person are taken for two people's answer to one question, in public and in private.
JUST_NOW = timedelta(minutes=2)
_LATELY = timedelta(hours=6)
# So many of the latest are compared.
_MOST = 2000
# Just now, lately, long ago.
_SAME_WORDS = (
    gettext_noop("{who} sent exactly the same words just now"),
    gettext_noop("{who} sent exactly the same words a short while ago"),
    gettext_noop("{who} sent exactly the same words since this was written"),
)
_SAME_FILES = (
    gettext_noop("{who} sent exactly the same files just now"),
    gettext_noop("{who} sent exactly the same files a short while ago"),
    gettext_noop("{who} sent exactly the same files since this was written"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """When the same was said, or ordered, and by whom of us; without a name it was said elsewhere."""

    at: datetime
    who: User | None

    def name(self, by: User | None) -> str:
        """As a sentence begins that `by` reads."""
        if self.who is None:
            return _("This account")
        return pgettext("somebody, at the beginning of a sentence", "You") if self.who == by else shown_name(self.who)


def refusal(said: Said, *, by: User, now: datetime, text: str, memory: timedelta) -> Repeats:
    """`memory`: how long the channel refuses the same."""
    ago = now - said.at  # below zero for what is to come
    refused = bool(memory) and ago < memory
    when = 0 if ago < JUST_NOW else 1 if ago <= _LATELY else 2
    sentence = _((_SAME_WORDS if text else _SAME_FILES)[when])
    words = sentence.format(who=said.name(by))
    told = (
        _("{words} and they would be refused. If they are to go once more, say so.")
        if refused
        else _("{words}. If they are to go once more, say so.")
    )
    return Repeats(told.format(words=words), said=said.at, by=said.name(by), refused=refused)


def check_unsaid(entry: OutboxEntry, *, by: User, now: datetime, repeat: bool) -> None:
    """Raises Repeats when the same was said since, unless it may be said again (`repeat`). Of two who say it at once
    the second waits here and sees the first: to be asked after everything else is locked."""
    take_words([_heard(entry)])
    said = None if repeat else said_since([entry]).get(entry.pk)
    if said is not None:
        raise refusal(said, by=by, now=now, text=entry.message.text, memory=_memory(entry))


def choose_unsaid(entries: Sequence[OutboxEntry]) -> list[OutboxEntry]:
    """Those of which nobody said the same since; of equal ones among them the first. Locks as `check_unsaid`."""
    take_words({_heard(entry) for entry in entries})
    said, chosen = said_since(entries), dict[object, OutboxEntry]()
    for entry in entries:
        if entry.pk not in said:
            chosen.setdefault((*_heard(entry), _likeness(entry), *carried_by(entry.message)), entry)
    return list(chosen.values())


def said_since(entries: Collection[OutboxEntry], *, known: timedelta | None = None) -> dict[int, Said]:
    """By key: of which the same was said to the same person since it was ordered, and by whom. `known`: what was said
    so long before counts too; without it, what its channel may have refused it for. Nine statements, however many."""
    listed = list(entries)
    if not listed:
        return {}
    prefetch_related_objects(listed, "address", "message__media__file")
    since = {entry.pk: entry.created_at - (known if known is not None else _margin(entry)) for entry in listed}
    ours = _by_hearer(_ours(listed))
    elsewhere: dict[object, list[Message]] = {}
    for message in _elsewhere(listed, since=min(since.values())):
        elsewhere.setdefault((message.address_id, message.visibility == "private"), []).append(message)
    found = {entry.pk: _said(entry, ours, elsewhere, since=since[entry.pk]) for entry in listed}
    return {pk: said for pk, said in found.items() if said is not None}


def _ours(entries: Sequence[OutboxEntry]) -> list[OutboxEntry]:
    same = OutboxEntry.objects.filter(
        Q(recipient__in={entry.recipient_id for entry in entries if entry.recipient_id}) | Q(recipient=None),
        address__in={entry.address_id for entry in entries},
        fingerprint__in={entry.fingerprint for entry in entries},
    ).exclude(state=SendState.FAILED)
    related = same.select_related("message__agent", "address").prefetch_related("message__media__file")
    return list(related.order_by("-created_at")[:_MOST])


def _by_hearer(entries: Sequence[OutboxEntry]) -> dict[object, list[OutboxEntry]]:
    found: dict[object, list[OutboxEntry]] = {}
    for entry in entries:
        found.setdefault(_heard(entry), []).append(entry)
    return found


def _elsewhere(entries: Sequence[OutboxEntry], *, since: datetime) -> list[Message]:
    """What the account said to these people by other ways, and to nobody in particular in the very words."""
    people = {entry.recipient_id for entry in entries if entry.recipient_id}
    words = {entry.message.text for entry in entries if entry.recipient_id is None}
    said = Message.objects.filter(
        Q(identity__in=people) | Q(ticket=None, text__in=words),
        address__in={entry.address_id for entry in entries},
        direction=Direction.OUT,
        outbox=None,
        sent_at__gt=since,
    )
    return list(said.select_related("agent").order_by("-sent_at")[:_MOST])


def _said(
    entry: OutboxEntry,
    ours: Mapping[object, Sequence[OutboxEntry]],
    elsewhere: Mapping[object, Sequence[Message]],
    *,
    since: datetime,
) -> Said | None:
    like, carried = _likeness(entry), carried_by(entry.message)
    for other in ours.get(_heard(entry), ()):
        lately = other.settled_at is None or other.settled_at > since
        same = other.pk != entry.pk and lately and _likeness(other) == like
        if same and (not carried or carried_by(other.message) == carried):
            return Said(other.created_at, other.message.agent)
    if carried:  # what files went with words said elsewhere is not known here
        return None
    channel = channel_named(entry.address.channel)
    for message in elsewhere.get((entry.address_id, entry.private), ()):
        to_them = entry.recipient_id is None or message.identity_id == entry.recipient_id
        if to_them and message.sent_at > since and channel.fingerprint(message.text) == entry.fingerprint:
            return Said(message.sent_at, message.agent)
    return None


def _heard(entry: OutboxEntry) -> tuple[int, int | None, bool]:
    return entry.address_id, entry.recipient_id, entry.private


def _likeness(entry: OutboxEntry) -> tuple[str, str]:
    """What its words are, also where the fingerprint alone is the same."""
    channel = channel_named(entry.address.channel)
    return entry.fingerprint, channel.traits(entry.message.text, private=entry.private)


def carried_by(message: Message) -> list[str]:
    """The digests of the files that go with it; its media and their files are loaded."""
    return digests(media.file for media in message.media.all() if hasattr(media, "file"))


def _margin(entry: OutboxEntry) -> timedelta:
    return max(_memory(entry), JUST_NOW)


def _memory(entry: OutboxEntry) -> timedelta:
    """How long its channel refuses the same; what a channel makes of words with files nobody knows."""
    if carried_by(entry.message):
        return timedelta()
    return channel_named(entry.address.channel).memory(private=entry.private)
