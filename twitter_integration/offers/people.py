"""People, the profile and the settings: what X offers (docs.x.com, "Users")."""

from collections.abc import Mapping

from twitter_integration.offers.offer import AUTUMN, CONTRACT, NOBODY, REMOVED, Offer, offer

_PERSON = "/{handle}"
_ME = "/settings/profile"
_SETTINGS = "/settings/account"

PEOPLE: Mapping[str, Offer] = {
    "people.me": offer(
        "read its own profile", "GET /2/users/me", "GET account/verify_credentials", "users/get-my-user"
    ),
    "people.read": offer("look people up", "GET /2/users", "GET users/lookup", "users/get-users-by-ids", _PERSON),
    "people.search": offer(
        "search people", "GET /2/users/search", "GET users/search", "users/search-users", old_tiers=NOBODY
    ),
    "follows.create": offer(
        "follow people",
        "POST /2/users/:own/following",
        "POST friendships/create",
        "users/follow-user",
        "/intent/follow?screen_name={handle}",
        tiers=CONTRACT,
        as_of=REMOVED,
    ),
    "follows.delete": offer(
        "unfollow people",
        "DELETE /2/users/:own/following/:person",
        "POST friendships/destroy",
        "users/unfollow-user",
        _PERSON,
        tiers=CONTRACT,
        as_of=REMOVED,
        unsure=True,
    ),
    "follows.followers": offer(
        "read followers", "GET /2/users/:own/followers", "GET followers/list", "users/get-followers", "/{own}/followers"
    ),
    "follows.following": offer(
        "read who is followed",
        "GET /2/users/:own/following",
        "GET friends/list",
        "users/get-following",
        "/{own}/following",
    ),
    "follows.relation": offer(
        "see how somebody stands to the account",
        "GET /2/users/:person",
        "GET friendships/show",
        "users/get-users-by-ids",
        _PERSON,
    ),
    "blocks.create": offer(
        "block people",
        "POST /2/users/:own/blocking",
        "POST blocks/create",
        "users/block-user",
        _PERSON,
        tiers=CONTRACT,
        as_of=REMOVED,
    ),
    "blocks.delete": offer(
        "unblock people",
        "DELETE /2/users/:own/blocking/:person",
        "POST blocks/destroy",
        "users/unblock-user",
        _PERSON,
        tiers=CONTRACT,
        as_of=REMOVED,
    ),
    "blocks.read": offer(
        "read who is blocked",
        "GET /2/users/:own/blocking",
        "GET blocks/list",
        "users/get-blocking",
        "/settings/blocked/all",
    ),
    "mutes.create": offer(
        "mute people", "POST /2/users/:own/muting", "POST mutes/users/create", "users/mute-user", _PERSON
    ),
    "mutes.delete": offer(
        "unmute people", "DELETE /2/users/:own/muting/:person", "POST mutes/users/destroy", "users/unmute-user", _PERSON
    ),
    "mutes.read": offer(
        "read who is muted",
        "GET /2/users/:own/muting",
        "GET mutes/users/list",
        "users/mutes/introduction",
        "/settings/muted/all",
    ),
    "reports.create": offer(
        "report people", "", "POST users/report_spam", "accounts-and-users/mute-block-report-users/overview", _PERSON
    ),
}
PROFILE: Mapping[str, Offer] = {
    "settings.read": offer(
        "read account settings",
        "",
        "GET account/settings",
        "accounts-and-users/manage-account-settings/overview",
        _SETTINGS,
    ),
    "settings.update": offer(
        "change account settings",
        "PUT /2/users/me/settings",
        "POST account/settings",
        "changelog",
        _SETTINGS,
        as_of=AUTUMN,
        unsure=True,
    ),
    "profile.update": offer(
        "change the profile",
        "PUT /2/users/me",
        "POST account/update_profile",
        "changelog",
        _ME,
        as_of=AUTUMN,
        unsure=True,
    ),
    "profile.picture": offer(
        "change the picture",
        "PUT /2/users/me/profile_image",
        "POST account/update_profile_image",
        "changelog",
        _ME,
        as_of=AUTUMN,
        unsure=True,
    ),
    "profile.banner": offer(
        "change the banner",
        "",
        "POST account/update_profile_banner",
        "accounts-and-users/manage-account-settings/overview",
        _ME,
    ),
    "profile.banner_remove": offer(
        "remove the banner",
        "",
        "POST account/remove_profile_banner",
        "accounts-and-users/manage-account-settings/overview",
        _ME,
    ),
    "chat.settings": offer(
        "change who may write messages",
        "PUT /2/chat/settings",
        "",
        "changelog",
        "/settings/direct_messages",
        as_of=AUTUMN,
        unsure=True,
    ),
}
