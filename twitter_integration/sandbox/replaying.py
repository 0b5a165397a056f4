"""Replay jobs: what was attempted in a window is delivered again after a challenge, once each, and the end is told."""

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from twitter_integration.sandbox import deliveries, webhooks
from twitter_integration.sandbox.apps import app_by_id
from twitter_integration.sandbox.delivery import Job
from twitter_integration.sandbox.ids import now_ms
from twitter_integration.sandbox.store import Store
from twitter_integration.sandbox.webhooks import ChallengeError, Webhook
from twitter_integration.sandbox.wire import encode
from twitter_integration.sandbox.world import World, challenge_terms, send_on_errand

log = logging.getLogger("sandbox.replay")
START_EXTRA = 21 * 60
"""Seconds by which the start of a window must lie further back than its end: 31 and 10 minutes on X."""
DAYS_V1 = timedelta(days=5)
DAYS_V2 = timedelta(hours=24)
PATIENCE = 120.0
"""Seconds a job waits for its deliveries before it ends incomplete."""


class ReplayError(Exception):
    """Why no job begins. `kind`: missing, unreadable, order, too_recent, too_old, challenge, running."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Milliseconds; the end is exclusive."""

    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayJob:
    id: int
    webhook_id: int
    from_ms: int
    to_ms: int
    state: str  # running, Complete, Incomplete
    created_ms: int


def read_window(world: World, from_date: str, to_date: str, *, back: timedelta) -> Window:
    """Two times of the form yyyymmddhhmm (UTC), checked against how old X wants them: at most `back`."""
    window = Window(from_ms=_read(from_date, name="from_date"), to_ms=_read(to_date, name="to_date"))
    if window.from_ms >= window.to_ms:
        raise ReplayError("order", "from_date: must be before to_date.")
    age = world.switches.replay_min_age
    if age <= 0:
        return window
    for name, at, least in (("to_date", window.to_ms, age), ("from_date", window.from_ms, age + START_EXTRA)):
        if now_ms() - at < least * 1000:
            raise ReplayError("too_recent", f"{name}: must be at least {least / 60:g} minutes in the past.")
    if now_ms() - window.from_ms > back.total_seconds() * 1000:
        raise ReplayError("too_old", f"from_date: must be at most {back.total_seconds() / 3600:g} hours in the past.")
    return window


def _read(given: str, *, name: str) -> int:
    if not given:
        raise ReplayError("missing", f"{name}: queryParam is required.")
    try:
        at = datetime.strptime(given, "%Y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError as error:
        raise ReplayError("unreadable", f"Unable to parse parameter. {name}: [{given}].") from error
    if len(given) != 12:
        raise ReplayError("unreadable", f"Unable to parse parameter. {name}: [{given}].")
    return int(at.timestamp() * 1000)


def begin(world: World, webhook: Webhook, window: Window) -> ReplayJob:
    """Challenge the webhook, then start the job in a thread of its own; one job per webhook at a time."""
    store = world.store
    with world.writing:
        running = "SELECT count(*) FROM replay_job WHERE webhook_id = ? AND state = 'running'"
        if store.number(running, (webhook.id,)):
            raise ReplayError("running", "A replay job is already in progress for this webhook.")
        _challenge(world, webhook)
        job_id = world.ids.draw()
        store.add(
            "replay_job",
            id=job_id,
            webhook_id=webhook.id,
            from_ms=window.from_ms,
            to_ms=window.to_ms,
            state="running",
            created_ms=now_ms(),
        )
    job = find(store, job_id)
    assert job is not None
    send_on_errand(world, partial(_run, world, job), name="replay")
    return job


def _challenge(world: World, webhook: Webhook) -> None:
    try:
        webhooks.challenge(app_by_id(world.store, webhook.app_id), webhook.url, challenge_terms(world))
    except ChallengeError as error:
        raise ReplayError("challenge", str(error)) from error


def find(store: Store, job_id: int) -> ReplayJob | None:
    row = store.row("SELECT * FROM replay_job WHERE id = ?", (job_id,))
    return ReplayJob(**dict(row)) if row else None


def abandon(store: Store) -> None:
    """Jobs of a process that has ended will not go on."""
    store.run("UPDATE replay_job SET state = 'Incomplete' WHERE state = 'running'")


def _run(world: World, job: ReplayJob) -> None:
    try:
        complete = _repeat(world, job)
    except Exception:
        log.exception("replay job %s broke off", job.id)
        complete = False
    state = "Complete" if complete else "Incomplete"
    world.store.run("UPDATE replay_job SET state = ? WHERE id = ?", (state, job.id))
    words = (
        "Job completed successfully" if complete else "Job failed to deliver all events, please retry your replay job"
    )
    status = {
        "webhook_id": str(job.webhook_id),
        "job_state": state,
        "job_state_description": words,
        "job_id": str(job.id),
    }
    told = deliveries.add(
        world.store,
        webhook_id=job.webhook_id,
        account_id=None,
        dialect="raw",
        event="replay_job_status",
        body=encode({"replay_job_status": status}),
    )
    world.dispatcher.repeat([told])


def _repeat(world: World, job: ReplayJob) -> bool:
    """Whether every delivery of the window arrived this time."""
    past = deliveries.attempted(world.store, webhook_id=job.webhook_id, from_ms=job.from_ms, to_ms=job.to_ms)
    again = [deliveries.copy(world.store, item, job_id=job.id) for item in past]
    jobs: list[Job] = world.dispatcher.repeat(again)
    ends = time.monotonic() + PATIENCE
    for item in jobs:
        while not item.tried.wait(0.1):
            if world.closing.is_set() or time.monotonic() > ends:
                return False
    ended = [deliveries.find(world.store, item.id) for item in again]
    return all(item is not None and item.state == "delivered" for item in ended)
