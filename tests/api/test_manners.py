"""What holds for all of it: paging, allowance, keys, versions, caching."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kapture.models import ApiAllowance, ApiAnswer
from kapture.tasks import forget_api_answers
from tests.api.caller import Caller, code_of, long_ago
from tests.factories import make_agent, make_ticket

pytestmark = pytest.mark.django_db


def test_pages_follow_each_other_to_the_end_without_a_count(api: Caller) -> None:
    made = [str(make_ticket().pk) for _n in range(5)]
    found, query = [], {"limit": 2}
    with CaptureQueriesContext(connection) as asked:
        answer = api.get("tickets/", query).json()
        found += [row["id"] for row in answer["results"]]
        while answer["next"]:
            answer = api.client.get(answer["next"]).json()
            found += [row["id"] for row in answer["results"]]
    assert found == made[::-1]
    assert not [one for one in asked.captured_queries if "COUNT(" in one["sql"] or "OFFSET" in one["sql"]]


def test_a_cursor_is_good_for_its_own_list_only(api: Caller) -> None:
    make_ticket(), make_ticket()
    cursor = api.get("tickets/", {"limit": 1}).json()["next"].split("cursor=")[1].split("&")[0]
    assert code_of(api.get(f"queues/?cursor={cursor}")) == (400, "cursor_invalid")


def test_new_rows_do_not_shift_a_page(api: Caller) -> None:
    first, second = make_ticket(), make_ticket()
    answer = api.get("tickets/", {"limit": 1}).json()
    make_ticket()
    assert [row["id"] for row in api.client.get(answer["next"]).json()["results"]] == [str(first.pk)]
    assert answer["results"][0]["id"] == str(second.pk)


def test_a_caller_is_told_its_allowance_and_stopped_at_its_end(alice: User) -> None:
    api = Caller(alice, rate=2)
    answers = [api.get("me/") for _n in range(3)]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[0]["RateLimit-Limit"] == "2" and 0 < int(answers[0]["RateLimit-Reset"]) <= 60
    assert code_of(answers[2]) == (429, "throttled")
    assert 0 < int(answers[2]["Retry-After"]) <= 61


def test_one_caller_does_not_eat_anothers_allowance(alice: User) -> None:
    greedy, modest = Caller(alice, rate=1), Caller(alice, rate=1)
    greedy.get("me/"), greedy.get("me/")
    assert modest.get("me/").status_code == 200


def test_the_next_minute_is_a_new_allowance(alice: User) -> None:
    api = Caller(alice, rate=1)
    api.get("me/")
    assert api.get("me/").status_code == 429
    ApiAllowance.objects.update(since=long_ago())
    assert api.get("me/").status_code == 200


def take(api: Caller, ticket: Any, key: str, body: Any = None) -> Any:
    return api.post(f"tickets/{ticket.pk}/take/", body, Idempotency_Key=key)


def test_a_key_is_done_once_and_answered_twice_alike(api: Caller) -> None:
    ticket = make_ticket()
    first = take(api, ticket, "job-1")
    ticket.activities.all().delete()
    ticket.assignee = None
    ticket.save()
    again = take(api, ticket, "job-1")
    assert again.json() == first.json() and again["ETag"] == first["ETag"]
    assert again["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first
    assert not ticket.activities.exists()


def test_a_key_used_for_something_else_is_refused(api: Caller) -> None:
    take(api, make_ticket(), "job-1")
    assert code_of(take(api, make_ticket(), "job-1")) == (409, "key_reused")


def test_a_key_belongs_to_its_caller(api: Caller) -> None:
    bob, ticket = Caller(make_agent("bob")), make_ticket()
    take(api, make_ticket(), "job-1")
    assert take(bob, ticket, "job-1").status_code == 200


def test_a_refusal_leaves_the_key_free(api: Caller) -> None:
    ticket = make_ticket(assignee=make_agent("bob"))
    answer = take(api, ticket, "job-1")
    assert code_of(answer) == (409, "cannot_change") and "Bob has taken it" in answer.json()["message"]
    ticket.assignee = None
    ticket.save()
    assert take(api, ticket, "job-1").status_code == 200


def test_an_old_key_may_be_used_again(api: Caller) -> None:
    take(api, make_ticket(), "job-1")
    ApiAnswer.objects.update(expires_at=long_ago())
    assert take(api, make_ticket(), "job-1").status_code == 200


def test_old_answers_are_forgotten_and_young_ones_kept(api: Caller) -> None:
    take(api, make_ticket(), "old")
    ApiAnswer.objects.update(expires_at=long_ago())
    take(api, make_ticket(), "young")
    forget_api_answers()
    assert [answer.key for answer in ApiAnswer.objects.all()] == ["young"]


def test_nobody_repeats_what_may_be_under_way(api: Caller) -> None:
    ticket = make_ticket()
    take(api, ticket, "job-1")
    ApiAnswer.objects.update(status=None, body=None)
    assert code_of(take(api, ticket, "job-1")) == (409, "key_pending")


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "schlüssel"])
def test_a_key_is_plain(api: Caller, key: str) -> None:
    assert code_of(take(api, make_ticket(), key)) == (400, "invalid")


def test_a_write_decided_on_an_older_version_is_refused(api: Caller) -> None:
    ticket = make_ticket()
    seen = api.get(f"tickets/{ticket.pk}/")["ETag"]
    ticket.last_text = "And where is the other one?"
    ticket.save()
    path = f"tickets/{ticket.pk}/take/"
    assert code_of(api.post(path, If_Match=seen)) == (412, "changed_since")
    now = api.get(f"tickets/{ticket.pk}/")["ETag"]
    assert api.post(path, If_Match=f'"other", {now}').status_code == 200


def test_what_is_known_already_is_not_told_again(api: Caller) -> None:
    ticket = make_ticket()
    seen = api.get(f"tickets/{ticket.pk}/")
    again = api.get(f"tickets/{ticket.pk}/", If_None_Match=seen["ETag"])
    assert again.status_code == 304 and again.content == b""
    assert seen["Cache-Control"] == "private, no-cache"


def test_ids_are_strings_and_times_are_utc(api: Caller) -> None:
    row = api.get(f"tickets/{make_ticket().pk}/").json()
    assert row["opened_at"] == "2026-03-02T10:00:00Z"
    assert isinstance(row["id"], str) and isinstance(row["queue"]["id"], str) and row["folder"] is None
