"""Decoder of X Activity: one `data` (or several) with `event_type`, `filter`, `payload` and `includes`."""

from twitter_integration.events import Dialect
from twitter_integration.payloads.account_activity import read_array
from twitter_integration.payloads.fields import Record, Unreadable, as_id, as_record, as_text
from twitter_integration.payloads.parsed import MAX_ITEMS, Collector, Parsed
from twitter_integration.payloads.x_activity_events import Frame, envelope_of, read_frame

FRAME_KEYS = frozenset({"event_uuid", "filter", "event_type", "tag", "payload", "includes", "created_at"})
MESSAGE_ARRAYS = {
    "dm.received": "direct_message_events",
    "dm.sent": "direct_message_events",
    "dm.read": "direct_message_mark_read_events",
    "dm.indicate_typing": "direct_message_indicate_typing_events",
}


def is_x_activity(body: Record) -> bool:
    data = body.get("data")
    if isinstance(data, list):
        return any(isinstance(item, dict) and "event_type" in item for item in data)
    return isinstance(data, dict) and "event_type" in data


def read_x_activity(body: Record) -> Parsed:
    """All events of one body. X documents `data` as an object; an array of them is read alike."""
    data = body["data"]
    items = data if isinstance(data, list) else [data]
    if len(items) > MAX_ITEMS:
        raise Unreadable(f"data has {len(items)} items, more than {MAX_ITEMS}")
    first = next(item for item in items if isinstance(item, dict))
    account_id = as_id(as_record(first.get("filter")), "user_id")
    collector = Collector(dialect=Dialect.X_ACTIVITY, account_id=account_id)
    collector.note_unknown(key for key in body if key != "data")
    for index, item in enumerate(items):
        _read_item(collector, item, path=f"data[{index}]" if isinstance(data, list) else "data")
    return collector.finish()


def _read_item(collector: Collector, item: object, *, path: str) -> None:
    record = as_record(item)
    collector.note_unknown((key for key in record if key not in FRAME_KEYS), prefix=f"{path}.")
    array = MESSAGE_ARRAYS.get(as_text(record, "event_type"), "")
    payload = as_record(record.get("payload"))
    if array and array in payload:
        frame = Frame(record)
        read_array(collector, envelope_of(frame), array, payload[array], path=f"{path}.payload.{array}")
    else:
        collector.read_one(read_frame, item, path=path)
