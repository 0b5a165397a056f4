"""People, the profile and the settings: what X offers (docs.x.com, "Users")."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from twitter_integration.offers.offer import AUTUMN, CONTRACT, NOBODY, REMOVED, Offer, offer

_PERSON = "/{handle}"
_ME = "/settings/profile"
_SETTINGS = "/settings/account"

PEOPLE: Mapping[str, Offer] = {
    "people.me": offer(
        gettext_noop("read its own profile"), "GET /2/users/me", "GET account/verify_credentials", "users/get-my-user"
    ),
    "people.read": offer(
        gettext_noop("look people up"), "GET /2/users", "GET users/lookup", "users/get-users-by-ids", _PERSON
    ),
    "people.search": offer(
        gettext_noop("search people"), "GET /2/users/search", "GET users/search", "users/search-users", old_tiers=NOBODY
    ),
    "follows.create": offer(
        gettext_noop("follow people"),
        "POST /2/users/:own/following",
        "POST friendships/create",
        "users/follow-user",
        "/intent/follow?screen_name={handle}",
        tiers=CONTRACT,
        as_of=REMOVED,
    ),
    "follows.delete": offer(
        gettext_noop("unfollow people"),
        "DELETE /2/users/:own/following/:person",
        "POST friendships/destroy",
        "users/unfollow-user",
        _PERSON,
        tiers=CONTRACT,
        as_of=REMOVED,
        unsure=True,
    ),
    "follows.followers": offer(
        gettext_noop("read followers"),
        "GET /2/users/:own/followers",
        "GET followers/list",
        "users/get-followers",
        "/{own}/followers",
    ),
    "follows.following": offer(
        gettext_noop("read who is followed"),
        "GET /2/users/:own/following",
        "GET friends/list",
        "users/get-following",
        "/{own}/following",
    ),
    "follows.relation": offer(
        gettext_noop("see how somebody stands to the account"),
        "GET /2/users/:person",
        "GET friendships/show",
        "users/get-users-by-ids",
        _PERSON,
    ),
    "blocks.create": offer(
        gettext_noop("block people"),
        "POST /2/users/:own/blocking",
        "POST blocks/create",
        "users/block-user",
        _PERSON,
        tiers=CONTRACT,
        as_of=REMOVED,
    ),
    "blocks.delete": offer(
        gettext_noop("unblock people"),
        "DELETE /2/users/:own/blocking/:person",
        "POST blocks/destroy",
        "users/unblock-user",
        _PERSON,
        tiers=CONTRACT,
        as_of=REMOVED,
    ),
    "blocks.read": offer(
        gettext_noop("read who is blocked"),
        "GET /2/users/:own/blocking",
        "GET blocks/list",
        "users/get-blocking",
        "/settings/blocked/all",
    ),
    "mutes.create": offer(
        gettext_noop("mute people"), "POST /2/users/:own/muting", "POST mutes/users/create", "users/mute-user", _PERSON
    ),
    "mutes.delete": offer(
        gettext_noop("unmute people"),
        "DELETE /2/users/:own/muting/:person",
        "POST mutes/users/destroy",
        "users/unmute-user",
        _PERSON,
    ),
    "mutes.read": offer(
        gettext_noop("read who is muted"),
        "GET /2/users/:own/muting",
        "GET mutes/users/list",
        "users/mutes/introduction",
        "/settings/muted/all",
    ),
    "reports.create": offer(
        gettext_noop("report people"),
        "",
        "POST users/report_spam",
        "accounts-and-users/mute-block-report-users/overview",
        _PERSON,
    ),
}
PROFILE: Mapping[str, Offer] = {
    "settings.read": offer(
        gettext_noop("read account settings"),
        "",
        "GET account/settings",
        "accounts-and-users/manage-account-settings/overview",
        _SETTINGS,
    ),
    "settings.update": offer(
        gettext_noop("change account settings"),
        "PUT /2/users/me/settings",
        "POST account/settings",
        "changelog",
        _SETTINGS,
        as_of=AUTUMN,
        unsure=True,
    ),
    "profile.update": offer(
        gettext_noop("change the profile"),
        "PUT /2/users/me",
        "POST account/update_profile",
        "changelog",
        _ME,
        as_of=AUTUMN,
        unsure=True,
    ),
    "profile.picture": offer(
        gettext_noop("change the picture"),
        "PUT /2/users/me/profile_image",
        "POST account/update_profile_image",
        "changelog",
        _ME,
        as_of=AUTUMN,
        unsure=True,
    ),
    "profile.banner": offer(
        gettext_noop("change the banner"),
        "",
        "POST account/update_profile_banner",
        "accounts-and-users/manage-account-settings/overview",
        _ME,
    ),
    "profile.banner_remove": offer(
        gettext_noop("remove the banner"),
        "",
        "POST account/remove_profile_banner",
        "accounts-and-users/manage-account-settings/overview",
        _ME,
    ),
    "chat.settings": offer(
        gettext_noop("change who may write messages"),
        "PUT /2/chat/settings",
        "",
        "changelog",
        "/settings/direct_messages",
        as_of=AUTUMN,
        unsure=True,
    ),
}
