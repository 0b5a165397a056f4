"""An account's health: what the card, doctor and /metrics show of its streams."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import ACME
from tests.twitter_integration.installed import install
from tests.twitter_integration.test_polling import ask
from twitter_integration import polling
from twitter_integration.deliveries.hourly import count_events
from twitter_integration.doctor import findings
from twitter_integration.models import Cursor, Delivery, Event, HourlyCount, PartnerAccount
from twitter_integration.monitoring.account_health import StreamHealth, health
from twitter_integration.monitoring.health import signs
from twitter_integration.probes import figures
from twitter_integration.reading.reconciling import reconcile
from twitter_integration.sandbox.server import ThreadedSandbox

NOW = timezone.now
PAGE_STATEMENTS = 26  # one of them reads where each kind of message goes


def stream(account: PartnerAccount, name: str = "mentions", *, after: timedelta = timedelta(0)) -> StreamHealth:
    found = health(account, now=NOW() + after)
    return next(one for one in found.streams if one.stream == name)


def test_it_tells_how_far_each_stream_was_read(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    ask(sandbox)
    polling.poll_due()
    count_events()
    mentions = stream(acme)
    assert mentions.last_event_at is not None and mentions.last_poll_at is not None
    assert mentions.lag is not None and 60 <= mentions.lag < 70
    assert (mentions.window_limit, mentions.failures, mentions.silence) == (300, 0, "")


def test_it_is_complete_up_to_the_least_complete_stream(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    assert health(acme, now=NOW()).complete_until is None
    reconcile(acme, now=NOW())
    found = health(acme, now=NOW())
    assert found.complete_until == min(one.complete_until for one in found.streams if one.complete_until)
    assert found.troubles == []


def test_what_the_last_comparison_left_open_is_complete_up_to_no_moment(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    reconcile(acme, now=NOW())
    Cursor.objects.filter(stream="mentions").update(report={"problem": "X lists 800 at most."})
    polling.poll_due()
    found = health(acme, now=NOW())
    assert (found.complete_until, found.troubles) == (None, ["mentions: not complete. X lists 800 at most."])


def test_a_stream_x_refuses_is_a_trouble(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.faults.plan("status", path="*/mentions", status=503)
    polling.poll_due()
    (trouble,) = health(acme, now=NOW()).troubles
    assert trouble.startswith("mentions: could not be read 1 time in a row")


def test_a_stream_nobody_reads_any_more_is_a_trouble(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    polling.poll_due()
    assert len(health(acme, now=NOW() + timedelta(hours=2)).late) == 4
    assert any("complete only up to" in late for late in health(acme, now=NOW() + timedelta(hours=51)).late)


def test_a_dead_letter_is_a_trouble(acme: PartnerAccount) -> None:
    facts = {"app": acme.app, "digest": b"1", "lane": ACME, "body": b"{}", "received_at": NOW(), "next_try_at": NOW()}
    Delivery.objects.create(state="dead", **facts)
    assert health(acme, now=NOW()).dead_letters == 1
    assert "1 delivery." in health(acme, now=NOW()).troubles[0]


def test_a_dead_letter_that_names_no_account_of_ours_is_told_once(acme: PartnerAccount) -> None:
    for number, lane in enumerate(("", "900000000000000099", acme.page_id)):
        facts = {"digest": bytes([number]) * 32, "lane": lane, "next_try_at": NOW(), "received_at": NOW()}
        Delivery.objects.create(app=acme.app, body=b"{}", state="dead", reason="not a JSON object", **facts)
    install("900000000000000009", app="Acme app", handle="second_demo")
    counts = {one.labels["account"]: one.value for one in figures() if one.name == "kapture_x_dead_letters"}
    assert counts == {"none": 2, acme.page_id: 1, "900000000000000009": 0}
    assert [sign.value for sign in signs(acme, now=NOW()) if sign.label == "Dead letters"] == ["1"]
    unnamed, stranger = (finding for finding in findings() if finding.subject == "dead letters")
    assert unnamed.sentence.endswith("name no account: 1 delivery (not a JSON object).")
    assert "nothing to set up" in unnamed.remedy and not unnamed.fatal
    assert "account 900000000000000099, which is not set up here" in stranger.sentence
    assert "set the account up, then replay" in stranger.remedy


def test_a_silence_beyond_chance_is_said_in_words(acme: PartnerAccount) -> None:
    start = NOW() - timedelta(hours=12)
    Event.objects.bulk_create(
        Event(
            account_id=ACME,
            key=f"post:{number}",
            kind="mention",
            outcome="acted",
            occurred_at=start - timedelta(hours=number),
            received_at=start,
        )
        for number in range(24 * 21)
    )
    count_events()
    assert "Nothing came for 12.0 h" in stream(acme).silence
    assert stream(acme, after=-timedelta(hours=11)).silence == ""
    assert any("normally about" in trouble for trouble in health(acme, now=NOW()).troubles)
    silent = {f.labels["stream"]: f.value for f in figures() if f.name == "kapture_x_stream_silent"}
    assert silent == {"mentions": 1.0}


def test_the_last_event_is_known_before_it_is_counted(acme: PartnerAccount) -> None:
    heard(acme, 1, at=NOW() - timedelta(hours=2))
    count_events()
    newest = heard(acme, 2, at=NOW() - timedelta(seconds=5))
    assert stream(acme).last_event_at == newest
    card = {sign.label: sign.value for sign in signs(acme, now=newest + timedelta(seconds=5))}
    assert card["Mentions"].startswith("last event 5 s ago")
    assert (card["Last event"], acme.last_event_at) == ("5 s ago", None)  # nothing came by webhook
    assert health(acme, now=NOW()).last_event_at == newest
    (age,) = [f.value for f in figures() if f.name == "kapture_x_stream_event_age_seconds"]
    assert age < 3600


def heard(account: PartnerAccount, number: int, *, at: datetime) -> datetime:
    facts = {"kind": "mention", "outcome": "acted", "occurred_at": at, "received_at": at}
    Event.objects.create(account_id=account.page_id, key=f"post:{number}", **facts)
    return at


def test_it_can_be_written_as_json(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    polling.poll_due()
    facts: dict[str, Any] = health(acme, now=NOW()).as_json()
    assert facts["account"] == "acmehelp_demo"
    assert {one["stream"] for one in facts["streams"]} >= {"mentions", "messages", "posts", "reactions"}


def test_metrics_name_every_stream(acme: PartnerAccount, sandbox: ThreadedSandbox, client: Client) -> None:
    polling.poll_due()
    page = client.get("/metrics").content.decode()
    assert f'kapture_x_stream_lag_seconds{{account="{ACME}",stream="messages"}}' in page
    assert f'kapture_x_reading_calls_left{{account="{ACME}"}} 19996.0' in page


@pytest.mark.parametrize("events", [0, 300])
def test_it_takes_as_many_statements_however_much_there_is(
    acme: PartnerAccount, django_assert_num_queries: Any, events: int
) -> None:
    for number in range(events):
        at = NOW() - timedelta(hours=number)
        Event.objects.create(
            account_id=ACME, key=f"post:{number}", kind="mention", outcome="acted", occurred_at=at, received_at=at
        )
    count_events()
    with django_assert_num_queries(6):
        health(acme, now=NOW())


def hour_reads(captured: CaptureQueriesContext) -> int:
    return sum(HourlyCount._meta.db_table in query["sql"] for query in captured.captured_queries)


@pytest.mark.parametrize("others", [0, 3])
def test_a_probe_reads_the_hours_once_for_all_accounts(acme: PartnerAccount, others: int) -> None:
    for number in range(others):
        install(f"90000000000000001{number}", handle=f"other_{number}")
    with CaptureQueriesContext(connection) as captured:
        figures()
    assert hour_reads(captured) == 1


def test_the_page_of_an_account_reads_them_once_and_takes_as_many_statements_as_ever(
    acme: PartnerAccount, admin_client: Client
) -> None:
    page = reverse("admin:twitter_integration_partneraccount_change", args=[acme.pk])
    admin_client.get(page)
    with CaptureQueriesContext(connection) as first:
        admin_client.get(page)
    for number in range(300):
        heard(acme, number, at=NOW() - timedelta(hours=number))
    with CaptureQueriesContext(connection) as later:
        admin_client.get(page)
    assert (hour_reads(first), len(later), len(first)) == (1, len(first), PAGE_STATEMENTS)
