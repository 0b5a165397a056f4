"""What was written in one hour of a weekday is found by the wall's clock of who asks, as the reports draw it."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.factories import make_answer, make_message, make_ticket
from tests.finding.asking import WAYS, find
from tickets.finding.query import read

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
# Summer time began in between: ten in the morning there was nine, and is eight.
WINTER, SUMMER = datetime(2026, 3, 23, 9, 30, tzinfo=UTC), datetime(2026, 3, 30, 8, 30, tzinfo=UTC)
LATER = datetime(2026, 3, 30, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("way", WAYS)
def test_an_hour_is_the_walls_hour_also_when_clocks_were_changed(alice: User, acme: object, way: str) -> None:
    made = {}
    for moment in (WINTER, SUMMER, LATER):
        ticket = make_ticket()
        make_message(ticket, sent_at=moment)
        make_answer(ticket, sent_at=moment)
        made[moment] = ticket.pk

    def found(line: str, zone: tzinfo = BERLIN) -> set[int]:
        with timezone.override(zone):
            return set(find(line, by=alice, now=NOW, reach=WAYS[way]))

    days = "2026-03-20..2026-03-31"
    assert found(f"wrote:mon-10:{days}") == found(f"answered:mon-10:{days}") == {made[WINTER], made[SUMMER]}
    assert found(f"wrote:mon-11:{days}") == {made[LATER]}
    assert found(f"wrote:tue-10:{days}") == set()
    assert found("wrote:mon-10:2026-03-30") == {made[SUMMER]}
    assert found(f"wrote:mon-9:{days}", UTC) == {made[WINTER], made[LATER]}


@pytest.mark.parametrize("told", ["mon-24:<7d", "monday-10:<7d", "mon-10", "mon-10:", "mon-10:soon"])
def test_what_is_no_hour_is_explained(told: str) -> None:
    assert [problem.code for problem in read(f"wrote:{told}").problems] == ["when"]
    assert not read("wrote:mon-10:<7d").problems
