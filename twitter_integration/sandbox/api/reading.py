"""Lists of posts and people with their includes, partial errors and paging, as every v2 read answers them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from twitter_integration.sandbox import media, polls, posts, rest_v2, users
from twitter_integration.sandbox.api.endpoint import Call, Json, page, renamed, start_after, token_for
from twitter_integration.sandbox.errors import invalid
from twitter_integration.sandbox.ids import as_id, first_at
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.users import Marked, User


def show_posts(call: Call, found: Sequence[Post]) -> tuple[list[Json], Json]:
    """The posts in the fields asked for, and the `includes` the expansions ask for."""
    wanted = call.fields("tweet")
    data = [rest_v2.post_object(call.world.site, post, wanted) for post in found]
    return data, includes(call, found)


def includes(call: Call, found: Sequence[Post]) -> Json:
    store, site, expand = call.world.store, call.world.site, call.expansions()
    referenced = [
        target
        for post in found
        for target_id in (post.reply_to_id, post.quoted_id, post.repost_of_id)
        if (target := posts.find(store, target_id))
    ]
    parts: Json = {}
    people = _people(expand, found, referenced)
    if people:
        parts["users"] = [show_user(call, users.get(store, user_id)) for user_id in people]
    if referenced and expand & {"referenced_tweets.id", "referenced_tweets.id.author_id"}:
        unique = {post.id: post for post in referenced}.values()
        parts["tweets"] = [rest_v2.post_object(site, post, call.fields("tweet")) for post in unique]
    if "attachments.media_keys" in expand:
        attached = [item for post in found for item in media.find_all(store, post.shape.media)]
        parts["media"] = [rest_v2.media_object(site, item, call.fields("media")) for item in attached]
    if "attachments.poll_ids" in expand:
        opened = [poll for post in found if (poll := polls.find(store, post.manner.poll_id))]
        parts["polls"] = [rest_v2.poll_object(site, poll, call.fields("poll")) for poll in opened]
    return {name: part for name, part in parts.items() if part}


def _people(expand: set[str], found: Sequence[Post], referenced: Sequence[Post]) -> list[int]:
    """Ids of those the expansions name, each once, in the order of the posts."""
    people: dict[int, None] = {}
    if "author_id" in expand:
        people |= dict.fromkeys(post.author_id for post in found)
    if "in_reply_to_user_id" in expand:
        people |= dict.fromkeys(post.reply_to_user_id for post in found if post.reply_to_user_id)
    if "entities.mentions.username" in expand:
        people |= dict.fromkeys(int(item["id"]) for post in found for item in post.shape.mentions)
    if "referenced_tweets.id.author_id" in expand:
        people |= dict.fromkeys(post.author_id for post in referenced)
    return list(people)


def show_user(call: Call, user: User) -> Json:
    wanted = call.fields("user")
    shown = rest_v2.user_object(call.world.site, user, wanted)
    if call.user is None:
        return shown
    more = rest_v2.standing(call.world.site, user, viewer=call.user)
    return shown | {key: value for key, value in more.items() if key in wanted}


def may_see(call: Call, post: Post) -> bool:
    return may_see_posts_of(call, users.get(call.world.store, post.author_id))


def may_see_posts_of(call: Call, author: User) -> bool:
    """Posts of protected people are for themselves and for whom they let follow them."""
    if not author.protected or (call.user and call.user.id == author.id):
        return True
    reader = call.user
    return reader is not None and users.related(call.world.store, "follow", source_id=reader.id, target_id=author.id)


def seen_by(call: Call) -> tuple[str, tuple[int, int]]:
    """The same as a condition on posts, and the values for its marks."""
    reader = call.user.id if call.user else 0
    return _SEEN, (reader, reader)


_SEEN = (
    "author_id NOT IN (SELECT id FROM person WHERE protected AND id != ? AND id NOT IN"
    " (SELECT target_id FROM relation WHERE kind = 'follow' AND source_id = ?))"
)


def list_people(call: Call, find: Callable[[int, int], list[Marked]], *, default: int = 100, most: int = 1000) -> Json:
    """A page of people. `find` yields at most so many (its second argument) with marks below its first."""
    limit = call.number("max_results", default=default, low=1, high=most)
    rows, next_token = page(find(start_after(call), limit + 1), limit=limit, token_of=lambda row: token_for(row[0]))
    data = [show_user(call, user) for _, user in rows]
    meta: Json = {"result_count": len(data)} | ({"next_token": next_token} if next_token else {})
    return renamed(call, ({"data": data} if data else {}) | {"meta": meta})


def list_posts(
    call: Call, where: str, values: tuple[object, ...], *, default: int = 10, low: int = 5, newest: int = 0
) -> Json:
    """A page of living posts that satisfy a condition of ours, with X's since/until/time bounds.

    `newest`: how many posts back the list reaches at all; 0 for no end. Left out is what the caller may not see.
    """
    seen, readers = seen_by(call)
    where, values = f"({where}) AND {seen}", (*values, *readers)
    if newest:
        floor = posts.id_of_nth(call.world.store, where, values, number=newest)
        where, values = f"({where}) AND id >= ?", (*values, floor)
    limit = call.number("max_results", default=default, low=low, high=100)
    where, values = _bounded(call, where, values)
    rows = posts.select(call.world.store, where, values, limit=limit + 1)
    shown, next_token = page(rows, limit=limit, token_of=lambda post: token_for(post.id))
    data, parts = show_posts(call, shown)
    meta: Json = {"result_count": len(shown)}
    if shown:
        meta |= {"newest_id": str(shown[0].id), "oldest_id": str(shown[-1].id)}
    if next_token:
        meta["next_token"] = next_token
    document: Json = {"data": data} if data else {}
    return renamed(call, document | ({"includes": parts} if parts else {}) | {"meta": meta})


def _bounded(call: Call, where: str, values: tuple[object, ...]) -> tuple[str, tuple[object, ...]]:
    bounds: list[tuple[str, int]] = [("id < ?", start_after(call))]
    for name, clause in (("since_id", "id > ?"), ("until_id", "id < ?")):
        given = call.parameter(name)
        if not given:
            continue
        number = as_id(given)
        if number is None:
            raise invalid(f"The `{name}` query parameter value [{given}] is not valid", {name: given})
        bounds.append((clause, number))
    for name, clause in (("start_time", "id >= ?"), ("end_time", "id < ?")):
        given = call.parameter(name)
        if given:
            bounds.append((clause, first_at(parse_time(given, name=name))))
    clauses = " AND ".join([f"({where})", *(clause for clause, _ in bounds)])
    return clauses, (*values, *(value for _, value in bounds))


def parse_time(given: str, *, name: str) -> int:
    """Milliseconds of an ISO time; 400 for anything else."""
    try:
        return int(datetime.fromisoformat(given.replace("Z", "+00:00")).timestamp() * 1000)
    except ValueError as error:
        raise invalid(f"The `{name}` query parameter value [{given}] is not a valid time", {name: given}) from error
