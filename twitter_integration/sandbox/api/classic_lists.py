"""/1.1/lists: create, change, delete, show, and whose lists there are. A list is named by id, or by slug and owner."""

import re

from werkzeug.wrappers import Response

from twitter_integration.sandbox import list_rules, lists, users
from twitter_integration.sandbox.api import v1
from twitter_integration.sandbox.api.endpoint import Call, Json
from twitter_integration.sandbox.api.lists import reader_of
from twitter_integration.sandbox.errors import ApiError, legacy
from twitter_integration.sandbox.ids import classic_time
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.lists import Link, MarkedRoster, Roster

MOST = 1000
"""Lists to a page at most."""


def slug_of(name: str) -> str:
    return re.sub(r"[^\w]+", "-", name.lower()).strip("-") or "list"


def given(call: Call) -> Roster:
    """The list a request names, as far as the caller may see it."""
    list_id, slug = call.parameter("list_id"), call.parameter("slug")
    if list_id:
        return list_rules.visible(call.world, list_id, reader_id=reader_of(call))
    if not slug or not (call.parameter("owner_id") or call.parameter("owner_screen_name")):
        raise legacy(400, 112, "You must specify either a list ID or a slug and owner.")
    owner = v1.named(call, id_name="owner_id", handle_name="owner_screen_name")
    for _, roster in lists.owned(call.world.store, owner.id, reader_id=reader_of(call), limit=MOST):
        if slug_of(roster.name) == slug:
            return roster
    raise v1.missing()


def own(call: Call) -> Roster:
    return list_rules.owned(call.world, given(call).id, call.caller)


def shown(call: Call, roster: Roster) -> Json:
    owner, slug = users.get(call.world.store, roster.owner_id), slug_of(roster.name)
    store = call.world.store
    return {
        "id": roster.id,
        "id_str": str(roster.id),
        "name": roster.name,
        "uri": f"/{owner.handle}/lists/{slug}",
        "subscriber_count": lists.count(store, "follower", roster),
        "member_count": lists.count(store, "member", roster),
        "mode": "private" if roster.private else "public",
        "description": roster.description,
        "slug": slug,
        "full_name": f"@{owner.handle}/{slug}",
        "created_at": classic_time(roster.created_ms),
        "following": lists.is_linked(store, "follower", roster, reader_of(call)),
        "user": v1.person(call, owner),
    }


def create(call: Call) -> Json:
    list_rules.check_number(call.world, call.caller)
    name, description, private = _words(call)
    made = lists.create(
        call.world.store,
        call.world.ids,
        owner_id=call.caller.id,
        name=name or "",
        description=description or "",
        private=bool(private),
    )
    return shown(call, made)


def _words(call: Call, *, changing: bool = False) -> tuple[str | None, str | None, bool | None]:
    """Name, description, private; None for what a change leaves as it is."""
    sent = call.request.values
    name = sent.get("name") if "name" in sent or not changing else None
    description, mode = sent.get("description"), sent.get("mode")
    if mode not in (None, "public", "private"):
        raise legacy(400, 44, "mode parameter is invalid.")
    try:
        list_rules.check_words(name=(name or "") if not changing else name, description=description)
    except ApiError as error:
        words = f"name has at most {list_rules.LONGEST_NAME}, description {list_rules.LONGEST_DESCRIPTION} characters."
        raise legacy(403, 25, words) from error
    return name, description, None if mode is None else mode == "private"


def update(call: Call) -> Json:
    roster, (name, description, private) = own(call), _words(call, changing=True)
    lists.change(
        call.world.store,
        roster,
        name=roster.name if name is None else name,
        description=roster.description if description is None else description,
        private=roster.private if private is None else private,
    )
    changed = lists.find(call.world.store, roster.id)
    assert changed is not None
    return shown(call, changed)


def destroy(call: Call) -> Json:
    roster = own(call)
    document = shown(call, roster)
    lists.delete(call.world.store, roster)
    return document


def show_one(call: Call) -> Json:
    return shown(call, given(call))


def all_of(call: Call) -> Response:
    """Those somebody follows, then their own, at most a hundred."""
    person = v1.named_or_self(call)
    followed = lists.linked(call.world.store, "follower", person.id, reader_id=reader_of(call), limit=100)
    owned = lists.owned(call.world.store, person.id, reader_id=reader_of(call), limit=100)
    return v1.array([shown(call, roster) for _, roster in [*followed, *owned][:100]])


def ownerships(call: Call) -> Json:
    person = v1.named_or_self(call)

    def find(before: int, limit: int) -> list[MarkedRoster]:
        return lists.owned(call.world.store, person.id, reader_id=reader_of(call), before=before, limit=limit)

    return _page(call, find)


def memberships(call: Call) -> Json:
    return _linked(call, "member")


def subscriptions(call: Call) -> Json:
    return _linked(call, "follower")


def _linked(call: Call, kind: Link) -> Json:
    person = v1.named_or_self(call)

    def find(before: int, limit: int) -> list[MarkedRoster]:
        reader = reader_of(call)
        return lists.linked(call.world.store, kind, person.id, reader_id=reader, before=before, limit=limit)

    return _page(call, find)


def _page(call: Call, find: v1.Find) -> Json:
    return v1.cursored(call, find, "lists", lambda roster: shown(call, roster), default=20, most=MOST)


CHANGES = Quota(quarter=300)
ENDPOINTS = [
    v1.endpoint("POST", "lists/create", create, quota=CHANGES),
    v1.endpoint("POST", "lists/update", update, quota=CHANGES),
    v1.endpoint("POST", "lists/destroy", destroy, quota=CHANGES),
    v1.endpoint("GET", "lists/show", show_one, auth="either", quota=v1.SOME),
    v1.endpoint("GET", "lists/list", all_of, quota=v1.FEW),
    v1.endpoint("GET", "lists/ownerships", ownerships, quota=v1.FEW),
    v1.endpoint("GET", "lists/memberships", memberships, quota=v1.SOME),
    v1.endpoint("GET", "lists/subscriptions", subscriptions, quota=v1.FEW),
]
