"""Crossing over from Account Activity to X Activity: both side by side, a report, and then the old one is dropped."""

import io
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import ACME, NOW
from tests.twitter_integration.bodies import dump, post
from tests.twitter_integration.crossing_over import NEW, OLD, heard, migrate, withdraw_at_x
from tests.twitter_integration.installed import deliver, install
from twitter_integration.choices import RECORDED
from twitter_integration.deliveries.drain import drain
from twitter_integration.models import Event, PartnerAccount, XApp
from twitter_integration.registering.x_activity import EVENT_TYPES
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.crossing import begin_crossing
from twitter_integration.setup.crossing_report import ENOUGH, LOOK_BACK, SETTLING, STILL_COMING, report_crossing
from twitter_integration.subscriptions import count_subscriptions, subscribe, unsubscribe


@pytest.fixture
def crossing(reachable: PartnerAccount) -> datetime:
    """Acme has been crossing over for an hour; returns a moment in it."""
    subscribe(reachable, now=timezone.now())
    migrate()
    began = timezone.now() - timedelta(hours=1)
    PartnerAccount.objects.update(crossing_since=began)
    return began + timedelta(minutes=20)


def test_both_products_are_ordered_side_by_side(reachable: PartnerAccount) -> None:
    subscribe(reachable, now=timezone.now())
    told = migrate("--keep-both")
    assert told["products"] == [OLD, NEW] and told["since"]
    reachable.refresh_from_db()
    assert count_subscriptions(reachable.app, product=OLD).used == 1
    assert count_subscriptions(reachable.app, product=NEW).used == len(EVENT_TYPES)


def test_subscribing_again_after_the_crossing_orders_the_old_product_no_more(reachable: PartnerAccount) -> None:
    subscribe(reachable, now=timezone.now())
    migrate()
    unsubscribe(reachable, now=timezone.now(), products=[OLD])
    subscribe(reachable, now=timezone.now())
    reachable.refresh_from_db()
    assert reachable.products == [NEW] and not reachable.subscriptions.filter(product=OLD).exists()


def test_the_report_tells_who_told_what(crossing: datetime) -> None:
    heard("mention", OLD, NEW, at=crossing)
    heard("mention", OLD, at=crossing)
    heard("like_of_us", "rest_v2", NEW, at=crossing)
    heard("mention", OLD, at=crossing - timedelta(hours=3))
    told = migrate("--report")
    assert told["told"]["mention"] == {
        "both": 1,
        "account_activity_only": 1,
        "x_activity_only": 0,
        "missed": ["mention:1"],
    }
    assert told["told"]["like_of_us"]["x_activity_only"] == 1
    assert not told["safe_to_finish"]


def test_it_does_not_finish_while_something_came_by_the_old_one_alone(crossing: datetime) -> None:
    heard("message_received", OLD, at=crossing)
    with pytest.raises(CommandError, match="only Account Activity told of: 1 × Direct message received"):
        migrate("--finish")
    assert migrate("--finish", "--force")["products"] == [NEW]


def test_what_x_activity_cannot_tell_holds_up_nobody(crossing: datetime, reachable: PartnerAccount) -> None:
    heard("block_of_us", OLD, at=crossing)
    heard("mention", OLD, NEW, at=crossing)
    because = migrate("--report")["told"]["block_of_us"]["excused_because"]
    assert because == {"X Activity has no order for it": 1}
    assert migrate("--finish")["products"] == [NEW]
    assert count_subscriptions(reachable.app, product=OLD).used == 0
    assert count_subscriptions(reachable.app, product=NEW).used == len(EVENT_TYPES)


@pytest.mark.parametrize("kind", ["mention", "message_received", "post_by_us"])
def test_what_reading_brings_as_well_excuses_x_activity_of_nothing(crossing: datetime, kind: str) -> None:
    heard("like_of_us", OLD, NEW, at=crossing)
    heard(kind, OLD, "rest_v2", at=crossing)
    heard(kind, "reconcile", OLD, RECORDED[NEW], at=crossing)
    told = migrate("--report")
    assert "excused" not in told["told"][kind] and len(told["told"][kind]["missed"]) == 2
    with pytest.raises(CommandError, match="only Account Activity told of: 2 × "):
        migrate("--finish")


def test_what_reading_alone_brings_holds_up_nobody(crossing: datetime) -> None:
    heard("mention", OLD, NEW, at=crossing)
    heard("mention", "rest_v2", at=crossing)
    told = migrate("--report")
    assert told["safe_to_finish"] and told["told"]["mention"]["account_activity_only"] == 0


def test_a_post_that_names_the_account_only_by_the_way_holds_up_nobody(
    crossing: datetime, reachable: PartnerAccount
) -> None:
    deliver(reachable, post("@acmehelp_demo same here", number="1999", begins=15), received_at=crossing)
    deliver(reachable, post("@acmehelp_demo help", number="2000"), received_at=crossing)
    drain()
    told = migrate("--report")["told"]["mention"]
    assert (told["excused"], told["missed"]) == (1, ["post:2000"])


def test_a_post_read_before_account_activity_told_it_still_names_the_account_only_by_the_way(
    crossing: datetime, reachable: PartnerAccount
) -> None:
    (delivery,) = deliver(reachable, post("@acmehelp_demo same here", number="1999", begins=15), received_at=crossing)
    drain()
    Event.objects.update(sources=["rest_v2", OLD], delivery=None, later_deliveries=[delivery.pk])
    told = migrate("--report")["told"]["mention"]
    assert told["excused_because"] == {"names the account only by the way": 1} and "missed" not in told


def test_recordings_are_no_telling_of_either_product(crossing: datetime, reachable: PartnerAccount) -> None:
    for number, dialect in enumerate((OLD, NEW)):
        recorded = post(number=f"190000000000000000{number}", dialect=dialect)
        deliver(reachable, recorded, received_at=crossing, signed=False)
    drain()
    told = migrate("--report")
    assert (told["told"], told["safe_to_finish"]) == ({}, False)


def test_a_recording_excuses_nothing_that_account_activity_told(crossing: datetime) -> None:
    heard("message_received", OLD, RECORDED[OLD], at=crossing)
    with pytest.raises(CommandError, match="only Account Activity told of: 1 × Direct message received"):
        migrate("--finish")


def test_what_is_of_unknown_kind_is_told_and_holds_up_nobody(crossing: datetime, reachable: PartnerAccount) -> None:
    deliver(reachable, dump({"for_user_id": ACME, "galaxy_events": [{"star": "7"}]}), received_at=crossing)
    drain()
    heard("mention", OLD, NEW, at=crossing)
    told = migrate("--report")
    assert told["told"]["unknown"]["excused_because"] == {"of unknown kind, nothing here acts on it": 1}
    assert told["safe_to_finish"]


def test_an_outage_of_long_ago_holds_up_nobody(crossing: datetime) -> None:
    PartnerAccount.objects.update(crossing_since=timezone.now() - 2 * LOOK_BACK)
    heard("mention", OLD, at=timezone.now() - LOOK_BACK * 1.1)
    heard("mention", OLD, NEW, at=crossing)
    assert migrate("--report")["safe_to_finish"]


@pytest.mark.parametrize("product", [OLD, NEW])
def test_withdrawing_either_product_ends_the_crossing_and_its_evidence(
    crossing: datetime, reachable: PartnerAccount, product: str
) -> None:
    heard("mention", OLD, NEW, at=crossing)
    call_command("x_subscribe", "remove", "@acmehelp_demo", "--product", product, stdout=io.StringIO())
    told = migrate("--report")
    assert (told["since"], told["safe_to_finish"]) == (None, False)
    reachable.refresh_from_db()
    subscribe(reachable, now=timezone.now(), products=[product])
    assert migrate("--report")["since"] is None
    assert "too shortly" in migrate()["waiting_for"]


def test_what_came_just_now_is_not_counted_yet(crossing: datetime, reachable: PartnerAccount) -> None:
    heard("mention", OLD, at=timezone.now() - STILL_COMING / 2)
    reachable.refresh_from_db()
    assert report_crossing(reachable, now=timezone.now()).missed == []


def test_it_does_not_finish_before_there_was_anything_to_compare(reachable: PartnerAccount) -> None:
    with pytest.raises(CommandError, match="is not crossing over"):
        migrate("--finish")
    subscribe(reachable, now=timezone.now())
    migrate()
    with pytest.raises(CommandError, match="too shortly: what each told can be compared from"):
        migrate("--finish")


def test_it_says_when_there_will_be_something_to_compare(reachable: PartnerAccount) -> None:
    told = begin_crossing(reachable, now=NOW)
    assert told.as_dict()["safe_to_finish"] is False
    assert "can be compared from 2026-03-02 10:16:00 UTC on" in told.obstacle
    at_last = report_crossing(reachable, now=NOW + SETTLING + ENOUGH + STILL_COMING)
    assert "X Activity has told nothing between 2026-03-02 10:01:00 UTC and 2026-03-02 10:11:00 UTC" in at_last.obstacle


def test_it_says_up_to_when_was_compared(crossing: datetime, reachable: PartnerAccount) -> None:
    told = migrate("--report")
    assert datetime.fromisoformat(told["until"]) <= timezone.now() - STILL_COMING
    PartnerAccount.objects.update(crossing_since=timezone.now())
    assert migrate("--report")["until"] is None


def test_it_does_not_finish_on_silence(crossing: datetime, reachable: PartnerAccount) -> None:
    assert not migrate("--report")["safe_to_finish"]
    with pytest.raises(CommandError, match="nothing shows that it works"):
        migrate("--finish")
    heard("mention", NEW, at=crossing)
    told = migrate("--report")
    assert (told["safe_to_finish"], told["waiting_for"]) == (True, None)
    told = migrate("--finish")
    assert told["products"] == [NEW] and "new ones are ordered by X Activity" in told["next_accounts"]
    assert XApp.objects.get().registration == NEW


def test_the_app_keeps_account_activity_while_another_account_needs_it(
    crossing: datetime, reachable: PartnerAccount
) -> None:
    install("900000000000000009", app=reachable.app.name, handle="second_demo")
    PartnerAccount.objects.filter(page_id="900000000000000009").update(products=[OLD])
    heard("mention", NEW, at=crossing)
    assert "until @second_demo crossed over too" in migrate("--finish")["next_accounts"]
    assert XApp.objects.get().registration == "v2"


def test_it_does_not_finish_while_x_refuses_orders(
    crossing: datetime, reachable: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    heard("mention", OLD, NEW, at=crossing)
    withdraw_at_x(reachable, "dm.received")
    sandbox.world.faults.plan("status", path="/2/activity/subscriptions", method="POST", status=400)
    with pytest.raises(CommandError, match=r"would come no more: dm\.received"):
        migrate("--finish")
    assert migrate("--finish", "--force")["products"] == [NEW]
