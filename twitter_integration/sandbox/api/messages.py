"""/2/dm_conversations and /2/dm_events: send, list, read, delete direct messages; their attachments."""

from werkzeug.wrappers import Response

from twitter_integration.sandbox import attaching, mailing, media, messages, rest_v2, rules, users
from twitter_integration.sandbox.api.endpoint import (
    Call,
    Endpoint,
    Json,
    page,
    renamed,
    start_after,
    token_for,
)
from twitter_integration.sandbox.api.reading import show_user
from twitter_integration.sandbox.errors import forbidden, invalid, problem
from twitter_integration.sandbox.ids import first_at, now_ms
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.messages import Message
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import finish_echo

SEND = Quota(quarter=15, user_day=1440, app_day=1440, shared="sending messages")
LIST = Quota(quarter=15)
DELETE = Quota(quarter=300, user_day=1500, app_day=4000)
KEPT_MS = 30 * 24 * 3_600_000
"""How far back X lists direct messages."""


def send_to(call: Call, participant_id: str) -> Json:
    recipient = users.find(call.world.store, participant_id) if participant_id.isdigit() else None
    return _send(call, recipient)


def send_into(call: Call, conversation_id: str) -> Json:
    other = messages.other_party(conversation_id, call.caller.id)
    if other is None:
        raise forbidden("You do not have permission to access this conversation.")
    return _send(call, users.find(call.world.store, other))


def _send(call: Call, recipient: User | None) -> Json:
    body = call.body()
    text, attachments = body.get("text") or "", body.get("attachments") or []
    if not isinstance(text, str) or not isinstance(attachments, list):
        raise invalid("$.text: must be a string, $.attachments: must be an array")
    asked = [str(item.get("media_id", "")) for item in attachments if isinstance(item, dict)]
    known = rules.check_message(call.world, call.caller, recipient, text=text, media=len(asked))
    attached = attaching.usable(call.world, call.caller, asked, private=True)
    sent, jobs = mailing.message(call.world, call.caller, known, text=text, media=attached, app=call.client)
    finish_echo(call.world, jobs)
    return {"data": {"dm_conversation_id": sent.conversation_id, "dm_event_id": str(sent.id)}}


def list_all(call: Call) -> Json:
    return _list(call)


def list_with(call: Call, participant_id: str) -> Json:
    if not participant_id.isdigit():
        raise invalid("The `participant_id` is not valid", {"participant_id": participant_id})
    return _list(call, messages.conversation_of(call.caller.id, int(participant_id)))


def list_in(call: Call, conversation_id: str) -> Json:
    if messages.other_party(conversation_id, call.caller.id) is None:
        raise forbidden("You do not have permission to access this conversation.")
    return _list(call, conversation_id)


def _list(call: Call, conversation_id: str = "") -> Json:
    limit = call.number("max_results", default=100, low=1, high=100)
    kinds = [kind for kind in call.parameter("event_types").split(",") if kind]
    found: list[Message] = []
    if not kinds or "MessageCreate" in kinds:
        found = messages.visible_to(
            call.world.store,
            call.caller.id,
            conversation_id=conversation_id,
            before_id=start_after(call),
            limit=limit + 1,
        )
        found = [item for item in found if item.id >= first_at(now_ms() - KEPT_MS)]
    shown, next_token = page(found, limit=limit, token_of=lambda item: token_for(item.id))
    data, parts = _show(call, list(shown))
    meta: Json = {"result_count": len(shown)} | ({"next_token": next_token} if next_token else {})
    document: Json = {"data": data} if data else {}
    return renamed(call, document | ({"includes": parts} if parts else {}) | {"meta": meta})


def _show(call: Call, found: list[Message]) -> tuple[list[Json], Json]:
    site, expand, wanted = call.world.site, call.expansions(), call.fields("dm_event")
    parts: Json = {}
    if found and expand & {"sender_id", "participant_ids"}:
        people = dict.fromkeys(user_id for item in found for user_id in (item.sender_id, item.recipient_id))
        parts["users"] = [show_user(call, users.get(call.world.store, user_id)) for user_id in people]
    attached = [(item.id, file) for item in found for file in media.find_all(call.world.store, item.shape.media)]
    if attached and "attachments.media_keys" in expand:
        parts["media"] = [
            rest_v2.media_object(site, file, call.fields("media"), message_id=number) for number, file in attached
        ]
    return [rest_v2.message_object(site, item, wanted) for item in found], parts


def _own(call: Call, event_id: str) -> Message:
    found = messages.find(call.world.store, event_id)
    if found is None or not messages.is_visible_to(call.world.store, found, call.caller.id):
        raise problem(
            404,
            title="Not Found Error",
            detail=f"Could not find dm_event with id: [{event_id}].",
            slug="resource-not-found",
        )
    return found


def show_one(call: Call, event_id: str) -> Json:
    data, parts = _show(call, [_own(call, event_id)])
    return renamed(call, {"data": data[0]} | ({"includes": parts} if parts else {}))


def remove(call: Call, event_id: str) -> Json:
    found = _own(call, event_id)
    if found.sender_id != call.caller.id:
        raise forbidden("You can only delete messages you sent.")
    messages.hide(call.world.store, found, user_id=call.caller.id)
    return {"data": {"deleted": True}}


def attachment(call: Call, *, message_id: str, media_id: str, name: str) -> Response:
    """The private file of a message, for its two parties."""
    found = _own(call, message_id)
    if not media_id.isdigit() or int(media_id) not in found.shape.media:
        raise problem(404, title="Not Found Error", detail="No such media.", slug="resource-not-found")
    file = media.find(call.world.store, int(media_id))
    assert file is not None
    content, mime = media.served(call.world.store, file, name=name)
    return Response(content, mimetype=mime)


ENDPOINTS = [
    Endpoint(
        method="POST",
        rule="/2/dm_conversations/with/<participant_id>/messages",
        handler=send_to,
        auth="user",
        quota=SEND,
        status=201,
    ),
    Endpoint(
        method="POST",
        rule="/2/dm_conversations/<conversation_id>/messages",
        handler=send_into,
        auth="user",
        quota=SEND,
        status=201,
    ),
    Endpoint(method="GET", rule="/2/dm_events", handler=list_all, auth="user", quota=LIST),
    Endpoint(
        method="GET",
        rule="/2/dm_conversations/with/<participant_id>/dm_events",
        handler=list_with,
        auth="user",
        quota=LIST,
    ),
    Endpoint(
        method="GET",
        rule="/2/dm_conversations/<conversation_id>/dm_events",
        handler=list_in,
        auth="user",
        quota=LIST,
    ),
    Endpoint(method="GET", rule="/2/dm_events/<event_id>", handler=show_one, auth="user", quota=LIST),
    Endpoint(method="DELETE", rule="/2/dm_events/<event_id>", handler=remove, auth="user", quota=DELETE),
    Endpoint(
        method="GET",
        rule="/1.1/ton/data/dm/<message_id>/<media_id>/<name>",
        handler=attachment,
        auth="user",
        quota=Quota(quarter=900),
    ),
    Endpoint(
        method="GET",
        rule="/2/dm_conversations/media/<message_id>/<media_id>/<name>",
        handler=attachment,
        auth="user",
        quota=Quota(quarter=900),
    ),
]
