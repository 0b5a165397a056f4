"""Search queries: hits become labelled messages at their place, within a cap, and lapse when nobody wants them."""

import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command, load_command_class
from django.utils import timezone

from tests.factories import make_agent, make_clock, make_queue
from tests.twitter_integration.test_polling import ask
from tickets import intake
from tickets.models import Activity, Message, SearchLabel, Ticket
from twitter_integration import polling
from twitter_integration.client import Answer
from twitter_integration.models import Allowance, PartnerAccount, SearchQuery, Usage
from twitter_integration.models.cursor import Stream
from twitter_integration.reading import reads, searching
from twitter_integration.reading.previewing import preview
from twitter_integration.reading.search_grammar import WrongQuery
from twitter_integration.reading.searching import run_account
from twitter_integration.sandbox.server import ThreadedSandbox

NOW = timezone.now


def query(account: PartnerAccount, text: str = "parachute", *, label: str = "Parachutes", **fields: Any) -> SearchQuery:
    made = SearchQuery(account=account, label=label, query=text, **fields)
    made.full_clean()
    made.save()
    return made


def say(sandbox: ThreadedSandbox, text: str = "My parachute is late", *, user: str = "ana_demo") -> str:
    return str(sandbox.act("post", user=user, text=text)["id"])


def run(account: PartnerAccount, **more: Any) -> list[tuple[str, int, int]]:
    return [(one.outcome, len(one.events), one.kept) for one in run_account(account, now=NOW(), **more)]


def test_a_hit_becomes_a_labelled_message_at_the_place_the_query_names(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    press = make_queue("Press")
    query(acme, queue=press, priority="high")
    say(sandbox)
    assert run(acme) == [("read", 1, 1)]
    message = Message.objects.get()
    assert (message.kind, message.labels, message.sources) == ("found", ["Parachutes"], ["search"])
    assert Activity.objects.get(verb="ticket.opened").data["labels"] == ["Parachutes"]
    assert SearchLabel.objects.get().name == "Parachutes"  # known to searches and reports
    assert message.ticket is not None
    assert (message.ticket.queue, message.ticket.priority, message.ticket.kind) == (press, "high", "found")


def test_what_was_found_is_not_found_again(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    made = query(acme)
    first = say(sandbox)
    run(acme)
    assert run(acme) == [("read", 0, 0)]
    made.refresh_from_db()
    assert (made.since_id, made.hits, made.kept, made.cost) == (first, 1, 1, Decimal("0.0050"))


def test_a_post_caught_by_two_queries_is_one_message_with_both_labels(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    query(acme, "parachute", label="Parachutes")
    query(acme, "late -refund", label="Delays")
    say(sandbox)
    assert run(acme) == [("read", 1, 1), ("read", 1, 1)]
    assert Message.objects.get().labels == ["Parachutes", "Delays"]


def test_a_later_query_adds_its_label_to_what_is_known(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    query(acme)
    say(sandbox)
    run(acme)
    query(acme, "late", label="Delays")
    assert run(acme)[0] == ("read", 1, 0)
    assert (Message.objects.get().labels, Ticket.objects.count()) == (["Parachutes", "Delays"], 1)
    assert {one.name for one in SearchLabel.objects.all()} == {"Parachutes", "Delays"}


def test_a_mention_that_a_query_catches_stays_a_mention(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    query(acme)
    ask(sandbox, "my parachute is late")
    run(acme)
    polling.poll(acme, Stream.MENTIONS, now=NOW())
    message = Message.objects.get()
    assert (message.kind, message.labels, message.sources) == ("mention", ["Parachutes"], ["search", "poll"])


def test_our_own_posts_are_no_hits(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    query(acme)
    say(sandbox, "Our new parachute is here", user="acmehelp_demo")
    assert run(acme) == [("read", 0, 0)]


def test_beyond_the_cap_nothing_is_kept_or_read_until_the_hour_is_over(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    query(acme, cap_per_hour=2)
    for number in range(4):
        say(sandbox, f"parachute {number}")
    assert run(acme)[0] == ("read", 2, 2)
    before = Usage.objects.get(operation="posts.search").calls
    assert run(acme) == [("capped", 0, 0)]
    assert Usage.objects.get(operation="posts.search").calls == before
    (later,) = run_account(acme, now=NOW() + timedelta(minutes=61))
    assert (later.outcome, later.query.hour_hits) == ("read", 0)


def test_what_one_run_does_not_reach_the_next_ones_read(
    acme: PartnerAccount, sandbox: ThreadedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "PAGE", 10)
    monkeypatch.setattr(searching, "MOST_PAGES", 1)
    made = query(acme, cap_per_hour=5000)
    for number in range(21):
        say(sandbox, f"parachute {number}")
    assert run(acme) == [("read", 10, 10)]
    newest = say(sandbox, "parachute, the newest")
    assert [run(acme) for _ in range(4)] == [[("read", count, count)] for count in (10, 1, 1, 0)]
    made.refresh_from_db()
    assert (made.since_id, made.until_id, made.head_id) == (newest, "", "")


def test_a_refusal_between_pages_loses_nothing_and_reads_nothing_twice(
    acme: PartnerAccount, sandbox: ThreadedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "PAGE", 10)
    query(acme)
    for number in range(12):
        say(sandbox, f"parachute {number}")
    read = reads.read_hits

    def read_once(*given: Any, **named: Any) -> Answer:
        answer = read(*given, **named)
        sandbox.world.faults.plan("status", path="/2/tweets/search/recent", status=429)
        return answer

    with monkeypatch.context() as between:
        between.setattr(reads, "read_hits", read_once)
        assert run(acme) == [("failed", 10, 10)]
    (later,) = run_account(acme, now=NOW() + timedelta(minutes=16))
    assert (later.outcome, len(later.events), later.kept) == ("read", 2, 2)


def test_a_walk_below_what_x_still_finds_is_over(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    old, head = (reads.first_id_at(NOW() - timedelta(days=days)) for days in (8, 6))
    made = query(acme)
    SearchQuery.objects.filter(pk=made.pk).update(since_id=old, until_id=old, head_id=head)
    say(sandbox)
    assert run(acme) == [("read", 1, 1)]


def test_a_refused_query_holds_up_no_other(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    query(acme, label="First")
    query(acme, "late", label="Second")
    say(sandbox)
    sandbox.world.faults.plan("status", path="/2/tweets/search/recent", status=400)
    assert [outcome for outcome, _, _ in run(acme)] == ["failed", "read"]
    assert SearchQuery.objects.get(label="First").last_error
    assert Message.objects.count() == 1


def test_a_429_stops_the_round_and_loses_nothing(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    query(acme)
    say(sandbox)
    sandbox.world.faults.plan("status", path="/2/tweets/search/recent", status=429)
    assert run(acme) == [("failed", 0, 0)]
    assert run(acme) == [("waits", 0, 0)]
    (done,) = run_account(acme, now=NOW() + timedelta(minutes=16))
    assert done.kept == 1


def test_the_daily_allowance_holds_for_searches_too(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    Allowance.objects.create(account=acme, cost_per_day=Decimal("0.01"))
    query(acme)
    say(sandbox, "parachute one")
    say(sandbox, "parachute two")
    run(acme)
    assert run(acme) == [("waits", 0, 0)]


def test_a_query_is_checked_before_it_is_saved(acme: PartnerAccount) -> None:
    with pytest.raises(ValidationError, match=r"never closed. \(at character 1\)"):
        query(acme, "(late OR lost")
    with pytest.raises(ValidationError, match="512 characters"):
        query(acme, "x" * 510, language="en")


def test_a_language_is_part_of_what_x_is_asked(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    assert query(acme, "late OR lost", language="de").composed == "(late OR lost) lang:de"


def test_what_nobody_takes_up_lapses(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    query(acme, auto_resolve_after_hours=2)
    say(sandbox, "parachute one")
    say(sandbox, "parachute two", user="ben_demo")
    run(acme)
    taken = Ticket.objects.latest("id")
    Ticket.objects.filter(pk=taken.pk).update(assignee=make_agent())
    assert searching.let_lapse(now=NOW() + timedelta(minutes=119)) == 0
    assert searching.let_lapse(now=NOW() + timedelta(minutes=121)) == 1
    assert sorted(Ticket.objects.values_list("status", flat=True)) == ["new", "resolved"]


def test_who_writes_to_us_after_being_found_does_not_lapse(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    query(acme, auto_resolve_after_hours=1)
    found = say(sandbox)
    run(acme)
    sandbox.act("reply", user="ana_demo", in_reply_to=found, text="@acmehelp_demo please help")
    polling.poll(acme, Stream.MENTIONS, now=NOW())
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.kind, ticket.messages.count()) == ("new", "found", 2)
    assert searching.let_lapse(now=NOW() + timedelta(hours=3)) == 0
    assert intake.let_lapse([ticket.pk], now=NOW()) == 0


def test_what_several_queries_caught_stays_as_long_as_the_most_patient_says(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    patient = query(acme, label="Patient")
    query(acme, "late", label="Hasty", auto_resolve_after_hours=1)
    say(sandbox)
    run(acme)
    assert searching.let_lapse(now=NOW() + timedelta(hours=3)) == 0
    SearchQuery.objects.filter(pk=patient.pk).update(auto_resolve_after_hours=5)
    lapsed = [searching.let_lapse(now=NOW() + timedelta(hours=hours)) for hours in (3, 6)]
    assert lapsed == [0, 1]


def test_what_lapses_keeps_no_promise(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    query(acme, auto_resolve_after_hours=1)
    say(sandbox)
    run(acme)
    ticket = Ticket.objects.get()
    ticket.clocks.all().delete()
    make_clock(ticket, "first_response")
    make_clock(ticket, "resolution")
    assert searching.let_lapse(now=NOW() + timedelta(hours=3)) == 1
    assert [(clock.met, clock.ended_at is None) for clock in ticket.clocks.all()] == [(None, False)] * 2


def test_a_preview_tells_hits_volume_and_cost(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    say(sandbox, "parachute one")
    say(sandbox, "parachute two")
    seen = preview(acme, "parachute", cap_per_hour=10, now=NOW())
    assert [hit.text for hit in seen.hits] == ["parachute two", "parachute one"]
    assert seen.per_day > 0
    assert seen.most_per_day == Decimal("1.200")
    assert 0 < seen.cost_per_day <= Decimal(str(seen.per_day)) * Decimal("0.005")


def test_our_own_posts_are_no_hits_of_a_preview(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.act("post", user="acmehelp_demo", text="parachute by us")
    say(sandbox, "parachute by Ana")
    assert [hit.text for hit in preview(acme, "parachute", now=NOW()).hits] == ["parachute by Ana"]
    assert Message.objects.count() == 0


def test_a_preview_tells_which_hits_are_held_already(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    query(acme)
    say(sandbox, "parachute one")
    run(acme)
    say(sandbox, "parachute two")
    new, old = preview(acme, "parachute", now=NOW()).hits
    assert (new.held, old.held) == (False, True)
    who = Message.objects.get().identity
    assert who is not None and (old.author, old.name) == ("ana_demo", who.name)
    assert old.link.endswith(f"/ana_demo/status/{Message.objects.get().external_id}")
    assert old.sent_at == Message.objects.get().sent_at


def test_a_preview_of_a_wrong_query_asks_x_nothing(acme: PartnerAccount) -> None:
    with pytest.raises(WrongQuery):
        preview(acme, "has:media", now=NOW())
    assert not Usage.objects.exists()


@pytest.mark.parametrize("cap", ["-5", "0", "5001", "many", "9" * 30])
def test_the_command_takes_a_cap_that_a_query_may_have(acme: PartnerAccount, cap: str) -> None:
    with pytest.raises(CommandError, match="takes a number from 1 to 5000, not"):
        call_command("x_search", "preview", "@acmehelp_demo", "--query", "cats", f"--cap={cap}")


def test_people_are_told_of_queries_in_sentences(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    query(acme)
    say(sandbox)

    def told(*words: str) -> str:
        out = StringIO()
        call_command("x_search", *words, stdout=out)
        return out.getvalue()

    assert "Parachutes, enabled: parachute" in told("list") and "never run" in told("list")
    tried = told("preview", "@acmehelp_demo", "Parachutes")
    assert "posts a day (counted by X over a week)" in tried and "The newest hits:\n  2" in tried
    assert told("run", "@acmehelp_demo") == "Parachutes: read, 1 hit, 1 kept.\n"
    assert "1 hit, 1 kept, 0 answered" in told("list") and "last run 2" in told("list")
    acme.search_queries.all().delete()
    assert told("list") == "There are no search queries yet.\n"


def test_the_command_previews_runs_and_lists(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    query(acme)
    say(sandbox)

    def called(*words: str) -> Any:
        out = StringIO()
        call_command("x_search", *words, "--json", stdout=out)
        return json.loads(out.getvalue())

    (hit,) = called("preview", "@acmehelp_demo", "parachutes")["newest hits"]
    assert " UTC @ana_demo: My parachute is late http" in hit
    assert called("run", "acmehelp_demo")["kept"] == 1
    assert called("list", "acmehelp_demo")["answered"] == 0
    assert called("list")["account"] == "acmehelp_demo"
    with pytest.raises(CommandError, match=r"^Whose query\? x_search run PAGE"):
        called("run")
    with pytest.raises(CommandError, match="has no query 'none'"):
        called("preview", "acmehelp_demo", "none")


def test_a_query_that_begins_with_a_minus_is_a_query(acme: PartnerAccount, capsys: pytest.CaptureFixture[str]) -> None:
    command = load_command_class("twitter_integration", "x_search")
    with pytest.raises(SystemExit):  # it was read as a query, and refused as one
        command.run_from_argv(["manage.py", "x_search", "preview", "acmehelp_demo", "--query", "-is:retweet"])
    assert "X does not search by exclusions alone" in capsys.readouterr().err


def test_the_query_of_a_purged_account_is_not_listed_as_running(acme: PartnerAccount) -> None:
    SearchQuery.objects.create(account=acme, label="Outages", query="gate closed")
    PartnerAccount.objects.update(enabled=False, purged_at=NOW(), purge_ended_at=NOW())
    out = StringIO()
    call_command("x_search", "list", stdout=out)
    assert "Outages, does not run (its account: purged): gate closed" in out.getvalue()
