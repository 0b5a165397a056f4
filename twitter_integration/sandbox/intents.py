"""X's own forms that links of apps open (X docs "Web intents"): write a post, like, repost, follow, each as the account
chosen there. What is done there comes from no app of ours, and webhooks hear of it."""

import re

from werkzeug.wrappers import Response

from twitter_integration.sandbox import control, posts, threads, users
from twitter_integration.sandbox.api.endpoint import Call, Endpoint
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.threads import ShownPost
from twitter_integration.sandbox.visiting import lead, refuse, show, visitor

_STATUS = re.compile(r"/status(?:es)?/([0-9]+)")
_NO_POST = "This post does not exist or was deleted."


def _linked(call: Call) -> Post | None:
    """The post that `url` leads to: X quotes it instead of linking it."""
    found = _STATUS.search(call.parameter("url"))
    return posts.find(call.world.store, found[1]) if found else None


def _text(call: Call, *, quotes: bool) -> str:
    tags = [f"#{tag.strip()}" for tag in call.parameter("hashtags").split(",") if tag.strip()]
    url = "" if quotes else call.parameter("url")
    via = f"via @{call.parameter('via')}" if call.parameter("via") else ""
    return " ".join(filter(None, (call.parameter("text"), url, *tags, via)))


def _card(call: Call, post: Post | None) -> ShownPost | None:
    return threads.shown_post(call.world.site, post) if post else None


def compose_post(call: Call, *, error: str = "", text: str | None = None, status: int = 200) -> Response:
    """`text`, `url`, `hashtags`, `via`, `in_reply_to`."""
    answered = posts.find(call.world.store, call.parameter("in_reply_to"))
    if call.parameter("in_reply_to") and answered is None:
        return refuse(call, _NO_POST, status=404)
    quoted = _linked(call) or posts.find(call.world.store, call.parameter("quote"))
    written = _text(call, quotes=quoted is not None) if text is None else text
    facts = {"answered": _card(call, answered), "quoted": _card(call, quoted), "text": written, "error": error}
    return show(call, "write.html", status=status, **facts)


def publish(call: Call) -> Response:
    me = visitor(call)
    names = ("text", "in_reply_to", "quote", "media")
    form = {name: call.request.form[name] for name in names if call.request.form.get(name)}
    action = "reply" if "in_reply_to" in form else "quote" if "quote" in form else "post"
    try:
        made = control.perform(call.world, {**form, "action": action, "user": me.handle})
    except control.ControlError as error:
        return compose_post(call, error=str(error), text=form.get("text", ""), status=400)
    return lead(f"/{me.handle}/status/{made['id']}", done=action, me=me)


def on_post(call: Call, *, action: str) -> Response:
    """One button below one post."""
    found = posts.find(call.world.store, call.parameter("tweet_id"))
    if found is None:
        return refuse(call, _NO_POST, status=404)
    return show(call, "intent.html", action=action, card=_card(call, found))


def like(call: Call) -> Response:
    return on_post(call, action="like")


def repost(call: Call) -> Response:
    return on_post(call, action="repost")


def follow(call: Call) -> Response:
    person = users.find(call.world.store, call.parameter("screen_name") or call.parameter("user_id"))
    if person is None:
        return refuse(call, "There is nobody of that name.", status=404)
    return show(call, "intent.html", action="follow", person=person)


ENDPOINTS = [
    *(Endpoint(method="GET", rule=f"/intent/{name}", handler=compose_post, auth="local") for name in ("tweet", "post")),
    *(Endpoint(method="POST", rule=f"/intent/{name}", handler=publish, auth="local") for name in ("tweet", "post")),
    *(Endpoint(method="GET", rule=f"/intent/{name}", handler=like, auth="local") for name in ("like", "favorite")),
    *(Endpoint(method="GET", rule=f"/intent/{name}", handler=repost, auth="local") for name in ("retweet", "repost")),
    *(Endpoint(method="GET", rule=f"/intent/{name}", handler=follow, auth="local") for name in ("follow", "user")),
]
