"""v1.1 user objects, of which X has three: in tweets, in follow, block and mute events, in messages."""

from typing import Any

from twitter_integration.sandbox.ids import classic_time
from twitter_integration.sandbox.site import Site
from twitter_integration.sandbox.users import User

Json = dict[str, Any]
_LOOKS: Json = {
    "profile_background_color": "F5F8FA",
    "profile_background_image_url": "",
    "profile_background_image_url_https": "",
    "profile_background_tile": False,
    "profile_link_color": "1DA1F2",
    "profile_sidebar_border_color": "C0DEED",
    "profile_sidebar_fill_color": "DDEEF6",
    "profile_text_color": "333333",
    "profile_use_background_image": True,
}


def user_object(site: Site, user: User) -> Json:
    """The author inside a tweet: numeric id beside `id_str`, colours as hex words, null for nothing."""
    return {
        "id": user.id,
        "id_str": str(user.id),
        "name": user.name,
        "screen_name": user.handle,
        "location": user.location or None,
        "url": user.url or None,
        "description": user.bio or None,
        "translator_type": "none",
        "protected": user.protected,
        "verified": user.verified,
        "followers_count": user.followers,
        "friends_count": user.following,
        "listed_count": 2,
        "favourites_count": user.likes,
        "statuses_count": user.posts,
        "created_at": classic_time(user.created_ms),
        "utc_offset": None,
        "time_zone": None,
        "geo_enabled": False,
        "lang": None,
        "contributors_enabled": False,
        "is_translator": False,
        **_LOOKS,
        "profile_image_url": site.avatar(user),
        "profile_image_url_https": site.avatar(user),
        "default_profile": True,
        "default_profile_image": False,
        "following": None,
        "follow_request_sent": None,
        "notifications": None,
    }


def relation_user(site: Site, user: User) -> Json:
    """In follow, block and mute events: `id` is a string, no `id_str`, colours -1, "" instead of null."""
    numbers = {key: -1 for key in _LOOKS if key.endswith("_color")}
    return {
        **_LOOKS,
        **numbers,
        "id": str(user.id),
        "name": user.name,
        "screen_name": user.handle,
        "location": user.location,
        "url": user.url,
        "description": user.bio,
        "protected": user.protected,
        "verified": user.verified,
        "followers_count": user.followers,
        "friends_count": user.following,
        "listed_count": 2,
        "favourites_count": user.likes,
        "statuses_count": user.posts,
        "created_at": classic_time(user.created_ms),
        "utc_offset": 0,
        "time_zone": "",
        "geo_enabled": False,
        "lang": "",
        "contributors_enabled": False,
        "is_translator": False,
        "profile_use_background_image": False,
        "profile_image_url": site.avatar(user),
        "profile_image_url_https": site.avatar(user),
        "default_profile": True,
        "default_profile_image": False,
        "following": False,
        "follow_request_sent": False,
        "notifications": False,
    }


def message_user(site: Site, user: User) -> Json:
    """In the `users` map of messages: few keys, and what is empty is left out."""
    optional = {"location": user.location, "description": user.bio, "url": user.url}
    return {
        "id": str(user.id),
        "created_timestamp": str(user.created_ms),
        "name": user.name,
        "screen_name": user.handle,
        **{key: value for key, value in optional.items() if value},
        "protected": user.protected,
        "verified": user.verified,
        "followers_count": user.followers,
        "friends_count": user.following,
        "statuses_count": user.posts,
        "profile_image_url": site.avatar(user),
        "profile_image_url_https": site.avatar(user),
    }
