"""What people do on the sandbox's X, through the API, the page or the traffic alike: store it, tell webhooks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from twitter_integration.sandbox import polls, posts, subscriptions, users
from twitter_integration.sandbox.activity import Deleted, Liked, Posted, Revoked
from twitter_integration.sandbox.apps import App, set_dead
from twitter_integration.sandbox.delivery import Job
from twitter_integration.sandbox.ids import hex_id, now_ms
from twitter_integration.sandbox.posts import Manner, Post
from twitter_integration.sandbox.shapes import Shape, shape
from twitter_integration.sandbox.site import permalink
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World, tell

_SCRIPTS = (
    ("ja", "\u3040-\u30ff"),
    ("ko", "\uac00-\ud7af"),
    ("zh", "\u4e00-\u9fff"),
    ("ar", "\u0600-\u06ff"),
    ("hi", "\u0900-\u097f"),
    ("ru", "\u0400-\u04ff"),
    ("th", "\u0e00-\u0e7f"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A poll about to be opened."""

    options: list[str]
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A post about to be made. `exclude`: ids whose automatic mention the author unticked. `replaces`: the version it
    is an edit of. `deep_link`: the address behind its "send a private message" button. `late`: seconds by which its
    deliveries are held up."""

    text: str
    reply_to: Post | None = None
    quoted: Post | None = None
    media: Sequence[int] = ()
    exclude: Sequence[int] = field(default=())
    replaces: Post | None = None
    ballot: Ballot | None = None
    reply_settings: str = "everyone"
    deep_link: str = ""
    paid_partnership: bool = False
    made_with_ai: bool = False
    late: float = 0.0


def publish(world: World, author: User, draft: Draft, *, app: App | None = None) -> tuple[Post, list[Job]]:
    """Post, reply or quote. With an app it came through the API and is subject to the echo switch."""
    store = world.store
    with world.writing:
        post_id = world.ids.draw()
        page = f"https://twitter.com/{author.handle}/status/{post_id}"
        quoted_by = users.get(store, draft.quoted.author_id) if draft.quoted else None
        shaped = shape(
            draft.text,
            lookup=LookupByHandle(world),
            auto=_taking_part(world, author, draft) if draft.reply_to else None,
            media=list(draft.media),
            media_page=f"{page}/photo/1" if draft.media else "",
            quoted_page=permalink(quoted_by, draft.quoted) if quoted_by and draft.quoted else "",
            button=draft.deep_link,
        )
        ballot = draft.ballot
        poll = polls.create(store, world.ids, options=ballot.options, minutes=ballot.minutes) if ballot else None
        post = posts.add(
            store,
            post_id=post_id,
            author_id=author.id,
            typed=draft.text,
            shape=shaped,
            lang=language_of(draft.text, author=author),
            reply_to=draft.reply_to,
            reply_to_user_id=_addressee(draft, shaped),
            quoted_id=draft.quoted.id if draft.quoted else None,
            app_id=app.id if app else None,
            replaces=draft.replaces,
            manner=Manner(
                reply_settings=draft.reply_settings,
                poll_id=poll.id if poll else None,
                paid_partnership=draft.paid_partnership,
                made_with_ai=draft.made_with_ai,
            ),
        )
        by_api = author.id if app else None
        return post, tell(world, Posted(post=post, author=author), by_api=by_api, late=draft.late)


class LookupByHandle:
    """Who is meant by a handle in a text: id, spelling and display name."""

    def __init__(self, world: World) -> None:
        self._store = world.store

    def __call__(self, handle: str) -> tuple[str, str, str] | None:
        found = users.find(self._store, "@" + handle) if not handle.isdigit() else None
        return (str(found.id), found.handle, found.name) if found else None


def _taking_part(world: World, author: User, draft: Draft) -> list[str]:
    """Handles X mentions automatically in a reply: the answered author, then whom that post mentions."""
    assert draft.reply_to is not None
    parent = draft.reply_to
    ids = [parent.author_id, *(int(mention["id"]) for mention in parent.shape.mentions)]
    unique = dict.fromkeys(user_id for user_id in ids if user_id not in (author.id, *draft.exclude))
    return [users.get(world.store, user_id).handle for user_id in unique]


def _addressee(draft: Draft, shaped: Shape) -> int | None:
    """`in_reply_to_user_id`: the answered author, or whom a post that answers nothing begins with."""
    if draft.reply_to:
        return draft.reply_to.author_id
    first = shaped.mentions[0] if shaped.mentions else None
    return int(first["id"]) if first and first["start"] == 0 else None


def language_of(text: str, *, author: User) -> str:
    """By script where that decides, else the author's language; `und` without any letter."""
    for code, letters in _SCRIPTS:
        if re.search(f"[{letters}]", text):
            return code
    return author.lang if re.search(r"[^\W\d_]", text) else "und"


def repost(world: World, by: User, original: Post, *, app: App | None = None) -> tuple[Post, list[Job]]:
    store = world.store
    with world.writing:
        again = posts.select(store, "author_id = ? AND repost_of_id = ?", (by.id, original.id), limit=1)
        if again:
            return again[0], []
        author = users.get(store, original.author_id)
        lead = f"RT @{author.handle}: "
        names = {"id": str(author.id), "handle": author.handle, "name": author.name}
        shaped = Shape(text=lead + original.shape.text)
        shaped.end = len(shaped.text)
        shaped.mentions = [{**names, "start": 3, "end": len(lead) - 2, "implicit": True}]
        for name in ("urls", "mentions", "hashtags", "cashtags"):
            moved = [_moved(item, by=len(lead)) for item in getattr(original.shape, name)]
            setattr(shaped, name, [*getattr(shaped, name), *moved])
        post = posts.add(
            store,
            post_id=world.ids.draw(),
            author_id=by.id,
            typed="",
            shape=shaped,
            lang=original.lang,
            repost_of_id=original.id,
            app_id=app.id if app else None,
        )
        return post, tell(world, Posted(post=post, author=by), by_api=by.id if app else None)


def _moved(item: dict[str, object], *, by: int) -> dict[str, object]:
    return {**item, "start": int(str(item["start"])) + by, "end": int(str(item["end"])) + by}


def delete(world: World, post: Post, *, app: App | None = None) -> list[Job]:
    with world.writing:
        posts.delete(world.store, post)
        by_api = post.author_id if app else None
        return tell(world, Deleted(post=post, at_ms=now_ms()), by_api=by_api)


def like(world: World, by: User, post: Post, *, app: App | None = None) -> list[Job]:
    with world.writing:
        like_id = hex_id()
        if not posts.like(world.store, user_id=by.id, post_id=post.id, like_id=like_id):
            return []
        liked = Liked(post=post, by=by, like_id=like_id, at_ms=now_ms())
        return tell(world, liked, by_api=by.id if app else None)


def revoke(world: World, user: User, app: App) -> list[Job]:
    """The user removes the app: webhooks hear it once, then subscriptions and tokens are gone."""
    with world.writing:
        jobs = tell(world, Revoked(user=user, app_id=app.id, at_ms=now_ms()))
        subscriptions.drop_user(world.store, app_id=app.id, user_id=user.id)
        set_dead(world.store, user_id=user.id, dead=True)
        return jobs
