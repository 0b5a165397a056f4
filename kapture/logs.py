"""How a log line looks, and the id that follows one delivery to its ticket and its reply.

Nothing private leaves here: no bodies, no tokens, no values of a traceback. Callers decide what is logged.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from psycopg import DataError as PostgresDataError

_trace: ContextVar[str] = ContextVar("trace", default="")

# What every record carries anyway; anything else was given by the caller as `extra`.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# Django attaches these objects to its records; they hold headers, cookies and form data.
_OBJECTS = frozenset({"request", "server_time", "sql", "params", "duration", "alias"})
_PRIVATE_NAME = re.compile(r"secret|token|password|authorization|cookie|body|text|payload|key$", re.I)
_PRIVATE_PAIR = r"\w*(?:token|secret|password|signature|verifier)"
_PRIVATE_VALUES = (
    (re.compile(r"\b(Bearer|OAuth|Basic)\s+[^\s,;]+.*", re.I | re.S), r"\1 …"),
    (re.compile(rf"({_PRIVATE_PAIR}[\"']?\s*[=:]\s*)[\"']?[^\s&\"',;}}]+", re.I), r"\1…"),
    (re.compile(r"(/webhooks/x/)[^/\s?]+"), r"\1…"),  # the unguessable part of a webhook's address
    (re.compile(r"(://[^:/@\s]+:)[^@\s]+@"), r"\1…@"),  # the password inside a database address
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST_REASON = 200
# "invalid literal for int() with base 10: '…'": json's and Unicode's errors are ValueErrors too.
_ABOUT_A_VALUE = (ValueError, LookupError, ArithmeticError, ValidationError, DataError, PostgresDataError)


@contextmanager
def trace(ident: object) -> Iterator[None]:
    """Mark every line logged inside with `ident`; an inner mark joins the outer: `delivery:7/ticket:12`."""
    outer = _trace.get()
    mark = _trace.set(f"{outer}/{ident}" if outer else str(ident))
    try:
        yield
    finally:
        _trace.reset(mark)


def current_trace() -> str:
    """Return the id of the work in hand, empty outside any `trace`."""
    return _trace.get()


class RefusedIsNoError(logging.Filter):
    """What Django refuses as suspicious (a form of thousands of fields, a host that is none of ours) it tells as an
    error, with a traceback. It was refused, and nothing here is broken: anybody may send such a thing at any time."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security.") and record.levelno > logging.WARNING:
            record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
            record.exc_info = None
        return True


class LineFormatter(logging.Formatter):
    """One event, one line: readable text, or JSON for a collector (LOG_JSON=true)."""

    def __init__(self, *, json: bool = False) -> None:
        super().__init__()
        self.json = json

    def format(self, record: logging.LogRecord) -> str:
        fields = _fields(record)
        if self.json:
            return json.dumps(fields, ensure_ascii=False, default=str)
        time, level, name, message = (fields.pop(part) for part in ("time", "level", "logger", "message"))
        rest = "".join(f" {name}={value}" for name, value in fields.items())
        return f"{time} {level:<7} {name}: {message}{rest}"


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": _clean(_message(record)),
    }
    if current_trace():
        fields["trace"] = current_trace()
    for name, value in vars(record).items():
        if name not in _STANDARD and name not in _OBJECTS:
            plain = value if isinstance(value, int | float | bool | None) else _clean(str(value))
            fields[name] = "…" if _PRIVATE_NAME.search(name) else plain
    if record.exc_info and record.exc_info[1] is not None:
        fields["error"] = _reason(record.exc_info[1])
        fields["at"] = _whereabouts(record.exc_info[1])
    return fields


def _message(record: logging.LogRecord) -> str:
    """django-q writes a failed task's whole traceback into its message, with the rows the database complained of."""
    message = record.getMessage()
    if record.name == "django-q" and record.levelno >= logging.ERROR:
        return message.partition("\n")[0].partition(" - ")[0]
    return message


def _clean(text: str) -> str:
    for pattern, instead in _PRIVATE_VALUES:
        text = pattern.sub(instead, text)
    return _CONTROL.sub(lambda found: _escaped(found[0]), text)


def _escaped(sign: str) -> str:
    """As Python writes it: what would move a terminal's cursor, or end the line, is only read."""
    return sign.encode("unicode_escape").decode()


def _reason(error: BaseException) -> str:
    """Name the error with its first line only: PostgreSQL puts row contents (DETAIL) on the next ones. What speaks of a
    bad value repeats it, so of that only the kind is told."""
    if isinstance(error, _ABOUT_A_VALUE):
        return type(error).__name__
    first = str(error).partition("\n")[0][:_LONGEST_REASON]
    return _clean(f"{type(error).__name__}: {first}".removesuffix(": "))


def _whereabouts(error: BaseException) -> str:
    """Where it happened, innermost first: files, lines and functions, never values or source text."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return " < ".join(f"{_short(frame.filename)}:{frame.lineno}({frame.name})" for frame in reversed(frames))


def _short(path: str) -> str:
    return "/".join(path.split("/")[-2:])
