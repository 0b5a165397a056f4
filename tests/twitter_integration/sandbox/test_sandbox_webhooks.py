"""Registering a webhook: the challenge, X's reasons for saying no, subscriptions in both APIs."""

import json
from urllib.parse import parse_qs

import pytest
import requests

from tests.twitter_integration.sandbox.conftest import ACME, ANA, Client, Receiver, signature
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.sandbox.wire import sign

SECRET = "kapture-demo-consumer-secret"


def reason(answer: requests.Response) -> str:
    assert answer.status_code == 400, answer.text
    return str(answer.json()["errors"][0]["message"]).partition(":")[0]


def test_signatures_are_those_of_the_published_vectors() -> None:
    assert sign(SECRET, b"kapture-crc-token-0001") == "sha256=Wcj5AD+IckZbWzlt6sN+2CYtAol/v5phCE8HlZqtp6o="
    query = b"crc_token=kapture-crc-token-0001&nonce=kapture-nonce-0001"
    assert sign(SECRET, query) == "sha256=zQL1XpHUMwXcHwFq0ke+4w1jXXMdRIizhVJ2ObxUqLs="


def test_a_webhook_is_valid_after_a_signed_challenge(acme: Client, receiver: Receiver, webhook: str) -> None:
    listed = acme.get("/2/webhooks").json()
    assert listed["meta"] == {"result_count": 1}
    assert (listed["data"][0]["id"], listed["data"][0]["valid"]) == (webhook, True)
    headers, query = receiver.challenges[0]
    assert set(parse_qs(query)) == {"crc_token", "nonce"}
    assert headers["x-twitter-webhooks-signature"] == signature(receiver.secret, query.encode())
    assert "User-Agent" not in headers


@pytest.mark.parametrize(
    "answer",
    [
        (200, "application/json", b'{"response_token":"sha256=wrong"}'),
        (200, "text/html", b"hello"),
        (302, "application/json", b"{}"),
        (500, "application/json", b"{}"),
    ],
)
def test_a_wrong_challenge_answer_is_refused(acme: Client, receiver: Receiver, answer: tuple[int, str, bytes]) -> None:
    receiver.crc_answer = answer
    assert reason(acme.post("/2/webhooks", json={"url": receiver.url})) == "CrcValidationFailed"


def test_a_slow_or_absent_receiver_is_refused(sandbox: ThreadedSandbox, acme: Client, receiver: Receiver) -> None:
    sandbox.world.switches.crc_timeout = 0.1
    receiver.delay = 0.3
    assert reason(acme.post("/2/webhooks", json={"url": receiver.url})) == "CrcValidationFailed"
    assert reason(acme.post("/2/webhooks", json={"url": "http://127.0.0.1:1/x"})) == "CrcValidationFailed"


def test_plain_http_is_for_loopback_and_only_while_not_strict(
    sandbox: ThreadedSandbox, acme: Client, receiver: Receiver
) -> None:
    assert reason(acme.post("/2/webhooks", json={"url": "http://desk.example.com/x"})) == "UrlValidationFailed"
    assert reason(acme.post("/2/webhooks", json={"url": "https://desk.example.com:8443/x"})) == "UrlValidationFailed"
    sandbox.world.switches.strict_urls = True
    assert reason(acme.post("/2/webhooks", json={"url": receiver.url})) == "UrlValidationFailed"


def test_the_same_url_or_one_too_many_is_refused(acme: Client, receiver: Receiver, webhook: str) -> None:
    assert reason(acme.post("/2/webhooks", json={"url": receiver.url})) == "DuplicateUrlFailed"
    assert reason(acme.post("/2/webhooks", json={"url": receiver.url + "/2"})) == "WebhookLimitExceeded"


def test_a_failed_recheck_invalidates_and_a_good_one_mends(acme: Client, receiver: Receiver, webhook: str) -> None:
    receiver.crc_answer = (500, "text/plain", b"")
    assert reason(acme.put(f"/2/webhooks/{webhook}")) == "CrcValidationFailed"
    assert acme.get("/2/webhooks").json()["data"][0]["valid"] is False
    receiver.crc_answer = None
    assert acme.put(f"/2/webhooks/{webhook}").json() == {"data": {"valid": True}}


def test_account_activity_subscriptions_are_kept_per_user(
    sandbox: ThreadedSandbox, acme: Client, bearer: dict[str, str], subscribed: str
) -> None:
    path = f"/2/account_activity/webhooks/{subscribed}/subscriptions"
    assert reason(acme.post(f"{path}/all", json={})) == "DuplicateSubscriptionFailed"
    assert acme.get(f"{path}/all").json() == {"data": {"subscribed": True}}
    assert acme.get(f"{path}/all/list").status_code == 403, "listing takes the bearer token"
    listed = requests.get(f"{sandbox.base_url}{path}/all/list", headers=bearer, timeout=5).json()["data"]
    assert listed["subscriptions"] == [{"user_id": ACME}]
    gone = requests.delete(f"{sandbox.base_url}{path}/{ACME}/all", headers=bearer, timeout=5).json()
    assert gone == {"data": {"subscribed": False}}
    again = requests.delete(f"{sandbox.base_url}{path}/{ACME}/all", headers=bearer, timeout=5)
    assert reason(again) == "SubscriptionNotFound"


def test_a_removed_webhook_takes_its_subscriptions_along(acme: Client, receiver: Receiver, subscribed: str) -> None:
    assert acme.delete(f"/2/webhooks/{subscribed}").json() == {"data": {"deleted": True}}
    fresh = acme.post("/2/webhooks", json={"url": receiver.url}).json()["data"]["id"]
    path = f"/2/account_activity/webhooks/{fresh}/subscriptions/all"
    assert acme.get(path).json() == {"data": {"subscribed": False}}


def test_x_activity_takes_one_row_per_event_type(acme: Client, webhook: str) -> None:
    row = {"event_type": "dm.received", "filter": {"user_id": ACME}, "tag": "acme", "webhook_id": webhook}
    made = acme.post("/2/activity/subscriptions", json=row).json()
    assert made["meta"] == {"total_subscriptions": 1}
    assert made["data"]["subscription"]["filter"] == {"user_id": ACME}
    assert reason(acme.post("/2/activity/subscriptions", json=row)) == "DuplicateSubscriptionFailed"
    assert len(acme.get("/2/activity/subscriptions").json()["data"]) == 1


def test_private_events_are_for_the_user_concerned(
    sandbox: ThreadedSandbox, acme: Client, bearer: dict[str, str], webhook: str
) -> None:
    url = sandbox.base_url + "/2/activity/subscriptions"
    private = {"event_type": "dm.received", "filter": {"user_id": ANA}, "webhook_id": webhook}
    assert acme.post(url, json=private).status_code == 403
    assert requests.post(url, headers=bearer, json=private, timeout=5).status_code == 403
    public = private | {"event_type": "post.create"}
    made = requests.post(url, headers=bearer, json=public, timeout=5)
    subscription_id = made.json()["data"]["subscription"]["subscription_id"]
    change = requests.put(f"{url}/{subscription_id}", headers=bearer, json={"tag": "new"}, timeout=5).json()
    assert change["data"]["subscription"]["tag"] == "new"
    gone = requests.delete(url, params={"ids": subscription_id}, headers=bearer, timeout=5).json()
    assert gone["data"] == [{"subscription_id": subscription_id, "deleted": True}]


def test_the_premium_dialect_lives_on_under_its_environment(
    sandbox: ThreadedSandbox, acme: Client, bearer: dict[str, str], receiver: Receiver
) -> None:
    path = "/1.1/account_activity/all/dev"
    refused = acme.post(f"{path}/webhooks.json", params={"url": receiver.url})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, 453)
    sandbox.world.switches.set("tier", "premium")
    hook = acme.post(f"{path}/webhooks.json", data={"url": receiver.url}).json()
    assert hook["valid"] is True
    assert acme.post(f"{path}/subscriptions.json").status_code == 204
    assert acme.post(f"{path}/subscriptions.json").json()["errors"][0]["code"] == 355
    assert acme.get(f"{path}/subscriptions.json").status_code == 204
    listed = requests.get(f"{sandbox.base_url}{path}/subscriptions/list.json", headers=bearer, timeout=5).json()
    assert listed["subscriptions"] == [{"user_id": ACME}]
    wrong = acme.get("/1.1/account_activity/all/prod/webhooks.json")
    assert (wrong.status_code, wrong.json()["errors"]) == (403, [{"code": 200, "message": "Forbidden."}])
    assert json.loads(acme.get(f"{path}/webhooks.json").text)[0]["id"] == hook["id"]


def test_the_rest_of_v1_is_closed_to_self_serve(sandbox: ThreadedSandbox, acme: Client, bearer: dict[str, str]) -> None:
    path = "/1.1/account/verify_credentials.json"
    assert acme.get(path).json()["errors"][0]["code"] == 453
    sandbox.world.switches.set("tier", "enterprise")
    assert acme.get(path).json()["id_str"] == ACME
    params = {"user_id": f"{ACME},{ANA}"}
    url = sandbox.base_url + "/1.1/users/lookup.json"
    found = requests.get(url, params=params, headers=bearer, timeout=5).json()
    assert [user["screen_name"] for user in found] == ["acmehelp_demo", "ana_demo"]
