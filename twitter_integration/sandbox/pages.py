"""The web page: be a customer, watch the brand. Server-rendered, without JavaScript too; what its forms do is in
forms.py."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, select_autoescape
from werkzeug.wrappers import Response

from twitter_integration.sandbox import (
    deliveries,
    media,
    messages,
    posts,
    profiles,
    threads,
    users,
    webhooks,
)
from twitter_integration.sandbox.api.endpoint import Call, Endpoint
from twitter_integration.sandbox.apps import all_apps
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.showcase import showcase
from twitter_integration.sandbox.subscriptions import accounts_of, activity_of
from twitter_integration.sandbox.switches import ECHOES, TIERS
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True),
    trim_blocks=True,
    lstrip_blocks=True,
)
PRESETS: dict[str, tuple[str, dict[str, Any]]] = {
    "429-quarter": ("Too many calls (429), 15 minutes", {"kind": "status", "status": 429}),
    "429-day": ("Too many calls (429), 24 hours", {"kind": "status", "status": 429, "window": "24h"}),
    "402": ("Credits used up (402)", {"kind": "status", "status": 402}),
    "403": ("Forbidden (403)", {"kind": "status", "status": 403}),
    "503": ("X is down (503)", {"kind": "status", "status": 503}),
    "cut": ("Done, but the connection is cut", {"kind": "cut"}),
    "lost": ("The connection breaks, and nothing is done", {"kind": "lost"}),
    "done": ("Done, but the answer is that X is down (503)", {"kind": "done", "status": 503}),
    "slow": ("Done, but the answer comes 15 seconds late", {"kind": "slow", "seconds": 15.0}),
}
PATHS = {"*": "any call", "/2/tweets": "posting", "/2/dm_conversations/*": "messages"}
FLAGS = {
    "busy": "Busy hour: ten times that",
    "customers_answer": "Customers react to answers",
    "hold": "Hold all deliveries back",
    "webhook_down": "The webhook cannot be reached",
    "shuffle": "Deliver in disorder",
    "no_credits": "The app has no credits left (402)",
    "implicit_summons": "An automatic mention counts as a summons",
    "post_names": "Newest key names (post, not tweet)",
}
ODDITIES = {
    "tell_targets": "Tell whom was unfollowed, blocked or muted",
    "novelties": "Keys nobody knows",
    "null_arrays": "Empty families as null",
    "rounded_ids": "Numeric ids rounded",
    "nameless": "Messages without their people",
    "data_as_list": "X Activity: data as a list",
}
VALUES = ("tier", "echo", "limits", "duplicates", "batches", "traffic_per_minute")
SIGNALS = {
    "typing": "type to them",
    "read": "read their messages",
    "chat": "send an encrypted message",
    "block": "block them",
    "unblock": "unblock them",
    "mute": "mute them",
    "unmute": "unmute them",
}


def home(call: Call) -> Response:
    shown = call.number("show", default=15, low=1, high=1000)
    return show(call, shown=shown, led_to=posts.find(call.world.store, call.parameter("post"), deleted=True))


def chosen_brand(call: Call) -> User:
    """The brand one looks at: the one chosen, the one that one is, or the first."""
    brands = users.everybody(call.world.store, role="brand")
    wanted = (call.parameter("brand"), call.parameter("as"))
    return next((brand for name in wanted for brand in brands if name == brand.handle), brands[0])


def show(call: Call, *, shown: int = 15, led_to: Post | None = None, error: str = "", status: int = 200) -> Response:
    """`led_to`: a post whose conversation is shown on top when it is none of the latest."""
    world, brand = call.world, chosen_brand(call)
    site = world.site
    customers = users.everybody(world.store, role="customer")
    brands = users.everybody(world.store, role="brand")
    me = users.find(world.store, call.parameter("as")) or customers[0]
    found = threads.threads(site, brand, viewer=me, limit=shown)
    older = led_to is not None and all(led_to.id != post.post.id for thread in found for post in thread)
    others = [person for person in threads.correspondents(site, brand) if person.id != me.id]
    return render(
        "home.html",
        status=status,
        me=me,
        brand=brand,
        customers=customers,
        brands=brands,
        native=me.id == brand.id,
        error=error,
        **_tools(world),
        site=site,
        threads=found,
        found=threads.thread(site, led_to.conversation_id, viewer=me) if led_to and older else [],
        shown=shown,
        own=threads.correspondence(site, brand, me),
        others=[threads.correspondence(site, brand, person, limit=20) for person in others],
        follows=users.related(world.store, "follow", source_id=me.id, target_id=brand.id),
        asked=users.related(world.store, "request", source_id=me.id, target_id=brand.id),
        case=showcase(site, brand),
        via_post=call.parameter("via_post"),
    )


def _tools(world: World) -> dict[str, object]:
    """What the forms offer, and what goes on behind the scenes."""
    hooks = [hook for app in all_apps(world.store) for hook in webhooks.owned(world.store, app)]
    return {
        "signals": SIGNALS,
        "parts": profiles.PARTS,
        "flags": FLAGS,
        "oddities": ODDITIES,
        "day": world.script.progress() if world.script else {"state": "none"},
        "switches": world.switches,
        "tiers": TIERS,
        "echoes": ECHOES,
        "presets": PRESETS,
        "paths": PATHS,
        "faults": world.faults.planned(),
        "hooks": [(hook, accounts_of(world.store, hook)) for hook in hooks],
        "rows": sum(len(activity_of(world.store, app)) for app in all_apps(world.store)),
        "counts": deliveries.counts(world.store),
        "log": deliveries.latest(world.store, limit=25),
    }


def render(template: str, *, status: int = 200, **values: object) -> Response:
    html = _TEMPLATES.get_template(template).render(values)
    return Response(html, status=status, content_type="text/html; charset=utf-8")


def back(who: str, *, brand: str = "", anchor: str = "", post: int | None = None, via_post: str = "") -> Response:
    query = {"as": who, "brand": brand, "post": str(post or ""), "via_post": via_post}
    location = "/?" + urlencode({name: value for name, value in query.items() if value})
    location += f"#{anchor}" if anchor else ""
    return Response(status=303, headers={"Location": location})


def to_where_it_was(call: Call, *, anchor: str) -> Response:
    return back(call.parameter("as"), brand=call.parameter("brand"), anchor=anchor)


def attachment(call: Call, *, message_id: str, media_id: str) -> Response:
    """A message's picture for the page; the API serves it to signed calls only."""
    found = messages.find(call.world.store, message_id)
    number = int(media_id) if media_id.isdigit() else 0
    file = media.find(call.world.store, number) if found and number in found.shape.media else None
    if file is None:
        return Response("Not Found", status=404)
    return Response(media.content(call.world.store, file), mimetype=file.mime)


ENDPOINTS = [
    Endpoint(method="GET", rule="/", handler=home, auth="local"),
    Endpoint(method="GET", rule="/sandbox/attachments/<message_id>/<media_id>", handler=attachment, auth="local"),
]
