"""Made-up days of webhook bodies: who wrote what, in both dialects, with a fixed seed."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.common import BRAND

EPOCH_MS = 1288834974657  # of X's ids (snowflakes)
WORDS = [
    "order",
    "flight",
    "refund",
    "bag",
    "gate",
    "late",
    "help",
    "please",
    "charged",
    "twice",
    "app",
    "seat",
    "thanks",
    "never",
    "again",
    "delivered",
]


class Day:
    """`new` is the share of events that begin a conversation; the rest goes on with one (replies, answers, DMs)."""

    def __init__(self, *, events: int, new: float = 0.6, seed: int = 1, start: datetime | None = None) -> None:
        self.events, self.new, self.random = events, new, random.Random(seed)
        self.moment = start or datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
        self.sequence = 0
        self.open: list[tuple[str, str]] = []  # (last post, customer)
        self.partners: list[str] = []

    def bodies(self) -> Iterator[bytes]:
        for _ in range(self.events):
            self.moment += timedelta(milliseconds=1500)
            yield json.dumps(self._event(), separators=(",", ":")).replace("/", "\\/").encode()

    def _event(self) -> dict[str, Any]:
        if self.random.random() < self.new or not self.open:
            return self._direct(self._person()) if self.random.random() < 0.2 else self._mention()
        if self.partners and self.random.random() < 0.25:
            return self._direct(self.random.choice(self.partners))
        return self._follow_up()

    def _id(self) -> str:
        self.sequence += 1
        return str((int(self.moment.timestamp() * 1000) - EPOCH_MS << 22) + self.sequence % (1 << 22))

    def _person(self) -> str:
        return str(700_000_000_000_000_000 + self.random.randrange(10**9))

    def _text(self) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randint(4, 25)))

    def _mention(self) -> dict[str, Any]:
        number, person = self._id(), self._person()
        self.open.append((number, person))
        if self.random.random() < 0.5:
            return self._x_activity(number, person)
        return self._tweet(number, author=person, parent=None)

    def _follow_up(self) -> dict[str, Any]:
        at = self.random.randrange(max(0, len(self.open) - 2000), len(self.open))
        parent, person = self.open[at]
        number = self._id()
        self.open[at] = (number, person)
        author = BRAND if self.random.random() < 0.4 else person
        return self._tweet(number, author=author, parent=(parent, person if author == BRAND else BRAND))

    def _tweet(self, number: str, *, author: str, parent: tuple[str, str] | None) -> dict[str, Any]:
        tweet = {
            "created_at": self.moment.strftime("%a %b %d %H:%M:%S +0000 %Y"),
            "id": int(number),
            "id_str": number,
            "text": f"@acmehelp_demo {self._text()} &amp; more",
            "source": '<a href="http://twitter.com">X</a>',
            "truncated": False,
            "in_reply_to_status_id_str": parent[0] if parent else None,
            "in_reply_to_user_id_str": parent[1] if parent else BRAND,
            "user": self._user(author),
            "entities": {
                "hashtags": [],
                "urls": [],
                "symbols": [],
                "user_mentions": [{"screen_name": "acmehelp_demo", "id_str": BRAND, "indices": [0, 14]}],
            },
            "lang": "en",
            "timestamp_ms": str(int(self.moment.timestamp() * 1000)),
        }
        return {"for_user_id": BRAND, "user_has_blocked": False, "tweet_create_events": [tweet]}

    def _user(self, number: str) -> dict[str, Any]:
        return {
            "id": int(number),
            "id_str": number,
            "name": f"Person {number[-4:]}",
            "screen_name": f"person_{number[-9:]}",
            "followers_count": int(number[-3:]),
            "friends_count": 80,
            "verified": False,
            "protected": False,
            "profile_image_url_https": f"https://pbs.twimg.com/profile_images/{number}/a_normal.jpg",
            "created_at": "Fri Aug 25 14:02:11 +0000 2017",
        }

    def _x_activity(self, number: str, person: str) -> dict[str, Any]:
        user = {"id": person, "name": f"Person {person[-4:]}", "username": f"person_{person[-9:]}"}
        payload = {
            "id": number,
            "text": f"@acmehelp_demo {self._text()}",
            "author_id": person,
            "created_at": self.moment.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "conversation_id": number,
            "in_reply_to_user_id": BRAND,
            "entities": {"mentions": [{"start": 0, "end": 14, "username": "acmehelp_demo", "id": BRAND}]},
            "lang": "en",
        }
        event = {"event_uuid": number, "filter": {"user_id": BRAND}, "event_type": "post.mention.create"}
        return {"data": event | {"payload": payload, "includes": {"users": [user]}}}

    def _direct(self, person: str) -> dict[str, Any]:
        self.partners.append(person)
        event = {
            "type": "message_create",
            "id": self._id(),
            "created_timestamp": str(int(self.moment.timestamp() * 1000)),
            "message_create": {
                "target": {"recipient_id": BRAND},
                "sender_id": person,
                "message_data": {"text": self._text(), "entities": {"urls": []}},
            },
        }
        user = {"id": person, "name": f"Person {person[-4:]}", "screen_name": f"person_{person[-9:]}"}
        return {"for_user_id": BRAND, "direct_message_events": [event], "users": {person: user}}
