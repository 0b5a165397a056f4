"""Door 1: what a channel hands in, what it is asked to send, and what it answers. Imports nothing of ours.

A channel is an app of its own (`twitter_integration` is one) named by dotted path in settings.CHANNELS. The helpdesk
knows it only through the `Channel` protocol below.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import BinaryIO, Protocol
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody as the channel knows them. Empty or None means "not told", never "none": it overwrites nothing."""

    external_id: str
    handle: str = ""
    name: str = ""
    avatar_url: str = ""
    bio: str = ""
    location: str = ""
    followers: int | None = None
    verified: bool | None = None
    protected: bool | None = None
    joined_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part of a text that is more than text; start and end count code points."""

    start: int
    end: int
    kind: str  # url, mention, hashtag, cashtag
    target: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    external_id: str
    kind: str  # photo, video, animation
    url: str
    preview_url: str = ""
    alt_text: str = ""
    width: int | None = None
    height: int | None = None
    needs_auth: bool = False  # the file is served only to a participant; nothing links to it directly


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """The message somebody quotes, as far as the channel told it."""

    external_id: str
    author_name: str = ""
    author_handle: str = ""
    text: str = ""
    sent_at: datetime | None = None
    permalink: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a message's ticket goes when its source says so (a search query); None leaves it to the account."""

    queue: int | None = None
    folder: int | None = None
    priority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """One thing said around one of our addresses, by a customer or by ourselves elsewhere (`by_us`)."""

    channel: str
    address_key: str
    external_id: str
    kind: str  # choices.MessageKind
    author: Person
    sent_at: datetime
    text: str
    source: str  # which stream told us: account_activity, x_activity, poll, search, replay
    by_us: bool = False
    private: bool = False
    counterpart: Person | None = None  # whom we wrote to, when by_us
    original_text: str = ""
    language: str = ""
    spans: Sequence[Span] = ()
    attachments: Sequence[Attachment] = ()
    in_reply_to: str = ""
    conversation: str = ""
    quoted: Quoted | None = None
    permalink: str = ""
    fingerprint: str = ""  # of the text; equal for a message we sent and its echo
    versions: Sequence[str] = ()  # every id the message has had, oldest first, when it was edited
    labels: Sequence[str] = ()  # what caught it (search queries)
    place: Place | None = None
    trace: str = ""  # the id that follows a delivery through the logs


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundFile:
    """A file that goes out with a message. `key` is ours and the same at every try."""

    key: str
    name: str  # as people call it
    kind: str  # choices.FileKind
    content_type: str
    size: int
    alt_text: str
    open: Callable[[], BinaryIO]  # to be closed by whoever opened it


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """What a channel is asked to send. `key` is ours and the same at every try."""

    key: str
    address_key: str
    private: bool
    text: str
    recipient: str  # external id of the customer's identity; empty for what is said to nobody in particular
    recipient_handle: str = ""
    in_reply_to: str = ""
    quote_of: str = ""
    files: Sequence[OutboundFile] = ()
    invite: bool = False  # a public answer that asks the person to write privately
    circle: str = ""  # who may answer it, by a code of Channel.circles; empty: everybody
    queued_at: datetime | None = None
    first_tried_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A limit of the channel, as it published it: so many calls in so many seconds, for all who share the key."""

    key: str
    limit: int
    seconds: int
    words: str  # the whole sentence a person reads: "X allows 15 direct messages per 15 minutes."


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """What an answer told of one window."""

    key: str
    limit: int
    remaining: int
    resets_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    external_id: str
    conversation: str = ""
    permalink: str = ""
    gauges: Sequence[Gauge] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a look for messages of unknown fate brought, by their keys; what is in neither is not decided yet.

    `absent`: certainly not there. `retry_after`: seconds until a look could decide the rest.
    """

    receipts: Mapping[str, Receipt]
    absent: frozenset[str] = frozenset()
    retry_after: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one message may be on this channel. Length is the channel's own measure, not len()."""

    maximum: int
    length: int

    @property
    def remaining(self) -> int:
        return self.maximum - self.length


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLimits:
    """What may go with one message. Films and animations go alone, and count as one file."""

    types: Mapping[str, int]  # content type → most bytes
    together: int  # pictures in one message
    shortest: float  # a film, in seconds
    longest: float
    alt_text: int  # characters of a description; 0: there are none


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a long text: its words as they go out, and the stretch of the whole that it holds."""

    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """May this be sent? If not, the reason in a sentence and, where there is one, the way by hand. What is allowed and
    has a reason all the same may be refused.

    `code`: the reason for programs. `as_of`: how old the knowledge is that decided; None where it does not age.
    """

    allowed: bool
    reason: str = ""
    by_hand_url: str = ""
    code: str = ""
    as_of: datetime | None = None


class SendError(Exception):
    """A send that did not work; `sentence` is shown to the agent.

    permanent: trying again cannot mend it. unsettled: it may have worked all the same, so read back before sending
    again. retry_after: seconds. stop_address: tokens died or money is gone, nothing else of this address can be sent;
    also_stops: keys of other addresses with the same trouble. limited: one of the channel's limits was reached, which
    is no failure of the message. unheard: the channel never heard of it. gauges: what the answer told of limits.
    """

    def __init__(
        self,
        sentence: str,
        *,
        code: str = "",
        permanent: bool = False,
        unsettled: bool = False,
        retry_after: float | None = None,
        stop_address: bool = False,
        also_stops: Sequence[str] = (),
        limited: bool = False,
        unheard: bool = False,
        gauges: Sequence[Gauge] = (),
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        self.permanent = permanent
        self.unsettled = unsettled
        self.retry_after = retry_after
        self.stop_address = stop_address
        self.also_stops = also_stops
        self.limited = limited
        self.unheard = unheard
        self.gauges = gauges


class FetchError(Exception):
    """A file that could not be fetched. permanent: it will not be given. retry_after: seconds."""

    def __init__(self, sentence: str, *, permanent: bool = False, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.permanent = permanent
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A public message something may be done to. `answers`: it answers another one."""

    external_id: str
    ours: bool
    answers: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What may be done about a message or somebody, beside answering. `mark`: that it is so already, in a word; then
    this takes it back, or has no `words`: it cannot be. `asks`: a page comes first, with `warning`, and `explains`: a
    reason."""

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
    """A deed to be done to `about`, once for each `key`. `sure`: a person was asked. `until`: when to remind of it."""

    name: str
    about: str
    key: UUID
    reason: str = ""
    until: datetime | None = None
    sure: bool = False


class CannotDo(Exception):
    """A deed that was refused, here or there. `asks`: it wants a reason, or to be confirmed."""

    def __init__(self, sentence: str, *, by_hand_url: str = "", asks: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.by_hand_url = by_hand_url
        self.asks = asks


class Channel(Protocol):
    name: str

    def send(self, message: OutboundMessage) -> Receipt:
        """Send now. Raises SendError; any other exception counts as unsettled."""

    def find_sent(self, messages: Sequence[OutboundMessage]) -> Found:
        """Read back whether messages of unknown fate are there, all of one address, all private or none. Raises
        SendError, also when the channel's limits allow no look yet (`retry_after`)."""

    def windows(self, address_key: str, *, private: bool) -> Sequence[Window]:
        """The limits that what this address sends falls under. Asks the database at most once, never the network."""

    def at_work(self) -> AbstractContextManager[None]:
        """Entered while many messages are sent, so that what they share may be kept meanwhile."""

    def measure(self, text: str, *, private: bool) -> Limits:
        """The text's length as the channel counts it."""

    def split(self, text: str, *, handle: str) -> Sequence[Part]:
        """A public text as one part or as the numbered ones of a thread; empty when it cannot be cut. `handle`: the
        person answered, whom every part names."""

    def files(self, *, private: bool) -> FileLimits:
        """What files one message may carry."""

    def fetch(self, address_key: str, url: str, *, most: int) -> BinaryIO:
        """A file of a message that only its participants are given, at most so many bytes. Raises FetchError."""

    def circles(self) -> Mapping[str, str]:
        """To whom a public post may leave it to answer, besides everybody: code → the channel's words for it."""

    def price(self, address_key: str, texts: Sequence[str], *, private: bool, in_reply_to: str = "") -> Decimal:
        """What sending these messages costs, in US dollars as the channel publishes it; nothing where it is free or
        by contract. Asks the database at most twice."""

    def note_deed(self, address_key: str, deed: str, *, by: User, at: datetime, about: str) -> None:
        """Into the record of what is done with the account, what somebody did with it outside tickets. `deed`: a word
        or two with hyphens; `about`: what it was done to."""

    def memory(self, *, private: bool) -> timedelta:
        """How long the channel refuses the same words to the same person again; zero: it does not."""

    def fingerprint(self, text: str) -> str:
        """Equal for a text as we send it and as the channel tells us of it."""

    def may_send(self, address_key: str, *, private: bool, in_reply_to: str, recipient: str = "") -> Permission:
        """What the access tier, the message answered and the person written to (`recipient`, their external id) allow.
        Asks the database at most once, never the network."""

    def why_not_resumed(self, address_key: str) -> str:
        """What must be done before an address that was stopped may send again; "" when nothing. Asks the database at
        most once, never the network."""

    def by_hand(self, *, private: bool, in_reply_to: str, recipient: str, text: str = "") -> str:
        """Where a person gives this answer, or (answering nothing, to nobody) says this on the channel itself, with the
        text in place; "" where there is no such place. Asks nothing."""

    def deeds(self, address_key: str, *, by: User, posts: Sequence[Post], person: Person, now: datetime) -> Deeds:
        """What this person may do as the account, and what is so already. Five statements at most."""

    def do(self, address_key: str, wish: Wish, *, by: User, now: datetime) -> str:
        """Do it, with the person's rights; returns what to say. Raises CannotDo. To be called outside transactions."""

    def label(self, kind: str) -> str:
        """The channel's own word for a kind of message, as people on it say it."""


def channel_named(name: str) -> Channel:
    """The channel of settings.CHANNELS; KeyError for a name that is not there."""
    channel: Channel = import_string(settings.CHANNELS[name])()
    return channel
