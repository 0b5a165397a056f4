"""Turns recorded support conversations into webhook bodies of the Account Activity dialect, one JSON line each.

    python -m bench.conversations CONVERSATIONS.json BODIES.jsonl

Input: a list of {"dialogHeader": {"company"}, "dialogContent": [{"client"|"agent", "message", "datetime", "tweet_ID"}]}
(the public data set "Twitter Conversations for Conversational Document Prediction"). It has no user ids and no reply
pointers: ids are made from handles, and each message answers the one before it.
"""

import hashlib
import html
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

BRAND = "900000000000000001"
BRAND_HANDLE = "acmehelp_demo"


def person(handle: str, *, brand: bool) -> dict[str, Any]:
    number = BRAND if brand else str(10**17 + int(hashlib.sha256(handle.lower().encode()).hexdigest()[:13], 16))
    name = BRAND_HANDLE if brand else handle
    return {"id": int(number), "id_str": number, "name": name, "screen_name": name, "followers_count": 10}


def body(turn: dict[str, str], *, before: dict[str, Any] | None) -> dict[str, Any]:
    """One turn as X would deliver it to the brand; `before` is the tweet it answers."""
    ours = "agent" in turn
    handle = turn.get("agent") or turn.get("client") or turn["client1"]  # client1: a second customer joins in
    author = person(handle, brand=ours)
    moment = datetime.fromisoformat(turn["datetime"].replace("Z", "+00:00"))
    tweet: dict[str, Any] = {
        "created_at": moment.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "id": int(turn["tweet_ID"]),
        "id_str": turn["tweet_ID"],
        "text": html.escape(turn["message"], quote=False),
        "user": author,
        "entities": {"hashtags": [], "urls": [], "symbols": [], "user_mentions": []},
        "in_reply_to_status_id_str": None,
        "in_reply_to_user_id_str": None,
        "timestamp_ms": str(int(moment.timestamp() * 1000)),
        "lang": "en",
    }
    if before is not None:
        tweet["in_reply_to_status_id_str"] = before["id_str"]
        tweet["in_reply_to_user_id_str"] = before["user"]["id_str"]
    if not ours:
        mention = {"screen_name": BRAND_HANDLE, "name": "Acme", "id": int(BRAND), "id_str": BRAND, "indices": [0, 0]}
        tweet["entities"]["user_mentions"].append(mention)
    return {"for_user_id": BRAND, "user_has_blocked": False, "tweet_create_events": [tweet]}


def convert(conversations: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for conversation in conversations:
        before: dict[str, Any] | None = None
        for turn in conversation["dialogContent"]:
            delivery = body(turn, before=before)
            yield delivery
            before = delivery["tweet_create_events"][0]


def main() -> None:
    source, target = map(Path, sys.argv[1:3])
    conversations = json.loads(source.read_text())
    with target.open("w") as lines:
        for delivery in convert(conversations):
            lines.write(json.dumps(delivery, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
