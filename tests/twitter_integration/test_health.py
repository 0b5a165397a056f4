"""How an account stands: the signs of the card, from our own rows."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import NOW
from tests.twitter_integration.installed import install
from twitter_integration.choices import TokenState
from twitter_integration.models import AuditNote, Cursor, Delivery, HourlyCount, PartnerAccount, Webhook, XApp
from twitter_integration.monitoring.card import Mark, Sign, in_parts
from twitter_integration.monitoring.health import ACCOUNT_ACTIVITY_ENDS, signs
from twitter_integration.monitoring.judging import judge
from twitter_integration.registering.choices import AccessLevel
from twitter_integration.setup.operating import offered

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> PartnerAccount:
    return install()


def card(*, now: datetime = NOW) -> dict[str, Sign]:
    account = PartnerAccount.objects.select_related("app", "address").get()
    return {sign.label: sign for sign in signs(account, now=now)}


def test_a_token_that_may_too_little_is_advice_and_a_dead_one_a_fault(acme: PartnerAccount) -> None:
    PartnerAccount.objects.update(access_level=AccessLevel.WRITE)
    assert "not use direct messages" in card()["Token"].trouble and not card()["Token"].fatal
    PartnerAccount.objects.update(token_state=TokenState.DEAD)
    assert card()["Token"].fatal and "Connect with X" in card()["Token"].remedy


def test_a_dead_token_is_told_once_and_not_for_every_stream(acme: PartnerAccount) -> None:
    PartnerAccount.objects.update(token_state=TokenState.DEAD)
    for stream in ("mentions", "direct", "posts"):
        Cursor.objects.create(account=acme, stream=stream, failures=3, result="X no longer accepts it.")
    assert [sign.label for sign in card().values() if sign.trouble] == ["Token"]


def test_a_read_that_failed_is_no_read(acme: PartnerAccount) -> None:
    at = NOW - timedelta(seconds=56)
    Cursor.objects.create(account=acme, stream="mentions", polled_at=at, failures=1, result="X answered 503.")
    told = card()["Mentions"]
    assert told.value == "could not be read 56 s ago: X answered 503" and told.mark == Mark.WARNING
    PartnerAccount.objects.update(token_state=TokenState.DEAD)
    assert card()["Mentions"].mark == Mark.WARNING and not card()["Mentions"].trouble
    Cursor.objects.update(failures=0, result="")
    assert (card()["Mentions"].value, card()["Mentions"].mark) == ("read 56 s ago", Mark.FINE)


def test_what_was_read_to_compare_was_read(acme: PartnerAccount) -> None:
    polled, compared = NOW - timedelta(minutes=21), NOW - timedelta(minutes=2)
    told = {"polled_at": polled, "complete_until": NOW - timedelta(minutes=4)}
    Cursor.objects.create(account=acme, stream="answers", reconciled_at=compared, **told)
    assert card()["Answers"].value == "read 2 min ago · complete up to 2026-03-02 09:56 UTC · compared with X 2 min ago"
    Cursor.objects.update(report={"problem": "X answered too slowly."})
    assert card()["Answers"].value.startswith("read 4 min ago")


def test_the_card_tells_what_the_last_comparison_left_open(acme: PartnerAccount) -> None:
    facts = {"polled_at": NOW, "reconciled_at": NOW - timedelta(hours=1), "complete_until": NOW}
    Cursor.objects.create(account=acme, stream="mentions", report={"problem": "X lists 800 at most."}, **facts)
    told = card()["Mentions"]
    assert told.value == "read 0 s ago · compared with X 1 h ago, not complete"
    assert told.trouble == "Mentions: not complete, compared with X 2026-03-02 09:00 UTC. X lists 800 at most."
    assert told.mark == Mark.WARNING
    assert [verdict.word for verdict in judge([acme], now=NOW)] == ["To be looked at"]


def test_what_x_gave_no_answer_to_is_not_said_to_be_compared(acme: PartnerAccount) -> None:
    told = {"problem": "X has a disturbance at the moment.", "asked_at": None}
    facts = {"polled_at": NOW, "reconciled_at": NOW - timedelta(hours=1)}
    Cursor.objects.create(account=acme, stream="mentions", report=told, **facts)
    shown = card()["Mentions"]
    assert shown.value == "read 0 s ago · could not be compared with X 1 h ago"
    assert shown.trouble.startswith("Mentions: could not be compared with X 2026-03-02 09:00 UTC. X has a disturbance")


def test_crossing_over_is_offered_to_whom_account_activity_tells(acme: PartnerAccount) -> None:
    old, new = "account_activity", "x_activity"
    for products, makes_sense in (([], False), ([old], True), ([old, new], False), ([new], False)):
        acme.products = products
        assert ("cross" in offered(acme)) is makes_sense


def test_without_a_token_the_one_advice_is_to_connect_again(acme: PartnerAccount) -> None:
    PartnerAccount.objects.update(
        disconnected_at=NOW, token_state=TokenState.DEAD, products=["account_activity"], access_token=""
    )
    told = [sign for sign in card(now=ACCOUNT_ACTIVITY_ENDS).values() if sign.trouble]
    assert [(sign.label, sign.remedy) for sign in told] == [("Token", "Press “Connect with X” on its page.")]
    assert card()["Subscriptions"].value.endswith("ordered again with a new one: Account Activity")


def test_the_parts_of_the_card_keep_their_places_and_show_the_worst_first(acme: PartnerAccount) -> None:
    Cursor.objects.create(account=acme, stream="mentions", polled_at=NOW, failures=1, result="X answered 503.")
    parts = in_parts(list(card().values()))
    assert [part.name for part in parts] == ["Tokens", "Ways in", "Sending", "Limits"]
    assert parts[1].signs[0].label == "Mentions"


def test_a_webhook_nobody_challenges_is_told_after_a_day(acme: PartnerAccount) -> None:
    Webhook.objects.create(app=acme.app, x_id="1", url="u", valid=True, checked_at=NOW)
    XApp.objects.update(last_challenge_at=NOW - timedelta(hours=24))
    assert card()["Last challenge"].trouble == ""
    assert "more than a day" in card(now=NOW + timedelta(hours=2))["Last challenge"].trouble


def test_an_invalid_webhook_and_missing_orders_are_faults(acme: PartnerAccount) -> None:
    Webhook.objects.create(app=acme.app, x_id="1", url="u", valid=False, checked_at=NOW)
    PartnerAccount.objects.update(products=["x_activity"], refused_orders={"like.create inbound": "Not in this tier."})
    told = card()
    assert "challenge failed" in told["Webhook"].trouble
    assert "1 refused by X" in told["X Activity"].value and "Missing at X" in told["X Activity"].trouble


def test_a_delivery_that_waits_and_one_that_died_are_told(acme: PartnerAccount) -> None:
    for number, state in enumerate(("new", "dead")):
        facts = {"digest": bytes([number]) * 32, "lane": acme.page_id, "body": b"{}", "state": state}
        Delivery.objects.create(app=acme.app, next_try_at=NOW, received_at=NOW, **facts)
    told = card(now=NOW + timedelta(minutes=10))
    assert "10 min ago" in told["Lag"].trouble and told["Dead letters"].value == "1"


def test_each_stream_tells_its_last_event_poll_and_rate_window(acme: PartnerAccount) -> None:
    HourlyCount.objects.create(
        account_id=acme.page_id, stream="mentions", hour=NOW, newest_at=NOW - timedelta(hours=2), counted_to=1
    )
    Cursor.objects.create(
        account=acme,
        stream="mentions",
        polled_at=NOW - timedelta(minutes=3),
        window_limit=15,
        window_left=4,
        window_ends_at=NOW + timedelta(minutes=9),
    )
    assert card()["Mentions"].value == "last event 2 h ago · read 3 min ago · 4 of 15 calls left until 10:09 UTC"


def test_what_the_audit_could_not_mend_stays_until_it_could(acme: PartnerAccount) -> None:
    XApp.objects.update(audited_at=NOW)
    AuditNote.objects.create(app=acme.app, at=NOW, mended=False, sentence="X could not be reached.")
    assert "X could not be reached." in card()["Last audit"].trouble
    XApp.objects.update(audited_at=NOW + timedelta(minutes=30))
    assert card()["Last audit"].trouble == ""


@pytest.mark.parametrize(
    ("day", "trouble", "fatal"),
    [
        (datetime(2026, 3, 2, tzinfo=UTC), "", False),
        (datetime(2026, 12, 1, tzinfo=UTC), "X ends Account Activity", False),
        (ACCOUNT_ACTIVITY_ENDS, "X ended Account Activity", True),
    ],
)
def test_the_end_of_account_activity_is_told_in_time(
    acme: PartnerAccount, day: datetime, trouble: str, fatal: bool
) -> None:
    PartnerAccount.objects.update(products=["account_activity"])
    sign = card(now=day)["Account Activity"]
    assert sign.trouble.startswith(trouble) and (not trouble or sign.fatal == fatal)
    assert ("x_subscribe migrate" in sign.remedy) == bool(trouble)
