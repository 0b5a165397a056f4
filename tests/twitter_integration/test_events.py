"""The event records: frozen, complete, without a dependency."""

import ast
import dataclasses
import inspect
from datetime import UTC, datetime

import pytest

from twitter_integration import events
from twitter_integration.events import Dialect, Event, Kind, Person, TypingEvent

CLASSES = [found for _, found in inspect.getmembers(events, dataclasses.is_dataclass)]


@pytest.mark.parametrize("record", CLASSES, ids=lambda record: record.__name__)
def test_a_record_is_frozen_and_has_no_room_for_more(record: type) -> None:
    assert record.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(record)
    assert all(field.kw_only for field in dataclasses.fields(record))


def test_records_with_equal_content_are_equal() -> None:
    moment = datetime(2025, 6, 15, tzinfo=UTC)
    one, other = (
        TypingEvent(
            kind=Kind.TYPING, account_id="1", occurred_at=moment, dialect=Dialect.X_ACTIVITY, key="k", person_id="2"
        )
        for _ in range(2)
    )
    assert one == other
    assert isinstance(one, Event)


def test_a_person_of_whom_only_the_id_is_known_has_no_handle() -> None:
    assert (Person(id="1").handle, Person(id="1").verified) == ("", None)


def test_the_words_of_kinds_are_their_values_in_the_database() -> None:
    assert all(kind.value == kind.name.lower() for kind in Kind)
    assert len(Kind) == 33


def test_events_import_nothing_of_ours() -> None:
    tree = ast.parse(inspect.getsource(events))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert modules == {"collections.abc", "dataclasses", "datetime", "enum", "typing"}
