"""manage.py x_webhook: what it prints and what it refuses. The dialects have a file of their own."""

import getpass
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from twitter_integration.models import Backfill, Event, PartnerAccount, Webhook, XApp
from twitter_integration.reading.backfill import run_replays
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.auditing import audit_app


def run(*arguments: str) -> Any:
    output = io.StringIO()
    call_command("x_webhook", *arguments, "--json", stdout=output)
    return json.loads(output.getvalue())


def test_it_registers_lists_validates_and_deletes(reachable: PartnerAccount) -> None:
    told = run("register")
    assert told["valid"] and told["accounts"] == {}
    assert [row["ours"] for row in run("list")] == [True]
    assert run("validate") == {"webhook_id": told["webhook_id"], "valid": True}
    assert run("delete", "--id", told["webhook_id"])["deleted"]
    assert run("list") == []


def test_deleting_lasts_until_it_is_registered_again(reachable: PartnerAccount) -> None:
    call_command("x_subscribe", "add", reachable.page_id, stdout=io.StringIO())
    told = run("delete", "--id", Webhook.objects.get().x_id)
    assert told["only_polled"] == [reachable.page_id] and "until they are subscribed again" in told["note"]
    found = audit_app(reachable.app_id, now=timezone.now())
    assert (found.mended, found.failed, Webhook.objects.count()) == ([], [], 0)
    assert run("register")["accounts"][reachable.page_id]["added"] == ["account_activity"]


def test_one_account_may_be_subscribed_again_alone(reachable: PartnerAccount) -> None:
    call_command("x_subscribe", "add", reachable.page_id, "--product", "x_activity", stdout=io.StringIO())
    run("delete", "--id", Webhook.objects.get().x_id)
    call_command("x_subscribe", "add", reachable.page_id, stdout=io.StringIO())
    account = PartnerAccount.objects.get()
    assert (account.products, account.laid_aside) == (["x_activity"], [])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["validate"], "no webhook of ours yet"),
        (["delete"], "Name the registration"),
        (["replay"], "Name the gap"),
        (["delete", "--id", "../.."], "'../..' is no id of X's: they are digits and letters"),
        (["validate", "--id", "١٢"], "is no id of X's"),
        (["replay", "--id", "1", "--from", "0001-01-01", "--to", "0001-01-02"], "Its year is from 2006 to 2100"),
        (["replay", "--id", "1", "--from", "yesterday", "--to", "today"], "Not a moment: 'yesterday'"),
        (["list", "--app", "Nobody's"], 'There is no X app "Nobody\'s"; name one with --app: Acme app'),
    ],
)
def test_what_is_not_said_well_is_answered_in_a_sentence(
    acme: PartnerAccount, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)


def test_a_webhook_nobody_has_on_file_is_not_said_to_be_deleted(reachable: PartnerAccount) -> None:
    with pytest.raises(CommandError, match="There was no webhook 999"):
        run("delete", "--id", "999")


def test_people_get_lines_and_programs_json(reachable: PartnerAccount) -> None:
    made, output = run("register")["webhook_id"], io.StringIO()
    call_command("x_webhook", "list", stdout=output)
    assert output.getvalue().startswith(f"webhook id {made}, url http") and "valid yes, ours yes" in output.getvalue()


def test_a_gap_too_young_to_be_sent_again_is_refused_by_x(reachable: PartnerAccount) -> None:
    run("register")
    with pytest.raises(CommandError, match="X sends again what ended at least 10 minutes"):
        run("replay", "--from", "2026-03-02T10:00", "--to", "2026-03-02T10:10")
    row = Backfill.objects.get()
    assert (row.state, row.asked_by) == ("refused", getpass.getuser()) and "at most 24 hours" in row.result


def test_a_replay_asked_for_by_hand_is_kept_with_what_it_brought(
    reachable: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    run("register")
    sandbox.world.switches.set("replay_min_age", 0)
    end = timezone.now().replace(second=0, microsecond=0)
    since = end - timedelta(minutes=40)
    told = run("replay", "--from", since.isoformat(), "--to", end.isoformat())
    for key, at in (("post:1", since), ("post:2", since - timedelta(hours=1)), (f"replay:{told['job_id']}", end)):
        account = "" if key.startswith("replay") else reachable.page_id
        facts = {"account_id": account, "kind": "mention", "outcome": "acted", "reason": "Replay: Complete"}
        Event.objects.create(key=key, occurred_at=at, received_at=timezone.now(), **facts)
    run_replays(now=timezone.now())
    row = Backfill.objects.get()
    assert (row.since, row.until, row.state, row.asked_by) == (since, end, "done", getpass.getuser())
    assert (row.brought, row.result) == (1, "Replay: Complete")


def test_it_says_which_dialect_is_registered(reachable: PartnerAccount) -> None:
    told = run("register", "--dialect", "v2")
    assert (told["dialect"], told["webhook_of"], "note" in told) == ("v2", "v2", False)
    assert [row["dialect"] for row in run("list")] == ["v2"]


def test_a_dialect_that_is_not_the_apps_is_refused(reachable: PartnerAccount) -> None:
    with pytest.raises(CommandError, match="registers by Account Activity v2"):
        run("register", "--dialect", "premium")
    assert not Webhook.objects.exists()


def test_a_webhook_of_v2_that_enterprise_lists_too_is_told_for_what_it_is(
    reachable: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    sandbox.world.switches.set("tier", "enterprise")
    made = run("register")["webhook_id"]
    XApp.objects.update(registration="enterprise", tier="enterprise")
    told = run("register", "--dialect", "enterprise")
    assert (told["webhook_id"], told["dialect"], told["webhook_of"]) == (made, "enterprise", "v2")
    assert "registered as v2 before" in told["note"]


def test_a_lost_key_is_told_in_a_sentence(acme: PartnerAccount, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = ["n3yRuuqvRYFDbeiBG1QMp1rMkOSgkPMbsuZvHkvNkh4="]
    with pytest.raises(CommandError, match="ENCRYPTION_KEYS"):
        run("list")
    assert XApp.objects.count() == 1
