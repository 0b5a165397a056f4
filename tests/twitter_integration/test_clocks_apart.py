"""Our clock is five minutes ahead of X's or behind: reading, replays, crossing over lose nothing and double nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.factories import NOW
from tests.twitter_integration.bodies import CLASSIC, MODERN, relation
from tests.twitter_integration.installed import install
from tests.twitter_integration.test_pairing import tell, told_by
from tests.twitter_integration.test_polling import ask, tell_by_webhook, texts, write
from tickets.models import Happening, Message
from twitter_integration.models import Backfill, Cursor, PartnerAccount, SearchQuery, Subscription, Webhook
from twitter_integration.models.cursor import Stream
from twitter_integration.polling import OVERLAP, poll
from twitter_integration.reading import backfill, search_walks
from twitter_integration.reading.reads import time_of
from twitter_integration.reading.reconciling import reconcile
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.crossing_report import report_crossing
from twitter_integration.setup.webhooks import register_webhook

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
APART = pytest.mark.parametrize("apart", [5 * MINUTE, -5 * MINUTE], ids=["ahead of X's", "behind X's"])


def ours(apart: timedelta) -> datetime:
    """What our clock shows now; X's, the sandbox's, is right."""
    return timezone.now() + apart


@APART
@pytest.mark.parametrize("stream", [Stream.MENTIONS, Stream.MESSAGES])
def test_what_comes_after_an_empty_look_is_read(
    acme: PartnerAccount, sandbox: ThreadedSandbox, apart: timedelta, stream: Stream
) -> None:
    poll(acme, stream, now=ours(apart))
    (ask if stream == Stream.MENTIONS else write)(sandbox)
    assert poll(acme, stream, now=ours(apart) + MINUTE).fresh == 1
    assert poll(acme, stream, now=ours(apart) + 2 * MINUTE).fresh == 0 and Message.objects.count() == 1


@APART
def test_a_long_absence_is_compared_from_where_it_began(
    acme: PartnerAccount, sandbox: ThreadedSandbox, monkeypatch: pytest.MonkeyPatch, apart: timedelta
) -> None:
    """Complete four hours ago by our clock; a minute after that moment, by X's, somebody wrote."""
    monkeypatch.setattr("twitter_integration.reading.reconciling.WINDOW", timedelta(hours=1))
    absence = timedelta(hours=4)
    until = ours(apart) - absence - OVERLAP
    with sandbox.world.ids.as_if(earlier_ms=int((absence - MINUTE) / timedelta(milliseconds=1))):
        ask(sandbox)
    Cursor.objects.create(account=acme, stream=Stream.MENTIONS, complete_until=until, polled_at=until)
    report = reconcile(acme, now=ours(apart), streams=[Stream.MENTIONS])
    assert (report.complete, len(texts())) == (True, 1)


@APART
@pytest.mark.parametrize("hours", [1, 25], ids=["an hour", "longer than X goes back"])
def test_all_of_a_stretch_is_replayed_and_x_takes_it(
    reachable: PartnerAccount, sandbox: ThreadedSandbox, apart: timedelta, hours: int
) -> None:
    """Noted by our clock, and asked for as soon as it is old enough by it."""
    register_webhook(reachable.app, now=timezone.now())
    ended = timezone.now() - backfill.ASKED_AT_AGE
    began = ended - timedelta(hours=hours)
    facts = {"since": began + apart, "until": ended + apart, "created_at": ended + apart}
    row = Backfill.objects.create(app=reachable.app, reason="outage", **facts)
    assert backfill.run_replays(now=ours(apart) - MINUTE) == 0
    assert backfill.run_replays(now=ours(apart)) == 1
    row.refresh_from_db()
    (job,) = sandbox.world.store.rows("SELECT from_ms, to_ms FROM replay_job")
    start, end = (datetime.fromtimestamp(ms / 1000, tz=UTC) for ms in job)
    assert row.state == "asked" and end >= ended
    assert start <= max(began, timezone.now() - timedelta(hours=23, minutes=47))


@pytest.mark.parametrize(("apart", "old", "missed"), [(5, 2, False), (5, 7, True), (-5, 2, False), (-5, 7, True)])
def test_how_late_the_webhook_is_says_the_clock_of_x(
    acme: PartnerAccount, sandbox: ThreadedSandbox, apart: int, old: int, missed: bool
) -> None:
    tell_by_webhook(acme)
    poll(acme, Stream.MENTIONS, now=ours(apart * MINUTE) - 20 * MINUTE)
    with sandbox.world.ids.as_if(earlier_ms=old * 60_000):
        ask(sandbox)
    assert poll(acme, Stream.MENTIONS, now=ours(apart * MINUTE)).fresh == 1
    assert Backfill.objects.exists() == missed


@APART
@pytest.mark.parametrize("first", [CLASSIC, MODERN])
def test_a_follow_told_by_both_products_is_one_and_no_obstacle(apart: timedelta, first: str) -> None:
    """X Activity was ordered a minute before."""
    acme = install()
    hook = Webhook.objects.create(app=acme.app, x_id="1", url="https://a.example", checked_at=NOW)
    ordered = {"webhook": hook, "product": MODERN, "created_at": NOW + apart - MINUTE}
    Subscription.objects.create(account=acme, **ordered)
    acme.crossing_since = NOW + apart - 5 * MINUTE
    for dialect in (first, MODERN if first == CLASSIC else CLASSIC):
        tell(acme, relation("follow", dialect=dialect), after=apart + timedelta(seconds=2))
    assert told_by() == [{CLASSIC, MODERN}] and Happening.objects.count() == 1
    assert report_crossing(acme, now=NOW + apart + timedelta(hours=1)).missed == []


@APART
def test_after_an_hour_that_was_full_a_search_begins_before_x_is_now(apart: timedelta) -> None:
    """And not with what it has read."""
    query = SearchQuery(cap_per_hour=1, hour_hits=1, hour_began_at=ours(apart) - timedelta(hours=1), since_id="1")
    _, since = search_walks.open_hour(query, now=ours(apart))
    assert since <= timezone.now() - MINUTE
    query.hour_hits, query.hour_began_at = 1, ours(apart) - timedelta(hours=1)
    read_to = query.since_id = str(int(query.since_id) + (1 << 40))
    search_walks.open_hour(query, now=ours(apart))
    assert query.since_id == read_to and time_of(read_to) is not None
