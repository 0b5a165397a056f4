"""The health card's lines of what comes in: deliveries, and the streams that are told by webhook or read by polling."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kapture.figures import counted
from twitter_integration.models import Cursor, PartnerAccount
from twitter_integration.monitoring.card import Sign, ago
from twitter_integration.monitoring.card_facts import Facts
from twitter_integration.reading import cursors
from twitter_integration.reading.comparison import never_answered, why_incomplete

DELIVERY_LAG = timedelta(minutes=5)
_MOST_COUNTED = 1000


def deliveries(account: PartnerAccount, facts: Facts, *, now: datetime) -> Iterator[Sign]:
    """The last event is the last of all ways in: an account may only be read."""
    known = [account.last_event_at, *facts.newest.values()]
    yield Sign(label="Last event", value=ago(max(filter(None, known), default=None), now=now))
    oldest = facts.waiting_since
    late = oldest is not None and now - oldest > DELIVERY_LAG
    yield Sign(
        label="Lag",
        value=f"oldest unworked delivery {ago(oldest, now=now)}" if oldest else "none",
        trouble=f"A delivery has been waiting since {ago(oldest, now=now)}." if late else "",
        remedy="Look whether the worker runs.",
    )
    dead = min(facts.dead_letters, _MOST_COUNTED)
    yield Sign(
        label="Dead letters",
        value=f"{dead}" if dead < _MOST_COUNTED else f"{dead} or more",
        trouble=f"Could not be worked: {counted(dead, 'delivery', 'deliveries')}." if dead else "",
        remedy="See why under Webhook deliveries, and replay them.",
        fatal=False,
    )


def streams(account: PartnerAccount, facts: Facts, *, now: datetime) -> Iterator[Sign]:
    """One line a stream. Why one could not be read is told once with the token, where that is the cause."""
    useless = not cursors.has_token(account)
    newest, known = facts.newest, facts.cursors
    for stream in sorted(newest.keys() | known.keys()):
        cursor = known.get(stream)
        parts = [f"last event {ago(newest[stream], now=now)}"] if stream in newest else []
        parts += _polled(cursor, now=now) if cursor else []
        trouble, remedy = _trouble(cursor) if cursor and not useless else ("", "")
        yield Sign(
            label=stream.replace("_", " ").capitalize(),
            value=" · ".join(parts) or "nothing yet",
            trouble=trouble,
            remedy=remedy,
            fatal=False,
            failed=cursor is not None and cursor.failures > 0,
        )


def _trouble(cursor: Cursor) -> tuple[str, str]:
    """What is wrong with a stream, and what helps."""
    if cursor.failures:
        failed = f"Reading {cursor.stream} failed {_times(cursor.failures)}: {cursor.result}"
        return failed, "It is tried again by itself."
    if left_open := why_incomplete(cursor.report):
        state = "could not be compared" if never_answered(cursor.report) else "not complete, compared"
        sentence = f"{cursor.get_stream_display()}: {state} with X {_moment(cursor.reconciled_at)}. {left_open}"
        return sentence, "It is compared again by itself; x_reconcile does it now."
    return "", ""


def _polled(cursor: Cursor, *, now: datetime) -> list[str]:
    if cursor.failures:
        parts = [f"could not be read {ago(cursor.polled_at, now=now)}: {cursor.result}".rstrip(": .")]
    else:
        parts = [f"read {ago(_last_read(cursor), now=now)}"]
    if cursor.complete_until and not why_incomplete(cursor.report):
        parts.append(f"complete up to {_moment(cursor.complete_until)}")
    if cursor.reconciled_at:
        state = ", not complete" if why_incomplete(cursor.report) else ""
        tried = ago(cursor.reconciled_at, now=now)
        failed = never_answered(cursor.report)
        parts.append(f"could not be compared with X {tried}" if failed else f"compared with X {tried}{state}")
    if cursor.window_left is not None and cursor.window_ends_at and cursor.window_ends_at > now:
        parts.append(
            f"{cursor.window_left} of {cursor.window_limit} calls left until {cursor.window_ends_at:%H:%M} UTC"
        )
    return parts


def _last_read(cursor: Cursor) -> datetime | None:
    """Polled, or read through to compare: what "complete up to" claims may rest on either."""
    compared = None if cursor.report.get("problem") else cursor.reconciled_at
    return max(filter(None, [cursor.polled_at, compared, cursor.complete_until]), default=None)


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
