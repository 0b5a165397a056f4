"""What looks by the clock at a million tickets of which a hundred are due, against writing as much and nothing else.

python -m bench.sla_sweep [--tickets 1000000] [--due 100] [--times 15] [--var DIR]

Every sweep is rolled back, so that each finds the same hundred.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.common import ROOT, load, report, use_django
from bench.million.desks import desks

MOST_MS = 50


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=100)
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--var", type=Path)
    parser.add_argument("--here", action="store_true")
    options = parser.parse_args()
    if options.here:
        print(json.dumps(look(options.due, options.times)))
        return
    with desks(options.tickets, var=options.var) as made:
        command = [sys.executable, "-m", "bench.sla_sweep", "--here"]
        command += ["--due", str(options.due), "--times", str(options.times)]
        environment = made[0].environment
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    told = json.loads(done.stdout)
    for name in ("due", "nothing due"):
        print(f"{name:12} {json.dumps(told[name])}")
    facts = {"nothing_due": told["nothing due"], "most": MOST_MS, "due": options.due, "load": load()}
    report("sla_sweep", value=told["due"], floor=told["floor"], unit="ms", **facts)


def look(due: int, times: int) -> dict[str, Any]:
    """Milliseconds, the median: of a sweep that finds so many, of one that finds nothing, and of the floor."""
    use_django()
    from django.utils import timezone

    from tickets.models import SlaClock
    from tickets.promises.escalating import escalate

    now = timezone.now()
    while escalate(now=now):
        pass
    running = SlaClock.objects.filter(ended_at=None, paused_at=None, next_step_at__gt=now + timedelta(hours=1))
    pks = list(running.order_by("pk").values_list("pk", flat=True)[:: max(running.count() // due, 1)][:due])
    SlaClock.objects.filter(pk__in=pks).update(next_step_at=now, due_at=now)
    tickets = list(SlaClock.objects.filter(pk__in=pks).values_list("ticket_id", flat=True))

    def sweep() -> None:
        taken = escalate(now=now)
        assert taken >= due, f"{taken} steps were taken"

    return {
        "due": clocked(sweep, times),
        "nothing due": clocked(lambda: escalate(now=now - timedelta(days=1)), times),
        "floor": clocked(lambda: write_only(pks, tickets, now), times),
    }


def write_only(pks: list[int], tickets: list[int], now: datetime) -> None:
    """The floor: the same clocks and tickets found by their keys and written, and a line of history for each."""
    from kapture.sets import copy_rows
    from tickets.history import current_gesture
    from tickets.models import Activity, SlaClock, Ticket

    SlaClock.objects.filter(pk__in=pks).update(reached=100, next_step_at=None)
    Ticket.objects.filter(pk__in=tickets).update(priority="urgent")
    rows = [[ticket, "clock.step", {"share": 100}, now, current_gesture()] for ticket in tickets]
    copy_rows(Activity, ["ticket", "verb", "data", "at", "gesture"], rows)


def clocked(work: Callable[[], Any], times: int) -> float:
    from django.db import transaction

    found = []
    for _ in range(times):
        with transaction.atomic():
            started = time.perf_counter()
            work()
            found.append((time.perf_counter() - started) * 1000)
            transaction.set_rollback(True)
    return round(median(found), 1)


if __name__ == "__main__":
    main()
