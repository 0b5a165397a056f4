"""The first run, decided: which step is to be done, whether X can reach an address, why nothing arrives."""

from datetime import timedelta
from typing import Any

import pytest

from tests.factories import NOW
from twitter_integration.starting.places import Fault, fault_of
from twitter_integration.starting.silence import Arrived, Why, why
from twitter_integration.starting.steps import Standing, State, steps

ALL: dict[str, Any] = {
    "keys_taken": True,
    "connected": True,
    "registered": True,
    "valid": True,
    "subscribed": True,
    "ticket": 1,
}
D, N, L = State.DONE, State.NOW, State.LATER
LONG_AGO, JUST_NOW = NOW - timedelta(minutes=5), NOW - timedelta(seconds=2)


@pytest.mark.parametrize(
    ("known", "states"),
    [
        ({}, [N, L, L, L, L]),
        ({"keys_taken": True}, [D, N, L, L, L]),
        ({"keys_taken": True, "connected": True}, [D, D, N, L, L]),
        ({"keys_taken": True, "connected": True, "registered": True}, [D, D, N, L, L]),
        (ALL | {"subscribed": False, "ticket": None}, [D, D, D, N, L]),
        (ALL | {"ticket": None}, [D, D, D, D, N]),
        (ALL, [D, D, D, D, D]),
        (ALL | {"token_dead": True}, [D, N, D, D, D]),
        (ALL | {"valid": False}, [D, D, N, D, D]),
        (ALL | {"keys_taken": False, "valid": False}, [N, D, L, D, D]),
    ],
)
def test_the_first_step_that_is_not_done_is_the_one_to_do(known: dict[str, Any], states: list[State]) -> None:
    assert [step.state for step in steps(Standing(**known))] == states


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://desk.example.com/webhooks/x/abc/", None),
        ("http://desk.example.com/webhooks/x/abc/", Fault.NOT_HTTPS),
        ("https://desk.example.com:8443/webhooks/x/abc/", Fault.PORT),
        ("https://desk.example.com:443/webhooks/x/abc/", Fault.PORT),
        ("http://127.0.0.1:8000/webhooks/x/abc/", Fault.PRIVATE),
        ("https://localhost/webhooks/x/abc/", Fault.PRIVATE),
        ("https://10.1.2.3/webhooks/x/abc/", Fault.PRIVATE),
        ("https://desk/webhooks/x/abc/", Fault.PRIVATE),
        ("https://desk.local/webhooks/x/abc/", Fault.PRIVATE),
        ("https://[::1]/webhooks/x/abc/", Fault.PRIVATE),
        ("https://8.8.8.8/webhooks/x/abc/", None),
        ("desk.example.com/webhooks/x/abc/", Fault.UNREADABLE),
        ("https://desk.example.com:port/", Fault.UNREADABLE),
        (f"https://desk.example.com/{'a' * 180}/", Fault.LONG),
    ],
)
def test_what_x_can_never_reach_is_seen_by_the_address(url: str, fault: Fault | None) -> None:
    assert fault_of(url) == fault


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"since": JUST_NOW}, Why.WAITING),
        ({"since": LONG_AGO}, Why.NOTHING),
        ({"since": LONG_AGO, "delivered": 1, "waiting_since": JUST_NOW}, Why.WAITING),
        ({"since": LONG_AGO, "delivered": 1, "waiting_since": LONG_AGO}, Why.NOT_WORKED),
        ({"since": LONG_AGO, "delivered": 1}, Why.WAITING),
        ({"since": LONG_AGO, "delivered": 1, "dead": "It is no JSON."}, Why.DEAD),
        ({"since": LONG_AGO, "delivered": 1, "kind": "like"}, Why.NO_TICKET),
        ({"since": LONG_AGO, "kind": "like"}, Why.NO_TICKET),
        ({"since": LONG_AGO, "enabled": False}, Why.OFF),
    ],
)
def test_why_nothing_arrives_is_told_by_what_the_inbox_has(known: dict[str, Any], reason: Why) -> None:
    assert why(Arrived(**known), now=NOW) == reason
