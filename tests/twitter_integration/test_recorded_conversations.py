"""Recorded support conversations through the whole way in: one ticket for each, and not a message lost.

The recordings are no part of the project. KAPTURE_RECORDED_CONVERSATIONS names a file of them (bench/conversations.py
says where it comes from and how it is written).
"""

import json
import os
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from bench.conversations import BRAND, convert
from tests.twitter_integration.installed import install
from tickets.models import Message, Ticket
from twitter_integration.models import Delivery

FILE = os.environ.get("KAPTURE_RECORDED_CONVERSATIONS", "")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not Path(FILE).is_file(),
        reason="set KAPTURE_RECORDED_CONVERSATIONS to a file of recorded conversations (see bench/conversations.py)",
    ),
]


@pytest.fixture
def bodies() -> list[dict[str, Any]]:
    return list(convert(json.loads(Path(FILE).read_text())))


@pytest.fixture
def recording(bodies: list[dict[str, Any]], tmp_path: Path) -> Path:
    path = tmp_path / "bodies.jsonl"
    path.write_text("".join(f"{json.dumps(body)}\n" for body in bodies))
    install(BRAND)
    return path


def replay(path: Path) -> dict[str, int]:
    out = StringIO()
    call_command("x_replay", str(path), stdout=out)
    return dict(json.loads(out.getvalue()))


def post_of(body: dict[str, Any]) -> dict[str, Any]:
    return dict(body["tweet_create_events"][0])


def connected(bodies: list[dict[str, Any]]) -> dict[str, str]:
    """Each post's conversation: two posts are in one when a chain of answers joins them."""
    root: dict[str, str] = {}

    def find(number: str) -> str:
        while root.setdefault(number, number) != number:
            number = root[number]
        return number

    for post in map(post_of, bodies):
        find(post["id_str"])
        if post["in_reply_to_status_id_str"]:
            root[find(post["id_str"])] = find(post["in_reply_to_status_id_str"])
    return {number: find(number) for number in list(root)}


def test_every_message_is_there_exactly_once(recording: Path, bodies: list[dict[str, Any]]) -> None:
    summary = replay(recording)
    wanted = {post_of(body)["id_str"] for body in bodies}
    stored = Counter(Message.objects.values_list("external_id", flat=True))
    assert (set(stored), set(stored.values())) == (wanted, {1})
    assert (summary["messages"], summary["dead_letters"], summary["refused"]) == (len(wanted), 0, 0)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def test_every_connected_conversation_is_one_ticket(recording: Path, bodies: list[dict[str, Any]]) -> None:
    replay(recording)
    conversation = connected(bodies)
    tickets: dict[str, set[int | None]] = {}
    for number, ticket in Message.objects.values_list("external_id", "ticket_id"):
        tickets.setdefault(conversation[str(number)], set()).add(ticket)
    asked = {conversation[post_of(b)["id_str"]] for b in bodies if post_of(b)["user"]["id_str"] != BRAND}
    split = {root: found for root, found in tickets.items() if root in asked and len(found - {None}) != 1}
    assert split == {}
    assert Ticket.objects.count() == len(asked)


def test_a_second_replay_changes_nothing(recording: Path) -> None:
    first = replay(recording)
    again = replay(recording)
    assert (again["read"], again["stored"], again["messages"], again["tickets_opened"]) == (first["read"], 0, 0, 0)
    assert again["duplicates"] == again["read"]
