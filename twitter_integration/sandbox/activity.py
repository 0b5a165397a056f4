"""The things that happen on X which a webhook may hear of. Data only; both dialects render from it."""

from dataclasses import dataclass

from twitter_integration.sandbox.messages import Message
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.users import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    post: Post
    author: User


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    post: Post
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Liked:
    post: Post
    by: User
    like_id: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    kind: str  # follow, unfollow, block, unblock, mute, unmute
    source: User
    target: User
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Messaged:
    message: Message
    sender: User
    recipient: User


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    sender: User
    recipient: User
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """`reader` has read the messages of `writer` up to and including `last_id`."""

    reader: User
    writer: User
    last_id: int
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    user: User
    app_id: int
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chatted:
    """An encrypted message: that it was sent is all anybody but the two learns."""

    chat_id: str
    sender: User
    recipient: User
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanged:
    user: User
    part: str  # X's word: bio, handle, screenname, …
    before: str
    after: str


Activity = Posted | Deleted | Liked | Related | Messaged | Typing | Read | Revoked | Chatted | ProfileChanged
