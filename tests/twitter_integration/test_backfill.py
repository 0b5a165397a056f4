"""After an outage: the stretch that may be missing is noticed, and X is asked to replay it."""

import time
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from tests.twitter_integration.doorbell import Doorbell
from tests.twitter_integration.test_polling import ask, tell_by_webhook
from twitter_integration import polling
from twitter_integration.deliveries.drain import drain
from twitter_integration.inbox import Arrival, store
from twitter_integration.models import Backfill, Cursor, Event, PartnerAccount, Subscription, Webhook
from twitter_integration.models.cursor import Stream
from twitter_integration.reading import backfill, untold
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.subscriptions import subscribe

MINUTE = timedelta(minutes=1)


def heard(account: PartnerAccount, at: datetime) -> None:
    PartnerAccount.objects.filter(pk=account.pk).update(last_event_at=at)
    Cursor.objects.filter(account=account).update(polled_at=at)


def planned(account: PartnerAccount, *, ago: int, minutes: int = 40) -> Backfill:
    """A stretch that ended so many minutes ago."""
    until = timezone.now() - ago * MINUTE
    webhook_is_ours(account)
    facts = {"app": account.app, "reason": "outage", "created_at": until}
    return Backfill.objects.create(since=until - minutes * MINUTE, until=until, **facts)


def webhook_is_ours(account: PartnerAccount) -> None:
    Webhook.objects.get_or_create(
        app=account.app,
        x_id="77",
        defaults={"url": "https://desk.example/x", "valid": True, "checked_at": timezone.now()},
    )


def test_an_hour_without_poll_or_delivery_is_a_gap(acme: PartnerAccount) -> None:
    now = timezone.now()
    tell_by_webhook(acme)
    heard(acme, now - 60 * MINUTE)
    (gap,) = backfill.notice_gaps(now=now)
    assert (gap.since, gap.until) == (now - 60 * MINUTE, now)
    assert "60 min" in gap.reason


@pytest.mark.parametrize("minutes", [0, 14, 24])
def test_a_quiet_quarter_of_an_hour_is_none(acme: PartnerAccount, minutes: int) -> None:
    tell_by_webhook(acme)
    heard(acme, timezone.now() - minutes * MINUTE)
    assert backfill.notice_gaps(now=timezone.now()) == []


def test_an_account_that_never_heard_anything_has_no_gap(acme: PartnerAccount) -> None:
    tell_by_webhook(acme)
    assert backfill.notice_gaps(now=timezone.now()) == []


def test_an_account_without_webhook_needs_no_replay(acme: PartnerAccount) -> None:
    heard(acme, timezone.now() - 60 * MINUTE)
    assert backfill.notice_gaps(now=timezone.now()) == []


def test_two_gaps_before_the_replay_are_one(acme: PartnerAccount) -> None:
    tell_by_webhook(acme)
    now = timezone.now()
    backfill.plan(acme, since=now - 50 * MINUTE, now=now - 40 * MINUTE, reason="first")
    backfill.plan(acme, since=now - 5 * MINUTE, now=now, reason="second")
    gap = Backfill.objects.get()
    assert (gap.since, gap.until) == (now - 50 * MINUTE, now)


def test_what_reading_finds_first_though_a_webhook_is_there_asks_for_a_replay(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    tell_by_webhook(acme)
    polling.poll(acme, Stream.MENTIONS, now=timezone.now())
    ask(sandbox)
    polling.poll(acme, Stream.MENTIONS, now=timezone.now())
    assert not Backfill.objects.exists()
    with sandbox.world.ids.as_if(earlier_ms=7 * 60_000):
        ask(sandbox, "and my refund?")
    Cursor.objects.update(newest_id="")
    polling.poll(acme, Stream.MENTIONS, now=timezone.now())
    assert "1 event the" in Backfill.objects.get().reason


def test_what_happened_before_the_orders_asks_for_no_replay(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    """X had nobody to tell, and replays nothing of it."""
    tell_by_webhook(acme)
    Subscription.objects.update(created_at=timezone.now())
    with sandbox.world.ids.as_if(earlier_ms=7 * 60_000):
        ask(sandbox)
    assert polling.poll(acme, Stream.MENTIONS, now=timezone.now()).fresh == 1
    assert not Backfill.objects.exists()


@pytest.mark.parametrize("told", [True, False])
def test_what_was_too_young_to_be_judged_is_judged_at_the_next_reading(
    acme: PartnerAccount, sandbox: ThreadedSandbox, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    tell_by_webhook(acme)
    ask(sandbox)
    assert polling.poll(acme, Stream.MENTIONS, now=timezone.now()).fresh == 1
    assert not Backfill.objects.exists()
    if told:
        Event.objects.update(sources=["poll", "account_activity"])
    monkeypatch.setattr(untold, "TOLD_WITHIN", -MINUTE)  # X names its time in whole seconds
    for _ in range(2):
        assert polling.poll(acme, Stream.MENTIONS, now=timezone.now()).fresh == 0
    assert Backfill.objects.exists() is not told
    assert Cursor.objects.get(stream="mentions").untold == []


def test_a_second_stretch_soon_after_the_first_is_noted_and_asked_for_later(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    tell_by_webhook(acme)
    now = timezone.now()
    first = planned(acme, ago=30)
    Backfill.objects.filter(pk=first.pk).update(state="done", asked_at=now - 9 * MINUTE)
    assert backfill.plan(acme, since=first.since, last=first.until, now=now, reason="replayed already") is None
    assert backfill.plan(acme, since=now - 25 * MINUTE, last=now - 24 * MINUTE, now=now, reason="a second") is not None
    backfill.run_replays(now=now + 22 * MINUTE)
    assert Backfill.objects.filter(state="planned").exists()
    backfill.run_replays(now=now + 52 * MINUTE)
    assert not Backfill.objects.filter(state="planned").exists()  # asked: X knows no such webhook


def test_a_replay_waits_for_a_webhook_that_x_holds_invalid(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    planned(acme, ago=22)
    Webhook.objects.update(valid=False)
    assert backfill.run_replays(now=timezone.now()) == 0
    assert (Backfill.objects.get().state, "invalid" in Backfill.objects.get().result) == ("planned", True)


def test_x_is_asked_only_when_the_stretch_is_old_enough(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    planned(acme, ago=20)
    assert backfill.run_replays(now=timezone.now()) == 0
    assert Backfill.objects.get().state == "planned"


def test_what_is_older_than_a_day_is_not_asked_for(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    planned(acme, ago=60 * 25)
    backfill.run_replays(now=timezone.now())
    row = Backfill.objects.get()
    assert (row.state, "older" in row.result) == ("refused", True)


def test_without_a_webhook_there_is_nothing_to_replay_to(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    planned(acme, ago=22)
    Webhook.objects.all().delete()
    backfill.run_replays(now=timezone.now())
    assert "no valid webhook" in Backfill.objects.get().result


def test_a_disturbance_of_x_leaves_the_replay_planned(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    planned(acme, ago=22)
    sandbox.world.faults.plan("status", path="/2/webhooks/replay", status=503)
    assert backfill.run_replays(now=timezone.now()) == 0
    assert Backfill.objects.get().state == "planned"


def test_a_replay_is_done_when_x_says_so(acme: PartnerAccount) -> None:
    row = planned(acme, ago=20)
    Backfill.objects.filter(pk=row.pk).update(state="asked", job_id="5", asked_at=timezone.now())
    backfill.run_replays(now=timezone.now())
    assert Backfill.objects.get().state == "asked"
    now = timezone.now()
    facts = {"kind": "replay_finished", "outcome": "acted", "reason": "Replay 5: Complete"}
    Event.objects.create(key="replay:5", occurred_at=now, received_at=now, **facts)
    backfill.run_replays(now=timezone.now())
    assert (Backfill.objects.get().state, Backfill.objects.get().result) == ("done", "Replay 5: Complete")


def wait_for_the_end() -> None:
    deadline = time.monotonic() + 10
    while not any(b"replay_job_status" in body for body in Doorbell.rung) and time.monotonic() < deadline:
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_what_an_outage_of_the_webhook_swallowed_is_replayed(
    reachable: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    """Likes, too, which no list of X's would bring back."""
    Doorbell.rung.clear()
    sandbox.world.switches.set("replay_min_age", 0)
    sandbox.world.switches.set("retry_delays", [0.05])
    ours = str(sandbox.act("post", user="acmehelp_demo", text="We are back!")["id"])
    subscribe(reachable, now=timezone.now())
    sandbox.world.switches.set("webhook_down", True)
    sandbox.act("like", user="ana_demo", post=ours)
    assert sandbox.settle()
    sandbox.world.switches.set("webhook_down", False)
    assert Doorbell.rung == []
    now = timezone.now()
    backfill.plan(reachable, since=now - 40 * MINUTE, now=now, reason="an outage")
    assert backfill.run_replays(now=now + 22 * MINUTE) == 1
    wait_for_the_end()
    store([Arrival(app_id=reachable.app_id, body=body, received_at=now) for body in Doorbell.rung])
    drain()
    assert Event.objects.filter(kind="like_of_us").exists()
    backfill.run_replays(now=now + 23 * MINUTE)
    assert Backfill.objects.get().state == "done"
