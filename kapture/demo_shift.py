"""The demonstration's first shift: its people take a few of the tickets that came in, answer, tag, note, put aside.

By the REST API over HTTP, as any program would; what is refused is left as it is.
"""

import time
from datetime import timedelta
from typing import Any

import requests
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from kapture import demo
from kapture.api_tokens import issue, revoke

PATIENCE_SECONDS = 20.0
QUIET_SECONDS = 2.0
PAUSE_SECONDS = 0.5
_SCOPES = ("tickets:read", "tickets:write", "replies:send", "private:read")
_TIMEOUT = 15


class Hand:
    """One person at work, by a token of theirs."""

    def __init__(self, username: str) -> None:
        person, now = User.objects.get(username=username), timezone.now()
        expires = now + timedelta(minutes=10)
        self.token, secret = issue(person, scopes=_SCOPES, now=now, name="First shift", expires_at=expires)
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers["Authorization"] = f"Bearer {secret}"

    def get(self, path: str, **query: str) -> Any:
        return self._http.get(_address(path), params=query, timeout=_TIMEOUT).json()

    def post(self, path: str, **words: Any) -> bool:
        """Whether it was done."""
        return self._http.post(_address(path), json=words, timeout=_TIMEOUT).ok


def _address(path: str) -> str:
    return f"{settings.PUBLIC_URL.rstrip('/')}/{settings.API_PREFIX.strip('/')}/{path}"


def work_first_shift() -> int:
    """How many tickets were taken in hand. Raises requests' own errors where the desk does not answer."""
    leads = demo.SUPERVISOR.username
    people = {leads} | {name for scene in demo.SHIFT for name in (scene.who, scene.noted_by) if name}
    hands = {name: Hand(name) for name in people}
    try:
        for name, query in demo.VIEWS:
            hands[leads].post("views/new/", name=name, query=query, shared="all")
        return _work(hands, _come_in(hands[leads]))
    finally:
        revoke([hand.token.pk for hand in hands.values()], now=timezone.now())


def _work(hands: dict[str, Hand], free: list[dict[str, Any]]) -> int:
    taken = 0
    for scene in demo.SHIFT:
        for ticket in [one for one in free if _fits(scene, one)][: scene.most]:
            free.remove(ticket)
            taken += _play(scene, ticket, hands)
    return taken


def _come_in(hand: Hand) -> list[dict[str, Any]]:
    """The open tickets, once what customers wrote before has come in."""
    deadline, known, since = time.monotonic() + PATIENCE_SECONDS, -1, time.monotonic()
    found: list[dict[str, Any]] = []
    while time.monotonic() < deadline:
        found = hand.get("tickets/", view="all", order="newest", limit="100")["results"]
        if len(found) != known:
            known, since = len(found), time.monotonic()
        elif known and time.monotonic() - since > QUIET_SECONDS:
            break
        time.sleep(PAUSE_SECONDS)
    return found


def _fits(scene: demo.Scene, ticket: dict[str, Any]) -> bool:
    said = ticket["last_text"].lower()
    about = not scene.words or any(word in said for word in scene.words)
    return ticket["private"] == scene.private and about and ticket["assignee"] is None


def _play(scene: demo.Scene, ticket: dict[str, Any], hands: dict[str, Hand]) -> bool:
    """Whether they could have it at all: others may work in its queue, and not they."""
    hand, at = hands[scene.who], f"tickets/{ticket['id']}"
    if not hand.post(f"{at}/take/"):
        return False
    if scene.tags:
        hand.post(f"{at}/tags/", names=list(scene.tags))
    if scene.priority:
        hand.post(f"{at}/priority/", priority=scene.priority)
    if scene.note:
        hands[scene.noted_by].post(f"{at}/notes/", text=scene.note)
    answered = bool(scene.canned) and _answer(scene, ticket, hand)
    if scene.status and answered:
        hand.post(f"{at}/status/", status=scene.status)
    if scene.hours:
        hand.post(f"{at}/snooze/", until=(timezone.now() + timedelta(hours=scene.hours)).isoformat())
    return True


def _answer(scene: demo.Scene, ticket: dict[str, Any], hand: Hand) -> bool:
    at, way = f"tickets/{ticket['id']}", {"private": scene.private}
    offered = hand.get(f"{at}/canned-replies/", private=str(scene.private).lower(), q=scene.canned)
    texts = [one["text"] for one in offered.get("canned_replies", ()) if one["shortcut"] == scene.canned]
    return bool(texts) and hand.post(f"{at}/replies/", text=texts[0], **way)
