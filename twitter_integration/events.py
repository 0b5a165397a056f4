"""The closed list of facts that X can tell us, each as one frozen record.

Here: what an event *is*, free of the dialect it came in. Every id is a string, every time an aware UTC
datetime. Not here: how a dialect is read (payloads/), what an event does (handlers). Imports nothing but the
standard library.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

# `occurred_at` of an event for which X named no moment and whose id carries none (X Activity's follow.follow
# has neither): a consumer takes the moment of receipt instead.
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
# Fields of a profile that rename; X Activity calls the shown name "screenname" (x-api 3.3).
HANDLE, SHOWN_NAME = "handle", "screenname"


class Dialect(StrEnum):
    """The shape in which X told us."""

    ACCOUNT_ACTIVITY = "account_activity"
    X_ACTIVITY = "x_activity"
    REST_V2 = "rest_v2"


class Kind(StrEnum):
    """What happened, seen from the subscribed account ("us"). Stored in the database."""

    POST_BY_US = "post_by_us"
    REPLY_BY_US = "reply_by_us"
    QUOTE_BY_US = "quote_by_us"
    REPOST_BY_US = "repost_by_us"
    MENTION = "mention"
    REPLY_TO_US = "reply_to_us"
    QUOTE_OF_US = "quote_of_us"
    REPOST_OF_US = "repost_of_us"
    POST_OTHER = "post_other"
    POST_DELETED = "post_deleted"
    LIKE_BY_US = "like_by_us"
    LIKE_OF_US = "like_of_us"
    FOLLOW_BY_US = "follow_by_us"
    FOLLOW_OF_US = "follow_of_us"
    UNFOLLOW_BY_US = "unfollow_by_us"
    UNFOLLOW_OF_US = "unfollow_of_us"
    BLOCK_BY_US = "block_by_us"
    BLOCK_OF_US = "block_of_us"
    UNBLOCK_BY_US = "unblock_by_us"
    UNBLOCK_OF_US = "unblock_of_us"
    MUTE_BY_US = "mute_by_us"
    MUTE_OF_US = "mute_of_us"
    UNMUTE_BY_US = "unmute_by_us"
    UNMUTE_OF_US = "unmute_of_us"
    MESSAGE_RECEIVED = "message_received"
    MESSAGE_SENT = "message_sent"
    TYPING = "typing"
    READ = "read"
    REVOKED = "revoked"
    PROFILE_CHANGED = "profile_changed"
    ENCRYPTED_MESSAGE = "encrypted_message"
    REPLAY_FINISHED = "replay_finished"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on X. X often sends only the id: then `handle` is empty."""

    id: str
    handle: str = ""
    name: str = ""
    avatar_url: str = ""
    bio: str = ""
    location: str = ""
    url: str = ""
    followers: int | None = None
    following: int | None = None
    verified: bool | None = None
    protected: bool | None = None
    joined_at: datetime | None = None
    receives_dm: bool | None = None  # from whoever asked X
    connection: tuple[str, ...] | None = None  # how they stand to whoever asked: following, followed_by, blocking …


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a text that means something: `start` and `end` count code points of the shown text."""

    start: int
    end: int
    kind: str  # url | mention | hashtag | cashtag
    target: str  # the link of a url; the handle or word without its sign otherwise
    title: str = ""  # where a shortened link leads
    id: str = ""  # of a mention: whom it names


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture or film. `url` is empty when X named only the media key, without its file."""

    id: str
    kind: str  # photo | video | animated_gif
    url: str
    preview_url: str
    alt_text: str = ""
    width: int | None = None
    height: int | None = None
    needs_auth: bool = False  # files of direct messages want an OAuth 1.0a signed GET by a participant


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A public post. Of a repost, text and media are those of the reposted one."""

    id: str
    author: Person
    created_at: datetime
    text: str
    spans: tuple[Span, ...] = ()
    original_text: str = ""
    language: str = ""
    conversation_id: str = ""
    in_reply_to_id: str = ""
    in_reply_to_person_id: str = ""
    quoted_id: str = ""
    quoted: "Post | None" = None
    reposted_id: str = ""
    reposted: "Post | None" = None
    mentioned_ids: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    version_ids: tuple[str, ...] = ()
    first_created_at: datetime | None = None  # of an edited post: when its first version was said
    reply_settings: str = ""
    source_app: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectMessage:
    """One private message between two people. `conversation_id` is `smaller id-larger id`, as in X's REST v2."""

    id: str
    sender: Person
    recipient: Person
    conversation_id: str
    created_at: datetime
    text: str
    spans: tuple[Span, ...] = ()
    original_text: str = ""
    media: tuple[Media, ...] = ()
    source_app_id: str = ""
    quick_reply: str = ""
    initiated_by_post_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all events share. `key` is the same for one fact in every dialect; unique together with `account_id`."""

    kind: Kind
    account_id: str
    occurred_at: datetime
    dialect: Dialect
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostEvent(Event):
    post: Post
    blocked_by_us: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDeleted(Event):
    post_id: str
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LikeEvent(Event):
    """`person` is None when X does not say who liked (inbound `like.create` of X Activity may not)."""

    person: Person | None
    post_id: str
    post_author_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationEvent(Event):
    """Follow, block, mute and their undoing: `source` did it to `target`."""

    source: Person
    target: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEvent(Event):
    message: DirectMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class TypingEvent(Event):
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEvent(Event):
    """`person_id` has read everything up to and including `last_read_id`."""

    person_id: str
    last_read_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokedEvent(Event):
    """`person_id` took its consent from our app: its tokens are dead."""

    person_id: str
    app_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanged(Event):
    """`field`: HANDLE, SHOWN_NAME, or another of X's words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptedMessage(Event):
    """A message of X Chat: only its arrival can be shown, never its text."""

    message_id: str
    sender_id: str
    conversation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayFinished(Event):
    job_id: str
    webhook_id: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent(Event):
    """Something X sends that we have no word for (yet). `name` is X's own; `raw` is kept whole."""

    name: str
    raw: Mapping[str, Any] = field(repr=False)
