"""Direct messages and media: what X offers (docs.x.com, "Direct Messages" and "Media")."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from twitter_integration.offers.offer import Offer, offer

_WRITE = "/intent/tweet?text={text}"
_MESSAGE = "/messages/compose?recipient_id={person}"

MESSAGES: Mapping[str, Offer] = {
    "messages.send": offer(
        gettext_noop("send direct messages"),
        "POST /2/dm_conversations/with/:person/messages",
        "POST direct_messages/events/new",
        "direct-messages/create-dm-message-by-participant-id",
        _MESSAGE,
    ),
    "messages.read": offer(
        gettext_noop("read direct messages"),
        "GET /2/dm_events",
        "GET direct_messages/events/list",
        "direct-messages/get-dm-events",
        "/messages",
    ),
    "messages.conversation": offer(
        gettext_noop("read a conversation"),
        "GET /2/dm_conversations/with/:person/dm_events",
        "GET direct_messages/events/list",
        "direct-messages/get-dm-events-for-a-dm-conversation",
        _MESSAGE,
    ),
    "messages.delete": offer(
        gettext_noop("delete direct messages"),
        "DELETE /2/dm_events/:message",
        "DELETE direct_messages/events/destroy",
        "direct-messages/delete-dm-event",
        "/messages",
    ),
    "messages.mark_read": offer(
        gettext_noop("mark direct messages as read"),
        "",
        "POST direct_messages/mark_read",
        "direct-messages/typing-indicator-and-read-receipts/overview",
        _MESSAGE,
    ),
    "messages.typing": offer(
        gettext_noop("show that somebody is typing"),
        "",
        "POST direct_messages/indicate_typing",
        "direct-messages/typing-indicator-and-read-receipts/overview",
        _MESSAGE,
    ),
    "messages.block": offer(
        gettext_noop("block somebody's direct messages"),
        "POST /2/users/:person/dm/block",
        "",
        "users/block-dms",
        _MESSAGE,
    ),
    "messages.unblock": offer(
        gettext_noop("allow somebody's direct messages"),
        "POST /2/users/:person/dm/unblock",
        "",
        "users/unblock-dms",
        _MESSAGE,
    ),
    "media.upload": offer(
        gettext_noop("upload pictures and videos"),
        "POST /2/media/upload",
        "POST media/upload",
        "media/upload-media",
        _WRITE,
    ),
}
