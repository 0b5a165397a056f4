"""Every activity X tells us, in both of its products, and what each does here. Pure data.

docs/activities.md is made of it (manage.py x_activities).

To act on a further one: a row here, a function in handlers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from twitter_integration.events import Kind

TICKET, TIMELINE, COUNTER, IGNORE = "ticket", "timeline", "counter", "ignore"
_ANY = (TICKET, TIMELINE, COUNTER, IGNORE)
_QUIET = (TIMELINE, COUNTER, IGNORE)
_OF_OURS = gettext_noop("A line on the customer's timeline, counted by the day")
_OF_OTHERS = gettext_noop(
    "A line on the customer's timeline, counted by the day; on a ticket as well, where that is chosen"
)
# What people do to us without a word. What we do ourselves never opens a ticket.
_DEEDS = ("follow", "unfollow", "block", "unblock", "mute", "unmute")
REACTIONS = frozenset({Kind.LIKE_OF_US, *(Kind(f"{deed}_of_us") for deed in _DEEDS)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """`choices`: what an administrator may choose per account; empty where there is nothing to choose."""

    title: str
    account_activity: str  # how Account Activity names it
    x_activity: str  # how X Activity names it
    effect: str  # in words, for the table
    default: str = ""
    choices: tuple[str, ...] = ()


ACTIVITIES: Mapping[Kind, Activity] = {
    Kind.MENTION: Activity(
        title=gettext_noop("Mention of us"),
        account_activity="tweet_create_events",
        x_activity="post.mention.create",
        effect=gettext_noop("Opens or joins a ticket"),
        default=TICKET,
        choices=_ANY,
    ),
    Kind.REPLY_TO_US: Activity(
        title=gettext_noop("Reply to us"),
        account_activity="tweet_create_events",
        x_activity="post.reply.create",
        effect=gettext_noop("Joins its conversation's ticket, or opens one"),
        default=TICKET,
        choices=_ANY,
    ),
    Kind.QUOTE_OF_US: Activity(
        title=gettext_noop("Quote of us"),
        account_activity="tweet_create_events",
        x_activity="post.quote.create",
        effect=gettext_noop("Opens or joins a ticket, the quoted post shown with it"),
        default=TICKET,
        choices=_ANY,
    ),
    Kind.POST_BY_US: Activity(
        title=gettext_noop("Post by us"),
        account_activity="tweet_create_events",
        x_activity="post.create",
        effect=gettext_noop("Kept, so that answers to it find their conversation"),
        default=TICKET,
        choices=_ANY,
    ),
    Kind.REPLY_BY_US: Activity(
        title=gettext_noop("Reply by us"),
        account_activity="tweet_create_events",
        x_activity="post.create",
        effect=gettext_noop("Joins the ticket it answers and stops the clock; never opens one"),
        default=TICKET,
        choices=_ANY,
    ),
    Kind.QUOTE_BY_US: Activity(
        title=gettext_noop("Quote by us"),
        account_activity="tweet_create_events",
        x_activity="post.create",
        effect=gettext_noop("Kept, so that answers to it find their conversation"),
        default=TICKET,
        choices=_ANY,
    ),
    Kind.REPOST_OF_US: Activity(
        title=gettext_noop("Repost of us"),
        account_activity="tweet_create_events",
        x_activity="post.repost.create",
        effect=gettext_noop("Counted by the day"),
        default=COUNTER,
        choices=_QUIET,
    ),
    Kind.REPOST_BY_US: Activity(
        title=gettext_noop("Repost by us"),
        account_activity="tweet_create_events",
        x_activity="post.create",
        effect=gettext_noop("Counted by the day"),
        default=COUNTER,
        choices=_QUIET,
    ),
    Kind.POST_OTHER: Activity(
        title=gettext_noop("Other post"),
        account_activity="tweet_create_events",
        x_activity="post.create",
        effect=gettext_noop("Counted by the day: it concerns us by none of X's own tests"),
        default=COUNTER,
        choices=_QUIET,
    ),
    Kind.POST_DELETED: Activity(
        title=gettext_noop("Post deleted by us"),
        account_activity="tweet_delete_events",
        x_activity="post.delete",
        effect=gettext_noop("Text and media go, a tombstone stays; also when it comes before its post"),
    ),
    Kind.LIKE_OF_US: Activity(
        title=gettext_noop("Like of us"),
        account_activity="favorite_events",
        x_activity="like.create (inbound)",
        effect=_OF_OTHERS,
        default=TIMELINE,
        choices=_ANY,
    ),
    Kind.LIKE_BY_US: Activity(
        title=gettext_noop("Like by us"),
        account_activity="favorite_events",
        x_activity="like.create (outbound)",
        effect=_OF_OURS,
        default=TIMELINE,
        choices=_QUIET,
    ),
    **{
        kind: Activity(
            title=title,
            account_activity=family,
            x_activity=name,
            effect=_OF_OTHERS if kind in REACTIONS else _OF_OURS,
            default=TIMELINE,
            choices=_ANY if kind in REACTIONS else _QUIET,
        )
        for kind, title, family, name in (
            (Kind.FOLLOW_OF_US, gettext_noop("Follow of us"), "follow_events", "follow.follow"),
            (Kind.FOLLOW_BY_US, gettext_noop("Follow by us"), "follow_events", "follow.follow"),
            (Kind.UNFOLLOW_OF_US, gettext_noop("Unfollow of us"), "follow_events", "follow.unfollow"),
            (Kind.UNFOLLOW_BY_US, gettext_noop("Unfollow by us"), "follow_events", "follow.unfollow"),
            (Kind.BLOCK_BY_US, gettext_noop("Block by us"), "block_events", "block.block"),
            (Kind.BLOCK_OF_US, gettext_noop("Block of us"), "block_events", "not told by X Activity"),
            (Kind.UNBLOCK_BY_US, gettext_noop("Unblock by us"), "block_events", "block.unblock"),
            (Kind.UNBLOCK_OF_US, gettext_noop("Unblock of us"), "block_events", "not told by X Activity"),
            (Kind.MUTE_BY_US, gettext_noop("Mute by us"), "mute_events", "mute.mute"),
            (Kind.MUTE_OF_US, gettext_noop("Mute of us"), "mute_events", "not told by X Activity"),
            (Kind.UNMUTE_BY_US, gettext_noop("Unmute by us"), "mute_events", "mute.unmute"),
            (Kind.UNMUTE_OF_US, gettext_noop("Unmute of us"), "mute_events", "not told by X Activity"),
        )
    },
    Kind.MESSAGE_RECEIVED: Activity(
        title=gettext_noop("Direct message received"),
        account_activity="direct_message_events",
        x_activity="dm.received",
        effect=gettext_noop("Opens or joins the customer's private ticket"),
        default=TICKET,
        choices=_ANY,
    ),
    Kind.MESSAGE_SENT: Activity(
        title=gettext_noop("Direct message sent"),
        account_activity="direct_message_events",
        x_activity="dm.sent",
        effect=gettext_noop(
            "Our own send is recognised; one sent elsewhere joins the private ticket and stops the clock"
        ),
        default=TICKET,
        choices=_ANY,
    ),
    Kind.ENCRYPTED_MESSAGE: Activity(
        title=gettext_noop("Encrypted message"),
        account_activity="not told by Account Activity",
        x_activity="chat.received, chat.sent",
        effect=gettext_noop("A placeholder on the private ticket that says so and leads to X"),
        default=TICKET,
        choices=_ANY,
    ),
    Kind.TYPING: Activity(
        title=gettext_noop("Typing"),
        account_activity="direct_message_indicate_typing_events",
        x_activity="dm.indicate_typing",
        effect=gettext_noop("Shown on the open ticket for seconds, never stored"),
    ),
    Kind.READ: Activity(
        title=gettext_noop("Read receipt"),
        account_activity="direct_message_mark_read_events",
        x_activity="dm.read",
        effect=gettext_noop("Marks our private messages as read"),
    ),
    Kind.REVOKED: Activity(
        title=gettext_noop("Consent withdrawn"),
        account_activity="user_event.revoke",
        x_activity="oauth.revoke",
        effect=gettext_noop("Stops the account at once, deletes its tokens, raises a banner, keeps the history"),
    ),
    Kind.PROFILE_CHANGED: Activity(
        title=gettext_noop("Profile changed"),
        account_activity="not told by Account Activity",
        x_activity="profile.update.*",
        effect=gettext_noop("Our handle and name follow; a customer's handle is remembered with what they write"),
    ),
    Kind.REPLAY_FINISHED: Activity(
        title=gettext_noop("Replay finished"),
        account_activity="replay_job_status",
        x_activity="replay_job_status",
        effect=gettext_noop("Noted with its outcome"),
    ),
    Kind.UNKNOWN: Activity(
        title=gettext_noop("Anything X invents next"),
        account_activity="any other key",
        x_activity="any other event type",
        effect=gettext_noop("Kept whole with its delivery and reported, never an error"),
    ),
}


def effect_of(kind: Kind, chosen: Mapping[str, str]) -> str:
    """What the account's choice (tickets.Address.effects) makes of a kind; one that is none counts as the default."""
    activity = ACTIVITIES[kind]
    wanted = chosen.get(kind.value, "")
    return wanted if wanted in activity.choices else activity.default


def title_of(kind: str) -> str:
    """A kind as people read it, also one that is stored and known no more."""
    titles = {str(known): activity.title for known, activity in ACTIVITIES.items()}
    return str(_(titles[kind])) if kind in titles else kind.replace("_", " ")
