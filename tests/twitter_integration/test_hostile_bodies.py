"""Malformed, truncated, nested, wrongly typed and hostile bodies: nothing leaves the drain, no neighbour is lost."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.twitter_integration.bodies import post
from tests.twitter_integration.installed import deliver, install
from tickets.models import Message, Ticket
from twitter_integration.deliveries.drain import drain
from twitter_integration.models import Delivery, Event, PartnerAccount

pytestmark = pytest.mark.django_db

FIXTURES = sorted((Path(__file__).parent / "fixtures").rglob("*.json"))
HOSTILE: tuple[Any, ...] = (
    *(None, True, 0, -1, 1e400, 10**40, "", "\x00", "\ud83d", "x" * 70_000, [], {}, [[]], {"": {}}, "9" * 60),
    *("<script>alert(1)</script>", "'; DROP TABLE tickets_ticket; --", "{{ 7*7 }}", "javascript:alert(1)", "%s%n"),
    *("9999-99-99T99:99:99.000Z", "-62135596800000", "253402300800000", "Sun Foo 99 99:99:99 +0000 0000"),
)


@pytest.fixture
def acme() -> PartnerAccount:
    return install()


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path, *(found for key, child in children for found in places(child, (*path, key)))]


def put(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    holder = tree
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return tree


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    tree = json.loads(draw(st.sampled_from(FIXTURES)).read_bytes())
    for _ in range(draw(st.integers(1, 3))):
        tree = put(tree, draw(st.sampled_from(places(tree))), copy.deepcopy(draw(st.sampled_from(HOSTILE))))
    raw = json.dumps(tree).encode()
    return raw[: draw(st.integers(0, len(raw)))] if draw(st.integers(0, 9)) == 0 else raw


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(hostile=st.lists(bodies(), min_size=1, max_size=4))
def test_a_hostile_body_never_leaves_the_drain_and_loses_no_neighbour(hostile: list[bytes]) -> None:
    Ticket.objects.all().delete()
    Message.objects.all().delete()
    Event.objects.all().delete()
    Delivery.objects.all().delete()
    account = PartnerAccount.objects.first() or install()
    before, after = post("@acmehelp_demo before", number="5000"), post("@acmehelp_demo after", number="5001")
    deliver(account, before, *dict.fromkeys(hostile), after)
    drain()
    texts = set(Message.objects.filter(external_id__in=["5000", "5001"]).values_list("text", flat=True))
    assert texts == {"@acmehelp_demo before", "@acmehelp_demo after"}
    assert set(Delivery.objects.values_list("state", flat=True)) <= {"done", "dead"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe\x00",
        b'{"for_user_id":"900000000000000001"',
        b"[" * 100_000,
        b'{"for_user_id":"900000000000000001","tweet_create_events":' + b'[{"a":' * 5_000 + b"1" + b"}]" * 5_000 + b"}",
    ],
    ids=["empty", "null", "list", "not utf-8", "cut", "brackets", "nested"],
)
def test_what_is_no_delivery_is_a_dead_letter_with_its_reason(body: bytes, acme: PartnerAccount) -> None:
    deliver(acme, body, post("@acmehelp_demo after"))
    drain()
    dead = Delivery.objects.get(state="dead")
    assert dead.reason and Ticket.objects.count() == 1
