"""Lists: what X offers (docs.x.com, "Lists")."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from twitter_integration.offers.offer import Offer, offer

_LIST = "/i/lists/{list}"

LISTS: Mapping[str, Offer] = {
    "lists.create": offer(
        gettext_noop("create lists"), "POST /2/lists", "POST lists/create", "lists/create-list", "/{own}/lists"
    ),
    "lists.update": offer(
        gettext_noop("change lists"), "PUT /2/lists/:list", "POST lists/update", "lists/update-list", _LIST
    ),
    "lists.delete": offer(
        gettext_noop("delete lists"), "DELETE /2/lists/:list", "POST lists/destroy", "lists/delete-list", _LIST
    ),
    "lists.read": offer(
        gettext_noop("read a list"), "GET /2/lists/:list", "GET lists/show", "lists/get-list-by-id", _LIST
    ),
    "lists.owned": offer(
        gettext_noop("read its lists"),
        "GET /2/users/:own/owned_lists",
        "GET lists/ownerships",
        "users/get-owned-lists",
        "/{own}/lists",
    ),
    "lists.followed": offer(
        gettext_noop("read the lists it follows"),
        "GET /2/users/:own/followed_lists",
        "GET lists/subscriptions",
        "users/follow-list",
        "/{own}/lists",
    ),
    "lists.memberships": offer(
        gettext_noop("read the lists it is in"),
        "GET /2/users/:own/list_memberships",
        "GET lists/memberships",
        "users/get-list-memberships",
        "/{own}/lists/memberships",
    ),
    "lists.pinned": offer(
        gettext_noop("read the lists it pinned"),
        "GET /2/users/:own/pinned_lists",
        "",
        "users/get-pinned-lists",
        "/{own}/lists",
    ),
    "lists.members": offer(
        gettext_noop("read a list's members"),
        "GET /2/lists/:list/members",
        "GET lists/members",
        "lists/get-list-members",
        _LIST,
    ),
    "lists.add": offer(
        gettext_noop("add people to lists"),
        "POST /2/lists/:list/members",
        "POST lists/members/create",
        "lists/add-list-member",
        _LIST,
    ),
    "lists.remove": offer(
        gettext_noop("take people off lists"),
        "DELETE /2/lists/:list/members/:person",
        "POST lists/members/destroy",
        "lists/remove-list-member",
        _LIST,
    ),
    "lists.follow": offer(
        gettext_noop("follow lists"),
        "POST /2/users/:own/followed_lists",
        "POST lists/subscribers/create",
        "users/follow-list",
        _LIST,
    ),
    "lists.unfollow": offer(
        gettext_noop("unfollow lists"),
        "DELETE /2/users/:own/followed_lists/:list",
        "POST lists/subscribers/destroy",
        "users/follow-list",
        _LIST,
    ),
    "lists.pin": offer(gettext_noop("pin lists"), "POST /2/users/:own/pinned_lists", "", "users/pin-list", _LIST),
    "lists.unpin": offer(
        gettext_noop("unpin lists"), "DELETE /2/users/:own/pinned_lists/:list", "", "lists/unpin-list", _LIST
    ),
}
