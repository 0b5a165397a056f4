"""Two hours of a bad day in seconds: duplicates, disorder, a webhook that is down, killed workers. Then reconcile.

What X holds is compared with what we hold by the sandbox's own ledger, which knows nothing of our code.
"""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.utils import timezone

from tests.contracts.conftest import PROJECT
from tests.contracts.ledger import compare_with_ledger
from twitter_integration.deliveries.drain import drain
from twitter_integration.models import Delivery, Event, PartnerAccount
from twitter_integration.reading import backfill
from twitter_integration.reading.reconciling import reconcile
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.subscriptions import subscribe

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

DAY = {"seed": int(os.environ.get("KAPTURE_BAD_DAY_SEED", "7")), "minutes": 120, "speed": 900, "events": 300}


@pytest.fixture
def dying_worker(process_environment: dict[str, str]) -> Any:
    """Drains in processes of their own, each killed with -9 after a moment; call it until the day is over."""
    chance = random.Random(DAY["seed"])

    def work_a_moment() -> None:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "x_drain"],
            cwd=PROJECT,
            env=process_environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(timeout=chance.uniform(0.8, 3))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    return work_a_moment


def test_after_a_bad_day_every_message_exists_exactly_once(
    web: str, sandbox: ThreadedSandbox, acme: PartnerAccount, dying_worker: Any
) -> None:
    subscribe(acme, now=timezone.now())
    sandbox.world.switches.set("replay_min_age", 0)  # X wants 31 minutes; the day itself takes seconds
    requests.post(f"{sandbox.base_url}/sandbox/api/bad-day", json=DAY, timeout=10).raise_for_status()
    while progress(sandbox)["state"] in ("waiting", "running", "settling"):
        dying_worker()
    sandbox.settle(timeout=30)
    replay(sandbox, acme)
    work_off()
    report = reconcile(acme, now=timezone.now() + timedelta(minutes=20))
    assert report.complete, report
    compare_with_ledger(sandbox)


def replay(sandbox: ThreadedSandbox, account: PartnerAccount) -> None:
    """What the webhook missed and no list of X's brings back: quotes of posts deleted since, for instance."""
    now = timezone.now()
    backfill.plan(account, since=now - timedelta(minutes=40), now=now, reason="a bad day")
    assert backfill.run_replays(now=now + timedelta(minutes=22)) == 1
    deadline = time.monotonic() + 60
    while not Event.objects.filter(key__startswith="replay:").exists() and time.monotonic() < deadline:
        drain()
        time.sleep(0.2)
    sandbox.settle(timeout=30)


def progress(sandbox: ThreadedSandbox) -> dict[str, Any]:
    return dict(requests.get(f"{sandbox.base_url}/sandbox/api/bad-day", timeout=10).json())


def work_off() -> None:
    """What killed workers had counted as tried waits for nobody here: only their locks had to die."""
    deadline = time.monotonic() + 60
    while Delivery.objects.filter(state="new").exists() and time.monotonic() < deadline:
        Delivery.objects.filter(state="new").update(next_try_at=timezone.now())
        drain()
        time.sleep(0.2)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}
