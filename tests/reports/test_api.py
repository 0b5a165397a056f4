"""The API tells the same figures as the pages, to who may see them."""

import pytest
from django.contrib.auth.models import User

from tests.api.caller import Caller
from tests.factories import make_agent
from tests.reports.test_pages import DAY, busy_day
from tickets.models import Address

pytestmark = pytest.mark.django_db


def test_a_report_by_the_api(sam: User, acme: Address) -> None:
    busy_day()
    told = Caller(sam).get("reports/", DAY | {"by": "queue"}).json()
    assert (told["first"], told["last"], told["zone"], told["days_ready"]) == ("2026-03-02", "2026-03-02", "UTC", 1)
    assert (told["whole"]["received"], told["whole"]["resolved"]) == (3, 1)
    assert told["whole"]["times"]["first"] == {"count": 3, "p50": 660, "p90": 720}
    assert told["whole"]["promises"]["first"] == {"kept": 0, "missed": 3, "delayed": 0}
    assert sorted((row["key"], row["received"]) for row in told["rows"]) == [("billing", 1), ("support", 2)]
    assert told["hours"][0][10] == 3
    points = Caller(sam).get("reports/", DAY).json()["rows"]
    assert [(row["key"], row["answers"]) for row in points] == [("2026-03-02", 3)]


def test_who_was_deleted_is_named_and_has_no_key(sam: User, acme: Address) -> None:
    busy_day()
    User.objects.get(username="alice").delete()
    (row,) = Caller(sam).get("reports/", DAY | {"by": "agent"}).json()["rows"]
    assert (row["key"], row["name"], row["answers"]) == ("", "Alice (not here any more)", 3)


def test_who_may_not_see_the_reports_is_told_of_none(sam: User, acme: Address) -> None:
    assert Caller(make_agent("bob")).get("reports/").status_code == 404
    assert Caller(sam, "tickets:read").get("reports/").status_code in (403, 404)


def test_what_cannot_be_asked_is_refused(sam: User, acme: Address) -> None:
    for asked in ({"queue": "nowhere"}, {"from": "2026-03-02", "to": "2026-03-01"}, {"by": "mood"}, {"period": "x"}):
        assert Caller(sam).get("reports/", asked).status_code == 400
