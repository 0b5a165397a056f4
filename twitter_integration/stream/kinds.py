"""Which kinds of activity a stream is asked for, and which of them are private. Data alone."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from twitter_integration.events import Kind
from twitter_integration.facts.activities import title_of

# Never told to who may not read private messages. Typing is not kept at all.
PRIVATE = frozenset({Kind.MESSAGE_RECEIVED, Kind.MESSAGE_SENT, Kind.ENCRYPTED_MESSAGE, Kind.READ})
GROUPS: Mapping[str, tuple[Promise, tuple[Kind, ...]]] = {
    "posts": (_("Posts to us"), (Kind.MENTION, Kind.REPLY_TO_US, Kind.QUOTE_OF_US, Kind.POST_OTHER)),
    "messages": (
        _("Private messages"),
        (Kind.MESSAGE_RECEIVED, Kind.MESSAGE_SENT, Kind.ENCRYPTED_MESSAGE, Kind.READ),
    ),
    "reactions": (
        _("Likes and reposts"),
        (Kind.LIKE_OF_US, Kind.REPOST_OF_US, Kind.LIKE_BY_US, Kind.REPOST_BY_US),
    ),
    "people": (
        _("Follows, blocks and mutes"),
        (
            *(Kind.FOLLOW_OF_US, Kind.UNFOLLOW_OF_US, Kind.FOLLOW_BY_US, Kind.UNFOLLOW_BY_US),
            *(Kind.BLOCK_OF_US, Kind.UNBLOCK_OF_US, Kind.BLOCK_BY_US, Kind.UNBLOCK_BY_US),
            *(Kind.MUTE_OF_US, Kind.UNMUTE_OF_US, Kind.MUTE_BY_US, Kind.UNMUTE_BY_US),
        ),
    ),
    "ours": (
        _("Posts of ours"),
        (Kind.POST_BY_US, Kind.REPLY_BY_US, Kind.QUOTE_BY_US, Kind.POST_DELETED),
    ),
    "account": (_("The account itself"), (Kind.PROFILE_CHANGED, Kind.UNKNOWN)),
}
KINDS = tuple(kind for _words, kinds in GROUPS.values() for kind in kinds)
_BY_US = "_by_us"


def kinds_of(asked: str, *, private: bool) -> Sequence[Kind] | None:
    """Those of a group, or the one of that name; all where nothing is asked. None for what is neither, or is not theirs
    to ask for: `private` says whether they may read private messages."""
    if not asked:
        wanted: Sequence[Kind] = KINDS
    elif asked in GROUPS:
        wanted = GROUPS[asked][1]
    else:
        wanted = [kind for kind in KINDS if kind.value == asked]
    allowed = [kind for kind in wanted if private or kind not in PRIVATE]
    return allowed or None


def groups_for(*, private: bool) -> list[tuple[str, Promise, list[tuple[str, str]]]]:
    """As somebody may ask for them: each group with its kinds, by name and in words."""
    found = [(name, words, kinds_of(name, private=private)) for name, (words, _kinds) in GROUPS.items()]
    return [(name, words, [(kind.value, title_of(kind)) for kind in kinds]) for name, words, kinds in found if kinds]


def is_ours(kind: str) -> bool:
    """Whether the account did it itself."""
    return kind.endswith(_BY_US) or kind in (Kind.MESSAGE_SENT, Kind.POST_DELETED, Kind.PROFILE_CHANGED)
