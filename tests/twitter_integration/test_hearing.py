"""What reading and webhook bring at the same moment is one message, and neither stumbles over the other."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.twitter_integration.doorbell import Doorbell
from tests.twitter_integration.test_polling import ask, write
from tickets.models import Message
from twitter_integration.deliveries.drain import drain
from twitter_integration.facts.hearing import came_late
from twitter_integration.inbox import Arrival, store
from twitter_integration.models import Delivery, Event, PartnerAccount
from twitter_integration.polling import poll
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.subscriptions import subscribe

NOW = timezone.now


@pytest.mark.django_db(transaction=True)
def test_poll_and_drain_at_the_same_moment_make_one_message_of_each_post(
    reachable: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    subscribe(reachable, now=NOW())
    for round_ in range(5):
        Doorbell.rung.clear()
        for number in range(4):
            ask(sandbox, f"question {round_} {number}")
            write(sandbox, f"number {round_} {number}")
        assert sandbox.settle()
        store([Arrival(app_id=reachable.app_id, body=body, received_at=NOW()) for body in Doorbell.rung])
        with ThreadPoolExecutor(max_workers=3) as threads:
            worker = threads.submit(_work)
            readers = [threads.submit(_read, reachable, stream) for stream in ("mentions", "messages")]
            assert [reader.result() for reader in readers] == ["read", "read"]
            worker.result()
        drain()
    assert Message.objects.count() == Event.objects.exclude(kind="unknown").count() == 40
    assert set(Delivery.objects.values_list("state", "attempts")) == {("done", 1)}


def _work() -> None:
    try:
        drain()
    finally:
        connection.close()


def _read(account: PartnerAccount, stream: str) -> str:
    try:
        return poll(account, stream, now=NOW()).outcome
    finally:
        connection.close()


def test_a_quarter_of_an_hour_is_late() -> None:
    said = NOW()
    assert not came_late(sent_at=said, received_at=said + timedelta(minutes=15))
    assert came_late(sent_at=said, received_at=said + timedelta(minutes=16))
