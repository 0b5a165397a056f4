"""One shape for every refusal, whoever refuses: a view, REST Framework, Django, or a middleware."""

import logging
from typing import Any

import pytest
from django.test import Client

from tests.api.caller import Caller, code_of
from tests.factories import make_ticket
from tickets import assignment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("nowhere/", (404, "not_found")),
        ("", (404, "not_found")),
        ("tickets/999/", (404, "not_found")),
        ("tickets/999999999999999999999999/", (404, "not_found")),
        ("tickets/?limit=0", (400, "invalid")),
        ("tickets/?limit=many", (400, "invalid")),
        ("tickets/?statuss=open", (400, "invalid")),
        ("tickets/?cursor=forged", (400, "cursor_invalid")),
        ("tickets/?cursor=%00", (400, "invalid")),
        ("accounts/%00/actions/", (404, "not_found")),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_shape(api: Caller, path: str, refusal: tuple[int, str]) -> None:
    assert code_of(api.get(path)) == refusal


def test_a_misspelt_name_is_named(api: Caller) -> None:
    assert api.get("tickets/?statuss=open").json()["fields"] == {"statuss": ["There is no such field."]}


def test_a_missing_slash_is_pointed_out(api: Caller) -> None:
    answer = api.get("tickets")
    assert code_of(answer) == (404, "not_found") and "/api/v1/tickets/" in answer.json()["message"]


def test_a_method_that_is_not_answered(api: Caller) -> None:
    answer = api.delete("tickets/")
    assert code_of(answer) == (405, "method_not_allowed") and "GET" in answer["Allow"]


@pytest.mark.parametrize(
    ("body", "kind", "refusal"),
    [
        ("{", "application/json", (400, "malformed")),
        ("[]", "application/json", (400, "invalid")),
        ("null", "application/json", (400, "invalid")),
        ("a=b", "application/x-www-form-urlencoded", (415, "unsupported_media_type")),
        ("{}", "text/plain", (415, "unsupported_media_type")),
        ('{"surprise": 1}', "application/json", (400, "invalid")),
        ("[" * 100_000, "application/json", (400, "malformed")),
        ('{"surprise": ' + "[" * 30 + "]" * 30 + "}", "application/json", (400, "malformed")),
        ('"' + "x" * 6_000_000 + '"', "application/json", (413, "too_large")),
    ],
)
def test_a_body_that_cannot_be_used(api: Caller, body: str, kind: str, refusal: tuple[int, str]) -> None:
    ticket = make_ticket()
    answer = api.client.post(f"/api/v1/tickets/{ticket.pk}/take/", body, content_type=kind)
    assert code_of(answer) == refusal


@pytest.mark.parametrize("field", ["status", "priority"])
def test_half_a_character_is_refused(api: Caller, field: str) -> None:
    body = f'{{"{field}": "\\ud800"}}'
    answer = api.client.post(f"/api/v1/tickets/{make_ticket().pk}/{field}/", body, content_type="application/json")
    assert code_of(answer) == (400, "malformed") and "half a character" in answer.json()["message"]


def test_a_host_that_is_not_ours(api: Caller) -> None:
    assert code_of(api.client.get("/api/v1/me/", headers={"Host": "evil.example"}))[0] == 400


def test_a_crash_says_nothing_but_its_number_and_is_logged(
    api: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The action itself breaks, as code breaks."""

    def break_down(*args: Any, **facts: Any) -> None:
        raise RuntimeError("the secret is 555")

    monkeypatch.setattr(assignment, "take", break_down)
    ticket = make_ticket()
    with caplog.at_level(logging.ERROR):
        answer = api.post(f"tickets/{ticket.pk}/take/", X_Request_Id="ticket-job-17")
    assert code_of(answer) == (500, "server_error")
    assert "555" not in answer.content.decode() and "ticket-job-17" in caplog.text
    assert answer["X-Request-Id"] == "ticket-job-17"


def test_an_id_of_theirs_that_is_none_is_replaced() -> None:
    answer = Client().get("/api/v1/me/", headers={"X-Request-Id": "bad id\u00e9"})
    assert code_of(answer)[0] == 401 and len(answer["X-Request-Id"]) == 32


def test_pages_keep_their_own_errors(client: Client) -> None:
    assert client.get("/nowhere/")["Content-Type"].startswith("text/html")
