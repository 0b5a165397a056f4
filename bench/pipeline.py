"""Deliveries to tickets per second for one worker, against bulk-inserting the very same rows without any decision.

    python -m bench.pipeline [--events 20000] [--profile FILE]

Also counts SQL statements per batch for a small and a large batch: the number must be the same.
"""

import argparse
import cProfile
import time
from contextlib import nullcontext
from typing import Any

from bench.common import installation, report
from bench.traffic import Day


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--profile")
    options = parser.parse_args()
    with installation():
        import django

        django.setup()
        promise()
        small, large = statements(events=20), statements(events=200)
        clear("twitter_integration_delivery")
        store(Day(events=options.events, seed=7))
        value = options.events / drain_all(options.profile)
        from twitter_integration.models import Delivery

        left = Delivery.objects.exclude(state="done").count()
        assert not left, f"{left} deliveries were not worked"
        floor = options.events / insert_again()
        report(
            "pipeline",
            value=value,
            floor=floor,
            unit="events/s, one worker",
            statements_per_batch={"20": small, "200": large},
        )


def promise() -> None:
    """An SLA policy, as every real desk has one: each ticket gets its clocks."""
    from tickets.models import SlaPolicy, SlaTarget

    policy = SlaPolicy.objects.create(name="Bench", is_default=True)
    for metric, minutes in (("first_response", 60), ("next_response", 120), ("resolution", 1440)):
        SlaTarget.objects.create(policy=policy, metric=metric, priority="normal", minutes=minutes)


def store(day: Day) -> None:
    from django.utils import timezone

    from twitter_integration.inbox import Arrival
    from twitter_integration.inbox import store as keep
    from twitter_integration.models import XApp

    app = XApp.objects.get()
    arrivals = [Arrival(app_id=app.pk, body=body, received_at=timezone.now()) for body in day.bodies()]
    for at in range(0, len(arrivals), 1000):
        keep(arrivals[at : at + 1000], wake=False)


def drain_all(profile: str | None) -> float:
    """Seconds."""
    from twitter_integration.deliveries.drain import drain

    profiler = cProfile.Profile() if profile else None
    started = time.perf_counter()
    with profiler or nullcontext():
        drain()
    seconds = time.perf_counter() - started
    if profiler and profile:
        profiler.dump_stats(profile)
    return seconds


def statements(*, events: int) -> int:
    """SQL statements of one batch of that many deliveries, after a first one has warmed what is asked once."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    store(Day(events=400, seed=99))
    drain_all(None)
    store(Day(events=events, seed=events))
    with CaptureQueriesContext(connection) as queries:
        drain_all(None)
    return len(queries)


def models() -> list[Any]:
    """What the pipeline writes, in an order that foreign keys allow."""
    from tickets.models import Activity, Customer, HandleChange, Identity, Media, Message, SlaClock, Ticket
    from twitter_integration.models import Event

    return [Customer, Identity, HandleChange, Ticket, Message, Media, SlaClock, Activity, Event]


def clear(*more: str) -> None:
    """Empty what the pipeline writes, and the tables named besides."""
    from django.db import connection

    tables = [*(model._meta.db_table for model in models()), "tickets_ticket_tags", *more]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


def insert_again() -> float:
    """The floor: the same rows, parents before children, in as many transactions as the drain made. Seconds."""
    from django.db import transaction

    from tickets.models import Ticket
    from twitter_integration.deliveries.lanes import BATCH
    from twitter_integration.models import Delivery, Event

    batches = -(-Delivery.objects.count() // BATCH)
    rows = {model: list(model.objects.order_by("pk")) for model in models()}
    for event in rows[Event]:
        event.delivery_id = None
    for ticket in rows[Ticket]:
        ticket.follow_up_of_id = None
    clear()
    pieces = [piece for model in models() for piece in _by_batches(rows[model], batches)]
    started = time.perf_counter()
    for at in range(0, len(pieces), len(models())):
        with transaction.atomic():
            for piece in pieces[at : at + len(models())]:
                if piece:
                    type(piece[0]).objects.bulk_create(piece)
    return time.perf_counter() - started


def _by_batches(rows: list[Any], batches: int) -> list[list[Any]]:
    size = -(-len(rows) // batches) or 1
    return [rows[at : at + size] for at in range(0, size * batches, size)]


if __name__ == "__main__":
    main()
