"""Three-legged sign-in and the app's bearer token, as `requests-oauthlib` and plain HTTP drive them."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from requests_oauthlib import OAuth1Session
from requests_oauthlib.oauth1_session import TokenRequestDenied

from tests.twitter_integration.sandbox.conftest import ANA, Client
from twitter_integration.sandbox.server import ThreadedSandbox

CALLBACK = "http://127.0.0.1:8000/x/callback"


def begin(sandbox: ThreadedSandbox, *, callback: str = CALLBACK) -> tuple[OAuth1Session, str]:
    keys = sandbox.credentials
    session = OAuth1Session(keys["consumer_key"], keys["consumer_secret"], callback_uri=callback)
    answer = session.fetch_request_token(sandbox.base_url + "/oauth/request_token")
    assert answer["oauth_callback_confirmed"] == "true"
    return session, str(answer["oauth_token"])


def decide(sandbox: ThreadedSandbox, token: str, *, decision: str, user: str = ANA) -> requests.Response:
    page = requests.get(sandbox.base_url + "/oauth/authorize", params={"oauth_token": token}, timeout=5)
    assert "Kapture Demo" in page.text
    form = {"oauth_token": token, "decision": decision, "user": user}
    return requests.post(sandbox.base_url + "/oauth/authorize", data=form, allow_redirects=False, timeout=5)


def test_an_approved_sign_in_ends_with_a_token_that_works(sandbox: ThreadedSandbox) -> None:
    session, token = begin(sandbox)
    back = decide(sandbox, token, decision="approve").headers["Location"]
    assert back.startswith(CALLBACK)
    session.parse_authorization_response(back)
    granted = session.fetch_access_token(sandbox.base_url + "/oauth/access_token")
    assert (granted["user_id"], granted["screen_name"]) == (ANA, "ana_demo")
    assert session.get(sandbox.base_url + "/2/users/me").json()["data"]["id"] == ANA


def test_a_cancelled_sign_in_comes_back_denied_and_is_over(sandbox: ThreadedSandbox) -> None:
    _, token = begin(sandbox)
    back = urlsplit(decide(sandbox, token, decision="cancel").headers["Location"])
    assert parse_qs(back.query) == {"denied": [token]}
    again = requests.get(sandbox.base_url + "/oauth/authorize", params={"oauth_token": token}, timeout=5)
    assert again.status_code == 403


def test_a_request_token_serves_once(sandbox: ThreadedSandbox) -> None:
    session, token = begin(sandbox)
    session.parse_authorization_response(decide(sandbox, token, decision="approve").headers["Location"])
    secret = session._client.client.resource_owner_secret
    session.fetch_access_token(sandbox.base_url + "/oauth/access_token")
    session._client.client.resource_owner_key, session._client.client.resource_owner_secret = token, secret
    session._client.client.verifier = "whatever"
    with pytest.raises(TokenRequestDenied):
        session.fetch_access_token(sandbox.base_url + "/oauth/access_token")


def test_without_a_callback_the_page_shows_a_number(sandbox: ThreadedSandbox) -> None:
    session, token = begin(sandbox, callback="oob")
    page = decide(sandbox, token, decision="approve").text
    found = re.search(r">(\d{7})<", page)
    assert found
    granted = session.fetch_access_token(sandbox.base_url + "/oauth/access_token", verifier=found.group(1))
    assert granted["user_id"] == ANA


def test_a_foreign_callback_is_refused_in_xml(sandbox: ThreadedSandbox) -> None:
    keys = sandbox.credentials
    session = OAuth1Session(keys["consumer_key"], keys["consumer_secret"], callback_uri="https://evil.example/x")
    answer = session.post(sandbox.base_url + "/oauth/request_token")
    assert answer.status_code == 403
    assert '<error code="415">' in answer.text


def test_the_bearer_token_is_the_same_until_it_is_invalidated(sandbox: ThreadedSandbox) -> None:
    keys = sandbox.credentials
    basic = (keys["consumer_key"], keys["consumer_secret"])
    url = sandbox.base_url + "/oauth2/token"
    grant = {"grant_type": "client_credentials"}
    first = requests.post(url, auth=basic, data=grant, timeout=5).json()
    assert first == {"token_type": "bearer", "access_token": keys["bearer_token"]}
    form = {"access_token": first["access_token"]}
    requests.post(sandbox.base_url + "/oauth2/invalidate_token", auth=basic, data=form, timeout=5)
    headers = {"Authorization": f"Bearer {first['access_token']}"}
    assert requests.get(sandbox.base_url + "/2/webhooks", headers=headers, timeout=5).status_code == 401
    assert requests.post(url, auth=basic, data=grant, timeout=5).json() != first


def test_wrong_app_keys_get_no_bearer_token(sandbox: ThreadedSandbox) -> None:
    url, grant = sandbox.base_url + "/oauth2/token", {"grant_type": "client_credentials"}
    answer = requests.post(url, auth=("nobody", "nothing"), data=grant, timeout=5)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, 99)


def test_a_token_given_up_is_dead(ana: Client) -> None:
    assert ana.post("/1.1/oauth/invalidate_token.json").status_code == 200
    assert ana.get("/2/users/me").json()["errors"][0]["code"] == 89
