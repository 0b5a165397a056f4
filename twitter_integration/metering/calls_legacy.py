"""The calls of API v1.1, which in practice only Enterprise has: counted by the same operations, never priced there."""

from collections.abc import Iterator, Sequence

from twitter_integration.metering.calls_v2 import Row
from twitter_integration.metering.tariff import Tariff

# Operation, tariff, and the calls below /1.1/ without .json.
_CALLS: Sequence[Row] = (
    ("posts.create", Tariff.POST, "POST statuses/update"),
    ("posts.read", Tariff.POST_READ, "GET statuses/show/:post", "GET statuses/show", "GET statuses/lookup"),
    ("posts.delete", Tariff.CONTENT, "POST statuses/destroy/:post"),
    ("posts.search", Tariff.POST_READ, "GET search/tweets"),
    ("reposts.create", Tariff.INTERACTION, "POST statuses/retweet/:post"),
    ("reposts.delete", Tariff.INTERACTION_UNDONE, "POST statuses/unretweet/:post"),
    ("likes.create", Tariff.INTERACTION, "POST favorites/create"),
    ("likes.delete", Tariff.INTERACTION_UNDONE, "POST favorites/destroy"),
    ("likes.read", Tariff.RELATION_READ, "GET favorites/list"),
    ("timelines.home", Tariff.POST_READ, "GET statuses/home_timeline"),
    ("timelines.own", Tariff.POST_READ, "GET statuses/user_timeline"),
    ("timelines.mentions", Tariff.POST_READ, "GET statuses/mentions_timeline"),
    ("timelines.list", Tariff.POST_READ, "GET lists/statuses"),
    ("people.me", Tariff.USER_READ, "GET account/verify_credentials"),
    ("people.read", Tariff.USER_READ, "GET users/show", "GET users/lookup", "POST users/lookup"),
    ("people.search", Tariff.USER_READ, "GET users/search"),
    ("follows.relation", Tariff.USER_READ, "GET friendships/show"),
    ("follows.create", Tariff.INTERACTION, "POST friendships/create"),
    ("follows.delete", Tariff.INTERACTION_UNDONE, "POST friendships/destroy"),
    ("follows.followers", Tariff.FOLLOW_READ, "GET followers/ids", "GET followers/list"),
    ("follows.following", Tariff.FOLLOW_READ, "GET friends/ids", "GET friends/list"),
    ("blocks.create", Tariff.INTERACTION, "POST blocks/create"),
    ("blocks.delete", Tariff.INTERACTION_UNDONE, "POST blocks/destroy"),
    ("blocks.read", Tariff.RELATION_READ, "GET blocks/ids", "GET blocks/list"),
    ("mutes.create", Tariff.INTERACTION, "POST mutes/users/create"),
    ("mutes.delete", Tariff.MUTE_UNDONE, "POST mutes/users/destroy"),
    ("mutes.read", Tariff.RELATION_READ, "GET mutes/users/ids", "GET mutes/users/list"),
    ("reports.create", Tariff.INTERACTION, "POST users/report_spam"),
    ("settings.read", Tariff.FREE, "GET account/settings"),
    ("settings.update", Tariff.PRIVACY_CHANGED, "POST account/settings"),
    ("profile.update", Tariff.PROFILE_CHANGED, "POST account/update_profile"),
    ("profile.picture", Tariff.PROFILE_CHANGED, "POST account/update_profile_image"),
    ("profile.banner", Tariff.PROFILE_CHANGED, "POST account/update_profile_banner"),
    ("profile.banner_remove", Tariff.PROFILE_CHANGED, "POST account/remove_profile_banner"),
    ("messages.send", Tariff.MESSAGE, "POST direct_messages/events/new"),
    ("messages.read", Tariff.MESSAGE_READ, "GET direct_messages/events/list", "GET direct_messages/events/show"),
    ("messages.delete", Tariff.CONTENT, "DELETE direct_messages/events/destroy"),
    ("messages.mark_read", Tariff.FREE, "POST direct_messages/mark_read"),
    ("messages.typing", Tariff.FREE, "POST direct_messages/indicate_typing"),
    ("media.upload", Tariff.FREE, "POST media/upload"),
    ("media.status", Tariff.FREE, "GET media/upload"),
    ("media.describe", Tariff.MEDIA_DESCRIBED, "POST media/metadata/create"),
    ("lists.create", Tariff.LIST_CREATED, "POST lists/create"),
    ("lists.update", Tariff.LIST_CHANGED, "POST lists/update"),
    ("lists.delete", Tariff.LIST_CHANGED, "POST lists/destroy"),
    ("lists.read", Tariff.LIST_READ, "GET lists/show"),
    ("lists.owned", Tariff.LIST_READ, "GET lists/ownerships", "GET lists/list"),
    ("lists.followed", Tariff.LIST_READ, "GET lists/subscriptions"),
    ("lists.memberships", Tariff.LIST_READ, "GET lists/memberships"),
    ("lists.members", Tariff.USER_READ, "GET lists/members"),
    ("lists.add", Tariff.LIST_CHANGED, "POST lists/members/create", "POST lists/members/create_all"),
    ("lists.remove", Tariff.LIST_CHANGED, "POST lists/members/destroy", "POST lists/members/destroy_all"),
    ("lists.follow", Tariff.LIST_CHANGED, "POST lists/subscribers/create"),
    ("lists.unfollow", Tariff.LIST_CHANGED, "POST lists/subscribers/destroy"),
    ("sign_in", Tariff.FREE, "POST oauth/invalidate_token"),
)
# The old Account Activity API names its environment or webhook inside the path: many forms, none of them priced.
_ACTIVITY: Sequence[Row] = (
    (
        "webhooks",
        Tariff.FREE,
        "GET webhooks",
        "POST webhooks",
        "PUT webhooks/:hook",
        "DELETE webhooks/:hook",
        "GET all/webhooks",
        "GET all/:env/webhooks",
        "POST all/:env/webhooks",
        "PUT all/:env/webhooks/:hook",
        "DELETE all/:env/webhooks/:hook",
    ),
    ("webhooks.replay", Tariff.FREE, "POST replay/webhooks/:hook/subscriptions/all"),
    (
        "subscriptions",
        Tariff.FREE,
        "GET subscriptions/count",
        "GET all/subscriptions/count",
        "GET all/count",
        "GET webhooks/:hook/subscriptions/all",
        "POST webhooks/:hook/subscriptions/all",
        "DELETE webhooks/:hook/subscriptions/all",
        "GET webhooks/:hook/subscriptions/all/list",
        "DELETE webhooks/:hook/subscriptions/:person/all",
        "GET all/:env/subscriptions",
        "POST all/:env/subscriptions",
        "DELETE all/:env/subscriptions",
        "GET all/:env/subscriptions/list",
        "DELETE all/:env/subscriptions/:person",
    ),
)


def _below(root: str, rows: Sequence[Row]) -> Iterator[Row]:
    for name, tariff, *calls in rows:
        yield name, tariff, *(f"{method} {root}{path}.json" for method, path in (call.split() for call in calls))


LEGACY: Sequence[Row] = (*_below("/1.1/", _CALLS), *_below("/1.1/account_activity/", _ACTIVITY))
