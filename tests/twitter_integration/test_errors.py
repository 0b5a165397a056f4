"""X's refusals: every form it answers in, read into the sentence and the consequence that fit."""

import json

import pytest

from twitter_integration.errors import ErrorKind
from twitter_integration.outgoing.rates import read_rates
from twitter_integration.refusals import explain

DUPLICATE = {
    "title": "Forbidden",
    "detail": "You are not allowed to create a Tweet with duplicate content.",
    "type": "about:blank",
    "status": 403,
}
REFUSED_WEBHOOK = {
    "errors": [{"message": "CrcValidationFailed: invalid response_token or response format"}],
    "title": "Invalid Request",
    "detail": "One or more parameters to your request was invalid.",
    "type": "https://api.twitter.com/2/problems/invalid-request",
}


def legacy(code: int, message: str = "") -> bytes:
    return json.dumps({"errors": [{"code": code, "message": message}]}).encode()


def problem(detail: str, *, slug: str = "") -> bytes:
    kind = f"https://api.x.com/2/problems/{slug}" if slug else "about:blank"
    return json.dumps({"title": "Forbidden", "detail": detail, "type": kind, "status": 403}).encode()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, legacy(89, "Invalid or expired token."), ErrorKind.DEAD_TOKEN),
        (401, b'{"title":"Unauthorized","type":"about:blank","detail":"Unauthorized"}', ErrorKind.DEAD_TOKEN),
        (401, legacy(32, "Could not authenticate you."), ErrorKind.WRONG_KEYS),
        (401, legacy(135, "Timestamp out of bounds."), ErrorKind.CLOCK),
        (402, b"", ErrorKind.CREDITS),
        (403, problem("no credits", slug="credits"), ErrorKind.CREDITS),
        (403, legacy(187, "Status is a duplicate."), ErrorKind.DUPLICATE),
        (403, json.dumps(DUPLICATE).encode(), ErrorKind.DUPLICATE),
        (
            403,
            problem("Reply not allowed because you have not been mentioned or otherwise engaged by the author."),
            ErrorKind.NOT_SUMMONED,
        ),
        (403, legacy(349, "You cannot send messages to this user."), ErrorKind.CANNOT_MESSAGE),
        (403, problem("You cannot send messages to this user."), ErrorKind.CANNOT_MESSAGE),
        (403, legacy(453, "You currently have access to a subset of X API V2 endpoints"), ErrorKind.NO_ACCESS),
        (403, problem("", slug="client-forbidden"), ErrorKind.NO_ACCESS),
        (403, legacy(326), ErrorKind.LOCKED),
        (403, legacy(433), ErrorKind.REPLIES_RESTRICTED),
        (403, b'<errors><error code="261">Application cannot write</error></errors>', ErrorKind.PERMISSION),
        (403, b"", ErrorKind.REFUSED),
        (404, b"<html><h1>Not found</h1></html>", ErrorKind.GONE),
        (409, legacy(355, "Subscription already exists."), ErrorKind.ALREADY),
        (400, json.dumps(REFUSED_WEBHOOK).encode(), ErrorKind.WEBHOOK),
        (429, b'{"title":"Too Many Requests","type":"about:blank","status":429}', ErrorKind.RATE),
        (429, legacy(88, "Rate limit exceeded"), ErrorKind.RATE),
        (503, legacy(130, "Over capacity"), ErrorKind.OVERLOADED),
        (502, b"<html>Bad gateway</html>", ErrorKind.OVERLOADED),
        (302, b"", ErrorKind.REDIRECTED),
        (400, b'{"errors": [null, 7]}', ErrorKind.INVALID),
        (400, b'{"errors": "not a list', ErrorKind.INVALID),
    ],
)  # fmt: skip
def test_a_refusal_is_told_apart_whatever_its_form(status: int, body: bytes, kind: ErrorKind) -> None:
    assert explain(status, body, writes=True).kind == kind


def test_the_reason_word_of_a_webhook_refusal_is_the_code_and_x_is_quoted() -> None:
    error = explain(400, json.dumps(REFUSED_WEBHOOK).encode(), writes=True)
    assert error.code == "CrcValidationFailed"
    assert "invalid response_token or response format" in error.sentence


def test_a_dead_token_stops_the_account_and_is_not_tried_again() -> None:
    error = explain(401, legacy(89), writes=True)
    assert error.stops and error.permanent and not error.unsettled
    assert "connect the account again" in error.sentence


def test_the_apps_own_failure_to_sign_in_blames_the_keys_and_no_account() -> None:
    assert explain(401, legacy(89), writes=False, app=True).kind == ErrorKind.WRONG_KEYS


def test_a_failure_of_x_leaves_the_fate_of_a_write_open_but_not_of_a_read() -> None:
    assert explain(500, b"", writes=True).unsettled
    assert not explain(500, b"", writes=False).unsettled


def test_a_spent_day_limit_waits_for_its_own_reset_although_the_window_has_calls_left() -> None:
    headers = {
        "x-rate-limit-limit": "100",
        "x-rate-limit-remaining": "88",
        "x-rate-limit-reset": "1000",
        "x-user-limit-24hour-limit": "1440",
        "x-user-limit-24hour-remaining": "0",
        "x-user-limit-24hour-reset": "9000",
    }
    assert read_rates(headers, now=500).seconds_to_wait(now=500) == 8500


def test_a_spent_window_waits_for_the_window_only() -> None:
    headers = {"x-rate-limit-limit": "15", "x-rate-limit-remaining": "0", "x-rate-limit-reset": "1000"}
    assert read_rates(headers, now=400).seconds_to_wait(now=400) == 600


@pytest.mark.parametrize("reset", ["99999999999", "9" * 20])
def test_no_limit_is_waited_for_longer_than_a_day(reset: str) -> None:
    headers = {"x-rate-limit-limit": "9" * 20, "x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
    rates = read_rates(headers, now=1_000)
    assert (rates.seconds_to_wait(now=1_000), rates.window and rates.window.limit) == (25 * 3600, 2**31 - 1)


def test_headers_that_are_no_numbers_say_nothing() -> None:
    endless = dict.fromkeys(("x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset"), "9" * 5_000)
    assert read_rates(endless, now=1).window is None
    assert read_rates({"x-rate-limit-limit": "many"}, now=1).seconds_to_wait(now=1) is None
