"""Made-up webhook bodies, short, in both dialects: what X posts to us when Ana, Ben or Acme says something."""

import json
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.factories import ACME, ANA, BEN, NOW

NAMES = {ACME: ("Acme", "acmehelp_demo"), ANA: ("Ana", "ana_demo"), BEN: ("Ben", "ben_demo")}
CLASSIC, MODERN = "account_activity", "x_activity"
_numbers = count(1)


def number_at(moment: datetime = NOW) -> str:
    """An id as X would give it at this moment: milliseconds since 2010-11-04, then a counter (x-api 4.14)."""
    return str((int(moment.timestamp() * 1000) - 1288834974657 << 22) + next(_numbers) % (1 << 22))


def post(
    text: str = "@acmehelp_demo Where is my order?",
    *,
    who: str = ANA,
    minute: float = 0,
    number: str = "",
    answers: tuple[str, str] | None = None,
    conversation: str = "",
    dialect: str = CLASSIC,
    us: str = ACME,
    begins: int = 0,
) -> bytes:
    """A post as X tells `us` of it. `answers`: the post and the person it answers. `begins`: where its own text does,
    after those whom X names because they took part before (Account Activity)."""
    moment = NOW + timedelta(minutes=minute)
    number = number or number_at(moment)
    if dialect == MODERN:
        return _modern_post(text, who, moment, number, answers, conversation, us)
    mention = {"screen_name": "acmehelp_demo", "id_str": us, "indices": [0, 14]}
    tweet: dict[str, Any] = {
        "id_str": number,
        "text": text,
        "created_at": moment.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "timestamp_ms": str(int(moment.timestamp() * 1000)),
        "user": _classic_person(who),
        "entities": {"hashtags": [], "urls": [], "symbols": [], "user_mentions": [mention] if who != us else []},
        "lang": "en",
    }
    if begins:
        tweet["display_text_range"] = [begins, len(text)]
    if answers:
        tweet |= {"in_reply_to_status_id_str": answers[0], "in_reply_to_user_id_str": answers[1]}
    return dump({"for_user_id": us, "user_has_blocked": False, "tweet_create_events": [tweet]})


def direct(
    text: str = "Are you there?",
    *,
    who: str = ANA,
    to: str = ACME,
    minute: float = 0,
    number: str = "",
    dialect: str = CLASSIC,
    us: str = ACME,
) -> bytes:
    """A direct message as X tells `us` of it."""
    moment = NOW + timedelta(minutes=minute)
    event = {
        "type": "message_create",
        "id": number or number_at(moment),
        "created_timestamp": str(int(moment.timestamp() * 1000)),
        "message_create": {
            "target": {"recipient_id": to},
            "sender_id": who,
            "message_data": {
                "text": text,
                "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []},
            },
        },
    }
    if dialect == CLASSIC:
        people = {person: _classic_person(person) for person in (who, to)}
        return dump({"for_user_id": us, "direct_message_events": [event], "users": people})
    users = {person: {"data": _modern_person(person)} for person in (who, to)}
    payload = {"direct_message_events": [event], "users": users}
    return _frame("dm.sent" if who == us else "dm.received", payload, us=us, includes={})


def relation(
    verb: str = "follow",
    *,
    who: str = ANA,
    whom: str = ACME,
    minute: float = 0,
    dialect: str = CLASSIC,
    us: str = ACME,
) -> bytes:
    """A follow, block or mute, or its undoing, as X tells `us` of it; X Activity says no moment (x-api 4.13)."""
    family = verb.removeprefix("un")
    if dialect == MODERN:
        pair = {"source": {"data": _modern_person(who)}, "target": {"data": _modern_person(whom)}}
        return _frame(f"{family}.{verb}", pair, us=us, includes={})
    stamp = str(int((NOW + timedelta(minutes=minute)).timestamp() * 1000))
    people = {"source": _classic_person(who), "target": _classic_person(whom)}
    event = {"type": verb, "created_timestamp": stamp, **people}
    return dump({"for_user_id": us, f"{family}_events": [event]})


def _modern_post(
    text: str,
    who: str,
    moment: datetime,
    number: str,
    answers: tuple[str, str] | None,
    conversation: str,
    us: str,
) -> bytes:
    payload: dict[str, Any] = {
        "id": number,
        "text": text,
        "author_id": who,
        "created_at": moment.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "conversation_id": conversation or (answers[0] if answers else number),
        "lang": "en",
    }
    if who != us:
        payload["entities"] = {"mentions": [{"start": 0, "end": 14, "username": "acmehelp_demo", "id": us}]}
    if answers:
        payload["in_reply_to_user_id"] = answers[1]
        payload["referenced_tweets"] = [{"type": "replied_to", "id": answers[0]}]
    kind = "post.create" if who == us else "post.mention.create"
    return _frame(kind, payload, us=us, includes={"users": [_modern_person(who)]})


def _frame(kind: str, payload: dict[str, Any], *, us: str, includes: dict[str, Any]) -> bytes:
    frame = {"event_uuid": str(next(_numbers)), "filter": {"user_id": us}, "event_type": kind, "payload": payload}
    return dump({"data": frame | ({"includes": includes} if includes else {})})


def name_of(person: str) -> tuple[str, str]:
    return NAMES.get(person, (f"Person {person[-4:]}", f"person_{person[-4:]}"))


def _classic_person(person: str) -> dict[str, Any]:
    name, handle = name_of(person)
    return {"id": int(person), "id_str": person, "name": name, "screen_name": handle, "followers_count": 10}


def _modern_person(person: str) -> dict[str, Any]:
    name, handle = name_of(person)
    return {"id": person, "name": name, "username": handle}


def dump(tree: dict[str, Any]) -> bytes:
    return json.dumps(tree, separators=(",", ":")).encode()
