"""Reconciliation: what X has and we have not is fetched, and nothing is called complete that is not."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import NOW as MOMENT
from tests.twitter_integration.bodies import number_at, post
from tests.twitter_integration.installed import deliver
from tests.twitter_integration.test_polling import ask, tell_by_webhook, write
from tickets.models import Message
from twitter_integration import polling
from twitter_integration.deliveries.drain import drain
from twitter_integration.models import Allowance, Backfill, Cursor, Event, PartnerAccount, Webhook
from twitter_integration.reading import reconciling
from twitter_integration.reading.comparison import Compared, Report
from twitter_integration.reading.reconciling import reconcile
from twitter_integration.sandbox.server import ThreadedSandbox

NOW = timezone.now


def stream(report: Report, name: str) -> Compared:
    return next(one for one in report.streams if one.stream == name)


def forget(*texts: str) -> None:
    """As if neither webhook nor polling had ever told these."""
    lost = Message.objects.filter(text__in=texts)
    numbers = lost.values_list("external_id", flat=True)
    Event.objects.filter(key__in=[f"{kind}:{number}" for number in numbers for kind in ("post", "dm")]).delete()
    lost.delete()


def change_what_is_quoted(acme: PartnerAccount, sandbox: ThreadedSandbox, fate: str) -> None:
    """We know our post, Ana quotes it, and then it is edited or deleted, which we learn too."""
    ours = str(sandbox.act("post", user="acmehelp_demo", text="The strike is over.")["id"])
    polling.poll_due()
    sandbox.act("quote", user="ana_demo", quote=ours, text="Is it?")
    if fate == "edited":
        sandbox.act("edit", user="acmehelp_demo", post=ours, text="The strike is nearly over.")
    else:
        sandbox.act("delete", user="acmehelp_demo", post=ours)
    reconcile(acme, streams=["posts"], now=NOW() + timedelta(minutes=5))
    assert not Message.objects.filter(external_id=ours, deleted_at=None).exists()


def test_what_we_have_in_full_is_complete(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    ask(sandbox)
    write(sandbox)
    polling.poll_due()
    now = NOW()
    report = reconcile(acme, now=now)
    assert (report.complete, report.complete_until) == (True, now - polling.OVERLAP)
    mentions = stream(report, "mentions")
    assert (mentions.on_x, mentions.held, mentions.missing) == (1, 1, 0)


def test_what_is_missing_is_fetched_and_counted(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    ask(sandbox, "first")
    ask(sandbox, "second")
    write(sandbox, "third")
    polling.poll_due()
    forget("@acmehelp_demo first", "third")
    report = reconcile(acme, now=NOW())
    assert report.complete
    assert [(one.missing, one.fetched) for one in report.streams] == [
        *((1, 1), (1, 1)),
        (2, 2),  # of hours before the first poll, which looks back only a little
        (0, 0),
    ]
    assert Message.objects.filter(direction="in").count() == 3
    assert Message.objects.get(text="third").sources == ["reconcile"]


def test_what_only_a_recording_told_of_is_not_taken_for_vanished(acme: PartnerAccount) -> None:
    moment = NOW() - timedelta(hours=1)
    minute = (moment - MOMENT).total_seconds() / 60
    recorded, told = (post(text, number=number_at(moment), minute=minute) for text in ("made up", "X delivered this"))
    deliver(acme, recorded, received_at=moment, signed=False)
    deliver(acme, told, received_at=moment)
    drain()
    assert stream(reconcile(acme, now=NOW()), "mentions").vanished == 1
    assert Message.objects.get(kind="mention", deleted_at=None).text == "made up"


def test_messages_that_came_late_are_told_apart(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    ask(sandbox)
    report = reconcile(acme, now=NOW() + timedelta(minutes=20))
    assert stream(report, "mentions").late == 1


def test_quotes_of_any_recent_post_are_compared(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    ours = [str(sandbox.act("post", user="acmehelp_demo", text=f"News {number}")["id"]) for number in range(12)]
    sandbox.act("quote", user="ana_demo", quote=ours[0], text="Not for me!")
    polling.poll_due()
    polling.poll(acme, "answers", now=NOW())
    assert not Message.objects.filter(kind="quote").exists()
    assert stream(reconcile(acme, now=NOW()), "answers").fetched == 1
    assert Message.objects.get(kind="quote").text == "Not for me!"


@pytest.mark.parametrize("fate", ["edited", "deleted"])
def test_quotes_of_what_we_edited_or_deleted_later_are_found(
    acme: PartnerAccount, sandbox: ThreadedSandbox, fate: str
) -> None:
    change_what_is_quoted(acme, sandbox, fate)
    assert stream(reconcile(acme, streams=["answers"], now=NOW()), "answers").fetched == 1
    assert Message.objects.get(direction="in").text == "Is it?"


@pytest.mark.parametrize("fate", ["edited", "deleted"])
def test_polling_finds_quotes_of_what_we_edited_or_deleted_later(
    acme: PartnerAccount, sandbox: ThreadedSandbox, fate: str
) -> None:
    change_what_is_quoted(acme, sandbox, fate)
    assert polling.poll(acme, "answers", now=NOW()).fresh == 1
    assert Message.objects.get(direction="in").text == "Is it?"


@pytest.mark.parametrize(("registration", "then"), [("v2", "asked to replay"), ("premium", "has no replay")])
def test_what_the_webhook_never_told_has_x_replay_that_time(
    acme: PartnerAccount, sandbox: ThreadedSandbox, registration: str, then: str
) -> None:
    """Likes and deletions of the same time are on none of X's lists."""
    tell_by_webhook(acme)
    Webhook.objects.update(registration=registration)
    with sandbox.world.ids.as_if(earlier_ms=7 * 60_000):
        asked = ask(sandbox)
    out = StringIO()
    call_command("x_reconcile", acme.page_id, stdout=out)
    assert "The webhook had not told 1 event of these." in out.getvalue() and then in out.getvalue()
    (gap,) = Backfill.objects.all()
    assert gap.since == Message.objects.get(external_id=asked).sent_at


def test_reading_again_changes_nothing(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    ask(sandbox)
    reconcile(acme, now=NOW())
    again = reconcile(acme, now=NOW())
    assert (again.complete, Message.objects.filter(direction="in").count()) == (True, 1)


def test_a_refusal_leaves_its_stream_incomplete(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.faults.plan("status", path="/2/dm_events", status=429)
    report = reconcile(acme, now=NOW())
    assert (report.complete, report.complete_until) == (False, None)
    assert "limit" in stream(report, "messages").problem
    assert stream(report, "mentions").complete


def test_an_allowance_that_is_used_up_is_said_and_not_hidden(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    Allowance.objects.create(account=acme, calls_per_day=1)
    ask(sandbox)
    report = reconcile(acme, now=NOW())
    assert stream(report, "posts").problem.startswith("200 % of today's budget is used: 2 of 1 calls.")
    assert not report.complete


def test_no_budget_holds_back_the_comparison_of_what_customers_say(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    Allowance.objects.create(account=acme, calls_per_day=0, cost_per_day=0)
    ask(sandbox)
    write(sandbox)
    report = reconcile(acme, now=NOW())
    assert {one.stream for one in report.streams if not one.problem} == {"mentions", "messages"}
    assert {one.stream for one in report.streams if one.asked_at is None} == {"posts", "answers"}
    assert Message.objects.filter(direction="in", sources=["reconcile"]).count() == 2


def test_x_in_trouble_was_asked_and_nothing_is_said_to_be_compared(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    sandbox.world.faults.plan("status", path="/2/users/*/mentions", status=503, count=10)
    out = StringIO()
    with pytest.raises(CommandError, match="Not everything"):
        call_command("x_reconcile", acme.page_id, stdout=out)
    assert "not compared. X has a disturbance" in out.getvalue() and "was not asked" not in out.getvalue()


def test_somebody_who_says_so_goes_beyond_the_budget_once(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    Allowance.objects.create(account=acme, calls_per_day=1)
    out = StringIO()
    with pytest.raises(CommandError, match="--beyond-budget goes on all the same"):
        call_command("x_reconcile", acme.page_id, stdout=out)
    assert "not compared, X was not asked. 200 % of today's budget is used" in out.getvalue()
    out = StringIO()
    call_command("x_reconcile", acme.page_id, "--beyond-budget", stdout=out)
    assert "complete up to" in out.getvalue()
    assert "“Daily allowances” in the admin raises it." in stream(reconcile(acme, now=NOW()), "posts").problem


def test_more_than_x_lists_cannot_be_called_complete(
    acme: PartnerAccount, sandbox: ThreadedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "LISTED", {"mentions": 3})
    for number in range(3):
        ask(sandbox, f"question {number}")
    report = reconcile(acme, now=NOW())
    assert "X lists 3 at most" in stream(report, "mentions").problem
    assert Message.objects.filter(direction="in").count() == 3


def test_a_window_that_does_not_join_what_was_complete_proves_nothing(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    polling.poll_due()
    long_ago = NOW() - timedelta(days=3)
    Cursor.objects.update(complete_until=long_ago)
    assert stream(reconcile(acme, since=NOW() - timedelta(hours=1), now=NOW()), "posts").complete_until == long_ago
    whole = reconcile(acme, now=NOW())
    assert whole.complete_until is not None and whole.complete_until > long_ago


def test_what_one_comparison_left_open_the_next_compares_and_a_shorter_one_does_not_hide(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    two_days, now = timedelta(days=2), NOW()
    report = {"problem": "X had a disturbance.", "since": (now - two_days).isoformat()}
    Cursor.objects.create(account=acme, stream="posts", complete_until=now, polled_at=now, report=report)
    short = reconcile(acme, since=now - timedelta(hours=1), streams=["posts"], now=now)
    assert "An earlier comparison" in stream(short, "posts").problem and short.complete_until is None
    whole = reconcile(acme, streams=["posts"], now=now)
    assert (stream(whole, "posts").since, whole.complete) == (now - two_days, True)
    assert reconcile(acme, since=now - timedelta(hours=1), streams=["posts"], now=now).complete


def test_where_xs_list_ended_the_next_comparison_begins(
    acme: PartnerAccount, sandbox: ThreadedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "LISTED", {"mentions": 1})
    asked = Message.objects.filter(external_id=ask(sandbox))
    assert not reconcile(acme, streams=["mentions"], now=NOW()).complete
    monkeypatch.setattr(reconciling, "LISTED", {"mentions": 2})
    later = reconcile(acme, streams=["mentions"], now=NOW() + timedelta(days=3))
    assert (stream(later, "mentions").since, later.complete) == (asked.get().sent_at, True)


def test_polling_that_does_not_ask_for_all_quotes_completes_nothing(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    for number in range(11):
        sandbox.act("post", user="acmehelp_demo", text=f"News {number}")
    polling.poll_due()
    polling.poll(acme, "answers", now=NOW())
    before = Cursor.objects.get(stream="answers").complete_until
    polling.poll(acme, "answers", now=NOW() + timedelta(hours=1))
    assert Cursor.objects.get(stream="answers").complete_until == before
    assert reconcile(acme, streams=["answers"], now=NOW()).complete_until is not None


def test_what_was_deleted_on_x_is_emptied_here(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    asked, written = ask(sandbox), write(sandbox)
    polling.poll_due()
    later = NOW() + timedelta(minutes=5)
    sandbox.act("delete", user="ana_demo", post=asked)
    report = reconcile(acme, now=later)
    assert stream(report, "mentions").vanished == 1
    assert Message.objects.get(external_id=asked).text == ""
    assert Message.objects.get(external_id=written).text != ""


def test_it_runs_once_a_day_and_again_soon_after_a_problem(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    polling.poll_due()
    assert len(reconciling.reconcile_due()) == 4
    assert reconciling.reconcile_due() == []
    tomorrow = NOW() + timedelta(hours=24, minutes=1)
    assert len(reconciling.reconcile_due(clock=lambda: tomorrow)) == 4
    assert len(reconciling.reconcile_due(clock=lambda: tomorrow + timedelta(hours=25), at_most=timedelta(0))) == 0
    Cursor.objects.filter(stream="posts").update(report={"problem": "X had a disturbance."})
    (again,) = reconciling.reconcile_due(clock=lambda: tomorrow + timedelta(hours=1, minutes=1))
    assert [one.stream for one in again.streams] == ["posts"]


def test_the_command_reports_in_words_and_in_json(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    ask(sandbox)

    def called(*words: str) -> str:
        out = StringIO()
        call_command("x_reconcile", *words, stdout=out)
        return out.getvalue()

    said = called("@acmehelp_demo", "--since", "2026-01-01")
    assert "@acmehelp_demo: complete up to" in said
    assert "the next run looks at it, at" in said and "by itself, or x_reconcile in a few minutes" in said
    assert "X lists 1, 0 were here, 1 missing, 1 fetched" in said
    assert "Encrypted messages" in said
    facts: dict[str, Any] = json.loads(called("--json"))
    assert facts["complete"] is True and facts["next_due"] > facts["complete_until"]
    with pytest.raises(CommandError, match="is no date"):
        called("--since", "yesterday")
    with pytest.raises(CommandError, match="lies in the future"):
        called("--since", "9999-01-01")
