"""What X refuses: lengths, duplicates, tiers, the summon rule, closed inboxes. Raises; changes nothing."""

from twitter_integration.sandbox import posts, users
from twitter_integration.sandbox.acts import Draft
from twitter_integration.sandbox.errors import ApiError, forbidden, invalid, legacy, problem
from twitter_integration.sandbox.ids import first_at, now_ms
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.shapes import CASHTAG, weigh
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World

POST_LENGTH = 280
MESSAGE_LENGTH = 10_000
DUPLICATE_MS = 6 * 3_600_000
"""How long the same text is refused; X names no figure."""

TOO_LONG = "Your Tweet text is too long. For more information, see the weighted length rules."
RESTRICTED = "The original Tweet author restricted who can reply to this Tweet."
NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by"
    " the author of the post you are replying to."
)


def check_post(world: World, author: User, draft: Draft) -> None:
    if not draft.text.strip() and not draft.media:
        raise _empty(draft.text)
    if draft.text and weigh(draft.text) > POST_LENGTH:
        raise forbidden(TOO_LONG, code=186, classic="Tweet needs to be a bit shorter.")
    if len(CASHTAG.findall(draft.text)) > 1:
        raise forbidden("You are not allowed to create a Tweet with more than one cashtag.")
    _check_repetition(world, author, draft)
    for target in (draft.reply_to, draft.quoted):
        if target and not is_visible(world, author, target):
            raise forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.", code=385)
    if draft.reply_to and not may_reply(world, author, draft.reply_to):
        raise forbidden(RESTRICTED, code=433)
    if world.switches.tier != "self-serve":
        return
    if draft.quoted:
        raise tier_forbids("Quoting posts")
    if draft.reply_to and not is_summoned(world, author, draft.reply_to):
        raise forbidden(NOT_SUMMONED)


def _empty(text: str) -> ApiError:
    error = invalid("Tweet text or media is required", {"text": text})
    error.classic = {"errors": [{"code": 170, "message": "Missing required parameter: status."}]}
    return error


def _check_repetition(world: World, author: User, draft: Draft) -> None:
    """The same words to the same person (or to all) within hours; media make them other words."""
    if draft.media:
        return
    since = first_at(now_ms() - DUPLICATE_MS)
    to_user_id = draft.reply_to.author_id if draft.reply_to else None
    if posts.is_duplicate(world.store, author_id=author.id, text=draft.text, to_user_id=to_user_id, since_id=since):
        words = "You are not allowed to create a Tweet with duplicate content."
        raise forbidden(words, code=187, classic="Status is a duplicate.")


def is_visible(world: World, reader: User, target: Post) -> bool:
    """Not a protected post of somebody not followed, and not one of somebody who blocked the reader."""
    owner = users.get(world.store, target.author_id)
    hidden = owner.protected and not users.related(world.store, "follow", source_id=reader.id, target_id=owner.id)
    blocked = users.related(world.store, "block", source_id=owner.id, target_id=reader.id)
    return owner.id == reader.id or not (hidden or blocked)


def may_reply(world: World, author: User, target: Post) -> bool:
    """As whoever began the conversation decided; they themselves and whom they named there always may."""
    begun = posts.find(world.store, target.conversation_id, deleted=True) or target
    wanted = begun.manner.reply_settings
    if wanted == "everyone" or begun.author_id == author.id:
        return True
    if any(mention["id"] == str(author.id) for mention in begun.shape.mentions):
        return True
    if wanted == "verified":
        return author.verified
    followed = users.related(world.store, "follow", source_id=begun.author_id, target_id=author.id)
    return wanted == "following" and followed


def is_summoned(world: World, author: User, target: Post) -> bool:
    """Whether the author of `target` mentions or quotes us there; our own threads we may continue."""
    if target.author_id == author.id:
        return True
    for mention in target.shape.mentions:
        if mention["id"] == str(author.id):
            return world.switches.implicit_summons or not mention["implicit"]
    quoted = posts.find(world.store, target.quoted_id, deleted=True)
    return quoted is not None and quoted.author_id == author.id


def check_follow(world: World, source: User, target: User) -> None:
    if source.id == target.id:
        raise forbidden("You can't follow yourself.", code=158)
    if users.related(world.store, "block", source_id=target.id, target_id=source.id):
        raise forbidden("You have been blocked from following this account at the request of the user.", code=162)


def check_engagement(world: World, by: User, post: Post, *, shares: bool = False) -> None:
    """Whether `by` may like the post, or repost it (`shares`, which nobody may with a protected account's)."""
    author = users.get(world.store, post.author_id)
    if users.related(world.store, "block", source_id=author.id, target_id=by.id):
        raise forbidden("You have been blocked from the author of this tweet.", code=136)
    if not author.protected or (author.id == by.id and not shares):
        return
    if shares:
        raise forbidden("Retweet is not permissible for this status.", code=328)
    if not users.related(world.store, "follow", source_id=by.id, target_id=author.id):
        raise forbidden("Sorry, you are not authorized to see this status.", code=179)


def require_enterprise(world: World, what: str) -> None:
    """For what was removed from self-serve in April 2026."""
    if world.switches.tier == "self-serve":
        raise tier_forbids(what)


def tier_forbids(what: str) -> Exception:
    return problem(
        403,
        title="Client Forbidden",
        detail=f"{what} is not available to your access level.",
        slug="client-forbidden",
        reason="client-not-enrolled",
        required_enrollment="Appropriate Level of API Access",
        registration_url="https://developer.twitter.com/en/docs/projects/overview",
    )


def require_v1(world: World) -> None:
    """v1.1 answers self-serve apps 403 code 453 nearly everywhere."""
    if world.switches.tier == "self-serve":
        raise legacy(
            403,
            453,
            "You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints"
            " (e.g. media post, oauth) only.",
        )


def check_message(world: World, sender: User, recipient: User | None, *, text: str, media: int) -> User:
    """Returns the recipient, now known to exist."""
    if recipient is None:
        raise problem(404, title="Not Found Error", detail="Could not find the participant.", slug="resource-not-found")
    if recipient.id == sender.id:
        raise invalid("You cannot send a direct message to yourself.")
    if not text.strip() and not media:
        raise invalid("`text` or `attachments` is required.", {"text": text})
    if len(text) > MESSAGE_LENGTH:
        raise invalid("The text of your direct message is over the max character limit.")
    if media > 1:
        raise invalid("A direct message takes one attachment.")
    if not users.may_message(world.store, sender=sender, recipient=recipient):
        raise forbidden("You cannot send messages to this user.")
    return recipient
