"""How long an answer has to wait for the channel's limits, in words: for the ticket and the outbox page, and for who
has just handed something over. Reads only.

An estimate: it takes everybody before it to go as soon as the limits allow, and nobody to push in.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.channels import channel_named
from tickets.choices import SendState
from tickets.models import Address, Message, OutboxEntry, SendWindow
from tickets.outbound import Window
from tickets.sending.pacing import Meter, moment_of

# Less than this is not worth a sentence.
SHORT = timedelta(seconds=30)
_WAITING = (SendState.HELD, SendState.QUEUED)

# The place of each in the line before each limit it falls under; a limit that accounts share has one line for all.
_PLACES = """
    WITH concerned AS (
        SELECT DISTINCT lw.sendwindow_id AS id FROM tickets_outboxentry e
        JOIN tickets_sendlane l ON l.address_id = e.address_id AND l.private = e.private
        JOIN tickets_sendlane_windows lw ON lw.sendlane_id = l.id WHERE e.id = ANY(%(keys)s)
    ), line AS (
        SELECT e.id, lw.sendwindow_id, row_number() OVER (
            PARTITION BY lw.sendwindow_id ORDER BY e.priority DESC, e.not_before, e.id) - 1 AS place
        FROM concerned c JOIN tickets_sendlane_windows lw ON lw.sendwindow_id = c.id
        JOIN tickets_sendlane l ON l.id = lw.sendlane_id
        JOIN tickets_address a ON a.id = l.address_id AND NOT a.sending_stopped
        JOIN tickets_outboxentry e ON e.address_id = l.address_id AND e.private = l.private
        WHERE e.state IN ('held', 'queued')
    )
    SELECT line.id, line.place, w.words, w."limit", w.seconds, w.used, w.resets_at
    FROM line JOIN tickets_sendwindow w ON w.id = line.sendwindow_id WHERE line.id = ANY(%(keys)s)
"""


# How many wait before each of these limits.
_LINES = """
    SELECT w.key, count(*) FROM tickets_sendwindow w
    JOIN tickets_sendlane_windows lw ON lw.sendwindow_id = w.id JOIN tickets_sendlane l ON l.id = lw.sendlane_id
    JOIN tickets_address a ON a.id = l.address_id AND NOT a.sending_stopped
    JOIN tickets_outboxentry e ON e.address_id = l.address_id AND e.private = l.private
    WHERE w.key = ANY(%(keys)s) AND e.state IN ('held', 'queued') GROUP BY w.key
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """When it will go, because of which limit, and how many are before it there."""

    until: datetime
    before: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """When the last of many is out, because of which limit (`words`; empty: none holds them up), and how many are sent
    before them. `pause`: for so long whatever is written meanwhile may wait, while they have used the limit up."""

    until: datetime
    before: int = 0
    words: str = ""
    pause: timedelta = timedelta()


def foretell_many(counts: Mapping[tuple[Address, bool], int], *, now: datetime) -> Span:
    """Of so many answers of each address, in public or in private (True), behind everything that waits. Two statements,
    and one for each way."""
    windows: dict[str, Window] = {}
    more: dict[str, int] = defaultdict(int)
    for (address, private), count in counts.items():
        for window in channel_named(address.channel).windows(address.key, private=private):
            windows[window.key] = window
            more[window.key] += count
    meters, lines = _meters(windows), _lines(list(windows))
    found = Span(until=now)
    for key, window in windows.items():
        before = lines.get(key, 0)
        until = moment_of(meters[key], before + more[key] - 1, now=now)
        if until - now > SHORT and until > found.until:
            pause = timedelta(seconds=window.seconds)
            found = Span(until=until, before=before, words=window.words, pause=pause)
    return found


def _meters(windows: Mapping[str, Window]) -> dict[str, Meter]:
    """As they stand; as the channel publishes them where nothing went out yet."""
    meters = {key: Meter(limit=one.limit, seconds=one.seconds) for key, one in windows.items()}
    for row in SendWindow.objects.filter(key__in=windows):
        meters[row.key] = Meter(limit=row.limit, seconds=row.seconds, used=row.used, resets_at=row.resets_at)
    return meters


def _lines(keys: list[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"keys": keys})
        return dict(cursor.fetchall())


def note_waits(entries: Iterable[OutboxEntry], *, now: datetime) -> None:
    """Set `wait` on those a limit holds up. One statement; none when nothing waits."""
    waiting = {entry.pk: entry for entry in entries if entry.state in _WAITING}
    for key, wait in _waits(list(waiting), now).items():
        if wait.until - max(now, waiting[key].not_before) > SHORT:
            waiting[key].wait = wait


def foretell(message: Message, *, now: datetime) -> str:
    """When what was handed over will go, or why it waits. Two statements."""
    entry = OutboxEntry.objects.filter(message=message).first()
    if entry is None or entry.state not in _WAITING:
        return _("It is on its way.")
    note_waits([entry], now=now)
    if entry.wait:
        told = {"time": span_words(entry.wait.until - now), "words": entry.wait.words}
        before = ngettext("%(n)d is before it.", "%(n)d are before it.", entry.wait.before) % {"n": entry.wait.before}
        return " ".join([_("It waits about %(time)s: %(words)s") % told, before if entry.wait.before else ""]).strip()
    seconds = math.ceil((entry.not_before - now).total_seconds())
    if seconds <= 0:
        return _("It goes out now.")
    can = ngettext("It goes out in %(n)d second;", "It goes out in %(n)d seconds;", seconds) % {"n": seconds}
    return " ".join([can, _("until then it can be taken back.")])


def span_words(left: timedelta) -> str:
    """How long, in one unit; a minute at least."""
    left = max(left, timedelta(minutes=1))
    if left >= timedelta(days=2):
        return _("{d} days").format(d=round(left / timedelta(days=1)))
    if left >= timedelta(hours=2):
        return _("{h} hours").format(h=round(left / timedelta(hours=1)))
    minutes = math.ceil(left / timedelta(minutes=1))
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def _waits(keys: list[int], now: datetime) -> dict[int, Wait]:
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"keys": keys})
        rows = cursor.fetchall()
    found: dict[int, Wait] = {}
    for key, place, words, limit, seconds, used, resets_at in rows:
        meter = Meter(limit=limit, seconds=seconds, used=used, resets_at=resets_at)
        wait = Wait(until=moment_of(meter, place, now=now), before=place, words=words)
        if key not in found or wait.until > found[key].until:
            found[key] = wait
    return found
