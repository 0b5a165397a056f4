"""Two task clusters at one database do the same job at the same moment: X is called once, and people are told once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.factories import make_agent, make_customer, make_ticket
from tests.tickets.test_echoes import wait_until_somebody_waits
from tests.twitter_integration.test_polling import ask, tell_by_webhook
from tests.twitter_integration.test_searching import query
from twitter_integration import tasks
from twitter_integration.models import AuditNote, Backfill, Cursor, PartnerAccount
from twitter_integration.reading import backfill, searching
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.subscriptions import subscribe

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work: Callable[[], object]) -> None:
    """By two workers, each with a connection of its own, who begin together."""
    together = Barrier(2)

    def alone() -> None:
        try:
            together.wait(timeout=30)
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        for done in [workers.submit(alone) for _ in range(2)]:
            done.result(timeout=60)


def calls(sandbox: ThreadedSandbox) -> dict[str, int]:
    """What X was asked, and how often."""
    found: dict[str, int] = {}
    for row in sandbox.world.calls.counts():
        name = f"{row['method']} {row['path']}"
        found[name] = found.get(name, 0) + row["times"]
    return found


def never_read(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    ask(sandbox)


def read_before(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    """While one worker waits for the first stream, the other passes on to the rest."""
    tasks.poll()
    sandbox.world.faults.plan("slow", path="/2/users/*/mentions", seconds=0.3)


def with_somebody_unknown(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    ana = make_customer(sandbox.credentials["customers"][0]["user_id"])
    facts: dict[str, Any] = {"status": "open", "assignee": make_agent(), "last_inbound_at": timezone.now()}
    make_ticket(ana, address=acme.address, **facts)


READING = ["GET /2/users/:user_id/mentions", "GET /2/users/:user_id/tweets", "GET /2/dm_events"]
JOBS: dict[str, tuple[Callable[..., None], Callable[[], None], list[str]]] = {
    "reading": (never_read, tasks.poll, READING),
    "comparing": (read_before, tasks.reconcile, READING),
    "asking for people": (with_somebody_unknown, tasks.learn_standings, ["GET /2/users"]),
}


@pytest.mark.parametrize("job", JOBS)
def test_x_is_asked_once(acme: PartnerAccount, sandbox: ThreadedSandbox, job: str) -> None:
    prepare, work, paths = JOBS[job]
    prepare(acme, sandbox)
    sandbox.world.calls.forget()
    at_once(work)
    assert {path: calls(sandbox).get(path) for path in paths} == dict.fromkeys(paths, 1)


def test_who_comes_to_a_search_when_another_has_just_run_it_asks_nothing(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    query(acme)
    now = timezone.now()
    assert [len(searching.run_due(clock=lambda: now)) for _ in range(2)] == [1, 0]
    assert calls(sandbox)["GET /2/tweets/search/recent"] == 1


def test_a_webhook_that_is_gone_is_registered_once_and_told_once(
    reachable: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    subscribe(reachable, now=timezone.now())
    sandbox.world.store.run("DELETE FROM webhook")
    sandbox.world.store.run("DELETE FROM account_subscription")
    sandbox.world.calls.forget()
    sandbox.world.faults.plan("slow", path="/2/webhooks", method="GET", seconds=0.2, count=4)
    at_once(tasks.audit)
    assert calls(sandbox)["POST /2/webhooks"] == 1
    sentences = list(AuditNote.objects.values_list("sentence", flat=True))
    assert len(sentences) == 2 and len(set(sentences)) == 2


def test_a_gap_is_noted_once_and_replayed_once(reachable: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    subscribe(reachable, now=timezone.now())
    ago = timezone.now() - timedelta(hours=2)
    PartnerAccount.objects.update(last_event_at=ago)
    Cursor.objects.update(polled_at=ago)
    at_once(tasks.poll)
    (row,) = Backfill.objects.all()
    Backfill.objects.filter(pk=row.pk).update(until=timezone.now() - timedelta(minutes=30))
    at_once(tasks.replay)
    row.refresh_from_db()
    assert (row.state, calls(sandbox)["POST /2/webhooks/replay"]) == ("asked", 1)


def test_what_two_workers_find_missing_is_one_stretch(acme: PartnerAccount) -> None:
    """One waits until the other has noted it."""
    tell_by_webhook(acme)

    def note() -> None:
        now = timezone.now()
        backfill.plan(acme, since=now - timedelta(hours=1), now=now, reason="missing")

    def alone() -> None:
        try:
            note()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as worker:
        with transaction.atomic():
            note()
            other = worker.submit(alone)
            wait_until_somebody_waits()
        other.result(timeout=30)
    assert Backfill.objects.count() == 1
