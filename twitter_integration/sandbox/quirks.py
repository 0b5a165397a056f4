"""Oddities X's bodies have or may have one day, put in by switch: unknown keys, null arrays, lists. Pure."""

from typing import Any

from twitter_integration.sandbox.switches import Switches

Json = dict[str, Any]


def account_activity(document: Json, switches: Switches) -> Json:
    """Oddities of an Account Activity body; X's own keys stay as they are."""
    if switches.nameless:
        document = {key: value for key, value in document.items() if key != "users"}
    if switches.rounded_ids:
        document = {key: _rounded(value) for key, value in document.items()}
    if switches.null_arrays and "for_user_id" in document:
        empty = "favorite_events" if "follow_events" in document else "follow_events"
        document = {**document, empty: None}  # recorded: an event beside "follow_events":null
    if switches.novelties:
        document = {key: _with_novelty(value) for key, value in document.items()}
        document["novelty_events"] = [{"id": "1", "kind": "nobody knows this yet"}]
    return document


def x_activity(document: Json, switches: Switches) -> Json:
    """Oddities of an X Activity envelope."""
    data = document["data"]
    if switches.nameless:
        data = {**data, "payload": {key: value for key, value in data["payload"].items() if key != "users"}}
    if switches.novelties:
        data = {**data, "novelty": {"level": 1}, "payload": {**data["payload"], "novelty": [None]}}
    return {**document, "data": [data] if switches.data_as_list else data}


def _rounded(value: Any) -> Any:
    """Numbers beyond 2^53 as a double holds them."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    big = isinstance(value, int) and not isinstance(value, bool) and value > 1 << 53
    return int(float(value)) if big else value


def _with_novelty(value: Any) -> Any:
    """Inside every event of an array, too."""
    if not isinstance(value, list):
        return value
    return [{**item, "novelty": {"level": 1}} if isinstance(item, dict) else item for item in value]
