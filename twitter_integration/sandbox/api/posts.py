"""/2/tweets: create, edit, read, delete, hide."""

from twitter_integration.sandbox import acts, edits, posts, rules
from twitter_integration.sandbox.api import drafts, naming
from twitter_integration.sandbox.api.endpoint import WRITE, Call, Endpoint, Json, renamed
from twitter_integration.sandbox.api.reading import may_see, show_posts
from twitter_integration.sandbox.delivery import Job
from twitter_integration.sandbox.errors import forbidden, invalid, not_authorized, not_found
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.rest_v2 import shown_text
from twitter_integration.sandbox.world import finish_echo


def create(call: Call) -> Json:
    body = call.body()
    draft = drafts.read(call, body)
    rules.check_post(call.world, call.caller, draft)
    changed = str((body.get("edit_options") or {}).get("previous_post_id") or "")
    if changed:
        post, jobs = _edit(call, changed, text=draft.text)
    else:
        post, jobs = acts.publish(call.world, call.caller, draft, app=call.client)
    finish_echo(call.world, jobs)
    history = [str(version) for version in posts.versions(call.world.store, post)]
    return renamed(call, {"data": {"id": str(post.id), "text": shown_text(post), "edit_history_tweet_ids": history}})


def _edit(call: Call, post_id: str, *, text: str) -> tuple[Post, list[Job]]:
    found = posts.find(call.world.store, post_id)
    if found is None:
        raise invalid("$.edit_options.previous_post_id: no such post", {"edit_options.previous_post_id": post_id})
    try:
        return edits.edit(call.world, call.caller, found, text=text, app=call.client)
    except edits.EditError as error:
        raise forbidden(str(error)) from error


def show_one(call: Call, post_id: str) -> Json:
    if not post_id.isdigit():
        raise invalid(f"The `id` query parameter value [{post_id}] is not valid", {"id": post_id})
    found = posts.find(call.world.store, post_id)
    if found is None:
        return {"errors": [not_found(post_id, kind="tweet", parameter="id")]}
    if not may_see(call, found):
        return {"errors": [not_authorized(post_id, kind="tweet", parameter="id")]}
    data, parts = show_posts(call, [found])
    return renamed(call, {"data": data[0]} | ({"includes": parts} if parts else {}))


def show_many(call: Call) -> Json:
    asked = [item for item in call.parameter("ids").split(",") if item]
    if not 1 <= len(asked) <= 100 or not all(item.isdigit() for item in asked):
        raise invalid("The `ids` query parameter takes 1 to 100 ids", {"ids": call.parameter("ids")})
    found = {key: posts.find(call.world.store, key) for key in asked}
    data, parts = show_posts(call, [post for post in found.values() if post and may_see(call, post)])
    errors = [not_found(key, kind="tweet", parameter="ids") for key, post in found.items() if not post]
    hidden = [key for key, post in found.items() if post and not may_see(call, post)]
    errors += [not_authorized(key, kind="tweet", parameter="ids") for key in hidden]
    document: Json = {"data": data} if data else {}
    document |= {"includes": parts} if parts else {}
    return renamed(call, document | ({"errors": errors} if errors else {}))


def remove(call: Call, post_id: str) -> Json:
    found = posts.find(call.world.store, post_id)
    if found is None:
        return {"data": {"deleted": True}}
    if found.author_id != call.caller.id:
        raise forbidden("You are not authorized to delete this Tweet.")
    finish_echo(call.world, acts.delete(call.world, found, app=call.client))
    return {"data": {"deleted": True}}


def hide(call: Call, post_id: str) -> Json:
    """A reply in a conversation the caller began; `hidden` false shows it again."""
    hidden = call.body().get("hidden")
    if not isinstance(hidden, bool):
        raise invalid("$.hidden: is missing but it is required", {"hidden": hidden})
    found = naming.post(call, post_id, parameter="tweet_id")
    begun = posts.find(call.world.store, found.conversation_id, deleted=True)
    if found.reply_to_id is None or begun is None or begun.author_id != call.caller.id:
        raise forbidden("You are not permitted to perform this action.")
    posts.hide(call.world.store, found, hidden=hidden)
    return {"data": {"hidden": hidden}}


POST = Quota(quarter=100, user_day=10_000, app_day=10_000)
LOOKUP = Quota(quarter=5000, app_quarter=3500)
ONE = Quota(quarter=900, app_quarter=450)
ENDPOINTS = [
    Endpoint(
        method="POST",
        rule="/2/tweets",
        handler=create,
        auth="user",
        quota=POST,
        status=201,
    ),
    Endpoint(method="GET", rule="/2/tweets", handler=show_many, auth="either", quota=LOOKUP),
    Endpoint(method="GET", rule="/2/tweets/<post_id>", handler=show_one, auth="either", quota=ONE),
    Endpoint(method="DELETE", rule="/2/tweets/<post_id>", handler=remove, auth="user", quota=WRITE),
    Endpoint(method="PUT", rule="/2/tweets/<post_id>/hidden", handler=hide, auth="user", quota=WRITE),
]
