"""Consent withdrawn on X, told beside other things: in the same second, by another clock, for another app."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.utils import formatdate
from typing import Any

import pytest
from django.utils import timezone

from tests import factories
from tests.twitter_integration.bodies import MODERN, direct, dump, post
from tests.twitter_integration.installed import deliver, install
from tests.twitter_integration.test_purges_cut_off import candidate
from tickets.models import Message
from twitter_integration.client import XClient
from twitter_integration.deliveries.drain import drain
from twitter_integration.models import Event, PartnerAccount, Subscription, XApp
from twitter_integration.monitoring import x_clock
from twitter_integration.oauth import Keys
from twitter_integration.sandbox.listener import Handler
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.connecting import connect, disconnect
from twitter_integration.subscriptions import subscribe, unsubscribe

pytestmark = pytest.mark.django_db
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
APART = pytest.mark.parametrize("apart", [4 * MINUTE, -4 * MINUTE, 0 * MINUTE], ids=["ahead", "behind", "right"])


def revoke(at: datetime, *, app_id: str = "27000001", dialect: str = "") -> bytes:
    moment = f"{at:%Y-%m-%dT%H:%M:%S}+00:00"
    if dialect == MODERN:
        told = {"date_time": moment, "user_id": factories.ACME, "app_id": app_id}
        return dump({"data": {"event_uuid": "1", "filter": {}, "event_type": "oauth.revoke", "payload": told}})
    revoked = {"date_time": moment, "target": {"app_id": app_id}, "source": {"user_id": factories.ACME}}
    return dump({"user_event": {"revoke": revoked}})


def minute_of(at: datetime) -> float:
    return (at - factories.NOW) / MINUTE


def tell(account: PartnerAccount, *bodies: bytes, after: timedelta = MINUTE) -> None:
    """They come and are worked so much later."""
    then = timezone.now() + after
    deliver(account, *bodies, received_at=then)
    drain(clock=lambda: then)


def fresh() -> PartnerAccount:
    return PartnerAccount.objects.select_related("app", "address").get()


@pytest.fixture
def x_shows(monkeypatch: pytest.MonkeyPatch, sandbox: ThreadedSandbox) -> Iterator[Callable[[timedelta], None]]:
    """Have the clock of X, as its answers show it, differ by so much from ours."""

    def show(apart: timedelta) -> None:
        def date(_: Any, timestamp: float | None = None) -> str:
            return formatdate(time.time() + apart.total_seconds(), usegmt=True)

        monkeypatch.setattr(Handler, "date_time_string", date)
        with XClient(Keys(consumer_key="", consumer_secret="", bearer_token=sandbox.credentials["bearer_token"])) as x:
            x.request("GET", "/2/webhooks", auth="app")

    yield show
    x_clock.note(formatdate(time.time(), usegmt=True))


@pytest.mark.parametrize("dialect", ["", MODERN])
def test_what_was_said_in_the_same_second_is_kept(dialect: str) -> None:
    acme = install()
    at = factories.NOW + 10 * SECOND
    said = [post(minute=minute_of(at + SECOND / 4)), direct(minute=minute_of(at + SECOND / 2))]
    late = post("from later", minute=minute_of(at + 2 * SECOND))
    deliver(acme, *said, revoke(at, dialect=dialect), late, received_at=at + MINUTE)
    drain()
    assert Message.objects.count() == 2 and fresh().told_unasked == 1
    assert not str(fresh().access_token) and fresh().address.banner


def test_withdrawn_in_the_second_it_was_connected_in_it_stops(acme: PartnerAccount) -> None:
    at = timezone.now().replace(microsecond=0)
    connect(candidate(acme), acme.app, acme, now=at + SECOND / 2)
    tell(acme, revoke(at))
    assert not str(fresh().access_token) and fresh().address.sending_stopped


@APART
def test_withdrawn_a_minute_after_it_was_connected_it_stops(
    acme: PartnerAccount, x_shows: Any, apart: timedelta
) -> None:
    x_shows(-apart)
    connect(candidate(acme), acme.app, acme, now=timezone.now())
    tell(acme, revoke(timezone.now() - apart + MINUTE))
    assert not str(fresh().access_token) and "withdrew its consent" in fresh().address.banner


@APART
def test_withdrawn_a_minute_before_and_told_after_it_stops_nothing(
    acme: PartnerAccount, x_shows: Any, apart: timedelta
) -> None:
    x_shows(-apart)
    connect(candidate(acme), acme.app, acme, now=timezone.now())
    tell(acme, revoke(timezone.now() - apart - MINUTE))
    assert str(fresh().access_token) == "new" and not fresh().address.sending_stopped
    event = Event.objects.get(kind="revoked")
    assert event.outcome == "ignored" and "told late" in event.reason


@APART
@pytest.mark.parametrize("end", [unsubscribe, disconnect])
def test_after_the_end_nothing_is_kept_and_what_was_before_is(
    reachable: PartnerAccount, x_shows: Any, apart: timedelta, end: Any
) -> None:
    subscribe(reachable, now=timezone.now())
    x_shows(-apart)
    end(reachable, now=timezone.now())
    theirs = timezone.now() - apart
    told = [post(text, minute=minute_of(theirs + when)) for text, when in (("before", -MINUTE), ("after", MINUTE))]
    tell(reachable, *told)
    assert [message.text for message in Message.objects.all()] == ["before"]


def test_withdrawn_from_another_app_it_stops_nothing(reachable: PartnerAccount) -> None:
    subscribe(reachable, now=timezone.now())
    subscribe(reachable, now=timezone.now())  # X names the app where it lists what is there
    ours = XApp.objects.get().x_id
    assert ours.isdigit() and Subscription.objects.exists()
    tell(reachable, revoke(timezone.now() + MINUTE, app_id="99999"))
    assert str(fresh().access_token) and "another X app" in Event.objects.get(kind="revoked").reason
    for at, named in ((2 * MINUTE, ""), (3 * MINUTE, ours)):
        PartnerAccount.objects.update(access_token="token", disconnected_at=None)
        tell(reachable, revoke(timezone.now() + at, app_id=named), after=at)
        assert not str(fresh().access_token)
