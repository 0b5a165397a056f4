"""How somebody wants to be told: usual ways, quiet hours over midnight and clock changes, and when mail is due."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tickets.choices import NoticeEvent, NoticeWay
from tickets.notices.wishes import DEFAULTS, after_quiet, due_at, way_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # 11:00 in Berlin
QUARTER = timedelta(minutes=15)


def test_every_event_has_a_usual_way_and_what_was_said_wins() -> None:
    assert set(DEFAULTS) == set(NoticeEvent)
    assert way_of(NoticeEvent.NOTE, {"note": "mail"}) == NoticeWay.MAIL
    assert way_of(NoticeEvent.NOTE, {"note": "by pigeon"}) == DEFAULTS[NoticeEvent.NOTE]


@pytest.mark.parametrize(
    ("at", "start", "end", "then"),
    [
        ("2026-03-02T11:00", "22:00", "07:00", "2026-03-02T11:00"),
        ("2026-03-02T22:00", "22:00", "07:00", "2026-03-03T07:00"),
        ("2026-03-03T06:59", "22:00", "07:00", "2026-03-03T07:00"),
        ("2026-03-03T07:00", "22:00", "07:00", "2026-03-03T07:00"),
        ("2026-03-02T12:30", "12:00", "13:00", "2026-03-02T13:00"),
        ("2026-03-02T12:30", "12:00", "12:00", "2026-03-02T12:30"),
        ("2026-03-29T01:00", "22:00", "07:00", "2026-03-29T07:00"),  # the clock goes forward at two
        ("2026-03-28T23:00", "22:00", "02:30", "2026-03-29T03:30"),  # and skips their end
        ("2026-03-29T01:30", "22:00", "02:00", "2026-03-29T03:00"),
        ("2026-10-24T23:00", "22:00", "07:00", "2026-10-25T07:00"),  # and back
    ],
)
def test_what_falls_into_quiet_hours_waits_for_their_end(at: str, start: str, end: str, then: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=BERLIN).astimezone(UTC)
    wanted = datetime.fromisoformat(then).replace(tzinfo=BERLIN).astimezone(UTC)
    assert after_quiet(moment, time.fromisoformat(start), time.fromisoformat(end), zone=BERLIN) == wanted


@pytest.mark.parametrize(
    ("way", "last", "minutes"),
    [
        (NoticeWay.DESK, None, None),
        (NoticeWay.MAIL, None, 0),
        (NoticeWay.MAIL, -0.5, 0.5),
        (NoticeWay.MAIL, -20, 0),
        (NoticeWay.DIGEST, None, 15),
        (NoticeWay.DIGEST, -5, 15),
    ],
)
def test_when_a_mail_is_due(way: NoticeWay, last: float | None, minutes: float | None) -> None:
    before = NOW + timedelta(minutes=last) if last is not None else None
    due = due_at(way, now=NOW, last=before, every=QUARTER, zone=BERLIN)
    assert due == (NOW + timedelta(minutes=minutes) if minutes is not None else None)
