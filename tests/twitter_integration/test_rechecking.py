"""Re-checks: what strangers deleted, hid or edited on X is so here within a day."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.twitter_integration.bodies import number_at, post
from tests.twitter_integration.installed import deliver
from tests.twitter_integration.test_polling import ask
from tickets.models import Message, Ticket
from twitter_integration import polling
from twitter_integration.choices import RECORDED
from twitter_integration.deliveries.drain import drain
from twitter_integration.models import PartnerAccount, PostCheck, Usage
from twitter_integration.models.cursor import Stream
from twitter_integration.monitoring.account_health import health
from twitter_integration.reading import overdue, rechecking
from twitter_integration.reading.rechecking import recheck_due
from twitter_integration.sandbox.server import ThreadedSandbox

NOW = timezone.now


def tomorrow() -> rechecking.Rechecked:
    at = NOW() + timedelta(hours=21)
    return recheck_due(clock=lambda: at)


def asked(acme: PartnerAccount, sandbox: ThreadedSandbox, *texts: str) -> list[str]:
    numbers = [ask(sandbox, text) for text in texts]
    polling.poll(acme, Stream.MENTIONS, now=NOW())
    return numbers


def test_a_post_that_is_gone_on_x_is_emptied_here(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    first, second = asked(acme, sandbox, "my secret", "where is it?")
    sandbox.act("delete", user="ana_demo", post=first)
    assert tomorrow() == rechecking.Rechecked(checked=2, gone=1)
    assert Message.objects.get(external_id=first).text == ""
    assert Message.objects.get(external_id=first).deleted_at is not None
    assert Message.objects.get(external_id=second).text == "@acmehelp_demo where is it?"


def test_what_only_a_recording_told_of_is_never_looked_up(acme: PartnerAccount) -> None:
    recorded, told = (post(text, number=number_at(NOW()), minute=0) for text in ("made up", "X delivered this"))
    deliver(acme, recorded, received_at=NOW(), signed=False)
    deliver(acme, told, received_at=NOW())
    drain()
    assert tomorrow() == rechecking.Rechecked(checked=1, gone=1)
    assert Message.objects.get(deleted_at=None).text == "made up"


def test_what_a_recording_and_x_both_told_of_is_looked_up(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    asked(acme, sandbox, "hello")
    Message.objects.update(sources=[*RECORDED.values(), "poll"])
    assert tomorrow().checked == 1


def test_what_a_stranger_quoted_is_looked_up_too(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    quoted = str(sandbox.act("post", user="ben_demo", text="Ben's secret")["id"])
    sandbox.act("quote", user="ana_demo", text="@acmehelp_demo is he right?", quote=quoted)
    polling.poll(acme, Stream.MENTIONS, now=NOW())
    sandbox.act("delete", user="ben_demo", post=quoted)
    assert tomorrow() == rechecking.Rechecked(checked=2, gone=1)
    message = Message.objects.get()  # what was only quoted leaves no tombstone of its own
    assert message.deleted_at is None and message.quoted is not None
    assert "secret" not in str(message.quoted) and message.quoted["author_handle"] == "ben_demo"
    assert recheck_due(clock=lambda: NOW() + timedelta(days=2)).checked == 1


def test_nothing_is_looked_up_before_its_time(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    asked(acme, sandbox, "hello")
    assert recheck_due().checked == 0
    assert tomorrow().checked == 1
    assert tomorrow().checked == 0


def test_posts_of_done_tickets_are_left_alone(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    asked(acme, sandbox, "hello")
    Ticket.objects.update(status="resolved")
    assert tomorrow().checked == 0


def test_the_longest_unseen_comes_first(
    acme: PartnerAccount, sandbox: ThreadedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(acme, sandbox, "one", "two", "three")
    tomorrow()
    oldest = Message.objects.get(text__endswith="three")
    PostCheck.objects.filter(message=oldest).update(checked_at=NOW() - timedelta(hours=30))
    monkeypatch.setattr(rechecking, "_PER_RUN", 1)
    now = NOW() + timedelta(days=2)
    recheck_due(clock=lambda: now)
    assert PostCheck.objects.get(checked_at=now).message == oldest


def test_an_edited_post_shows_its_new_text(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    (number,) = asked(acme, sandbox, "I love it")
    sandbox.act("edit", user="ana_demo", post=number, text="@acmehelp_demo I hate it")
    assert tomorrow().edited == 1
    message = Message.objects.get()
    assert message.text == "@acmehelp_demo I hate it"
    assert message.versions.count() == 2


def test_when_nearly_all_is_gone_it_is_looked_up_in_another_way(
    acme: PartnerAccount, sandbox: ThreadedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rechecking, "_SUSPICIOUS", 1)
    first, second, _ = asked(acme, sandbox, "one", "two", "three")
    for number in (first, second):
        sandbox.act("delete", user="ana_demo", post=number)
    assert tomorrow().gone == 2
    assert Usage.objects.get(operation="posts.read").calls == 2


def test_a_429_is_waited_for(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    asked(acme, sandbox, "hello")
    sandbox.world.faults.plan("status", path="/2/tweets", status=429)
    at = NOW() + timedelta(hours=21)
    assert recheck_due(clock=lambda: at).checked == 0
    assert recheck_due(clock=lambda: at).checked == 0
    assert recheck_due(clock=lambda: at + timedelta(minutes=16)).checked == 1
    assert [overdue.count([acme], now=at + timedelta(hours=hours))[acme.pk] for hours in (23, 25)] == [0, 1]


def test_what_is_overdue_is_counted_by_the_run_and_told_without_a_look_at_messages(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    asked(acme, sandbox, "hello", "is anybody there?")
    sandbox.world.faults.plan("status", path="/2/tweets", status=503)
    at = NOW() + timedelta(hours=25)
    recheck_due(clock=lambda: at)
    with CaptureQueriesContext(connection) as told:
        assert health(acme, now=at + timedelta(minutes=10)).overdue_checks == 2
    assert not any("tickets_message" in query["sql"] for query in told.captured_queries)
    recheck_due(clock=lambda: at + timedelta(hours=1))
    assert health(acme, now=at + timedelta(hours=1)).overdue_checks == 0


def test_where_no_run_counted_lately_it_is_counted_by_who_asks(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    asked(acme, sandbox, "hello")
    recheck_due()
    assert health(acme, now=NOW() + timedelta(minutes=10)).overdue_checks == 0
    assert health(acme, now=NOW() + timedelta(hours=25)).overdue_checks == 1


def test_what_x_says_nothing_of_is_left_alone() -> None:
    document = {
        "errors": [
            {
                "resource_id": "1",
                "parameter": "ids",
                "type": "https://api.x.com/2/problems/not-authorized-for-resource",
            },
            {"resource_id": "2", "parameter": "ids", "type": "https://api.x.com/2/problems/internal-error"},
            {"resource_id": "3", "parameter": "referenced_tweets.id", "type": "https://x/resource-not-found"},
            {"resource_id": "9", "parameter": "ids", "type": "https://x/resource-not-found"},
            "nonsense",
        ]
    }
    assert rechecking._gone(document, ["1", "2", "3", "4"]) == {"1"}
