"""Recorded bodies (one JSON file per activity and dialect) and the people in them."""

import json
from pathlib import Path
from typing import Any, TypeVar

from twitter_integration.events import Event
from twitter_integration.payloads import parse

FIXTURES = Path(__file__).parent.parent / "fixtures"
ACCOUNT_ACTIVITY, X_ACTIVITY = FIXTURES / "account_activity", FIXTURES / "x_activity"

ACME, ANA, BEN = "900000000000000001", "900000000000000002", "900000000000000003"

AnyEvent = TypeVar("AnyEvent", bound=Event)


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def legacy(name: str) -> Any:
    """A body of Account Activity, to be changed by the test."""
    return load(ACCOUNT_ACTIVITY / f"{name}.json")


def current(name: str) -> Any:
    """A body of X Activity, to be changed by the test."""
    return load(X_ACTIVITY / f"{name}.json")


def only(body: Any, kind: type[AnyEvent]) -> AnyEvent:
    """The one event of a body, which was read without a complaint."""
    parsed = parse(json.dumps(body).encode())
    assert not parsed.failures
    (event,) = parsed.events
    assert isinstance(event, kind)
    return event
