"""Keeps the meters of the channels' limits in the database: set up, corrected by what answers told, given back.

Claiming counts (claiming.py); the arithmetic is in pacing.py. Whoever changes a meter holds the one lock, so that what
it has read is still so when it writes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from kapture.sets import lock_together, update_rows
from tickets.bells import ring_later
from tickets.channels import channel_named
from tickets.choices import SendState
from tickets.models import Address, OutboxEntry, SendLane, SendWindow
from tickets.outbound import Gauge, Window
from tickets.sending.pacing import Meter, correct
from tickets.sending.queueing import OUTBOX_TASK

WAITING = (SendState.HELD, SendState.QUEUED)
# What a channel published may be edited, and an account may move to another app.
REFRESH = timedelta(hours=1)
_LOCK_SPACE = 0x0B0C
# Clocks of two hosts may differ by this much: a wake-up that came too early is repeated.
_TOO_EARLY = timedelta(seconds=2)

_ALARMS = """
    UPDATE tickets_sendwindow w SET alarm_at = w.resets_at
    WHERE w.resets_at > %(now)s AND w.used >= w.limit
      AND (w.alarm_at IS DISTINCT FROM w.resets_at OR w.resets_at < %(soon)s)
      AND EXISTS (
        SELECT 1 FROM tickets_sendlane_windows lw JOIN tickets_sendlane l ON l.id = lw.sendlane_id
        JOIN tickets_outboxentry e ON e.address_id = l.address_id AND e.private = l.private
        WHERE lw.sendwindow_id = w.id AND e.state IN ('held', 'queued') AND e.not_before <= %(now)s)
    RETURNING w.resets_at
"""


def hold_meters() -> None:
    """Nobody else claims or corrects until the end of the transaction."""
    lock_together(_LOCK_SPACE, [1])


def prepare_lanes(now: datetime) -> None:
    """Every lane with something waiting knows its limits. Two statements when they all do."""
    waiting = OutboxEntry.objects.filter(state__in=WAITING).order_by().values_list("address_id", "private").distinct()
    known = SendLane.objects.filter(refreshed_at__gt=now - REFRESH).values_list("address_id", "private")
    missing = set(waiting) - set(known)
    addresses = Address.objects.in_bulk({address for address, _ in missing})
    for address, private in sorted(missing):
        _prepare(addresses[address], private=private, now=now)


@transaction.atomic
def _prepare(address: Address, *, private: bool, now: datetime) -> None:
    windows = channel_named(address.channel).windows(address.key, private=private)
    hold_meters()
    lane, _ = SendLane.objects.update_or_create(address=address, private=private, defaults={"refreshed_at": now})
    lane.windows.set([_window(window) for window in windows])


def _window(window: Window) -> SendWindow:
    """A limit the channel itself told stays in force until the published one is edited."""
    facts = {"words": window.words, "seconds": window.seconds, "published": window.limit}
    row, made = SendWindow.objects.get_or_create(key=window.key, defaults={**facts, "limit": window.limit})
    if not made and any(getattr(row, name) != value for name, value in facts.items()):
        limit = row.limit if row.published == window.limit else window.limit
        SendWindow.objects.filter(pk=row.pk).update(**facts, limit=limit)
    return row


def note_gauges(gauges: Sequence[tuple[Gauge, datetime]]) -> None:
    """Correct the meters by what answers told, each with the moment it came. One statement when nothing is new."""
    if not gauges:
        return
    rows = SendWindow.objects.filter(key__in={gauge.key for gauge, _ in gauges})
    if not _corrected(rows, gauges):
        return
    with transaction.atomic():
        hold_meters()
        changed = _corrected(rows.all(), gauges)
        columns = ["id", "limit", "used", "resets_at", "told_reset"]
        update_rows(SendWindow, columns, [[pk, m.limit, m.used, m.resets_at, m.told_reset] for pk, m in changed])


def _corrected(rows: Iterable[SendWindow], gauges: Sequence[tuple[Gauge, datetime]]) -> list[tuple[int, Meter]]:
    changed = []
    for row in rows:
        meter = before = meter_of(row)
        for gauge, at in gauges:
            if gauge.key == row.key:
                meter = correct(meter, gauge, at=at)
        if meter != before:
            changed.append((row.pk, meter))
    return changed


def meter_of(row: SendWindow) -> Meter:
    return Meter(
        limit=row.limit, seconds=row.seconds, used=row.used, resets_at=row.resets_at, told_reset=row.told_reset
    )


def give_back(entry: OutboxEntry, *, now: datetime) -> None:
    """The channel never heard of this try: it counts against no limit."""
    lanes = SendLane.objects.filter(address=entry.address_id, private=entry.private)
    claimed = SendWindow.objects.filter(lanes__in=lanes, used__gt=0, resets_at__gt=now)
    with transaction.atomic():
        hold_meters()
        SendWindow.objects.filter(pk__in=list(claimed.values_list("pk", flat=True))).update(used=F("used") - 1)


def set_alarms(now: datetime) -> None:
    """Have the outbox woken when a limit that holds something up starts anew."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ALARMS, {"now": now, "soon": now + _TOO_EARLY})
        for moment in sorted({moment for (moment,) in cursor.fetchall()}):
            ring_later(task=OUTBOX_TASK, at=moment)
