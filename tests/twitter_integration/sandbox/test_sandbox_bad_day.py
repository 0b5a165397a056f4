"""The scripted bad day: what it does to a webhook, that it repeats itself, and the ledger to check against."""

import time
from typing import Any

import pytest
import requests

from tests.twitter_integration.sandbox.conftest import ACME, Client, Receiver, client_for
from tests.twitter_integration.sandbox.test_sandbox_recovery import job_states, minute, replay, until
from twitter_integration.sandbox.hard_hours import HardHours
from twitter_integration.sandbox.server import ThreadedSandbox, start_in_thread

CARGO = "900000000000000051"
SHORT = {"seed": 7, "minutes": 20, "speed": 1200, "events": 200}


def get(sandbox: ThreadedSandbox, path: str, **params: str) -> dict[str, Any]:
    return dict(requests.get(f"{sandbox.base_url}/sandbox/api/{path}", params=params, timeout=10).json())


def live_through(sandbox: ThreadedSandbox, **plan: float) -> dict[str, Any]:
    """Begin a day and wait for its end."""
    url = f"{sandbox.base_url}/sandbox/api/bad-day"
    assert requests.post(url, json=plan, timeout=5).status_code == 202
    ends = time.monotonic() + 40
    while (day := get(sandbox, "bad-day"))["state"] in ("waiting", "running", "settling"):
        assert time.monotonic() < ends, day
        time.sleep(0.05)
    return day


def ids_of(bodies: list[dict[str, Any]]) -> list[str]:
    """Posts and messages told of to Acme, in order of arrival."""
    mine = [body for body in bodies if body.get("for_user_id") == ACME]
    made = [post["id_str"] for body in mine for post in body.get("tweet_create_events") or []]
    return made + [event["id"] for body in mine for event in body.get("direct_message_events") or []]


def test_a_bad_day_loses_copies_and_shuffles_and_a_replay_mends_it(
    sandbox: ThreadedSandbox, bearer: dict[str, str], receiver: Receiver, subscribed: str
) -> None:
    path = f"/2/account_activity/webhooks/{subscribed}/subscriptions/all"
    cargo = client_for(sandbox, CARGO)
    cargo.post(path, json={})
    before = sandbox.world.switches.as_dict()
    day = live_through(sandbox, **SHORT)
    assert (day["state"], day["done"], sum(day["acts"].values())) == ("done", 200, 200)
    assert sandbox.world.switches.as_dict() == before, "everything is as it was"
    assert cargo.get("/2/users/me").json()["errors"][0]["code"] == 89, "the second brand revoked"
    book = get(sandbox, "ledger", since_id=day["since_id"])
    needed, seen = set(book["posts"] + book["messages"]), ids_of(receiver.bodies)
    assert needed - set(seen), "the outage lost something"
    assert len(seen) > len(set(seen)), "some came twice"
    assert seen != sorted(seen, key=int), "some came late"
    sandbox.world.switches.set("replay_min_age", 0)
    replay(sandbox, bearer, webhook_id=subscribed, from_date=minute(-3), to_date=minute(2))
    until(lambda: job_states(receiver) == ["Complete"])
    assert needed <= set(ids_of(receiver.bodies))


def test_the_same_seed_makes_the_same_day() -> None:
    told = []
    for seed in (3, 3, 4):
        running = start_in_thread()
        crowd = HardHours(running.world, seed=seed)
        acts = [crowd.step() for _ in range(120)]
        rows = running.world.store.rows("SELECT author_id, typed, deleted_ms IS NULL FROM post ORDER BY id")
        told.append((acts, [tuple(row) for row in rows]))
        running.stop()
    assert told[0] == told[1]
    assert told[0] != told[2]


def test_the_ledger_names_what_an_account_should_hold(sandbox: ThreadedSandbox, acme: Client) -> None:
    since = sandbox.act("post", user="ben_demo", text="nothing to do with you")["id"]
    asked = sandbox.act("post", user="ana_demo", text="@acmehelp_demo hello")["id"]
    again = sandbox.act("edit", user="ana_demo", post=asked, text="@acmehelp_demo hello!")["id"]
    answer = acme.post("/2/tweets", json={"text": "Hi", "reply": {"in_reply_to_tweet_id": again}}).json()["data"]["id"]
    deep = sandbox.act("reply", user="ben_demo", in_reply_to=answer, text="me too")["id"]
    taken = sandbox.act("post", user="ben_demo", text="@acmehelp_demo oops")["id"]
    sandbox.act("delete", user="ben_demo", post=taken)
    gone = sandbox.act("vanish", user="acmehelp_demo", text="too early")["id"]
    sandbox.act("post", user="ulla_demo", text="@acmehelp_demo psst")
    message = sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="hi")["id"]
    chat = sandbox.act("chat", user="ana_demo", to="acmehelp_demo")["id"]
    book = get(sandbox, "ledger", user="acmehelp_demo", since_id=since)
    assert book["posts"] == [again, answer, deep]
    assert book["kinds"] == {again: ["mention"], answer: ["own"], deep: ["automatic", "reply"]}
    assert book["versions"] == {again: [asked, again]}
    assert book["deleted"] == {"own": [gone], "others": [taken]}
    assert (book["messages"], book["received"], book["encrypted"]) == ([message], [message], [chat])


def test_one_day_at_a_time_and_within_reason(sandbox: ThreadedSandbox) -> None:
    url = f"{sandbox.base_url}/sandbox/api/bad-day"
    assert get(sandbox, "bad-day") == {"state": "none"}
    for nonsense in ({"events": 0}, {"speed": "fast"}, {"colour": "grey"}):
        assert requests.post(url, json=nonsense, timeout=5).status_code == 400
    assert requests.post(url, json={"minutes": 60, "speed": 1}, timeout=5).json()["state"] in ("waiting", "running")
    second = requests.post(url, json={}, timeout=5)
    assert (second.status_code, "under way" in second.json()["error"]) == (400, True)


@pytest.mark.parametrize("key", ["nobody_demo", "17"])
def test_a_ledger_of_nobody_is_refused(sandbox: ThreadedSandbox, key: str) -> None:
    answer = requests.get(f"{sandbox.base_url}/sandbox/api/ledger", params={"user": key}, timeout=5)
    assert answer.status_code == 400
