"""OAuth 2.0 with PKCE, and what tokens of either kind may do."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from requests_oauthlib import OAuth1Session

from tests.twitter_integration.sandbox.conftest import ACME, ANA, Client
from tests.twitter_integration.sandbox.test_sandbox_sign_in import CALLBACK, begin, decide
from twitter_integration.sandbox.server import ThreadedSandbox

VERIFIER = "kapture-demo-code-verifier-0123456789-0123456789"
CHALLENGE = "NwGPPFfVEABv5NVdMdqEdoR1nb_qnKP_ApIb9mrcGcM"
HELPDESK = "tweet.read tweet.write users.read dm.read dm.write offline.access"


def ask(sandbox: ThreadedSandbox, **more: str) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": sandbox.credentials["client_id"],
        "redirect_uri": CALLBACK,
        "scope": HELPDESK,
        "state": "xyz",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **more,
    }


def answer(sandbox: ThreadedSandbox, wanted: dict[str, str], decision: str = "approve") -> dict[str, list[str]]:
    """Look at the page, decide, and return what the callback gets."""
    page = requests.get(sandbox.base_url + "/i/oauth2/authorize", params=wanted, timeout=5)
    assert "Kapture Demo" in page.text
    form = {**wanted, "decision": decision, "user": ACME}
    url = sandbox.base_url + "/i/oauth2/authorize"
    back = requests.post(url, data=form, allow_redirects=False, timeout=5).headers["Location"]
    assert back.startswith(CALLBACK)
    return parse_qs(urlsplit(back).query)


def exchange(sandbox: ThreadedSandbox, path: str = "token", **form: str) -> requests.Response:
    keys = sandbox.credentials
    basic = (keys["client_id"], keys["client_secret"])
    return requests.post(f"{sandbox.base_url}/2/oauth2/{path}", data=form, auth=basic, timeout=5)


def redeem(sandbox: ThreadedSandbox, code: str, verifier: str = VERIFIER) -> requests.Response:
    more = {"redirect_uri": CALLBACK, "code_verifier": verifier}
    return exchange(sandbox, grant_type="authorization_code", code=code, **more)


def signed_in(sandbox: ThreadedSandbox, **more: str) -> dict[str, str]:
    code = answer(sandbox, ask(sandbox, **more))["code"][0]
    tokens: dict[str, str] = redeem(sandbox, code).json()
    return tokens


def me(sandbox: ThreadedSandbox, token: str) -> requests.Response:
    return requests.get(sandbox.base_url + "/2/users/me", headers={"Authorization": f"Bearer {token}"}, timeout=5)


def test_an_approved_request_ends_with_tokens_that_work(sandbox: ThreadedSandbox) -> None:
    back = answer(sandbox, ask(sandbox))
    assert back["state"] == ["xyz"]
    tokens = redeem(sandbox, back["code"][0]).json()
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("bearer", 7200, HELPDESK)
    assert me(sandbox, tokens["access_token"]).json()["data"]["id"] == ACME


def test_a_cancelled_request_says_so_and_keeps_the_state(sandbox: ThreadedSandbox) -> None:
    back = answer(sandbox, ask(sandbox), decision="cancel")
    assert back == {"state": ["xyz"], "error": ["access_denied"]}


@pytest.mark.parametrize(
    "wrong",
    [{"client_id": "nobody"}, {"redirect_uri": "https://evil.example/x"}, {"scope": "all.of.it"}, {"state": ""}],
)
def test_a_request_that_makes_no_sense_leads_nowhere(sandbox: ThreadedSandbox, wrong: dict[str, str]) -> None:
    page = requests.get(sandbox.base_url + "/i/oauth2/authorize", params=ask(sandbox, **wrong), timeout=5)
    assert (page.status_code, "Something went wrong" in page.text) == (400, True)


def test_a_code_needs_its_verifier_serves_once_and_not_for_long(sandbox: ThreadedSandbox) -> None:
    code = answer(sandbox, ask(sandbox))["code"][0]
    assert redeem(sandbox, code, verifier="guessed").json()["error"] == "invalid_request"
    tokens = redeem(sandbox, code).json()
    assert redeem(sandbox, code).status_code == 400
    assert me(sandbox, tokens["access_token"]).status_code == 401, "a code used twice takes its tokens with it"
    sandbox.world.switches.set("oauth2_code_life", 0)
    assert redeem(sandbox, answer(sandbox, ask(sandbox))["code"][0]).status_code == 400


def test_refresh_tokens_rotate_and_an_old_one_kills_the_family(sandbox: ThreadedSandbox) -> None:
    first = signed_in(sandbox)
    second = exchange(sandbox, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert me(sandbox, second["access_token"]).status_code == 200
    old = exchange(sandbox, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (old.status_code, old.json()["error"]) == (400, "invalid_request")
    assert me(sandbox, second["access_token"]).status_code == 401
    assert exchange(sandbox, grant_type="refresh_token", refresh_token=second["refresh_token"]).status_code == 400


def test_access_ends_by_time_by_revocation_and_with_the_app(sandbox: ThreadedSandbox) -> None:
    tokens = signed_in(sandbox)
    assert exchange(sandbox, "revoke", token=tokens["access_token"]).json() == {"revoked": True}
    assert me(sandbox, tokens["access_token"]).status_code == 401
    third = signed_in(sandbox)
    sandbox.act("revoke", user="acmehelp_demo")
    assert me(sandbox, third["access_token"]).json()["errors"][0]["code"] == 89
    sandbox.world.switches.set("oauth2_expires_in", 0)
    assert me(sandbox, signed_in(sandbox)["access_token"]).status_code == 401


def test_a_token_may_do_what_its_scopes_say(sandbox: ThreadedSandbox) -> None:
    tokens = signed_in(sandbox, scope="tweet.read users.read")
    assert "refresh_token" not in tokens, "only with offline.access"
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    url = sandbox.base_url
    assert requests.get(f"{url}/2/users/{ACME}/mentions", headers=headers, timeout=5).status_code == 200
    refused = requests.post(url + "/2/tweets", json={"text": "no"}, headers=headers, timeout=5)
    assert (refused.status_code, "tweet.write" in refused.json()["detail"]) == (403, True)
    assert requests.get(url + "/2/dm_events", headers=headers, timeout=5).status_code == 403
    assert requests.get(url + "/2/webhooks", headers=headers, timeout=5).status_code == 200
    old = requests.get(url + "/1.1/account/verify_credentials.json", headers=headers, timeout=5)
    assert old.json()["errors"][0]["code"] == 220


def test_a_client_without_its_secret_gets_nothing(sandbox: ThreadedSandbox) -> None:
    code = answer(sandbox, ask(sandbox))["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    wrong = (sandbox.credentials["client_id"], "guessed")
    refused = requests.post(sandbox.base_url + "/2/oauth2/token", data=form, auth=wrong, timeout=5)
    assert (refused.status_code, refused.json()["error"]) == (401, "unauthorized_client")
    public = form | {"client_id": sandbox.credentials["client_id"]}
    assert requests.post(sandbox.base_url + "/2/oauth2/token", data=public, timeout=5).status_code == 200


def sign_in(sandbox: ThreadedSandbox, user: str = ANA) -> OAuth1Session:
    session, token = begin(sandbox)
    session.parse_authorization_response(decide(sandbox, token, decision="approve", user=user).headers["Location"])
    session.fetch_access_token(sandbox.base_url + "/oauth/access_token")
    return session


def test_a_token_keeps_the_permission_it_was_granted_with(sandbox: ThreadedSandbox, acme: Client) -> None:
    sandbox.world.switches.set("app_permission", "read")
    old, url = sign_in(sandbox), sandbox.base_url
    assert old.get(url + "/2/users/me").headers["x-access-level"] == "read"
    write = old.post(url + "/2/tweets", json={"text": "no"})
    assert (write.status_code, write.json()["errors"][0]["code"]) == (403, 261)
    sandbox.world.switches.set("app_permission", "dm")
    assert old.post(url + "/2/tweets", json={"text": "still no"}).status_code == 403
    private = old.get(url + "/2/dm_events")
    assert (private.status_code, private.json()["errors"][0]["code"]) == (403, 93)
    new = sign_in(sandbox)
    assert new.post(url + "/2/tweets", json={"text": "now"}).status_code == 201
    assert acme.get("/2/dm_events").headers["x-access-level"] == "read-write-directmessages"


def test_a_request_token_dies_of_age(sandbox: ThreadedSandbox) -> None:
    sandbox.world.switches.set("request_token_life", 0)
    _, token = begin(sandbox)
    page = requests.get(sandbox.base_url + "/oauth/authorize", params={"oauth_token": token}, timeout=5)
    assert page.status_code == 403


def test_who_approved_before_goes_straight_back_unless_forced_to_log_in(sandbox: ThreadedSandbox) -> None:
    browser, url = requests.Session(), sandbox.base_url

    def visit(path: str, **more: str) -> requests.Response:
        _, token = begin(sandbox)
        params = {"oauth_token": token, **more}
        return browser.get(url + path, params=params, allow_redirects=False, timeout=5)

    _, token = begin(sandbox)
    browser.post(
        url + "/oauth/authorize",
        data={"oauth_token": token, "decision": "approve", "user": ACME},
        allow_redirects=False,
        timeout=5,
    )
    assert visit("/oauth/authenticate").status_code == 302
    assert visit("/oauth/authorize").status_code == 200, "this one always asks"
    assert "Log in as" in visit("/oauth/authenticate", force_login="true").text
    asked = visit("/oauth/authenticate", screen_name="ben_demo")
    assert f'value="{ANA[:-1]}3" selected' in asked.text
