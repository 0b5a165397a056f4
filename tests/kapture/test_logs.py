"""A log line: one line, one id through the whole way, and nothing private."""

import json
import logging
import sys
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError
from django.test import Client

from kapture import logs


def line(message: str, *args: object, as_json: bool = False, extra: dict[str, object] | None = None) -> str:
    record = logging.LogRecord("tickets.intake", logging.INFO, __file__, 1, message, args, None)
    record.__dict__.update(extra or {})
    return logs.LineFormatter(json=as_json).format(record)


def line_of_error(error: Exception) -> str:
    try:
        raise error
    except Exception:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
        return logs.LineFormatter().format(record)


def test_an_event_is_one_line_whatever_it_says() -> None:
    assert "\n" not in line("first\nsecond %s", "a\nb")


@pytest.mark.parametrize("as_json", [False, True])
def test_what_would_steer_a_terminal_is_only_read(as_json: bool) -> None:
    said = line("Not Found: /%s", "\x1b[2J\x00a\r\nb\x9b\u2028", as_json=as_json, extra={"path": "\x1b[0m"})
    assert said.isprintable() and "x1b[2J" in said and "x00a" in said and "x1b[0m" in said


def test_a_line_carries_the_id_of_the_delivery_and_then_of_the_ticket() -> None:
    with logs.trace("delivery:7"), logs.trace("ticket:12"):
        assert "trace=delivery:7/ticket:12" in line("opened")
    assert "trace" not in line("idle")


def test_json_lines_are_objects_with_what_the_caller_added() -> None:
    fields = json.loads(line("sent", as_json=True, extra={"attempt": 2}))
    assert (fields["message"], fields["attempt"], fields["level"]) == ("sent", 2, "INFO")


@pytest.mark.parametrize(
    "private",
    [
        'Authorization: OAuth oauth_consumer_key="abc", oauth_signature="s3cr3t"',
        "Bearer s3cr3t",
        "POST /webhooks/x/s3cr3t/ 403",
        "?oauth_token=s3cr3t&x=1",
        "postgresql://kapture:s3cr3t@db.example/kapture",
        '{"access_token_secret": "s3cr3t"}',
    ],
)
def test_secrets_are_blotted_out(private: str) -> None:
    assert "s3cr3t" not in line("%s", private)


@pytest.mark.parametrize("name", ["text", "body", "access_token", "password", "payload"])
def test_what_is_named_like_something_private_is_not_printed(name: str) -> None:
    assert "Where is my parcel?" not in line("kept", extra={name: "Where is my parcel?"})


def test_an_error_shows_where_it_happened_but_not_the_row_it_was_about() -> None:
    shown = line_of_error(IntegrityError("duplicate key\nDETAIL: Key (text)=(Where is my parcel?)"))
    assert "IntegrityError: duplicate key" in shown
    assert "test_logs.py" in shown
    assert "parcel" not in shown


def unreadable(text: str) -> ValueError:
    try:
        int(text)
    except ValueError as error:
        return error
    raise AssertionError(text)


@pytest.mark.parametrize(
    "error",
    [
        unreadable("0700 900 100"),
        KeyError("0700 900 100"),
        ValidationError("“0700 900 100” is no number."),
        DataError('invalid input syntax for type integer: "0700 900 100"'),
    ],
)
def test_an_error_about_a_value_does_not_repeat_the_value(error: Exception) -> None:
    shown = line_of_error(error)
    assert "0700" not in shown and f"error={type(error).__name__}" in shown and "test_logs.py" in shown


@pytest.mark.parametrize("hostile", ["fields", "host"])
def test_what_is_refused_as_hostile_is_no_error(client: Client, monkeypatch: pytest.MonkeyPatch, hostile: str) -> None:
    """A form of thousands of fields, a host that is none of ours: one line that says so, and no alarm."""
    [console] = [
        h for h in logging.getLogger().handlers if any(isinstance(f, logs.RefusedIsNoError) for f in h.filters)
    ]
    monkeypatch.setattr(console, "stream", written := StringIO())
    if hostile == "fields":
        answer = client.post("/sign-in/", {"t": [str(number) for number in range(1_200)]})
    else:
        answer = client.get("/sign-in/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    [told] = written.getvalue().splitlines()
    assert " WARNING django.security." in told and "at=" not in told
