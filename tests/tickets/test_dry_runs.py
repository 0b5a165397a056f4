"""docs/rules.md, "Trying a rule before it is switched on": what would be different, ticket by ticket."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import ACME, BEN, make_customer, make_folder, make_queue, make_rule
from tests.tickets.rights import without
from tests.tickets.said import at, says, take_in, writes
from tests.tickets.test_intake_at_scale import person
from tickets.choices import DryRunState, Priority
from tickets.errors import CannotChange
from tickets.happenings import Retraction
from tickets.intake import retract
from tickets.lifecycle import move
from tickets.models import Activity, Address, CustomerList, DryRun, ListEntry, RoutingRule, RuleVersion, Ticket
from tickets.rules.rehearsing import AT_ONCE, order, rehearse_due, rehearse_some

pytestmark = pytest.mark.django_db
REFUND = {"field": "text", "is": "has_any", "value": ["refund"]}
LATER = {"field": "new_ticket", "is": "no"}


def tried(*rules: RoutingRule, days: int = 7) -> DryRun:
    """Seen through to its end, as of two hours after the first message."""
    run = order([rule.pk for rule in rules], days=days, by=None, now=at(120))
    while rehearse_some(run.pk, clock=timezone.now):
        pass
    run.refresh_from_db()
    assert run.state == DryRunState.DONE
    return run


def differences(run: DryRun) -> list[dict[str, Any]]:
    return list(run.lines.order_by("ticket").values_list("changes", flat=True))


def test_a_rule_that_is_off_shows_what_it_would_do_and_does_nothing(acme: Address) -> None:
    refunds = make_queue("Refunds")
    take_in(says("A refund, please"), says("Hello", who=BEN))
    before = Activity.objects.count()
    run = tried(make_rule("Refunds", REFUND, on=False, queue=refunds, priority="high"))
    assert (run.messages, run.done, run.changed) == (2, 2, 1)
    assert differences(run) == [
        {"queue": [acme.queue_id, refunds.pk, "Refunds"], "priority": ["normal", "high", "Refunds"]}
    ]
    assert Activity.objects.count() == before and not Ticket.objects.filter(queue=refunds).exists()


def test_the_newest_version_is_set_against_the_one_in_force(acme: Address) -> None:
    rule = make_rule("Refunds", REFUND, tags=["money"])
    take_in(says("A refund, please"))
    make_rule("Refunds", REFUND, on=False, tags=["money", "refund"])
    assert differences(tried(rule)) == [{"tags": [["money"], ["money", "refund"], "Refunds"]}]
    assert RoutingRule.objects.get().live == RuleVersion.objects.get(number=1)


def test_rules_that_were_not_chosen_stay_as_they_are_in_force(acme: Address) -> None:
    make_rule("First", REFUND, stop=True, position=1)
    make_rule("First", on=False, stop=True, position=1)
    second = make_rule("Second", priority="urgent", on=False, position=2)
    take_in(says("A refund, please"), says("Hello", who=BEN))
    assert [sorted(one) for one in differences(tried(second))] == [["priority"]]
    assert differences(tried(*RoutingRule.objects.all())) == []


def test_what_accounts_and_searches_said_is_where_both_begin(acme: Address) -> None:
    Address.objects.update(folder=make_folder("Inbox"))
    take_in(says("A refund, please"))
    Ticket.objects.update(queue=make_queue("Elsewhere"), folder=None)
    run = tried(
        make_rule("By queue", {"field": "queue", "is": "any_of", "value": [acme.queue_id]}, on=False, tags=["x"])
    )
    assert run.changed == 1


def test_later_messages_go_through_the_rules_that_look_at_them(acme: Address, alice: User) -> None:
    first = says("Where is my order?")
    take_in(first, says("Refund!", minute=5, in_reply_to=first.external_id))
    rule = make_rule("Always", REFUND, on=False, priority="urgent", queue=make_queue("Refunds"), on_later=True)
    assert sorted(differences(tried(rule))[0]) == ["priority", "queue"]
    move(Ticket.objects.get(), make_queue("Orders"), by=alice, now=at(3))
    assert differences(tried(rule)) == [{"priority": ["normal", Priority.URGENT, "Always"]}]


def test_the_loop_guard_holds_here_too(acme: Address) -> None:
    first = says()
    take_in(first, *(says(f"Beep {n}", minute=n, in_reply_to=first.external_id) for n in range(1, 10)))
    rule = make_rule("Talks", LATER, on=False, note="Again.", on_later=True)
    (changes,) = differences(tried(rule))
    assert changes["notes"] == [[], ["Again."] * 5, "Talks"]


def test_everything_a_rule_may_ask_of_the_past_is_known(acme: Address) -> None:
    vips = CustomerList.objects.create(name="VIPs")
    ListEntry.objects.create(list=vips, handle="ana_demo")
    make_customer(followers=12_000)
    text = "Win a free phone today, everybody!"
    take_in(says(text), *(says(text, who=person(n), minute=n) for n in range(1, 4)), says("And?", minute=30))
    asked: dict[str, dict[str, Any]] = {
        "listed": {"field": "list", "is": "any_of", "value": [vips.pk]},
        "famous": {"field": "followers", "is": "at_least", "value": 10_000},
        "repeated": {"field": "repeated_by", "is": "at_least", "value": 3},
        "new": {"field": "first_contact", "is": "yes"},
    }
    for tag, question in asked.items():
        make_rule(tag, question, on=False, tags=[tag])
    found = [set(one["tags"][1]) for one in differences(tried(*RoutingRule.objects.all()))]
    assert found == [
        {"listed", "famous", "new"},
        {"new"},
        {"new", "repeated"},
        {"new", "repeated"},
        {"listed", "famous"},
    ]
    assert ListEntry.objects.get().identity is None


def test_what_was_said_before_the_days_asked_for_is_left_out(acme: Address) -> None:
    take_in(says("A refund, please", minute=-60 * 24 * 9))
    take_in(says("A refund, please", who=BEN))
    run = tried(make_rule("Refunds", REFUND, on=False, tags=["money"]))
    assert (run.done, run.changed) == (1, 1)


def test_each_difference_names_the_rules_that_make_it_and_what_they_found(acme: Address) -> None:
    make_rule("Early", REFUND, on=False, tags=["money"], position=1)
    make_rule("Everybody", tags=["all"], position=2)
    take_in(says("A refund, please"))
    (line,) = tried(*RoutingRule.objects.filter(name="Early")).lines.all()
    assert line.changes == {"tags": [["all"], ["all", "money"], "Early"]}
    (step,) = line.why
    assert (step["name"], step["held"], step["grounds"][0]["found"]) == ("Early", True, "refund")


def test_who_may_not_read_private_messages_learns_nothing_of_them_by_trying(acme: Address, alice: User) -> None:
    take_in(writes("A refund, please"), says("A refund, please", who=BEN))
    rule = make_rule("Refunds", REFUND, on=False, tags=["money"])
    assert tried(rule).changed == 2
    run = order([rule.pk], days=7, by=without(alice, "see_private"), now=at(120))
    rehearse_some(run.pk, clock=timezone.now)
    run.refresh_from_db()
    assert (run.total, run.changed, run.messages) == (1, 1, 1)


def test_a_message_that_is_gone_leaves_no_grounds_behind(acme: Address) -> None:
    said = says("A refund, please")
    take_in(said)
    run = tried(make_rule("Refunds", REFUND, on=False, tags=["money"]))
    gone = Retraction(channel="twitter", address_key=ACME, external_id=said.external_id, at=at(130))
    retract([gone], now=at(130))
    assert (run.lines.get().why, run.lines.get().changes["tags"][1]) == ([], ["money"])


def test_a_rule_that_was_deleted_meanwhile_leaves_the_others(acme: Address) -> None:
    take_in(says("A refund, please"))
    rules = [make_rule(name, REFUND, on=False, tags=[name.lower()]) for name in ("One", "Two")]
    run = order([rule.pk for rule in rules], days=7, by=None, now=at(120))
    rules[0].delete()
    rehearse_some(run.pk, clock=timezone.now)
    assert differences(run) == [{"tags": [[], ["two"], "Two"]}]
    run.refresh_from_db()
    assert "deleted meanwhile" in run.reason


def test_there_has_to_be_something_to_try(acme: Address) -> None:
    with pytest.raises(CannotChange, match="says something"):
        order([RoutingRule.objects.create(name="Empty").pk], days=7, by=None, now=at(0))


def test_a_worker_does_what_was_ordered(acme: Address) -> None:
    take_in(says("A refund, please"))
    run = order([make_rule("Refunds", REFUND, on=False, tags=["money"]).pk], days=7, by=None, now=at(120))
    rehearse_due(clock=timezone.now, at_most=timedelta(seconds=5))
    run.refresh_from_db()
    assert (run.state, run.changed) == (DryRunState.DONE, 1)
    assert rehearse_some(None, clock=timezone.now) == 0


def test_one_that_cannot_be_worked_is_given_up_and_says_so(acme: Address) -> None:
    take_in(says("A refund, please"))
    run = order([make_rule("Refunds", REFUND, on=False).pk], days=7, by=None, now=at(120))
    Activity.objects.filter(verb="ticket.routed").update(data=["broken"])
    rehearse_due(clock=timezone.now, at_most=timedelta(seconds=5))
    run.refresh_from_db()
    assert (run.state, run.reason) == (DryRunState.FAILED, "AttributeError")


def test_statements_grow_neither_with_the_tickets_nor_with_the_rules(acme: Address) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as told:
            tried(*RoutingRule.objects.all())
        return len(told)

    make_rule("Rule 0", REFUND, LATER, {"field": "first_contact", "is": "yes"}, on=False, on_later=True)
    take_in(says("A refund, please"))
    one = statements()
    for number in range(1, 9):
        make_rule(f"Rule {number}", REFUND, on=False)
    take_in(*(says("Refund", who=person(n)) for n in range(60)))
    assert statements() == one and AT_ONCE > 60


def told(*words: str, **options: Any) -> list[str]:
    out = StringIO()
    call_command("rules", *words, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().splitlines()


def test_the_command_tries_rules_by_name_and_says_what_would_be_different(acme: Address) -> None:
    make_rule("Refunds", REFUND, on=False, queue=make_queue("Refunds"))
    make_rule("Other", priority="low")
    take_in(says("A refund, please", minute=0), minute=1)
    Ticket.objects.update(last_inbound_at=timezone.now(), opened_at=timezone.now() - timedelta(hours=1))
    Ticket.objects.get().messages.update(sent_at=timezone.now())
    lines = told("dry_run", "Refunds", "--days", "3")
    assert lines == [
        "1 message on 1 ticket: 1 ticket would be different.",
        f"#{Ticket.objects.get().pk}  queue: Support → Refunds (Refunds)",
    ]
    assert [line for line in told("list") if line.startswith(" 100")] == [
        " 100  Refunds: off",
        " 100  Other: version 1",
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["Nothing"], "no rule “Nothing”"),
        (["--days", "0"], "1 to 90"),
        (["--show", "-1"], "0 or more"),
        ([], "says something"),
    ],
)
def test_the_command_says_what_is_wrong(acme: Address, words: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        told("dry_run", *words)
