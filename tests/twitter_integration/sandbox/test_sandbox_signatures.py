"""OAuth 1.0a as X checks it: published vectors, X's error codes, the quirks of real clients."""

import time
from typing import Any
from urllib.parse import quote

import pytest
import requests
from oauthlib.oauth1 import Client as Signer
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from tests.twitter_integration.sandbox.conftest import ACME, Client
from twitter_integration.sandbox.errors import ApiError
from twitter_integration.sandbox.oauth import Verifier, take_apart
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.sandbox.store import Store

NOW = 1750000000
STATUS_FORM = {
    "status": "Hi @ana! 50% off & more – résumé",
    "in_reply_to_status_id": "1900000000000000123",
    "auto_populate_reply_metadata": "true",
}


@pytest.fixture
def verifier(monkeypatch: pytest.MonkeyPatch) -> Verifier:
    monkeypatch.setattr(time, "time", lambda: float(NOW))
    store = Store(None)
    store.add("app", id=1, name="Demo", url="", consumer_key="demoConsumerKey01", bearer_token="", environment="",
              consumer_secret="demoConsumerSecret02", callbacks="[]")  # fmt: skip
    store.add("token", token=f"{ACME}-demoAccessToken", secret="demoTokenSecret03", app_id=1, user_id=int(ACME))
    return Verifier(store)


def signed(path: str, *, signature: str, oauth: dict[str, str], form: dict[str, str] | None = None) -> Request:
    values = {"oauth_consumer_key": "demoConsumerKey01", "oauth_nonce": "demoNonce0001",
              "oauth_signature": signature, "oauth_signature_method": "HMAC-SHA1", "oauth_timestamp": str(NOW),
              "oauth_version": "1.0", **oauth}  # fmt: skip
    header = "OAuth " + ", ".join(f'{key}="{quote(value, safe="")}"' for key, value in values.items())
    body: dict[str, Any] = {"data": form} if form else {"data": b"{}", "content_type": "application/json"}
    builder = EnvironBuilder(
        path, "https://api.x.com", method="POST", headers=Headers({"Authorization": header}), **body
    )
    return Request(builder.get_environ())


TOKEN = {"oauth_token": f"{ACME}-demoAccessToken"}


def test_a_signature_over_a_form_is_that_of_the_published_vector(verifier: Verifier) -> None:
    request = signed(
        "/1.1/statuses/update.json", signature="obbwKM6Eu3XlUl4kbgZJCgxxYYs=", form=STATUS_FORM, oauth=TOKEN
    )
    app, token = verifier.check_user(take_apart(request))
    assert (app.id, token.user_id) == (1, int(ACME))


def test_a_json_body_is_not_part_of_the_signature(verifier: Verifier) -> None:
    request = signed("/2/tweets", signature="9a+On+q+xeCM3Rx57tyt5doRjSQ=", oauth=TOKEN)
    assert verifier.check_user(take_apart(request))


def test_the_first_step_of_a_sign_in_is_signed_without_a_token(verifier: Verifier) -> None:
    callback = "https://desk.example.com/x/callback"
    request = signed(
        "/oauth/request_token", signature="F2TExlQ5yv0pY/GXonh+xvQYE0g=", oauth={"oauth_callback": callback}
    )
    assert verifier.check_app(take_apart(request)).consumer_key == "demoConsumerKey01"


def test_a_nonce_serves_once(verifier: Verifier) -> None:
    request = signed("/2/tweets", signature="9a+On+q+xeCM3Rx57tyt5doRjSQ=", oauth=TOKEN)
    verifier.check_user(take_apart(request))
    with pytest.raises(ApiError) as refused:
        verifier.check_user(take_apart(request))
    assert refused.value.status == 401


def test_a_changed_form_breaks_the_signature(verifier: Verifier) -> None:
    form = {**STATUS_FORM, "status": "something else"}
    request = signed("/1.1/statuses/update.json", signature="obbwKM6Eu3XlUl4kbgZJCgxxYYs=", form=form, oauth=TOKEN)
    with pytest.raises(ApiError) as refused:
        verifier.check_user(take_apart(request))
    assert code_of(refused.value.body) == 32


def test_an_oauth_pair_repeated_in_the_form_counts_once(verifier: Verifier) -> None:
    request = signed(
        "/1.1/statuses/update.json",
        signature="obbwKM6Eu3XlUl4kbgZJCgxxYYs=",
        form={**STATUS_FORM, **TOKEN},
        oauth=TOKEN,
    )
    assert verifier.check_user(take_apart(request))


def code_of(body: object) -> int:
    assert isinstance(body, dict)
    return int(body["errors"][0]["code"])


def test_a_call_with_a_wrong_clock_is_out_of_bounds(sandbox: ThreadedSandbox, acme: Client) -> None:
    keys, mine = sandbox.credentials, sandbox.credentials["accounts"][0]
    signer = Signer(keys["consumer_key"], keys["consumer_secret"], mine["access_token"],
                    mine["access_token_secret"], timestamp=str(int(time.time()) - 900))  # fmt: skip
    url, headers, _ = signer.sign(sandbox.base_url + "/2/users/me")
    answer = requests.get(url, headers=headers, timeout=5)
    assert (answer.status_code, code_of(answer.json())) == (401, 135)


def test_a_dead_token_is_told_so_until_it_lives_again(sandbox: ThreadedSandbox, acme: Client) -> None:
    control = sandbox.base_url + "/sandbox/api/fault"
    requests.post(control, json={"kind": "dead_token", "user": "acmehelp_demo"}, timeout=5)
    answer = acme.get("/2/users/me")
    assert (answer.status_code, code_of(answer.json())) == (401, 89)
    requests.post(control, json={"kind": "live_token", "user": "acmehelp_demo"}, timeout=5)
    assert acme.get("/2/users/me").status_code == 200


def test_wrong_keys_could_not_authenticate(sandbox: ThreadedSandbox, acme: Client) -> None:
    acme._client.client.client_secret = "not the secret"
    answer = acme.get("/2/users/me")
    assert (answer.status_code, code_of(answer.json())) == (401, 32)


def test_a_call_without_credentials_is_refused(sandbox: ThreadedSandbox) -> None:
    answer = requests.get(sandbox.base_url + "/2/users/me", timeout=5)
    assert (answer.status_code, code_of(answer.json())) == (401, 215)


def test_the_apps_bearer_token_cannot_act_as_a_user(sandbox: ThreadedSandbox, bearer: dict[str, str]) -> None:
    answer = requests.get(sandbox.base_url + "/2/users/me", headers=bearer, timeout=5)
    assert answer.status_code == 403
    assert answer.json()["title"] == "Unsupported Authentication"


def test_odd_characters_in_query_and_form_are_decoded_before_they_are_signed(
    sandbox: ThreadedSandbox, acme: Client
) -> None:
    answer = acme.get("/2/tweets/search/recent", params={"query": "so? (really!) *~' 50% & é日"})
    assert answer.status_code == 200
