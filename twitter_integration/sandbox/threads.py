"""What the page shows: the brand's public conversations as threads, and its messages. Reading only."""

from dataclasses import dataclass, field

from twitter_integration.sandbox import media, messages, polls, posts, users
from twitter_integration.sandbox.ids import classic_time
from twitter_integration.sandbox.media import Media
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.site import Site
from twitter_integration.sandbox.users import User

FOR_WHOM = {
    "following": "whom the author follows may answer",
    "mentionedUsers": "only who is named may answer",
    "verified": "only verified accounts may answer",
    "subscribers": "only subscribers may answer",
}
DEEPEST = 4
"""Levels of indentation; deeper answers stand under one another."""


@dataclass(slots=True, kw_only=True)
class ShownFile:
    url: str
    alt: str
    kind: str  # photo, video, animated_gif
    is_film: bool  # to be played, not drawn


@dataclass(slots=True, kw_only=True)
class ShownOption:
    label: str
    votes: int


@dataclass(slots=True, kw_only=True)
class ShownPost:
    post: Post
    author: User
    depth: int
    when: str
    files: list[ShownFile]
    likes: int
    reposts: int
    liked: bool = False
    edited: bool = False
    hidden: bool = False
    for_whom: str = ""  # who may answer, where not everybody
    button: str = ""  # the address behind its "send a private message" button
    options: list[ShownOption] = field(default_factory=list)
    quoted: "ShownPost | None" = None


@dataclass(slots=True, kw_only=True)
class ShownMessage:
    id: int
    sender: User
    text: str
    when: str
    files: list[ShownFile]
    options: list[str]  # labels of the quick replies offered with it


@dataclass(slots=True, kw_only=True)
class Correspondence:
    customer: User
    messages: list[ShownMessage] = field(default_factory=list)


def threads(site: Site, brand: User, *, viewer: User, limit: int = 30) -> list[list[ShownPost]]:
    """The latest conversations the brand wrote in, is mentioned in or is quoted in, newest first."""
    sql = (
        "SELECT conversation_id, max(id) FROM post WHERE repost_of_id IS NULL AND conversation_id IN ("
        " SELECT conversation_id FROM post WHERE author_id = :brand"
        " UNION SELECT conversation_id FROM post JOIN mention ON post_id = id WHERE user_id = :brand"
        " UNION SELECT conversation_id FROM post WHERE quoted_id IN (SELECT id FROM post WHERE author_id = :brand))"
        " GROUP BY conversation_id ORDER BY 2 DESC LIMIT :limit"
    )
    rows = site.store.rows(sql.replace(":brand", str(brand.id)).replace(":limit", str(limit)))
    return [thread(site, int(row[0]), viewer=viewer) for row in rows]


def thread(site: Site, conversation_id: int, *, viewer: User) -> list[ShownPost]:
    """Every post of a conversation, each under the one it answers; deleted ones as long as answers hang on them."""
    sql = "SELECT id FROM post WHERE conversation_id = ? AND repost_of_id IS NULL ORDER BY id LIMIT 200"
    found = [posts.get(site.store, int(row[0])) for row in site.store.rows(sql, (conversation_id,))]
    latest = _latest_versions(found)
    found = [post for post in found if latest[post.id] == post.id]
    answered = {latest.get(post.reply_to_id or 0) for post in found if not post.deleted_ms}
    children: dict[int | None, list[Post]] = {}
    for post in found:
        if not post.deleted_ms or post.id in answered:
            children.setdefault(latest.get(post.reply_to_id or 0), []).append(post)
    liked = posts.liked_by(site.store, user_id=viewer.id, post_ids=[post.id for post in found])
    ordered: list[ShownPost] = []

    def walk(parent: int | None, depth: int) -> None:
        for post in children.get(parent, []):
            ordered.append(shown_post(site, post, depth=min(depth, DEEPEST), liked=post.id in liked))
            walk(post.id, depth + 1)

    walk(None, 0)
    return ordered


def _latest_versions(found: list[Post]) -> dict[int, int]:
    """Of each id the id of the newest version, so that answers to an older one hang on the post as it is now."""
    newest = {post.initial_id or post.id: post.id for post in found}  # in the order of their ids
    return {post.id: newest[post.initial_id or post.id] for post in found}


def shown_post(site: Site, post: Post, *, depth: int = 0, liked: bool = False) -> ShownPost:
    counts = posts.metrics(site.store, post.id)
    quoted = posts.find(site.store, post.quoted_id)
    return ShownPost(
        post=post,
        author=users.get(site.store, post.author_id),
        depth=depth,
        when=_clock(post.created_ms),
        files=[shown_file(item, url=site.file(item)) for item in media.find_all(site.store, post.shape.media)],
        likes=counts["like_count"],
        reposts=counts["retweet_count"],
        liked=liked,
        edited=post.initial_id is not None,
        hidden=post.hidden_ms is not None,
        for_whom=FOR_WHOM.get(post.manner.reply_settings, ""),
        button=post.shape.button_link.get("expanded", ""),
        options=_options(site, post),
        quoted=shown_post(site, quoted) if quoted else None,
    )


def shown_file(item: Media, *, url: str) -> ShownFile:
    return ShownFile(url=url, alt=item.alt, kind=item.kind, is_film=item.mime.startswith("video/"))


def _options(site: Site, post: Post) -> list[ShownOption]:
    poll = polls.find(site.store, post.manner.poll_id)
    if poll is None:
        return []
    counted = zip(poll.options, polls.votes(site.store, poll), strict=True)
    return [ShownOption(label=label, votes=votes) for label, votes in counted]


def _clock(ms: int) -> str:
    """`15 Jun 15:06` in UTC, which is what X's own data say."""
    _, month, day, time, _, _ = classic_time(ms).split()
    return f"{day} {month} {time[:5]}"


def correspondence(site: Site, brand: User, customer: User, *, limit: int = 100) -> Correspondence:
    """The messages between the brand and one customer, oldest first."""
    pair = messages.conversation_of(brand.id, customer.id)
    found = messages.visible_to(site.store, brand.id, conversation_id=pair, limit=limit)
    shown = [
        ShownMessage(
            id=item.id,
            sender=brand if item.sender_id == brand.id else customer,
            text=item.typed,
            when=_clock(item.created_ms),
            files=[
                shown_file(file, url=f"/sandbox/attachments/{item.id}/{file.id}")
                for file in media.find_all(site.store, item.shape.media)
            ],
            options=[str(option.get("label", "")) for option in item.extra.get("quick_reply", {}).get("options", [])],
        )
        for item in reversed(found)
    ]
    return Correspondence(customer=customer, messages=shown)


def correspondents(site: Site, brand: User) -> list[User]:
    """Everybody who exchanged a message with the brand, latest first."""
    sql = (
        "SELECT sender_id + recipient_id - ? AS other, max(id) FROM message"
        " WHERE deleted_ms IS NULL AND ? IN (sender_id, recipient_id) GROUP BY other ORDER BY 2 DESC LIMIT 40"
    )
    return [users.get(site.store, int(row[0])) for row in site.store.rows(sql, (brand.id, brand.id))]
