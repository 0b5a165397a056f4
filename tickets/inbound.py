"""Door 1, inwards: what a channel tells us was said, and by whom. Imports nothing of ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# The channel's clock and ours may differ by this much: it takes calls of clocks up to five minutes off.
CLOCK_SKEW = timedelta(minutes=6)
# What we heard before something began is not of it. A walk through a list notes when it began itself, and is ended
# after a minute.
LONGEST_WALK = timedelta(seconds=60)


def latest_beginning(said_at: datetime, heard_at: datetime) -> datetime:
    """What began later than this led to nothing that was said then, by the channel's clock, and heard then, by ours."""
    return min(said_at + CLOCK_SKEW, heard_at + LONGEST_WALK)


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
    id: str = ""  # of a mention: the external id of whom it names, where the channel told it


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
    policy: int | None = None


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
    traits: str = ""  # what tells it apart from others with that fingerprint (Channel.traits)
    versions: Sequence[str] = ()  # every id the message has had, oldest first, when it was edited
    edited_at: datetime | None = None  # when this version of it was said; sent_at is when it was said at first
    labels: Sequence[str] = ()  # what caught it (search queries)
    place: Place | None = None
    aside: bool = False  # who says it, or what it says, is ignored: it opens no ticket and brings none back
    heard_at: datetime | None = None  # when it reached us, by our clock; it may be taken in later
    trace: str = ""  # the id that follows a delivery through the logs

    @property
    def ids(self) -> frozenset[str]:
        """Everything an answer may call it by."""
        return frozenset((self.external_id, *self.versions))

    @property
    def as_of(self) -> datetime:
        """When these words, and the author's profile, were so."""
        return self.edited_at or self.sent_at
