"""Who is let in: good tokens, as far as their scope and their owner's role both go; sessions of the desk."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from kapture.models import ApiToken
from tests.api.caller import Caller, code_of
from tests.factories import make_agent, make_outsider, make_ticket
from tests.tickets.rights import without

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command("api_token", *words, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def test_a_token_is_shown_once_and_only_its_digest_is_kept(alice: User) -> None:
    secret = run("alice", "--scope", "tickets:read", "--name", "export", "--expires", "90d")
    token = ApiToken.objects.get()
    assert secret.startswith("kapture_") and len(secret) > 45
    stored = json.dumps(list(ApiToken.objects.values()), default=str)
    assert secret not in stored and token.beginning == secret[:12]
    assert token.expires_at and token.expires_at > timezone.now() + timedelta(days=89)
    answer = Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json()["username"] == "alice" and answer.json()["scopes"] == ["tickets:read"]


def test_the_list_says_until_when_a_token_holds_and_what_it_is_for(alice: User) -> None:
    run("alice", "--scope", "tickets:read", "--name", "The shop's robot", "--expires", "2031-01-31")
    run("alice", "--scope", "tickets:write")
    robots, other = sorted(run("alice", "--list").splitlines(), key=lambda line: "robot" not in line)
    assert "until 2031-01-31 00:00 UTC" in robots and robots.endswith("(The shop's robot)")
    assert "without end" in other and other.endswith("tickets:write")


def test_the_command_lists_and_takes_away(alice: User) -> None:
    first = json.loads(run("alice", "--scope", "tickets:read", "--json"))
    run("alice", "--scope", "tickets:write")
    assert "valid" in run("alice", "--list")
    assert run("alice", "--revoke", str(first["id"])) == "Taken away: 1."
    assert json.loads(run("alice", "--revoke", "--json")) == {"revoked": 1}
    assert [row["state"] for row in json.loads(run("alice", "--list", "--json"))] == ["revoked", "revoked"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nobody", "--scope", "tickets:read"], "nobody with the user name nobody"),
        (["alice", "--scope", "everything"], "No such scope: everything. There are: tickets:read"),
        (["alice"], "A token needs a scope"),
        (["alice", "--scope", "tickets:read", "--expires", "soon"], "--expires takes days"),
        (["alice", "--scope", "tickets:read", "--expires", "2001-01-01"], "cannot lie in the past"),
        (["alice", "--scope", "tickets:read", "--expires", "9999-12-31"], "lives ten years at most"),
        (["alice", "--scope", "tickets:read", "--expires", "9999-12-31T23:59-12:00"], "lives ten years at most"),
        (["alice", "--scope", "tickets:read", "--rate", "-3"], "from 1 to 100000 requests"),
        (["alice", "--scope", "tickets:read", "--rate", "99999999999"], "from 1 to 100000 requests"),
        (["alice", "--scope", "tickets:read", "--name", "x" * 81], "at most 80 characters"),
        (["alice", "--revoke", "77"], "alice has no token 77"),
    ],
)
def test_a_wrong_command_is_explained(alice: User, words: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(*words)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer kapture_guess", "Bearer 123", "Basic YWxpY2U6cHc=", "Token x"]
)
def test_without_a_good_token_nobody_is_let_in(header: str) -> None:
    answer = Client().get("/api/v1/tickets/", headers={"Authorization": header})
    assert code_of(answer)[0] == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_a_revoked_and_a_dismissed_persons_token_are_refused(alice: User, api: Caller) -> None:
    assert api.get("me/").status_code == 200
    for change in ({"expires_at": timezone.now()}, {"expires_at": None, "revoked_at": timezone.now()}):
        ApiToken.objects.update(**change)
        assert code_of(api.get("me/")) == (401, "token_invalid")
    ApiToken.objects.update(revoked_at=None)
    User.objects.update(is_active=False)
    assert code_of(api.get("me/")) == (401, "token_invalid")


def test_a_token_does_no_more_than_its_scope(alice: User) -> None:
    reader, ticket = Caller(alice, "tickets:read"), make_ticket()
    assert reader.get(f"tickets/{ticket.pk}/").status_code == 200
    answer = reader.post(f"tickets/{ticket.pk}/take/")
    assert code_of(answer) == (403, "scope_missing") and "tickets:write" in answer.json()["message"]


def test_a_token_does_no_more_than_its_owners_role() -> None:
    bob, ticket = without(make_agent("bob"), "work_ticket"), make_ticket()
    assert code_of(Caller(bob).post(f"tickets/{ticket.pk}/take/")) == (403, "not_allowed")


def test_even_an_administrators_token_stays_within_its_scope() -> None:
    root = make_agent("root", is_superuser=True)
    secret = make_ticket(private=True)
    assert code_of(Caller(root, "tickets:read").get(f"tickets/{secret.pk}/")) == (404, "not_found")
    assert Caller(root, "tickets:read", "private:read").get(f"tickets/{secret.pk}/").status_code == 200


def test_to_an_outsider_there_is_nothing() -> None:
    ticket, charlie = make_ticket(), Caller(make_outsider())
    for path in ("tickets/", f"tickets/{ticket.pk}/", "queues/", "tags/"):
        assert code_of(charlie.get(path)) == (404, "not_found")
    assert code_of(charlie.post(f"tickets/{ticket.pk}/take/")) == (404, "not_found")


def test_somebody_signed_in_at_the_desk_may_call_from_the_browser(alice: User) -> None:
    browser = Client()
    browser.force_login(alice)
    assert browser.get("/api/v1/me/").json()["scopes"] == []


def test_a_session_writes_only_with_the_csrf_token(alice: User) -> None:
    browser, ticket = Client(enforce_csrf_checks=True), make_ticket()
    browser.force_login(alice)
    address = f"/api/v1/tickets/{ticket.pk}/take/"
    assert code_of(browser.post(address, content_type="application/json")) == (403, "not_allowed")
    browser.get("/theme/")
    token = _csrf(browser)
    answer = browser.post(address, content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 200 and answer.json()["assignee"]["username"] == "alice"


def _csrf(browser: Client) -> str:
    page = browser.get("/").content.decode()
    return page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]


def test_the_admin_lists_tokens_and_takes_them_away(alice: User, api: Caller, admin_client: Any) -> None:
    page = admin_client.get("/admin/kapture/apitoken/").content.decode()
    assert api.token.beginning in page and api.secret not in page
    admin_client.post("/admin/kapture/apitoken/", {"action": "take_away", "_selected_action": api.token.pk})
    assert code_of(api.get("me/")) == (401, "token_invalid")


def test_its_last_use_is_noted_to_the_minute(api: Caller) -> None:
    ApiToken.objects.update(last_used_at=None)
    api.get("me/")
    noted = ApiToken.objects.get().last_used_at
    api.get("me/")
    assert noted and ApiToken.objects.get().last_used_at == noted
