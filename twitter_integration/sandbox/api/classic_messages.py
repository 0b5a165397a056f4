"""/1.1/direct_messages: what only v1.1 can (quick replies, buttons, typing, receipts), for tiers that still have it."""

from typing import Any

from werkzeug.wrappers import Response

from twitter_integration.sandbox import apps, attaching, mailing, messages, rules, users
from twitter_integration.sandbox.api import v1
from twitter_integration.sandbox.api.endpoint import Call, Json
from twitter_integration.sandbox.api.messages import KEPT_MS
from twitter_integration.sandbox.classic import message_event
from twitter_integration.sandbox.errors import legacy
from twitter_integration.sandbox.ids import first_at, now_ms, short_link
from twitter_integration.sandbox.limits import QUARTERS_A_DAY, Quota
from twitter_integration.sandbox.messages import Message
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import finish_echo

SEND = Quota(quarter=1000, quarters=QUARTERS_A_DAY, app_day=15_000)
LIST = Quota(quarter=15)
MOST_OPTIONS, MOST_BUTTONS = 20, 3
PAGE = 50


def _invalid(what: str) -> Exception:
    return legacy(400, 214, f"event.message_create.{what}")


def _recipient(call: Call, given: object) -> User:
    """Ids may come as JSON numbers: clients send what they were given."""
    found = users.find(call.world.store, str(given or "")) if str(given).isdigit() else None
    if found is None:
        raise legacy(404, 150, "You cannot send messages to users who are not following you.")
    return found


def send(call: Call) -> Json:
    created = (call.body().get("event") or {}).get("message_create") or {}
    data = created.get("message_data") or {}
    recipient = _recipient(call, (created.get("target") or {}).get("recipient_id"))
    text = data.get("text") or ""
    asked = _attached(data)
    if not isinstance(text, str) or not (text or asked):
        raise _invalid("message_data: text or an attachment is required")
    if len(text) > rules.MESSAGE_LENGTH:
        raise legacy(403, 354, "The text of your direct message is over the max character limit.")
    if not users.may_message(call.world.store, sender=call.caller, recipient=recipient):
        raise legacy(403, 349, "You cannot send messages to this user.")
    media = attaching.usable(call.world, call.caller, asked, private=True)
    sent, jobs = mailing.message(
        call.world, call.caller, recipient, text=text, media=media, extra=_offers(data), app=call.client
    )
    finish_echo(call.world, jobs)
    return {"event": message_event(call.world.site, sent)}


def _attached(data: Json) -> list[str]:
    attachment = data.get("attachment") or {}
    media_id = (attachment.get("media") or {}).get("id")
    return [str(media_id)] if media_id else []


def _offers(data: Json) -> Json:
    """Quick replies and buttons, checked; X adds a short link to each button."""
    offers: Json = {}
    if "quick_reply" in data:
        options = (data["quick_reply"] or {}).get("options")
        if not isinstance(options, list) or not 1 <= len(options) <= MOST_OPTIONS:
            raise _invalid(f"message_data.quick_reply.options: has 1 to {MOST_OPTIONS} entries")
        described = ["description" in option for option in options]
        if any(described) != all(described):
            raise _invalid("message_data.quick_reply.options: a description on all or on none")
        if any(not 1 <= len(str(option.get("label", ""))) <= 36 for option in options):
            raise _invalid("message_data.quick_reply.options.label: has 1 to 36 characters")
        offers["quick_reply"] = {"type": "options", "options": options}
    if "ctas" in data:
        buttons = data["ctas"]
        if not isinstance(buttons, list) or not 1 <= len(buttons) <= MOST_BUTTONS:
            raise _invalid(f"message_data.ctas: has 1 to {MOST_BUTTONS} entries")
        offers["ctas"] = [{**button, "tco_url": short_link()} for button in buttons]
    return offers


def show_all(call: Call) -> Json:
    limit = min(int(call.parameter("count") or 20), PAGE)
    cursor = call.parameter("cursor")
    before = int(cursor) if cursor.isdigit() else None
    found = messages.visible_to(call.world.store, call.caller.id, before_id=before, limit=limit + 1)
    found = [item for item in found if item.id >= first_at(now_ms() - KEPT_MS)]
    shown = found[:limit]
    document: Json = {"events": [message_event(call.world.site, item) for item in shown]}
    if known := _apps(call, shown):
        document["apps"] = known
    return document | ({"next_cursor": str(shown[-1].id)} if len(found) > limit else {})


def _apps(call: Call, shown: list[Message]) -> dict[str, Any]:
    found = [apps.app_by_id(call.world.store, number) for number in {item.app_id for item in shown} if number]
    return {str(app.id): {"id": str(app.id), "name": app.name, "url": app.url} for app in found}


def _own(call: Call) -> Message:
    found = messages.find(call.world.store, call.parameter("id"))
    if found is None or not messages.is_visible_to(call.world.store, found, call.caller.id):
        raise v1.missing()
    return found


def show_one(call: Call) -> Json:
    return {"event": message_event(call.world.site, _own(call))}


def remove(call: Call) -> Response:
    messages.hide(call.world.store, _own(call), user_id=call.caller.id)
    return v1.done()


def mark_read(call: Call) -> Response:
    writer = _recipient(call, call.parameter("recipient_id"))
    last = messages.find(call.world.store, call.parameter("last_read_event_id"))
    if last is None or last.sender_id != writer.id or last.recipient_id != call.caller.id:
        raise legacy(400, 38, "last_read_event_id parameter is missing.")
    mailing.read_until(call.world, call.caller, last)
    return v1.done()


def indicate_typing(call: Call) -> Response:
    mailing.type_to(call.world, call.caller, _recipient(call, call.parameter("recipient_id")))
    return v1.done()


ENDPOINTS = [
    v1.endpoint("POST", "direct_messages/events/new", send, quota=SEND),
    v1.endpoint("GET", "direct_messages/events/list", show_all, quota=LIST),
    v1.endpoint("GET", "direct_messages/events/show", show_one, quota=LIST),
    v1.endpoint("DELETE", "direct_messages/events/destroy", remove, quota=Quota(quarter=300)),
    v1.endpoint("POST", "direct_messages/mark_read", mark_read, quota=Quota(quarter=300)),
    v1.endpoint("POST", "direct_messages/indicate_typing", indicate_typing, quota=Quota(quarter=300)),
]
