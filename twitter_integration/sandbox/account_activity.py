"""Dialect 1, Account Activity: what a subscribed user hears of, and the body of that POST."""

from typing import Any

from twitter_integration.sandbox import apps, users
from twitter_integration.sandbox.activity import (
    Activity,
    Chatted,
    Deleted,
    Liked,
    Messaged,
    Posted,
    ProfileChanged,
    Read,
    Related,
    Revoked,
    Typing,
)
from twitter_integration.sandbox.classic import message_event, tweet
from twitter_integration.sandbox.classic_users import message_user, relation_user, user_object
from twitter_integration.sandbox.ids import classic_time, iso_time
from twitter_integration.sandbox.posts import get
from twitter_integration.sandbox.site import Site
from twitter_integration.sandbox.users import User

Json = dict[str, Any]


def event_name(activity: Activity) -> str:
    """The key of the event array, which is how X names the family."""
    match activity:
        case Posted():
            return "tweet_create_events"
        case Deleted():
            return "tweet_delete_events"
        case Liked():
            return "favorite_events"
        case Related():
            return f"{activity.kind.removeprefix('un')}_events"
        case Messaged():
            return "direct_message_events"
        case Typing():
            return "direct_message_indicate_typing_events"
        case Read():
            return "direct_message_mark_read_events"
        case Revoked():
            return "user_event"
        case Chatted() | ProfileChanged():
            return ""  # X Activity only


def concerns(site: Site, activity: Activity, user_id: int, *, tell_targets: bool = False) -> bool:
    """Whether X tells a subscribed user: what they did themselves, and what they would be notified of.

    `tell_targets`: also whom was unfollowed, blocked or muted, where X's pages disagree.
    """
    match activity:
        case Posted():
            return activity.author.id == user_id or _notified(site, activity, user_id)
        case Deleted():
            return activity.post.author_id == user_id
        case Liked():
            return user_id in (activity.by.id, activity.post.author_id)
        case Related():  # unfollow, block and mute reach only the one who did it
            both = tell_targets or activity.kind == "follow"
            return user_id == activity.source.id or (both and user_id == activity.target.id)
        case Messaged():
            return user_id in (activity.sender.id, activity.recipient.id)
        case Typing():
            return activity.recipient.id == user_id
        case Read():
            return activity.writer.id == user_id
        case Revoked():
            return activity.user.id == user_id
        case Chatted() | ProfileChanged():
            return False


def _notified(site: Site, activity: Posted, user_id: int) -> bool:
    post, author = activity.post, activity.author
    if author.protected and not users.related(site.store, "follow", source_id=user_id, target_id=author.id):
        return False
    if post.repost_of_id:
        return get(site.store, post.repost_of_id).author_id == user_id
    if post.quoted_id and get(site.store, post.quoted_id).author_id == user_id:
        return True
    mentioned = any(mention["id"] == str(user_id) for mention in post.shape.mentions)
    return mentioned or post.reply_to_user_id == user_id


def render(site: Site, activity: Activity, user_id: int) -> Json:
    """The whole document for one subscribed user."""
    document: Json = {} if isinstance(activity, Revoked) else {"for_user_id": str(user_id)}
    if isinstance(activity, Posted) and activity.author.id != user_id and not activity.post.repost_of_id:
        document["user_has_blocked"] = users.related(
            site.store, "block", source_id=user_id, target_id=activity.author.id
        )
        if users.related(site.store, "block", source_id=activity.author.id, target_id=user_id):
            document["is_blocked_by"] = True
    return document | _events(site, activity) | _people(site, activity)


def _events(site: Site, activity: Activity) -> Json:
    name = event_name(activity)
    match activity:
        case Posted():
            return {name: [tweet(site, activity.post)]}
        case Deleted():
            status = {"id": str(activity.post.id), "user_id": str(activity.post.author_id)}
            return {name: [{"status": status, "timestamp_ms": str(activity.at_ms)}]}
        case Liked():
            return {name: [_like(site, activity)]}
        case Related():
            pair = {
                "target": relation_user(site, activity.target),
                "source": relation_user(site, activity.source),
            }
            return {name: [{"type": activity.kind, "created_timestamp": str(activity.at_ms), **pair}]}
        case Messaged():
            return {name: [message_event(site, activity.message)]}
        case Typing():
            return {name: [_signal(activity.sender, activity.recipient, at_ms=activity.at_ms)]}
        case Read():
            signal = _signal(activity.reader, activity.writer, at_ms=activity.at_ms)
            return {name: [signal | {"last_read_event_id": str(activity.last_id)}]}
        case Revoked():
            return {name: {"revoke": _revoke(activity)}}
        case Chatted() | ProfileChanged():
            return {}


def _like(site: Site, activity: Liked) -> Json:
    return {
        "id": activity.like_id,
        "created_at": classic_time(activity.at_ms),
        "timestamp_ms": activity.at_ms,  # a number here, a string everywhere else
        "favorited_status": tweet(site, activity.post, inner=True),
        "user": user_object(site, activity.by),
    }


def _revoke(activity: Revoked) -> Json:
    return {
        "date_time": iso_time(activity.at_ms).replace(".000Z", "+00:00"),
        "target": {"app_id": str(activity.app_id)},
        "source": {"user_id": str(activity.user.id)},
    }


def _signal(sender: User, recipient: User, *, at_ms: int) -> Json:
    return {
        "created_timestamp": str(at_ms),
        "sender_id": str(sender.id),
        "target": {"recipient_id": str(recipient.id)},
    }


def _people(site: Site, activity: Activity) -> Json:
    """The `users` map of the message families, and `apps` when an app sent the message."""
    match activity:
        case Messaged():
            pair = (activity.sender, activity.recipient)
        case Typing():
            pair = (activity.sender, activity.recipient)
        case Read():
            pair = (activity.reader, activity.writer)
        case _:
            return {}
    known = {str(user.id): message_user(site, user) for user in sorted(pair, key=lambda user: user.id)}
    if not isinstance(activity, Messaged) or activity.message.app_id is None:
        return {"users": known}
    app = apps.app_by_id(site.store, activity.message.app_id)
    return {"apps": {str(app.id): {"id": str(app.id), "name": app.name, "url": app.url}}, "users": known}
