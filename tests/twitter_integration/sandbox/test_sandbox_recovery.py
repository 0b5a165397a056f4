"""Registrations of every dialect, regular challenges, outages, and replay jobs that bring back what was lost."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.twitter_integration.sandbox.conftest import ACME, Client, Receiver
from tests.twitter_integration.sandbox.test_sandbox_delivery import states
from tests.twitter_integration.sandbox.test_sandbox_webhooks import reason
from twitter_integration.sandbox.server import ThreadedSandbox

BASE = "/1.1/account_activity"


def minute(shift: int) -> str:
    return f"{datetime.now(UTC) + timedelta(minutes=shift):%Y%m%d%H%M}"


def until(condition: Callable[[], Any]) -> None:
    ends = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.02)


def replay(sandbox: ThreadedSandbox, bearer: dict[str, str], **body: str) -> requests.Response:
    return requests.post(sandbox.base_url + "/2/webhooks/replay", headers=bearer, json=body, timeout=5)


def job_states(receiver: Receiver) -> list[str]:
    return [body["replay_job_status"]["job_state"] for body in receiver.bodies if "replay_job_status" in body]


def test_the_enterprise_dialect_registers_by_webhook_id(
    sandbox: ThreadedSandbox, acme: Client, bearer: dict[str, str], receiver: Receiver
) -> None:
    def app(method: str, path: str) -> requests.Response:
        return requests.request(method, sandbox.base_url + BASE + path, headers=bearer, timeout=5)

    assert acme.post(f"{BASE}/webhooks.json", params={"url": receiver.url}).json()["errors"][0]["code"] == 453
    sandbox.world.switches.set("tier", "enterprise")
    hook = acme.post(f"{BASE}/webhooks.json", params={"url": receiver.url}).json()
    assert (hook["valid"], hook["created_at"][-1]) == (True, "Z")
    path = f"/webhooks/{hook['id']}"
    assert acme.put(f"{BASE}{path}.json").status_code == 204
    assert acme.get(f"{BASE}{path}/subscriptions/all.json").json()["errors"][0]["code"] == 34
    assert acme.post(f"{BASE}{path}/subscriptions/all.json").status_code == 204
    again = acme.post(f"{BASE}{path}/subscriptions/all.json")
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, 355)
    assert app("GET", f"{path}/subscriptions/all/list.json").json()["subscriptions"] == [{"user_id": ACME}]
    assert app("GET", "/subscriptions/count.json").json()["subscriptions_count_all"] == "1"
    assert [item["id"] for item in app("GET", "/webhooks.json").json()] == [hook["id"]]
    assert app("DELETE", f"{path}/subscriptions/{ACME}/all.json").status_code == 204
    assert app("DELETE", f"{path}/subscriptions/{ACME}/all.json").status_code == 404
    assert acme.delete(f"{BASE}{path}.json").status_code == 204


@pytest.mark.parametrize("shape", ["subscription", "array", "flat"])
def test_a_created_row_is_answered_in_each_of_xs_three_shapes(
    sandbox: ThreadedSandbox, acme: Client, webhook: str, shape: str
) -> None:
    sandbox.world.switches.set("activity_answer", shape)
    row = {"event_type": "dm.read", "filter": {"user_id": ACME}, "webhook_id": webhook}
    data = acme.post("/2/activity/subscriptions", json=row).json()["data"]
    made = data[0] if shape == "array" else data["subscription"] if shape == "subscription" else data
    assert made["event_type"] == "dm.read"


def test_what_was_lost_in_an_outage_comes_back_by_replay(
    sandbox: ThreadedSandbox, bearer: dict[str, str], receiver: Receiver, subscribed: str
) -> None:
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="before")
    assert sandbox.settle()
    sandbox.world.switches.set("webhook_down", True)
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="lost")
    assert sandbox.settle()
    assert states(sandbox) == {"delivered": 1, "failed": 1}
    sandbox.world.switches.set("webhook_down", False)
    sandbox.world.switches.set("replay_min_age", 0)
    receiver.received.clear()
    window = {"webhook_id": subscribed, "from_date": minute(-2), "to_date": minute(2)}
    assert replay(sandbox, bearer, **window).json()["data"]["job_id"]
    until(lambda: job_states(receiver) == ["Complete"])
    messages = [body["direct_message_events"][0] for body in receiver.bodies[:-1]]
    assert [item["message_create"]["message_data"]["text"] for item in messages] == ["before", "lost"]
    assert len(receiver.challenges) == 2, "a challenge comes first"


def test_a_replay_tries_once_and_says_that_it_failed(
    sandbox: ThreadedSandbox, bearer: dict[str, str], receiver: Receiver, subscribed: str
) -> None:
    sandbox.world.switches.set("replay_min_age", 0)
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="hello")
    assert sandbox.settle()
    receiver.status = 500
    receiver.received.clear()
    replay(sandbox, bearer, webhook_id=subscribed, from_date=minute(-2), to_date=minute(2))
    until(lambda: len(receiver.received) >= 2)
    receiver.status = 200
    until(lambda: "Incomplete" in job_states(receiver))
    assert sum("direct_message_events" in body for body in receiver.bodies) == 1


def test_one_job_runs_at_a_time_and_windows_are_xs(
    sandbox: ThreadedSandbox, bearer: dict[str, str], receiver: Receiver, subscribed: str
) -> None:
    for dates in ((minute(-40), minute(-5)), (minute(-20), minute(-15)), (minute(-30), minute(-40)), ("now", "then")):
        answer = replay(sandbox, bearer, webhook_id=subscribed, from_date=dates[0], to_date=dates[1])
        assert reason(answer) == "QueryParamInvalid", dates
    assert replay(sandbox, bearer, webhook_id="17", from_date=minute(-60), to_date=minute(-30)).status_code == 400
    sandbox.world.switches.set("replay_min_age", 0)
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="hello")
    assert sandbox.settle()
    receiver.delay = 0.5
    window = {"webhook_id": subscribed, "from_date": minute(-2), "to_date": minute(2)}
    assert replay(sandbox, bearer, **window).status_code == 200
    assert reason(replay(sandbox, bearer, **window)) == "ReplayConflictError"


def test_the_older_replay_answers_202_and_409(
    sandbox: ThreadedSandbox, bearer: dict[str, str], receiver: Receiver, subscribed: str
) -> None:
    sandbox.world.switches.set("tier", "enterprise")
    url = f"{sandbox.base_url}{BASE}/replay/webhooks/{subscribed}/subscriptions/all.json"
    early = requests.post(url, headers=bearer, params={"from_date": minute(-9), "to_date": minute(-1)}, timeout=5)
    assert (early.status_code, early.json()["errors"][0]["code"]) == (400, 356)
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="hello")
    assert sandbox.settle()
    sandbox.world.switches.set("replay_min_age", 0)
    receiver.delay = 0.4
    window = {"from_date": minute(-2), "to_date": minute(2)}
    first = requests.post(url, headers=bearer, params=window, timeout=5)
    assert (first.status_code, set(first.json())) == (202, {"job_id", "created_at"})
    second = requests.post(url, headers=bearer, params=window, timeout=5)
    assert (second.status_code, second.json()["errors"][0]["code"]) == (409, 355)


def test_a_regular_challenge_answered_wrongly_stops_the_events_until_a_good_one(
    sandbox: ThreadedSandbox, acme: Client, receiver: Receiver, subscribed: str
) -> None:
    receiver.crc_answer = (200, "application/json", b'{"response_token":"sha256=wrong"}')
    sandbox.world.switches.set("crc_every", 0.1)
    until(lambda: not acme.get("/2/webhooks").json()["data"][0]["valid"])
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="nobody hears this")
    assert sandbox.settle()
    assert receiver.received == []
    receiver.crc_answer = None
    assert acme.put(f"/2/webhooks/{subscribed}").json() == {"data": {"valid": True}}
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="and this is heard")
    assert sandbox.settle()
    assert len(receiver.received) == 1


def test_a_passing_failure_of_the_challenge_is_forgiven_for_a_while(
    sandbox: ThreadedSandbox, acme: Client, receiver: Receiver, subscribed: str
) -> None:
    receiver.crc_answer = (503, "text/plain", b"")
    sandbox.world.switches.set("crc_every", 0.05)
    until(lambda: len(receiver.challenges) > 2)
    assert acme.get("/2/webhooks").json()["data"][0]["valid"] is True
    sandbox.world.switches.set("crc_grace", 0.0)
    until(lambda: not acme.get("/2/webhooks").json()["data"][0]["valid"])


def test_a_webhook_that_is_down_fails_its_challenge(sandbox: ThreadedSandbox, acme: Client, subscribed: str) -> None:
    sandbox.world.switches.set("webhook_down", True)
    assert reason(acme.put(f"/2/webhooks/{subscribed}")) == "CrcValidationFailed"
    sandbox.world.switches.set("webhook_down", False)
    assert acme.put(f"/2/webhooks/{subscribed}").json() == {"data": {"valid": True}}
