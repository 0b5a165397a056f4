"""A purge that was cut off, or is under way: whoever looks is told, and nothing is connected that it would remove."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.twitter_integration.bodies import post
from tests.twitter_integration.test_polling import ask
from tests.twitter_integration.test_purging import busy  # noqa: F401  (a fixture)
from tickets.models import Message
from twitter_integration import polling
from twitter_integration.accounts import keys_of
from twitter_integration.deliveries.drain import drain
from twitter_integration.deliveries.lanes import LANE_LOCKS, Lane
from twitter_integration.doctor import findings
from twitter_integration.inbox import Arrival, store
from twitter_integration.models import Delivery, PartnerAccount, UnfinishedPurge, XApp
from twitter_integration.models.cursor import Stream
from twitter_integration.monitoring.card import Mark
from twitter_integration.monitoring.judging import judge
from twitter_integration.probes import figures
from twitter_integration.purge.purging import purge
from twitter_integration.reading.reconciling import reconcile
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.connecting import Candidate, CannotConnect, check_page, connect
from twitter_integration.setup.provisioning import AccountFacts, AppFacts, CannotProvision, provision

NOW = timezone.now
AGAIN = "manage.py x_account purge 900000000000000001 --yes"


@pytest.fixture
def cut_off(busy: PartnerAccount) -> PartnerAccount:  # noqa: F811
    """Killed before the first message was removed."""

    def kill(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        purge(busy, now=NOW(), say=kill)
    return again()


def again() -> PartnerAccount:
    return PartnerAccount.objects.select_related("app", "address").get()


def listed() -> str:
    out = StringIO()
    call_command("x_account", "list", stdout=out)
    return out.getvalue()


def candidate(account: PartnerAccount) -> Candidate:
    tokens = {"access_token": "new", "access_token_secret": "new-secret"}
    names = {"page_id": account.page_id, "handle": account.page_name, "name": "Acme"}
    return Candidate(**names, **tokens, avatar_url="", level="read-write-directmessages")


def test_until_it_is_run_again_everybody_is_told_how(cut_off: PartnerAccount) -> None:
    assert Message.objects.exclude(text="").exists()
    (told,) = [finding for finding in findings() if finding.subject == "@acmehelp_demo"]
    assert not told.ok and told.fatal and AGAIN in told.remedy
    states = {figure.labels["state"] for figure in figures() if figure.name.endswith("token_state") and figure.value}
    assert states == {"purging"}
    (verdict,) = judge([cut_off], now=NOW())
    assert (verdict.mark, verdict.word) == (Mark.BAD, "Purge not finished")
    assert "still here" in verdict.sentence and "purge not finished" in listed()
    assert purge(cut_off, now=NOW()).clean
    (told,) = [finding for finding in findings() if finding.subject == "@acmehelp_demo"]
    assert told.ok and listed().endswith("purged  no token\n") and judge([again()], now=NOW())[0].word == "Purged"


def test_killed_before_it_has_gathered_what_to_look_for_it_is_unfinished_too(busy: PartnerAccount) -> None:  # noqa: F811
    def kill(execute: Any, sql: str, *rest: Any) -> Any:
        if "unfinishedpurge" in sql:
            raise KeyboardInterrupt
        return execute(sql, *rest)

    with pytest.raises(KeyboardInterrupt), connection.execute_wrapper(kill):
        purge(busy, now=NOW())
    assert not UnfinishedPurge.objects.exists() and again().is_purge_unfinished


def test_nothing_connects_it_before_the_end(cut_off: PartnerAccount, admin_client: Any) -> None:
    with pytest.raises(CannotConnect, match="has not ended"):
        check_page(candidate(cut_off), cut_off.app, None)
    with pytest.raises(CannotProvision, match=AGAIN):
        tokens = {"access_token": "new", "access_token_secret": "new-secret"}
        provision(AppFacts(name=cut_off.app.name), AccountFacts(page_id=cut_off.page_id, **tokens), now=NOW())
    page = reverse("admin:twitter_integration_partneraccount_change", args=[cut_off.pk])
    form = {"page_name": "acmehelp_demo", "app": cut_off.app_id, "new_access_token": "new"}
    answer = admin_client.post(page, form | {"new_access_token_secret": "new-secret"})
    assert AGAIN in answer.content.decode()
    XApp.objects.update(client_id="client")
    sent = admin_client.post(reverse("x_connect", args=[cut_off.pk]), {"oauth2": "1"})
    assert sent.status_code == 502 and AGAIN in sent.content.decode()
    assert not str(again().access_token) and again().purged_at is not None


def test_a_purge_that_begins_between_the_look_and_the_saving_is_seen(busy: PartnerAccount) -> None:  # noqa: F811
    before = again()
    PartnerAccount.objects.update(purged_at=NOW())
    with pytest.raises(CannotConnect, match="has not ended"):
        connect(candidate(before), before.app, before, now=NOW())


def test_after_the_end_it_is_connected_as_before(cut_off: PartnerAccount) -> None:
    purge(cut_off, now=NOW())
    connected = connect(candidate(cut_off), cut_off.app, again(), now=NOW()).account
    assert connected.enabled and again().purged_at is None and not again().is_purge_unfinished


@pytest.fixture
def connected_again(busy: PartnerAccount) -> PartnerAccount:  # noqa: F811
    """With the token it had, which X still takes here."""
    kept = keys_of(busy)
    tokens = {"access_token": kept.access_token, "access_token_secret": kept.access_token_secret}
    PartnerAccount.objects.update(access_token="", access_token_secret="")  # X is not told to forget it
    purge(again(), now=NOW())
    return provision(AppFacts(name=busy.app.name), AccountFacts(page_id=busy.page_id, **tokens), now=NOW())


@pytest.mark.usefixtures("connected_again")
def test_what_was_purged_is_not_read_again(sandbox: ThreadedSandbox) -> None:
    polling.poll_due()
    assert not Message.objects.exclude(text="").exists()
    reports = [reconcile(again(), now=NOW(), streams=[stream]) for stream in ("mentions", "messages")]
    assert [report.complete for report in reports] == [True, True]
    ask(sandbox, "are you there again?")
    polling.poll(again(), Stream.MENTIONS, now=NOW() + 2 * polling.OVERLAP)
    assert [m.text for m in Message.objects.exclude(text="")] == ["@acmehelp_demo are you there again?"]


def test_nor_is_what_x_replays_of_it(connected_again: PartnerAccount) -> None:
    for at, text in ((NOW() - timedelta(minutes=9), "from before"), (NOW() + timedelta(seconds=9), "from now")):
        told = post(text, minute=(at - factories.NOW) / timedelta(minutes=1))
        store([Arrival(app_id=connected_again.app_id, body=told, received_at=NOW())])
    drain()
    assert [m.text for m in Message.objects.exclude(text="")] == ["from now"]
    assert [bytes(row.body).count(b"from before") for row in Delivery.objects.all()] == [0]


def test_two_at_once_are_one(acme: PartnerAccount) -> None:
    other, lock = connection.copy(), Lane(f"purge of {acme.page_id}").lock
    with other.cursor() as session, pytest.raises(CommandError, match="under way already"):
        session.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [LANE_LOCKS, lock])
        call_command("x_account", "purge", "@acmehelp_demo", "--yes", stdout=StringIO())
    other.close()
    assert again().enabled and again().purged_at is None
