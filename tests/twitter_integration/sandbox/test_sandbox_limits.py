"""X's limits in both families of headers, enforced, scaled, shortened or off; and what the sandbox tells of calls."""

import time
from typing import Any

import pytest
import requests

from tests.twitter_integration.sandbox.conftest import ACME, ANA, BEN, Client, client_for
from twitter_integration.sandbox.server import ThreadedSandbox


@pytest.fixture
def strict(sandbox: ThreadedSandbox) -> ThreadedSandbox:
    sandbox.world.switches.set("limits", "real")
    return sandbox


def write(client: Client, text: str = "hello", *, to: str = ANA) -> requests.Response:
    answer: requests.Response = client.post(f"/2/dm_conversations/with/{to}/messages", json={"text": text})
    return answer


def families(answer: requests.Response) -> dict[str, int]:
    """What is left of each limit."""
    names = {"window": "x-rate-limit", "user": "x-user-limit-24hour", "app": "x-app-limit-24hour"}
    found = {name: answer.headers.get(f"{prefix}-remaining") for name, prefix in names.items()}
    return {name: int(left) for name, left in found.items() if left is not None}


def test_messages_spend_one_allowance_whichever_way_they_are_sent(strict: ThreadedSandbox, acme: Client) -> None:
    assert families(write(acme)) == {"window": 14, "user": 1439, "app": 1439}
    into = acme.post(f"/2/dm_conversations/{ACME}-{ANA}/messages", json={"text": "again"})
    assert families(into) == {"window": 13, "user": 1438, "app": 1438}


def later(sandbox: ThreadedSandbox, *, minutes: int) -> None:
    """Let the limits see a clock that is ahead."""
    ahead = sandbox.world.limits.clock() - time.time() + minutes * 60
    sandbox.world.limits.clock = lambda: time.time() + ahead


def test_a_new_window_allows_again(strict: ThreadedSandbox, acme: Client) -> None:
    assert [write(acme).status_code for _ in range(16)] == [201] * 15 + [429]
    later(strict, minutes=15)
    assert write(acme).status_code == 201


def test_windows_can_be_shortened(strict: ThreadedSandbox, acme: Client) -> None:
    strict.world.switches.set("limit_quarter", 3)
    assert int(write(acme).headers["x-rate-limit-reset"]) - time.time() < 5


def test_the_day_is_spent_though_calls_are_left_in_the_quarter(strict: ThreadedSandbox, acme: Client) -> None:
    strict.world.switches.set("limits", "0.002")  # one a quarter, two a day
    for _ in range(2):
        assert write(acme).status_code == 201
        later(strict, minutes=15)
    refused = write(acme)
    assert refused.status_code == 429 and families(refused) == {"window": 1, "user": 0, "app": 0}


def test_the_app_has_a_day_of_its_own_for_all_its_accounts(strict: ThreadedSandbox, acme: Client) -> None:
    second = client_for(strict, strict.credentials["accounts"][1]["user_id"])
    write(acme)
    assert families(write(second)) == {"window": 14, "user": 1439, "app": 1438}


def test_posts_have_a_hundred_a_quarter(strict: ThreadedSandbox, acme: Client) -> None:
    assert families(acme.post("/2/tweets", json={"text": "Good morning"})) == {"window": 99, "user": 9999, "app": 9999}
    strict.world.switches.set("limits", "0.03")
    codes = [acme.post("/2/tweets", json={"text": f"News {number}"}).status_code for number in range(3)]
    assert codes == [201, 201, 429]


def test_a_factor_widens_and_off_says_nothing(sandbox: ThreadedSandbox, acme: Client) -> None:
    sandbox.world.switches.set("limits", "10")
    assert write(acme).headers["x-rate-limit-limit"] == "150"
    sandbox.world.switches.set("limits", "off")
    assert families(write(acme)) == {}
    assert (
        requests.post(f"{sandbox.base_url}/sandbox/api/switch", json={"limits": "many"}, timeout=5).status_code == 400
    )


def test_without_credits_every_call_is_refused(sandbox: ThreadedSandbox, acme: Client) -> None:
    sandbox.world.switches.set("no_credits", True)
    refused = acme.get("/2/users/me")
    assert refused.status_code == 402 and refused.json()["type"].endswith("/credits")


def test_a_fault_may_do_the_work_or_not_before_it_strikes(sandbox: ThreadedSandbox, acme: Client) -> None:
    faults = sandbox.world.faults
    faults.plan("done", status=503, method="POST", path="/2/tweets")
    assert acme.post("/2/tweets", json={"text": "done"}).status_code == 503
    faults.plan("lost", method="POST", path="/2/tweets")
    with pytest.raises(requests.ConnectionError):
        acme.post("/2/tweets", json={"text": "lost"})
    held = requests.get(f"{sandbox.base_url}/sandbox/api/holds", timeout=5).json()
    assert [post["typed"] for post in held["posts"]][-1] == "done"


def test_a_fault_speaks_with_any_code_of_x(sandbox: ThreadedSandbox, acme: Client) -> None:
    sandbox.world.switches.set("tier", "enterprise")
    words = "To protect our users from spam and other malicious activity, this account is temporarily locked."
    sandbox.world.faults.plan("status", status=403, code=326, detail=words, count=2)
    assert acme.post("/2/tweets", json={"text": "hi"}).json()["detail"] == words
    old = acme.post("/1.1/statuses/update.json", data={"status": "hi"})
    assert old.json() == {"errors": [{"code": 326, "message": words}]}


def test_some_of_many_calls_suffer(sandbox: ThreadedSandbox, acme: Client) -> None:
    sandbox.world.faults.plan("status", status=503, path="/2/users/me", share=0.5, count=1000)
    codes = [acme.get("/2/users/me").status_code for _ in range(40)]
    assert 5 < codes.count(503) < 35 and codes.count(200) == 40 - codes.count(503)


def test_calls_are_counted_with_who_made_them_and_how_they_ended(sandbox: ThreadedSandbox, acme: Client) -> None:
    acme.get("/2/users/me")
    acme.get("/2/users/me")
    acme.post(f"/2/users/{ACME}/likes", json={"tweet_id": "1"})
    seen = requests.get(f"{sandbox.base_url}/sandbox/api/calls?log=1", timeout=5).json()
    me = {"method": "GET", "path": "/2/users/me", "by": ACME, "status": 200}
    assert seen["counts"][0] == me | {"times": 2}
    assert [row["path"] for row in seen["log"]] == ["/2/users/me"] * 2 + ["/2/users/:user_id/likes"]
    assert seen["log"][-1]["status"] == 403
    windows = requests.get(f"{sandbox.base_url}/sandbox/api/limits", timeout=5).json()["windows"]
    assert {"call": "GET /2/users/me", "used": 2, "limit": 75}.items() <= windows[0].items()


def test_what_x_holds_of_an_account_can_be_asked(sandbox: ThreadedSandbox, acme: Client) -> None:
    sandbox.world.switches.set("tier", "enterprise")
    asked = sandbox.act("post", user="ana_demo", text="@acmehelp_demo hello")["id"]
    acme.post("/2/tweets", json={"text": "Hello Ana", "reply": {"in_reply_to_tweet_id": asked}})
    acme.post(f"/2/users/{ACME}/likes", json={"tweet_id": asked})
    acme.post(f"/2/users/{ACME}/muting", json={"target_user_id": BEN})
    made = acme.post("/2/lists", json={"name": "VIPs"}).json()["data"]["id"]
    acme.post(f"/2/lists/{made}/members", json={"user_id": ANA})
    write(acme, "in private")
    held: dict[str, Any] = requests.get(f"{sandbox.base_url}/sandbox/api/holds", timeout=5).json()
    assert (held["posts"][-1]["typed"], held["posts"][-1]["in_reply_to_tweet_id"]) == ("Hello Ana", asked)
    assert (held["likes"], held["muting"], held["messages"][-1]["typed"]) == ([asked], ["ben_demo"], "in private")
    assert (held["lists"][0]["name"], held["lists"][0]["members"]) == ("VIPs", ["ana_demo"])
    assert held["settings"]["allow_dms_from"] == "all" and held["profile"]["username"] == "acmehelp_demo"
