"""X Activity's event types, and which of them X gives only to the user concerned. Data only."""

PRIVATE = frozenset(
    {
        "post.mention.create",
        "post.reply.create",
        "post.quote.create",
        "post.repost.create",
        "like.create",
        "mute.mute",
        "mute.unmute",
        "block.block",
        "block.unblock",
        "dm.received",
        "dm.sent",
        "dm.read",
        "dm.indicate_typing",
        "chat.received",
        "chat.sent",
        "chat.conversation.join",
        "chat.conversation_join",
        "chat.conversation.member_added",
        "chat.conversation.member_removed",
        "chat.conversation.admin_added",
        "chat.conversation.admin_removed",
        "chat.update.title",
        "chat.update.avatar",
    }
)
"""Event types X gives only to the user concerned; the others are public."""

PUBLIC = frozenset(
    {
        "post.create",
        "post.delete",
        "follow.follow",
        "follow.unfollow",
        "oauth.revoke",
        "news.new",
        "profile.update.bio",
        "profile.update.profile_picture",
        "profile.update.banner_picture",
        "profile.update.screenname",
        "profile.update.handle",
        "profile.update.geo",
        "profile.update.url",
        "profile.update.verified_badge",
        "profile.update.affiliate_badge",
    }
)
