"""Before Account Activity is dropped, X's own list of orders is asked: our rows know nothing of what is gone there."""

from datetime import timedelta

import pytest
from django.core.management import CommandError
from django.utils import timezone

from tests.twitter_integration.crossing_over import NEW, OLD, heard, migrate, withdraw_at_x
from twitter_integration.models import PartnerAccount
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.subscriptions import missing_orders

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(reachable: PartnerAccount) -> PartnerAccount:
    """An hour into her crossing, with nothing that the comparison finds amiss."""
    migrate()
    PartnerAccount.objects.update(crossing_since=timezone.now() - timedelta(hours=1))
    heard("mention", OLD, NEW, at=timezone.now() - timedelta(minutes=40))
    reachable.refresh_from_db()
    return reachable


def lacking(account: PartnerAccount) -> list[str]:
    return missing_orders(account, account.app.webhooks.get(), NEW)


def test_an_order_withdrawn_behind_our_back_is_placed_again_before_anything_is_dropped(acme: PartnerAccount) -> None:
    withdraw_at_x(acme, "post.mention.create", "dm.received")
    assert lacking(acme) == ["post.mention.create", "dm.received"]
    with pytest.raises(CommandError, match=r"no order for post\.mention\.create, dm\.received; placed again"):
        migrate("--finish")
    acme.refresh_from_db()
    assert acme.products == [OLD, NEW] and lacking(acme) == []
    assert migrate("--finish")["products"] == [NEW]


def test_forced_it_places_them_again_says_so_and_drops(acme: PartnerAccount) -> None:
    withdraw_at_x(acme, "post.mention.create")
    told = migrate("--finish", "--force")
    assert "X had no order for post.mention.create" in told["ends"][0] and told["products"] == [NEW]
    assert lacking(acme) == []


def test_where_x_does_not_show_its_list_nothing_is_dropped(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.faults.plan("status", path="/2/activity/subscriptions", status=503, count=9)
    with pytest.raises(CommandError, match="Whether X still has all orders of X Activity is not known"):
        migrate("--finish")
    acme.refresh_from_db()
    assert acme.products == [OLD, NEW]
