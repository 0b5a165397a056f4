"""What X has a price for (docs.x.com, "Pricing"; x-api 3.5). What each costs, and since when, is the table Price."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Tariff(TextChoices):
    """Stored as words. READS are charged by what came back, the rest by the call or event."""

    POST_READ = "post_read", _("Post read")
    OWNED_READ = "owned_read", _("Owned read (the account owns the app)")
    USER_READ = "user_read", _("Person read")
    FOLLOW_READ = "follow_read", _("Follower or followed person read")
    MESSAGE_READ = "message_read", _("Direct message event read")
    LIST_READ = "list_read", _("List read")
    RELATION_READ = "relation_read", _("Like, mute or block read")
    POST = "post", _("Post written")
    LINK_POST = "link_post", _("Post written that contains a link")
    SUMMONED_REPLY = "summoned_reply", _("Summoned reply")
    MESSAGE = "message", _("Direct message sent")
    INTERACTION = "interaction", _("Like, follow, repost, mute or block")
    INTERACTION_UNDONE = "interaction_undone", _("Like, follow or repost taken back")
    MUTE_UNDONE = "mute_undone", _("Mute taken back")
    CONTENT = "content", _("Post deleted or reply hidden")
    LIST_CREATED = "list_created", _("List created")
    LIST_CHANGED = "list_changed", _("List changed")
    MEDIA_DESCRIBED = "media_described", _("Media described")
    PROFILE_CHANGED = "profile_changed", _("Profile changed")
    PRIVACY_CHANGED = "privacy_changed", _("Privacy settings changed")
    POST_EVENT = "post_event", _("Delivered: post")
    DELETION_EVENT = "deletion_event", _("Delivered: deletion of a post")
    LIKE_EVENT = "like_event", _("Delivered: like")
    FOLLOW_EVENT = "follow_event", _("Delivered: follow or unfollow")
    MESSAGE_EVENT = "message_event", _("Delivered: direct message received")
    RELATION_EVENT = "relation_event", _("Delivered: mute or block")
    PROFILE_EVENT = "profile_event", _("Delivered: profile change")
    CLASSIC_POST_EVENT = "classic_post_event", _("Delivered by Account Activity: post")
    FREE = "free", _("Free, or no price named")


READS = frozenset(
    {
        Tariff.POST_READ,
        Tariff.OWNED_READ,
        Tariff.USER_READ,
        Tariff.FOLLOW_READ,
        Tariff.MESSAGE_READ,
        Tariff.LIST_READ,
        Tariff.RELATION_READ,
    }
)

# What we say ourselves.
SAID = frozenset({Tariff.POST, Tariff.LINK_POST, Tariff.SUMMONED_REPLY, Tariff.MESSAGE})


def tariffs() -> list[tuple[str, str]]:
    """For fields: a new tariff is no change of the table."""
    return [(tariff.value, str(tariff.label)) for tariff in Tariff]
