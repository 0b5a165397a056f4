"""What happens while X tells nobody is read as soon as X tells again, not at the stream's next turn."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.twitter_integration.test_polling import ask
from tickets.models import Bell, Message
from twitter_integration import polling, tasks
from twitter_integration.choices import Product
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.reading import waking
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.connecting import Candidate, connect
from twitter_integration.setup.crossing import begin_crossing, finish_crossing
from twitter_integration.subscriptions import resubscribe_all, subscribe, unsubscribe

NOW = timezone.now
MINUTE = timedelta(minutes=1)
Change = Callable[[PartnerAccount, ThreadedSandbox], None]


def is_rung() -> bool:
    return Bell.objects.filter(name=waking.BELL, rung_at__isnull=False).exists()


def connect_again(account: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    granted = {"access_token": account.access_token, "access_token_secret": account.access_token_secret}
    names = {"page_id": account.page_id, "handle": account.page_name, "name": "Acme", "avatar_url": ""}
    connect(Candidate(level="read-write-directmessages", **names, **granted), account.app, account, now=NOW())


def change_registration(account: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.switches.set("tier", "premium")
    XApp.objects.update(registration="premium", tier="premium", environment=sandbox.credentials["environment"])
    app = XApp.objects.get()
    assert list(resubscribe_all(app, now=NOW())) == [account.page_id]


def subscribe_again(account: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    unsubscribe(account, now=NOW())
    subscribe(account, now=NOW())


def finish(account: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    begin_crossing(account, now=NOW())
    tasks.poll()
    finish_crossing(account, now=NOW(), force=True)


@pytest.mark.parametrize("change", [subscribe_again, connect_again, change_registration, finish])
def test_it_is_read_at_once_and_once_more_when_the_orders_work(
    reachable: PartnerAccount, sandbox: ThreadedSandbox, change: Change
) -> None:
    subscribe(reachable, now=NOW(), products=[Product.ACCOUNT_ACTIVITY])
    tasks.poll()
    assert (polling.poll_due(), is_rung()) == ([], False)
    ask(sandbox)
    change(reachable, sandbox)
    assert is_rung()
    tasks.poll()
    assert Message.objects.filter(direction="in").count() == 1
    assert (polling.poll_due(), is_rung()) == ([], False)
    assert len(polling.poll_due(clock=lambda: NOW() + MINUTE)) == 4
    assert polling.poll_due(clock=lambda: NOW() + 2 * MINUTE) == []


def test_orders_that_are_all_in_place_call_for_no_reading(reachable: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    subscribe(reachable, now=NOW())
    tasks.poll()
    subscribe(reachable, now=NOW())
    assert not is_rung()
