"""What was read, in words: no value of a program on a terminal or a page."""

from datetime import UTC, datetime

from twitter_integration.console.collected import CollectedRow, CollectionRow
from twitter_integration.console.showing import as_line
from twitter_integration.events import DirectMessage, Person

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_settings_are_sentences() -> None:
    assert as_line({"setting": "geo_enabled", "value": False}) == "Geo enabled: no"
    quiet = {"enabled": True, "end_time": None, "start_time": "07"}
    assert as_line({"setting": "sleep_time", "value": quiet}) == "Sleep time: enabled yes, end time –, start time 07"


def test_who_is_known_by_a_number_only_is_no_handle() -> None:
    assert as_line(Person(id="9", name="Ana")) == "9  9  Ana"
    message = DirectMessage(
        id="4", sender=Person(id="9"), recipient=Person(id="7"), conversation_id="7-9", created_at=NOON, text="Hi"
    )
    assert as_line(message) == "4  9  2026-03-02 12:00  Hi"


def test_a_reminder_says_who_what_and_when_with_its_zone() -> None:
    row = {"id": "3", "due_at": NOON, "due": True, "action": "mute", "target": "2", "target_name": "ana_demo"}
    told = as_line(row | {"reason": "Floods", "by": "alice"})
    assert told == "3  Mute @ana_demo  due since 2 Mar 2026, 12:00 (UTC)  Floods  by alice"


def test_collections_are_told_by_name_and_number() -> None:
    row = CollectionRow(id="4", name="Praise", description="Liked", posts=1, changed_at=NOON)
    assert as_line(row) == "4  Praise  1 post  Liked"
    assert as_line(CollectedRow(id="19", place=1, note="First", added_at=NOON)) == "1.  19  First"
    said = CollectedRow(id="19", place=2, note="Kind", added_at=NOON, author="ana_demo", text="Thanks!")
    assert as_line(said) == "2.  19  @ana_demo  Thanks!  Kind"
