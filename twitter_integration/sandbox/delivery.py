"""Getting signed bodies to webhooks: lanes in order per account, retries, copies, outages. Knows no payload."""

import heapq
import itertools
import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import requests

from twitter_integration.sandbox import deliveries
from twitter_integration.sandbox.apps import app_by_id
from twitter_integration.sandbox.deliveries import Delivery
from twitter_integration.sandbox.store import Store
from twitter_integration.sandbox.switches import Switches
from twitter_integration.sandbox.webhooks import BARE_HEADERS, find
from twitter_integration.sandbox.wire import SIGNATURE_HEADER, sign

WORKERS = 4
SHUFFLE_SECONDS = 0.5
log = logging.getLogger("sandbox.delivery")


@dataclass(slots=True)
class Job:
    delivery: Delivery
    lane: str
    attempt: int = 1
    tried: threading.Event = field(default_factory=threading.Event)
    """Set after the first attempt, whatever its outcome."""


class Dispatcher:
    """A few threads that send what is submitted: one at a time per lane, the lanes side by side."""

    def __init__(self, store: Store, switches: Switches) -> None:
        self._store = store
        self._switches = switches
        self._changed = threading.Condition()
        self._lanes: dict[str, deque[Job]] = {}
        self._later: list[tuple[float, int, Job]] = []
        self._busy: set[str] = set()
        self._count = itertools.count()
        self._stopped = False
        self._threads = [
            threading.Thread(target=self._work, name=f"delivery-{number}", daemon=True) for number in range(WORKERS)
        ]

    def start(self) -> None:
        """Begin, also with what an earlier run left unsent."""
        for delivery in deliveries.unsent(self._store):
            self._queue(self._job(delivery), delay=0)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=2)

    def repeat(self, sent: list[Delivery]) -> list[Job]:
        """Queue deliveries as they are, without copies and disorder."""
        jobs = [self._job(delivery) for delivery in sent]
        for job in jobs:
            self._queue(job, delay=0)
        return jobs

    def submit(self, sent: list[Delivery], *, delay: float = 0) -> list[Job]:
        """Queue deliveries with the copies and disorder the switches ask for; returns the originals' jobs."""
        jobs = [self._job(delivery) for delivery in sent]
        for job in jobs:
            self._queue(job, delay=delay + self._disorder(job))
            for _ in range(self._switches.duplicates):
                twin = self._job(deliveries.copy(self._store, job.delivery))
                self._queue(twin, delay=delay + self._disorder(twin))
        return jobs

    def _job(self, delivery: Delivery) -> Job:
        return Job(delivery=delivery, lane=f"{delivery.webhook_id}:{delivery.account_id}")

    def _disorder(self, job: Job) -> float:
        if not self._switches.shuffle:
            return 0
        job.lane += f":{next(self._count)}"
        return random.uniform(0, SHUFFLE_SECONDS)  # noqa: S311 - disorder, not a secret

    def _queue(self, job: Job, *, delay: float) -> None:
        with self._changed:
            if delay > 0:
                heapq.heappush(self._later, (time.monotonic() + delay, next(self._count), job))
            else:
                self._lanes.setdefault(job.lane, deque()).append(job)
            self._changed.notify_all()

    def wait(self, jobs: list[Job], *, timeout: float) -> None:
        """Until each has been tried once, or the time is up, or deliveries are held back."""
        until = time.monotonic() + timeout
        for job in jobs:
            while not job.tried.wait(0.05):
                if self._switches.hold or self._stopped or time.monotonic() > until:
                    return

    def settle(self, *, timeout: float) -> bool:
        """Until nothing is queued or under way (retries included); False when the time is up first."""
        return self._wait_until(self._is_idle, timeout=timeout)

    def wake(self) -> None:
        """Look again at the switches, after one changed."""
        with self._changed:
            self._changed.notify_all()

    def _is_idle(self) -> bool:
        return not (self._lanes or self._later or self._busy)

    def _wait_until(self, condition: Callable[[], bool], *, timeout: float) -> bool:
        with self._changed:
            return self._changed.wait_for(condition, timeout=timeout)

    def _work(self) -> None:
        session = requests.Session()
        session.headers.clear()
        session.trust_env = False
        while (job := self._next()) is not None:
            try:
                self._attempt(session, job)
            except Exception:
                log.exception("delivery %s could not be attempted", job.delivery.id)
            finally:
                job.tried.set()
                with self._changed:
                    self._busy.discard(job.lane)
                    self._changed.notify_all()

    def _next(self) -> Job | None:
        with self._changed:
            while not self._stopped:
                self._promote()
                if not self._switches.hold:
                    for lane, jobs in self._lanes.items():
                        if lane in self._busy:
                            continue
                        job = jobs.popleft()
                        if not jobs:
                            del self._lanes[lane]
                        self._busy.add(lane)
                        return job
                due = self._later[0][0] - time.monotonic() if self._later else None
                self._changed.wait(due)
            return None

    def _promote(self) -> None:
        now = time.monotonic()
        while self._later and self._later[0][0] <= now:
            job = heapq.heappop(self._later)[2]
            self._lanes.setdefault(job.lane, deque()).append(job)

    def _attempt(self, session: requests.Session, job: Job) -> None:
        delivery = job.delivery
        webhook = find(self._store, delivery.webhook_id)
        if webhook is None or not webhook.valid:
            deliveries.record(self._store, delivery, state="dropped", error="webhook gone or not valid")
            return
        secret = app_by_id(self._store, webhook.app_id).consumer_secret
        headers = {
            **BARE_HEADERS,
            "Content-Type": "application/json",
            SIGNATURE_HEADER: sign(secret, delivery.body),
        }
        if self._switches.webhook_down:
            self._conclude(job, answer=None, error="ConnectionError")
            return
        answer, error = None, ""
        try:
            response = session.post(
                webhook.url,
                data=delivery.body,
                headers=headers,
                timeout=self._switches.delivery_timeout,
                allow_redirects=False,
            )
            answer = response.status_code
        except requests.RequestException as problem:
            error = type(problem).__name__
        self._conclude(job, answer=answer, error=error)

    def _conclude(self, job: Job, *, answer: int | None, error: str) -> None:
        delays = self._switches.retry_delays if job.delivery.job_id is None else []  # a replay tries once
        if answer is not None and 200 <= answer < 300:
            state = "delivered"
        else:
            state = "retrying" if job.attempt <= len(delays) else "failed"
            log.warning("delivery %s of %s: %s", job.delivery.id, job.delivery.event, answer or error)
        deliveries.record(self._store, job.delivery, state=state, answer=answer, error=error)
        if state == "retrying":
            again = Job(delivery=job.delivery, lane=job.lane + ":retry", attempt=job.attempt + 1)
            self._queue(again, delay=delays[job.attempt - 1] or 0.001)
