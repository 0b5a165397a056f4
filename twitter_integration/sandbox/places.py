"""The pages of this X that links lead to: a post, a profile, timelines, messages, lists, settings. Seen as whoever is
logged in in the browser; their buttons post to visiting.act."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from werkzeug.wrappers import Response

from twitter_integration.sandbox import lists, messages, posts, rules, settings, threads, users
from twitter_integration.sandbox.api.endpoint import Call, Endpoint
from twitter_integration.sandbox.api.timelines import HOME
from twitter_integration.sandbox.pages import back
from twitter_integration.sandbox.showcase import MOST
from twitter_integration.sandbox.threads import ShownPost
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.visiting import refuse, show, visitor

SHOWN = 40
RELATIONS = ("follow", "request", "mute", "block", "report", "dm_block")
NAMED = "id IN (SELECT post_id FROM mention WHERE user_id = ?) AND repost_of_id IS NULL"


def _person(call: Call, name: str) -> User | None:
    return users.find(call.world.store, name)


def _nobody(call: Call, name: str) -> Response:
    return refuse(call, f"There is nobody called @{name}.", status=404)


def _timeline(call: Call, title: str, where: str, *values: object) -> Response:
    found = posts.select(call.world.store, where, values, limit=SHOWN)
    me = visitor(call)
    seen = [threads.shown_post(call.world.site, post) for post in found if rules.is_visible(call.world, me, post)]
    return show(call, "place.html", title=title, cards=seen, marks=_marks(call, seen), own_threads=_own(call, seen))


def _marks(call: Call, cards: Sequence[ShownPost]) -> dict[int, posts.OwnMarks]:
    me = visitor(call).id
    return {card.post.id: posts.own_marks(call.world.store, card.post.id, user_id=me) for card in cards}


def _own(call: Call, cards: Sequence[ShownPost]) -> set[int]:
    """Replies in conversations the visitor began: those they may hide."""
    me, store = visitor(call).id, call.world.store
    replies = [card.post for card in cards if card.post.reply_to_id]
    return {post.id for post in replies if posts.get(store, post.conversation_id).author_id == me}


def home(call: Call) -> Response:
    return _timeline(call, "Home", HOME, *(visitor(call).id,) * 3)


def mentions(call: Call) -> Response:
    return _timeline(call, "Mentions", NAMED, visitor(call).id)


def post(call: Call, *, post_id: str, name: str = "") -> Response:
    """The whole conversation around a post."""
    found = posts.find(call.world.store, post_id)
    if found is None or not rules.is_visible(call.world, visitor(call), found):
        gone = "This post does not exist or was deleted."
        return refuse(call, gone, status=200 if call.parameter("done") else 404)
    cards = threads.thread(call.world.site, found.conversation_id, viewer=visitor(call))
    facts: dict[str, Any] = {
        "cards": cards,
        "marks": _marks(call, cards),
        "own_threads": _own(call, cards),
        "chosen": found.id,
    }
    return show(call, "place.html", title="Post", **facts)


def profile(call: Call, name: str) -> Response:
    person = _person(call, name)
    if person is None:
        return _nobody(call, name)
    me, store = visitor(call), call.world.store
    so = {kind: users.related(store, kind, source_id=me.id, target_id=person.id) for kind in RELATIONS}
    found = posts.select(store, "author_id = ?", (person.id,), limit=SHOWN)
    cards = [threads.shown_post(call.world.site, one) for one in found if rules.is_visible(call.world, me, one)]
    facts: dict[str, Any] = {"cards": cards, "marks": _marks(call, cards), "own_threads": _own(call, cards)}
    return show(call, "place.html", title=person.name, person=person, so=so, **facts)


def people(call: Call, *, title: str, found: Sequence[User], undo: str = "") -> Response:
    return show(call, "place.html", title=title, people=found, undo=undo)


def followers(call: Call, name: str) -> Response:
    person = _person(call, name)
    if person is None:
        return _nobody(call, name)
    found = users.sources(call.world.store, "follow", target_id=person.id, limit=MOST)
    return people(call, title=f"Who follows @{person.handle}", found=[user for _, user in found])


def following(call: Call, name: str) -> Response:
    person = _person(call, name)
    if person is None:
        return _nobody(call, name)
    found = users.targets(call.world.store, "follow", source_id=person.id, limit=MOST)
    return people(call, title=f"Whom @{person.handle} follows", found=[user for _, user in found])


def muted(call: Call) -> Response:
    found = users.targets(call.world.store, "mute", source_id=visitor(call).id, limit=MOST)
    return people(call, title="Muted", found=[user for _, user in found], undo="unmute")


def blocked(call: Call) -> Response:
    found = users.targets(call.world.store, "block", source_id=visitor(call).id, limit=MOST)
    return people(call, title="Blocked", found=[user for _, user in found], undo="unblock")


def owned_lists(call: Call, name: str) -> Response:
    person, me, store = _person(call, name), visitor(call), call.world.store
    if person is None:
        return _nobody(call, name)
    rosters = [found for _, found in lists.owned(store, person.id, reader_id=me.id, limit=MOST)]
    rosters += [found for _, found in lists.linked(store, "follower", person.id, reader_id=me.id, limit=MOST)]
    return show(call, "place.html", title=f"Lists of @{person.handle}", rosters=rosters, may_make=person.id == me.id)


def memberships(call: Call, name: str) -> Response:
    person, me = _person(call, name), visitor(call)
    if person is None:
        return _nobody(call, name)
    found = lists.linked(call.world.store, "member", person.id, reader_id=me.id, limit=MOST)
    return show(call, "place.html", title=f"Lists @{person.handle} is in", rosters=[roster for _, roster in found])


def one_list(call: Call, list_id: str) -> Response:
    store, me = call.world.store, visitor(call)
    roster = lists.find(store, list_id)
    if roster is None or (roster.private and roster.owner_id != me.id):
        return refuse(call, "There is no such list.", status=404 if not call.parameter("done") else 200)
    members = [user for _, user in lists.people(store, "member", roster, limit=MOST)]
    facts: dict[str, Any] = {
        "roster": roster,
        "people": members,
        "owns": roster.owner_id == me.id,
        "followed": lists.is_linked(store, "follower", roster, me.id),
        "pinned": lists.is_linked(store, "pin", roster, me.id),
    }
    return show(call, "place.html", title=roster.name, **facts)


def inbox(call: Call) -> Response:
    found = threads.correspondents(call.world.site, visitor(call))
    return show(call, "place.html", title="Messages", correspondents=found)


def conversation(call: Call, *, pair: str) -> Response:
    me = visitor(call)
    other = messages.other_party(pair, me.id)
    person = _person(call, str(other or ""))
    return _written(call, person) if person else refuse(call, "That conversation is not yours.", status=404)


def compose(call: Call) -> Response:
    """Customers come from a "send a private message" button: to the form that remembers below which post it stood."""
    found = _person(call, call.parameter("recipient_id"))
    if found is not None and found.role != "brand":
        return _written(call, found)
    brand = found.handle if found else call.parameter("brand")
    return back(call.parameter("as"), brand=brand, anchor="dm-form", via_post=call.parameter("via_post"))


def _written(call: Call, other: User) -> Response:
    said = threads.correspondence(call.world.site, visitor(call), other).messages
    return show(
        call, "place.html", title=f"Messages with {other.name}", other=other, said=said, text=call.parameter("text")
    )


def own_profile(call: Call) -> Response:
    me = visitor(call)
    parts = {"name": me.name, "description": me.bio, "location": me.location, "website": me.url}
    return show(call, "place.html", title="Your profile", parts=parts)


def own_settings(call: Call) -> Response:
    known = settings.read(call.world.store, visitor(call), settings.ACCOUNT)
    shown = {name: value for name, value in known.items() if isinstance(value, (bool, str))}
    choices = {name: setting.choices for name, setting in settings.ACCOUNT.items()}
    return show(call, "place.html", title="Settings", settings=shown, choices=choices)


_PAGES: Mapping[str, Callable[..., Response]] = {
    "/home": home,
    "/notifications": mentions,
    "/notifications/mentions": mentions,
    "/messages": inbox,
    "/messages/compose": compose,
    "/messages/<pair>": conversation,
    "/settings": own_settings,
    "/settings/account": own_settings,
    "/settings/direct_messages": own_settings,
    "/settings/profile": own_profile,
    "/settings/muted/all": muted,
    "/settings/blocked/all": blocked,
    "/i/status/<post_id>": post,
    "/i/lists/<list_id>": one_list,
    "/<name>": profile,
    "/<name>/status/<post_id>": post,
    "/<name>/followers": followers,
    "/<name>/following": following,
    "/<name>/lists": owned_lists,
    "/<name>/lists/memberships": memberships,
}
ENDPOINTS = [Endpoint(method="GET", rule=rule, handler=page, auth="local") for rule, page in _PAGES.items()]
