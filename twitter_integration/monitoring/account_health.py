"""How an account is doing, stream by stream, from our own tables: shown by the admin, doctor and /metrics.

Asks X nothing. Webhook, challenge and token are told beside it by their own modules.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twitter_integration.deliveries import hourly
from twitter_integration.deliveries.hourly import ALARMED
from twitter_integration.inbox import dead_letters_of
from twitter_integration.metering import budgets
from twitter_integration.models import Cursor, PartnerAccount
from twitter_integration.polling import STREAMS
from twitter_integration.reading import cursors, overdue
from twitter_integration.reading.comparison import why_incomplete

# A stream is read every half hour at the slowest; beyond this nobody reads it.
POLL_LATE = timedelta(hours=1)
# A reconciliation a day, one of them missed.
COMPLETE_LATE = timedelta(hours=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamHealth:
    """`lag`: seconds between now and the moment up to which we know to have everything; None while unknown.
    `incomplete`: what the last comparison with X left open. `silence`: a sentence where the stream is silent beyond
    chance. `window_*`: X's limit as last answered."""

    stream: str
    last_event_at: datetime | None = None
    last_poll_at: datetime | None = None
    complete_until: datetime | None = None
    reconciled_at: datetime | None = None
    incomplete: str = ""
    lag: float | None = None
    result: str = ""
    failures: int = 0
    waits_until: datetime | None = None
    window_limit: int | None = None
    window_left: int | None = None
    window_ends_at: datetime | None = None
    silence: str = ""
    expected_since: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    account: str
    streams: list[StreamHealth]
    last_event_at: datetime | None
    dead_letters: int
    complete_until: datetime | None  # of every stream that is read
    budget: str  # how much of today's budget is used and what waits for that; empty while there is enough
    calls_left: int
    cost_left: Decimal
    overdue_checks: int  # posts on open tickets not looked up for more than 24 hours
    late: list[str]  # streams nobody has read or confirmed for too long, each a sentence

    @property
    def troubles(self) -> list[str]:
        """What somebody should look at, each a sentence; empty when all is well."""
        return list(_troubles(self))

    def as_json(self) -> dict[str, Any]:
        def plain(value: Any) -> Any:
            return (
                value.isoformat()
                if isinstance(value, datetime)
                else str(value)
                if isinstance(value, Decimal)
                else value
            )

        def flat(facts: Mapping[str, Any]) -> dict[str, Any]:
            return {name: plain(value) for name, value in facts.items()}

        facts = flat({name: value for name, value in asdict(self).items() if name != "streams"})
        return facts | {"streams": [flat(asdict(stream)) for stream in self.streams], "troubles": self.troubles}


def health(account: PartnerAccount, *, now: datetime) -> Health:
    """As of `healths`, of one account."""
    return healths([account], now=now)[account.pk]


def healths(accounts: Sequence[PartnerAccount], *, now: datetime) -> dict[int, Health]:
    """Of each account, by its primary key. Five statements, however many and however large they are; one more where
    nobody counted lately what is overdue."""
    pages = [account.page_id for account in accounts]
    hours, lefts = hourly.read_hours(pages), budgets.lefts(accounts, now=now)
    dead = dead_letters_of(pages)
    cursors_of: dict[int, dict[str, Cursor]] = {account.pk: {} for account in accounts}
    for cursor in Cursor.objects.filter(account__in=cursors_of):
        cursors_of[cursor.account_id][cursor.stream] = cursor
    late = overdue.told(accounts, cursors_of, now=now)
    return {
        account.pk: _health(
            account,
            cursors_of[account.pk],
            heard=hourly.listen(hours[account.page_id], now=now),
            left=lefts[account.pk],
            dead_letters=dead.get(account.page_id, 0),
            overdue_checks=late[account.pk],
            now=now,
        )
        for account in accounts
    }


def _health(
    account: PartnerAccount,
    known: Mapping[str, Cursor],
    *,
    heard: Mapping[str, hourly.Heard],
    left: budgets.Left,
    dead_letters: int,
    overdue_checks: int,
    now: datetime,
) -> Health:
    names = [stream.value for stream in STREAMS]
    streams = [
        _stream(name, known.get(name), heard.get(name), now=now) for name in dict.fromkeys([*names, *heard, *known])
    ]
    complete = [stream.complete_until for stream in streams if stream.stream in names]
    return Health(
        account=account.page_name,
        streams=streams,
        last_event_at=max(filter(None, [account.last_event_at, *_newest(heard)]), default=None),
        dead_letters=dead_letters,
        complete_until=min(filter(None, complete)) if all(complete) else None,
        budget=left.warning,
        calls_left=max(left.calls, 0),
        cost_left=max(left.cost, Decimal(0)),
        overdue_checks=overdue_checks,
        late=list(_late(account, streams, now=now)),
    )


def _newest(heard: Mapping[str, hourly.Heard]) -> list[datetime | None]:
    return [stream.last_at for stream in heard.values()]


def _stream(name: str, cursor: Cursor | None, heard: hourly.Heard | None, *, now: datetime) -> StreamHealth:
    cursor = cursor or Cursor(stream=name)
    incomplete = why_incomplete(cursor.report)
    until = None if incomplete else cursor.complete_until
    silence = heard.silence if heard else None
    quiet = silence is not None and silence.improbable and name in ALARMED
    return StreamHealth(
        stream=name,
        last_event_at=heard.last_at if heard else None,
        last_poll_at=cursor.polled_at,
        complete_until=until,
        reconciled_at=cursor.reconciled_at,
        incomplete=incomplete,
        lag=(now - until).total_seconds() if until else None,
        result=cursor.result,
        failures=cursor.failures,
        waits_until=cursor.wait_until if cursor.wait_until and cursor.wait_until > now else None,
        window_limit=cursor.window_limit,
        window_left=cursor.window_left,
        window_ends_at=cursor.window_ends_at,
        silence=_silence(silence.since, silence.expected, now=now) if silence and quiet and silence.since else "",
        expected_since=round(silence.expected, 2) if silence else 0.0,
    )


def _silence(since: datetime, expected: float, *, now: datetime) -> str:
    hours = (now - since).total_seconds() / 3600
    return _("Nothing came for {hours:.1f} h; in that time there are normally about {expected:.0f}.").format(
        hours=hours, expected=expected
    )


def _troubles(one: Health) -> Iterator[str]:
    for stream in one.streams:
        if stream.silence:
            yield f"{stream.stream}: {stream.silence}"
        if stream.failures:
            times = ngettext("{n} time", "{n} times", stream.failures).format(n=stream.failures)
            yield (
                _("{stream}: could not be read {times} in a row. {result}")
                .format(stream=stream.stream, times=times, result=stream.result)
                .strip()
            )
        if stream.incomplete:
            yield _("{stream}: not complete. {incomplete}").format(stream=stream.stream, incomplete=stream.incomplete)
    yield from one.late
    if one.dead_letters:
        yield ngettext(
            "Could not be worked, and kept as dead letters: {n} delivery.",
            "Could not be worked, and kept as dead letters: {n} deliveries.",
            one.dead_letters,
        ).format(n=one.dead_letters)
    if one.budget:
        yield one.budget
    if one.overdue_checks:
        yield ngettext(
            "Not looked up on X for more than 24 hours: {n} stored post.",
            "Not looked up on X for more than 24 hours: {n} stored posts.",
            one.overdue_checks,
        ).format(n=one.overdue_checks)


def _late(account: PartnerAccount, streams: Sequence[StreamHealth], *, now: datetime) -> Iterator[str]:
    """Streams that may be read and that nobody has read or confirmed for too long."""
    if not cursors.may_read(account):
        return
    for one in streams:
        if one.stream not in STREAMS:
            continue
        if one.last_poll_at is not None and now - one.last_poll_at > POLL_LATE and one.waits_until is None:
            what = _("last tried") if one.failures else _("last read")
            yield f"{one.stream}: {what} {one.last_poll_at:%Y-%m-%d %H:%M} UTC."
        if one.complete_until is not None and now - one.complete_until > COMPLETE_LATE:
            yield _("{stream}: complete only up to {complete_until:%Y-%m-%d %H:%M} UTC.").format(
                stream=one.stream, complete_until=one.complete_until
            )
