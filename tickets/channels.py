"""Door 1: what a channel is, and what may be done on it beside answering. What it hands in is `inbound`, what it is
asked to send `outbound`.

A channel is an app of its own (`twitter_integration` is one) named by dotted path in settings.CHANNELS. The helpdesk
knows it only through the `Channel` protocol below.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, BinaryIO, Literal, Protocol
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from tickets.inbound import Person
from tickets.outbound import (
    Asked,
    FileLimits,
    Foreseen,
    Found,
    Limits,
    Notified,
    OutboundMessage,
    Part,
    Permission,
    Receipt,
    Refused,
    Sent,
    Window,
)


class FetchError(Exception):
    """A file that could not be fetched. permanent: it will not be given. retry_after: seconds."""

    def __init__(self, sentence: str, *, permanent: bool = False, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.permanent = permanent
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message something may be done to. `answers`: the external id of the one it answers; `answers_us`: that is
    ours."""

    external_id: str
    ours: bool
    private: bool = False
    answers: str = ""
    answers_us: bool = False
    conversation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """What a deed has to be told: one of `choices` (what is meant, and its words), or a text, of at most so many
    characters (0: the channel measures it). `reads`: on the button that asks the channel for the choices anew."""

    name: str
    words: str
    choices: Sequence[tuple[str, str]] = ()
    required: bool = True
    most: int = 0
    long: bool = False
    help: str = ""
    reads: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What may be done about a message or somebody, beside answering. `mark`: that it is so already, in a word; then
    this takes it back, or has no `words`: it cannot be. `asks`: a page comes first, with `warning`, what the channel
    wants to be told (`Channel.wants`), and `explains`: a reason."""

    name: str  # for Channel.do
    words: str  # on the button
    drawing: str  # of the desk's own
    mark: str = ""
    why_not: str = ""
    by_hand_url: str = ""
    price: Decimal = Decimal(0)
    asks: bool = False
    explains: bool = False
    warning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    on_posts: Mapping[str, Sequence[Deed]]
    on_person: Sequence[Deed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A deed to be done to `about`, once for each `key`. `person`: the customer's external id. `told`: by the name of
    what was wanted. `sure`: a person was asked. `until`: when to remind of it."""

    name: str
    about: str
    key: UUID
    person: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    until: datetime | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """What came of a wish, in a sentence. `before`: this very wish was done, or is being done, by an earlier click.
    `ordered`: the key of the message that is to be sent for it. `here`: the channel had no part in it."""

    sentence: str
    before: bool = False
    ordered: int | None = None
    here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A deed whose day to be thought of again has come. `undo`: the deed that takes it back, "" where nothing does;
    `why_not`: why it cannot be done from here, and where by hand. `by`: who wanted it, by name. `private`: what it is
    about is only for who may read private messages."""

    key: str  # for Channel.answer_reminder
    words: str  # what is so since
    about: Person
    account: str
    reason: str
    by: str
    at: datetime
    due_at: datetime
    undo: str = ""
    undo_words: str = ""
    why_not: str = ""
    by_hand_url: str = ""
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How an address is doing, in a word and a mark; `sentence`: what is at fault. `heard_at`: when something last came
    from there. `spent` and `budget` (what it may spend): US dollars of the channel's own day, None where the reader
    may not know."""

    mark: Literal["bad", "warning", "fine"]
    word: str
    sentence: str = ""
    heard_at: datetime | None = None
    spent: Decimal | None = None
    budget: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """By the address's key. `spent`: of all together, and what belongs to no address; `page`: what it was spent on."""

    accounts: Mapping[str, Condition]
    spent: Decimal | None = None
    page: str = ""


class CannotDo(Exception):
    """A deed that was refused, here or there. `asks`: it wants a reason, or to be confirmed."""

    def __init__(self, sentence: str, *, by_hand_url: str = "", asks: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.by_hand_url = by_hand_url
        self.asks = asks


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """Who is erased: their ids and handles on the channel (small letters), and the ids of all that they and we said to
    each other."""

    people: frozenset[str]
    handles: frozenset[str]
    messages: frozenset[str]


class Channel(Protocol):
    name: str
    title: str  # what people call it

    def send(self, message: OutboundMessage) -> Receipt:
        """Send now. Raises SendError; any other exception counts as unsettled."""

    def find_sent(self, messages: Sequence[OutboundMessage]) -> Found:
        """Read back whether messages of unknown fate are there, all of one address, all private or none. Raises
        SendError, also when the channel's limits allow no look yet (`retry_after`)."""

    def note_sent(self, sent: Sequence[Sent]) -> None:
        """These are out, however that was found out; each is told once, in the transaction that records it. For the
        channel's own books. Four statements at most."""

    def windows(self, address_key: str, *, private: bool) -> Sequence[Window]:
        """The limits that what this address sends falls under. Asks the database at most once, never the network."""

    def at_work(self) -> AbstractContextManager[None]:
        """Entered while many messages are sent, so that what they share may be kept meanwhile."""

    def measure(self, text: str, *, private: bool) -> Limits:
        """The text's length as the channel counts it."""

    def counts_by(self) -> Mapping[str, Mapping[str, Any]]:
        """By what a browser counts `public` and `private` texts as `measure` does (static/js/counting.js); empty where
        only `measure` knows. Takes its time, asks nothing: to be kept."""

    def split(self, text: str, *, handle: str) -> Sequence[Part]:
        """A public text as one part or as the numbered ones of a thread; empty when it cannot be cut. `handle`: the
        person answered, whom every part names."""

    def files(self, *, private: bool) -> FileLimits:
        """What files one message may carry."""

    def fetch(self, address_key: str, url: str, *, most: int) -> BinaryIO:
        """A file of a message that only its participants are given, at most so many bytes. Raises FetchError."""

    def circles(self) -> Mapping[str, str]:
        """To whom a public post may leave it to answer, besides everybody: code → the channel's words for it."""

    def price(
        self, rates: Mapping[str, Decimal], texts: Sequence[str], *, private: bool, answers: bool = False
    ) -> Decimal:
        """What sending these messages one after the other costs, in US dollars as the channel publishes it. `rates`: of
        the permission to send them. Asks nothing."""

    def notified(
        self, text: str, *, own: str, answered: str = "", named: Sequence[tuple[str, str]] = ()
    ) -> Sequence[Notified]:
        """Whom this notifies when it is said in public, each once: who wrote what it answers (`answered`, a handle),
        whom the channel adds by itself because that names them (`named`: handle, external id or ""), whom the text
        names. `own`: the handle it is said as. Asks nothing."""

    def note_deed(self, address_key: str, deed: str, *, by: User, at: datetime, about: str) -> None:
        """Into the record of what is done with the account, what somebody did with it outside tickets. `deed`: a word
        or two with hyphens; `about`: what it was done to."""

    def memory(self, *, private: bool) -> timedelta:
        """How long the channel refuses the same words to the same person again; zero: it does not."""

    def fingerprint(self, text: str) -> str:
        """Equal for a text as we send it and as the channel tells us of it."""

    def traits(self, text: str, *, private: bool, files: int = 0) -> str:
        """What tells texts with one fingerprint apart (their links, say), equal as the fingerprint is; "" where that
        cannot be compared: then nothing tells them apart."""

    def may_send(
        self, address_key: str, *, private: bool, in_reply_to: str, recipient: str = "", quote_of: str = ""
    ) -> Permission:
        """What the access tier, the message answered and the person written to (`recipient`, their external id) allow.
        Asks the database at most once, never the network."""

    def may_answer(self, address_key: str, about: Sequence[tuple[str, str]]) -> Sequence[Permission]:
        """Of several messages answered in public, each by its id and its author's, in their order: as `may_send`. Asks
        the database at most once, never the network."""

    def foresee(self, asked: Sequence[Asked], *, now: datetime) -> Mapping[int, Foreseen]:
        """Of many at once, by their keys: as `may_send`, and what each costs. Five statements at most, never the
        network."""

    def over(self, refused: Sequence[Refused], *, now: datetime) -> Collection[int]:
        """Of which of these the reason is over, as far as the channel knows: their keys. Four statements at most, never
        the network."""

    def why_not_resumed(self, address_key: str) -> str:
        """What must be done before an address that was stopped may send again; "" when nothing. Asks the database at
        most once, never the network. Where there is something, the channel's own lines of the doctor tell it."""

    def resume(self, address_key: str) -> None:
        """An address that was stopped sends again: forget on the channel's side what it was stopped for, within the
        caller's transaction. Raises CannotDo with what comes first."""

    def by_hand(self, *, private: bool, in_reply_to: str, recipient: str, text: str = "", quote_of: str = "") -> str:
        """Where a person gives this answer, or (answering nothing, to nobody) says this on the channel itself, with the
        text in place, or quotes that; "" where there is no such place. Asks nothing."""

    def deeds(self, address_key: str, *, by: User, posts: Sequence[Post], person: Person, now: datetime) -> Deeds:
        """What this person may do as the account, and what is so already. `posts` in the order in which they were said.
        Eight statements at most."""

    def wants(
        self, address_key: str, deed: str, *, about: str, by: User, now: datetime, anew: bool = False
    ) -> Sequence[Want]:
        """What a deed has to be told before it is done to `about`. Three statements at most; the network
        only for `anew`: then the channel is asked for the choices. Raises CannotDo."""

    def do(self, address_key: str, wish: Wish, *, by: User, now: datetime) -> Did:
        """Do it, with the person's rights. Raises CannotDo. To be called outside transactions."""

    def due_reminders(self, *, by: User, now: datetime, about: tuple[str, str] | None = None) -> Sequence[Reminder]:
        """Of what is due, the earliest first: what this person wanted to be reminded of, and what somebody did who is
        gone, where they oversee the account. `about`: an address's key and a person's external id; then everything
        due there, for whoever may act as that address. One statement."""

    def answer_reminder(self, key: str, *, undo: bool, sheet: UUID, by: User, now: datetime) -> str:
        """Take the deed back, or let it stay; either way nobody is reminded any more. Returns what to say. Raises
        CannotDo. To be called outside transactions."""

    def note_told(self, *, now: datetime) -> int:
        """How many reminders became due since this was asked last: each counts once. One statement."""

    def conditions(self, *, by: User, now: datetime) -> Conditions:
        """How each address is doing, as far as this person may know it. A dozen statements, however many there are,
        never the network."""

    def forget(self, gone: Forgotten, *, now: datetime) -> int:
        """Empty the channel's own books of somebody, within the caller's transaction: what it received, whatever names
        them or what was said; sums and what was counted stay. Returns how many rows. A dozen statements, never the
        network; each may read a whole table."""

    def is_private(self, deed: str) -> bool:
        """Whether a deed is only for who may read private messages, and so is that it was done."""

    def streams(self) -> Sequence[str]:
        """By which it hands messages in, as `InboundMessage.source` names them. Asks nothing."""

    def searches(self) -> Collection[str]:
        """What messages are looked for by, as `InboundMessage.labels` names it. One statement."""

    def label(self, kind: str) -> str:
        """The channel's own word for a kind of message, as people on it say it."""


def channel_named(name: str) -> Channel:
    """The channel of settings.CHANNELS; KeyError for a name that is not there."""
    channel: Channel = import_string(settings.CHANNELS[name])()
    return channel


def title_of(name: str) -> str:
    """What people call the channel; one that was taken out of the settings still has its tickets."""
    return channel_named(name).title if name in settings.CHANNELS else _("the channel")
