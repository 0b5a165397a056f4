"""Door 1, outwards: what a channel is asked to send, what it answers, and its limits. Imports nothing of ours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO


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
    spares: Sequence[str] = ()  # whom the channel is not to notify by itself (Notified.spare)
    queued_at: datetime | None = None
    perhaps_out_at: datetime | None = None  # the last try of unknown fate
    not_after: datetime | None = None  # by the clock: once it is past, the call is no longer to be made


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
    sent_at: datetime | None = None  # by the channel's clock, as the times of what people say there are
    gauges: Sequence[Gauge] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message that is out, by whatever that came to be known."""

    address_key: str
    external_id: str
    private: bool
    text: str
    in_reply_to: str
    quote_of: str
    invite: bool
    with_files: bool  # told of invitations only
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An answer that somebody thinks of sending. `key` is theirs."""

    key: int
    address_key: str
    private: bool
    text: str
    recipient: str = ""
    in_reply_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A message that was refused `at`, for the reason of that code and in those words. `worked_at`: when its address
    last sent something that way."""

    key: int
    address_key: str
    private: bool
    code: str
    reason: str
    at: datetime
    recipient: str = ""
    in_reply_to: str = ""
    quote_of: str = ""
    worked_at: datetime | None = None


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
    `ticket`: the number of the one where it is to be said instead. `rates`: what writing costs there, for
    Channel.price; empty where it is free or by contract.
    """

    allowed: bool
    reason: str = ""
    by_hand_url: str = ""
    code: str = ""
    as_of: datetime | None = None
    ticket: int | None = None
    rates: Mapping[str, Decimal] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """Somebody a public message notifies. `spare`: by what the channel is told to leave them out; empty where that is
    none of its offers."""

    handle: str
    spare: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What would become of an answer, and its price in US dollars."""

    permission: Permission
    price: Decimal


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
