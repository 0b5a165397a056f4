"""Reading X in numbers for /metrics: per account and stream how far, how late, how silent, what may still be read."""

from collections.abc import Iterator
from datetime import datetime

from kapture.figures import Figure
from twitter_integration.inbox import dead_of_nobody
from twitter_integration.models import PartnerAccount
from twitter_integration.monitoring.account_health import Health, StreamHealth, healths


def figures_of_streams(now: datetime) -> Iterator[Figure]:
    """Of every enabled account; the number of statements is fixed. Dead letters of no account count under “none”."""
    yield _dead_letters("none", dead_of_nobody().count())
    rows = list(PartnerAccount.objects.filter(enabled=True).defer(*PartnerAccount.SEALED))
    known = healths(rows, now=now)
    for account in rows:
        found = known[account.pk]
        yield from _of_account(found, account.page_id)
        for stream in found.streams:
            yield from _of_stream(stream, {"account": account.page_id, "stream": stream.stream}, now)


def _of_account(found: Health, page_id: str) -> Iterator[Figure]:
    labels = {"account": page_id}
    yield _dead_letters(page_id, found.dead_letters)
    told = (
        ("kapture_x_reading_calls_left", "Calls the account may still make today to read X", found.calls_left),
        (
            "kapture_x_reading_dollars_left",
            "US dollars the account may still spend today on reading X",
            found.cost_left,
        ),
        ("kapture_x_rechecks_overdue", "Stored posts not looked up on X for more than 24 hours", found.overdue_checks),
    )
    for name, text, value in told:
        yield Figure(name, text, float(value), labels=labels)


def _dead_letters(account: str, count: int) -> Figure:
    text = "Deliveries of the account that could not be worked"
    return Figure("kapture_x_dead_letters", text, float(count), labels={"account": account})


def _of_stream(stream: StreamHealth, labels: dict[str, str], now: datetime) -> Iterator[Figure]:
    moments = (
        ("kapture_x_stream_event_age_seconds", "Seconds since the newest event of the stream", stream.last_event_at),
        ("kapture_x_stream_poll_age_seconds", "Seconds since the stream was last asked for", stream.last_poll_at),
        (
            "kapture_x_stream_lag_seconds",
            "Seconds up to which the stream is not known to be complete",
            stream.complete_until,
        ),
    )
    for name, text, moment in moments:
        if moment is not None:
            yield Figure(name, text, (now - moment).total_seconds(), labels=labels)
    failures = "Reads of the stream that failed in a row"
    yield Figure("kapture_x_stream_failures", failures, stream.failures, labels=labels)
    incomplete = "1 while the last comparison with X left something open"
    yield Figure("kapture_x_stream_incomplete", incomplete, float(bool(stream.incomplete)), labels=labels)
    if stream.window_left is not None:
        yield Figure("kapture_x_stream_window_left", "Calls left in X's window", stream.window_left, labels=labels)
    if stream.last_event_at is not None:
        silent = "1 while the stream is silent beyond chance"
        yield Figure("kapture_x_stream_silent", silent, float(bool(stream.silence)), labels=labels)
        normally = "Events the time since the newest one normally brings"
        yield Figure("kapture_x_stream_expected_events", normally, stream.expected_since, labels=labels)
