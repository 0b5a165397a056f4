"""What the body of POST /2/tweets says, read and checked: words, reply, quote, media, poll, who may reply, a button."""

from urllib.parse import parse_qs, urlsplit

from twitter_integration.sandbox import attaching, posts, users
from twitter_integration.sandbox.acts import Ballot, Draft
from twitter_integration.sandbox.api.endpoint import Call, Json
from twitter_integration.sandbox.errors import forbidden, invalid
from twitter_integration.sandbox.posts import Post

KNOWN = frozenset(
    {
        "text",
        "reply",
        "quote_tweet_id",
        "quote_post_id",
        "media",
        "poll",
        "reply_settings",
        "direct_message_deep_link",
        "for_super_followers_only",
        "geo",
        "nullcast",
        "card_uri",
        "community_id",
        "share_with_followers",
        "made_with_ai",
        "paid_partnership",
        "edit_options",
    }
)
REPLY_SETTINGS = ("following", "mentionedUsers", "subscribers", "verified")
LONGEST_OPTION = 25
MINUTES = (5, 10_080)
MOST_TAGS = 10


def read(call: Call, body: Json) -> Draft:
    for unknown in sorted(set(body) - KNOWN):
        raise invalid(f"$.{unknown}: is not defined in the schema and the schema does not allow it")
    text = body.get("text", "")
    if not isinstance(text, str):
        raise invalid("$.text: must be a string")
    reply = _part(body, "reply")
    answered = reply.get("in_reply_to_tweet_id") or reply.get("in_reply_to_post_id")
    quoted = body.get("quote_tweet_id") or body.get("quote_post_id")
    draft = Draft(
        text=text,
        reply_to=_existing(call, answered),
        quoted=_existing(call, quoted),
        media=_media(call, body),
        exclude=[int(item) for item in reply.get("exclude_reply_user_ids") or [] if str(item).isdigit()],
        ballot=_ballot(body),
        reply_settings=_reply_settings(body),
        deep_link=_deep_link(call, body),
        paid_partnership=bool(body.get("paid_partnership")),
        made_with_ai=bool(body.get("made_with_ai")),
    )
    _check_company(body, draft)
    return draft


def _part(body: Json, name: str) -> Json:
    part = body.get(name) or {}
    if not isinstance(part, dict):
        raise invalid(f"$.{name}: must be an object")
    return part


def _existing(call: Call, post_id: object) -> Post | None:
    """The post named in a request, which must be there; None when none is named."""
    if not post_id:
        return None
    found = posts.find(call.world.store, str(post_id))
    if found is None:
        raise forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.", code=385)
    return found


def _media(call: Call, body: Json) -> list[int]:
    part = _part(body, "media")
    tagged = part.get("tagged_user_ids") or []
    if len(tagged) > MOST_TAGS or any(users.find(call.world.store, str(item)) is None for item in tagged):
        raise invalid("$.media.tagged_user_ids: are not valid", {"media.tagged_user_ids": tagged})
    return attaching.usable(call.world, call.caller, [str(item) for item in part.get("media_ids") or []])


def _ballot(body: Json) -> Ballot | None:
    if "poll" not in body:
        return None
    poll = _part(body, "poll")
    options, minutes = poll.get("options"), poll.get("duration_minutes")
    if not isinstance(options, list) or not 2 <= len(options) <= 4:
        raise invalid("$.poll.options: there must be 2 to 4 options", {"poll.options": options})
    if not all(isinstance(item, str) and 1 <= len(item) <= LONGEST_OPTION for item in options):
        raise invalid(f"$.poll.options: may only be {LONGEST_OPTION} characters long", {"poll.options": options})
    if not isinstance(minutes, int) or not MINUTES[0] <= minutes <= MINUTES[1]:
        words = f"$.poll.duration_minutes: must be between {MINUTES[0]} and {MINUTES[1]}"
        raise invalid(words, {"poll.duration_minutes": minutes})
    return Ballot(options=list(options), minutes=minutes)


def _reply_settings(body: Json) -> str:
    given = body.get("reply_settings") or _part(body, "poll").get("reply_settings") or "everyone"
    if given not in (*REPLY_SETTINGS, "everyone"):
        words = f"$.reply_settings: does not have a value in the enumeration [{', '.join(REPLY_SETTINGS)}]"
        raise invalid(words, {"reply_settings": given})
    return str(given)


def _deep_link(call: Call, body: Json) -> str:
    """Only X's own address for writing to somebody becomes a button."""
    given = body.get("direct_message_deep_link")
    if not given:
        return ""
    parts = urlsplit(str(given))
    host = (parts.hostname or "").removeprefix("www.")
    recipient = parse_qs(parts.query).get("recipient_id", [""])[0]
    if host not in ("x.com", "twitter.com") or parts.path != "/messages/compose" or not recipient.isdigit():
        raise invalid("$.direct_message_deep_link: is not a valid link", {"direct_message_deep_link": given})
    if users.find(call.world.store, recipient) is None:
        raise invalid("$.direct_message_deep_link: no such recipient", {"direct_message_deep_link": given})
    return str(given)


def _check_company(body: Json, draft: Draft) -> None:
    """Of media, poll, quote and button a post has one."""
    names = {
        "media": bool(draft.media),
        "poll": draft.ballot is not None,
        "quote_tweet_id": draft.quoted is not None,
        "direct_message_deep_link": bool(draft.deep_link),
        "card_uri": bool(body.get("card_uri")),
    }
    given = [name for name, so in names.items() if so]
    if len(given) > 1 and set(given) != {"media", "quote_tweet_id"}:
        raise invalid(f"$: {', '.join(given)} are mutually exclusive", dict.fromkeys(given, ""))
