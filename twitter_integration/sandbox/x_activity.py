"""Dialect 2, X Activity: which event types a happening fires for whom, and the body of each POST."""

from typing import Any

from twitter_integration.sandbox import posts, users
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
from twitter_integration.sandbox.ciphertext import chat_payload
from twitter_integration.sandbox.classic import message_event
from twitter_integration.sandbox.ids import event_uuid, iso_time
from twitter_integration.sandbox.rest_v2 import post_object, user_object
from twitter_integration.sandbox.site import Site
from twitter_integration.sandbox.subscriptions import ActivitySubscription
from twitter_integration.sandbox.users import User

Json = dict[str, Any]
Firing = tuple[str, int, str]
"""event type, the user it fires for, direction (likes only)"""


def firings(site: Site, activity: Activity) -> list[Firing]:
    """Everything a happening fires; automatic mentions and replies to replies of others fire nothing."""
    match activity:
        case Posted():
            return _post_firings(site, activity)
        case Deleted():
            return [("post.delete", activity.post.author_id, "")]
        case Liked():
            return [
                ("like.create", activity.by.id, "outbound"),
                ("like.create", activity.post.author_id, "inbound"),
            ]
        case Related():
            name = f"{activity.kind.removeprefix('un')}.{activity.kind}"
            both = (activity.source.id, activity.target.id) if name.startswith("follow") else ()
            return [(name, user_id, "") for user_id in both or (activity.source.id,)]
        case Revoked():
            return [("oauth.revoke", activity.user.id, "")]
        case ProfileChanged():
            return [(f"profile.update.{activity.part}", activity.user.id, "")]
        case _:
            return _private_firings(activity)


def _private_firings(activity: Messaged | Typing | Read | Chatted) -> list[Firing]:
    match activity:
        case Messaged():
            return [("dm.sent", activity.sender.id, ""), ("dm.received", activity.recipient.id, "")]
        case Typing():
            return [("dm.indicate_typing", activity.recipient.id, "")]
        case Read():
            return [("dm.read", activity.writer.id, "")]
        case Chatted():
            return [("chat.sent", activity.sender.id, ""), ("chat.received", activity.recipient.id, "")]


def _post_firings(site: Site, activity: Posted) -> list[Firing]:
    post, author = activity.post, activity.author
    if author.protected:
        return []
    found: list[Firing] = [("post.create", author.id, "")]
    original = posts.find(site.store, post.repost_of_id, deleted=True)
    if original:
        return [*found, *_others("post.repost.create", original.author_id, author)]
    explicit = {int(item["id"]) for item in post.shape.mentions if not item["implicit"]}
    for user_id in sorted(explicit):
        found += _others("post.mention.create", user_id, author)
    parent = posts.find(site.store, post.reply_to_id, deleted=True)
    if parent:
        found += _others("post.reply.create", parent.author_id, author)
    quoted = posts.find(site.store, post.quoted_id, deleted=True)
    if quoted:
        found += _others("post.quote.create", quoted.author_id, author)
    return found


def _others(event_type: str, user_id: int, author: User) -> list[Firing]:
    return [] if user_id == author.id else [(event_type, user_id, "")]


def render(site: Site, activity: Activity, subscription: ActivitySubscription) -> Json:
    """The envelope for one subscription row."""
    wanted: Json = {"user_id": str(subscription.user_id)} if subscription.user_id else {}
    if subscription.direction:
        wanted["direction"] = subscription.direction
    data: Json = {
        "event_uuid": event_uuid(),
        "filter": {} if isinstance(activity, Revoked) else wanted,
        "event_type": subscription.event_type,
        **({"tag": subscription.tag} if subscription.tag else {}),
        "payload": _payload(site, activity),
    }
    includes = _includes(site, activity, event_type=subscription.event_type, user_id=subscription.user_id)
    if includes is not None:
        data["includes"] = includes
    return {"data": data}


def _payload(site: Site, activity: Activity) -> Json:
    match activity:
        case Posted():
            return _post(site, activity.post)
        case Deleted():
            return {"id": str(activity.post.id), "author_id": str(activity.post.author_id)}
        case Liked():
            return {
                "id": activity.like_id,
                "created_at": iso_time(activity.post.created_ms),  # the liked post's time, as X has it
                "timestamp_ms": str(activity.at_ms),
                "liked_tweet_id": str(activity.post.id),
                "liked_tweet_author_id": str(activity.post.author_id),
            }
        case Related():
            return {"source": _wrapped(site, activity.source), "target": _wrapped(site, activity.target)}
        case Revoked():
            when = iso_time(activity.at_ms).replace(".000Z", "+00:00")
            return {"date_time": when, "user_id": str(activity.user.id), "app_id": str(activity.app_id)}
        case ProfileChanged():
            return {"before": activity.before, "after": activity.after}
        case _:
            return _private_payload(site, activity)


def _private_payload(site: Site, activity: Messaged | Typing | Read | Chatted) -> Json:
    match activity:
        case Messaged():
            events = [message_event(site, activity.message)]
            people = _map(site, activity.sender, activity.recipient)
            return {"direct_message_events": events, "users": people}
        case Typing():
            signal = _signal(activity.sender, activity.recipient, at_ms=activity.at_ms)
            people = _map(site, activity.sender, activity.recipient)
            return {"direct_message_indicate_typing_events": [signal], "users": people}
        case Read():
            signal = _signal(activity.reader, activity.writer, at_ms=activity.at_ms)
            signal["last_read_event_id"] = str(activity.last_id)
            people = _map(site, activity.reader, activity.writer)
            return {"direct_message_mark_read_events": [signal], "users": people}
        case Chatted():
            return chat_payload(activity)


def _signal(sender: User, recipient: User, *, at_ms: int) -> Json:
    target = {"recipient_id": str(recipient.id)}
    return {"created_timestamp": str(at_ms), "sender_id": str(sender.id), "target": target}


def _includes(site: Site, activity: Activity, *, event_type: str, user_id: int | None) -> Json | None:
    """Full for own posts, mentions and likes, empty for replies, quotes and reposts, as captured from X."""
    match activity:
        case Posted():
            author = user(site, activity.author)
            if event_type == "post.create":
                return {"users": [author]}
            if event_type == "post.mention.create" and user_id:
                named = user(site, users.get(site.store, user_id))
                return {"users": [author, named], "tweets": [_post(site, activity.post)]}
            return {}
        case Deleted():
            return {"users": [_wrapped(site, users.get(site.store, activity.post.author_id))]}
        case Liked():
            owner = user(site, users.get(site.store, activity.post.author_id))
            return {"users": [owner, user(site, activity.by)], "tweets": [_post(site, activity.post)]}
        case _:
            return None


def _post(site: Site, post: posts.Post) -> Json:
    document: Json = twins(post_object(site, post))
    if post.reply_to_id:
        document["in_reply_to_tweet_id"] = str(post.reply_to_id)
    return document


def user(site: Site, person: User) -> Json:
    document: Json = twins(user_object(site, person))
    return document


def _wrapped(site: Site, person: User) -> Json:
    return {"data": user(site, person)}


def _map(site: Site, *people: User) -> Json:
    return {str(person.id): _wrapped(site, person) for person in people}


def twins(value: Any) -> Any:
    """Every count and position doubled as `*_str`, as X Activity does."""
    if isinstance(value, list):
        return [twins(item) for item in value]
    if not isinstance(value, dict):
        return value
    doubled: Json = {}
    for key, item in value.items():
        doubled[key] = twins(item)
        if isinstance(item, int) and not isinstance(item, bool):
            doubled[f"{key}_str"] = str(item)
    return doubled
