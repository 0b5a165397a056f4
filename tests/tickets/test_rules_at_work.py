"""docs/rules.md, "Routing rules", on real messages: what a rule does to a ticket, what stays, what is said of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    ACME,
    BEN,
    NOW,
    make_agent,
    make_customer,
    make_folder,
    make_outsider,
    make_policy,
    make_queue,
    make_rule,
)
from tests.tickets.said import at, only_ticket, says, take_in, texts, verbs, we_say, writes
from tests.tickets.test_intake_at_scale import mixed
from tickets.choices import Metric, Priority, Status
from tickets.errors import CannotChange
from tickets.happenings import Retraction
from tickets.inbound import InboundMessage, Span
from tickets.intake import retract
from tickets.lifecycle import change_priority, move
from tickets.models import (
    Activity,
    Address,
    BusinessHours,
    CustomerList,
    Identity,
    ListEntry,
    RoutingRule,
    RuleRun,
    Saying,
    SlaTarget,
    Ticket,
)
from tickets.rules.evidence import forget_sayings
from tickets.rules.rehearsing import order, rehearse_some
from tickets.rules.versions import roll_back, save_version, switch_off, switch_on
from tickets.rules.wording import step_words
from tickets.timeline import load_names, plain_sentence

pytestmark = pytest.mark.django_db
REFUND = {"field": "text", "is": "has_any", "value": ["refund", "money back"]}
FAMOUS = {"field": "followers", "is": "at_least", "value": 10_000}


def sentences(ticket: Ticket) -> list[str]:
    lines = list(Activity.objects.filter(ticket=ticket, verb="ticket.ruled"))
    return [plain_sentence(line, load_names(lines, user=AnonymousUser())) for line in lines]


def opened(text: str = "I want my money back", **fields: Any) -> Ticket:
    (told,) = take_in(says(text, **fields))
    return Ticket.objects.get(messages__external_id=told.external_id)


# A new ticket


def test_a_rule_routes_a_new_ticket_and_the_history_says_why(acme: Address) -> None:
    make_rule("Refund words", REFUND, queue=make_queue("Refunds"))
    ticket = opened()
    assert ticket.queue.name == "Refunds"
    assert sentences(ticket) == ["Routed to Refunds by rule ‘Refund words’ (version 1): it says “money back”."]


def test_a_rule_that_does_not_hold_leaves_everything_as_the_account_says(acme: Address) -> None:
    make_rule("Refund words", REFUND, queue=make_queue("Refunds"))
    ticket = opened("Where is my order?")
    assert (ticket.queue.name, sentences(ticket)) == ("Support", [])


def test_what_a_rule_found_goes_with_the_words_and_that_it_held_stays(acme: Address) -> None:
    make_rule("Refund words", REFUND, queue=make_queue("Refunds"))
    ticket, other = opened(), opened("My money back, now!", minute=1)
    number = str(ticket.messages.get().external_id)
    retract([Retraction(channel="twitter", address_key=ACME, external_id=number, at=at(5))], now=at(5))
    assert sentences(ticket) == ["Routed to Refunds by rule ‘Refund words’ (version 1)."]
    assert [("grounds" in step, step["held"]) for step in ticket.rule_runs.get().steps] == [(False, True)]
    assert "money back" in sentences(other)[0] and "grounds" in other.rule_runs.get().steps[0]


def test_everything_a_rule_may_do(acme: Address, alice: User) -> None:
    policy = make_policy("Fast", minutes={Metric.FIRST_RESPONSE: 5})
    make_rule(
        "All of it",
        folder=make_folder("Money"),
        sla_policy=policy,
        priority="urgent",
        assignee=alice,
        tags=["money", "press"],
        note="Be kind.",
        notify=[alice.pk],
    )
    ticket = opened()
    assert (ticket.folder_id, ticket.sla_policy, ticket.priority) == (make_folder("Money").pk, policy, "urgent")
    assert ticket.assignee == alice and set(ticket.tags.values_list("name", flat=True)) == {"money", "press"}
    assert ticket.next_due_at == at(5) and "Be kind." in texts(ticket)
    did = "Filed under Money, promised as in Fast, priority set to urgent, assigned to Alice, tagged money, press"
    assert sentences(ticket) == [f"{did}, a note left, Alice told by rule ‘All of it’ (version 1)."]


def test_what_is_ignored_promises_nothing_and_takes_messages_in_silence(acme: Address) -> None:
    make_rule("Emoji", {"field": "only_emoji", "is": "yes"}, ignore=True)
    ticket = opened("@acmehelp_demo 😡")
    assert (ticket.status, ticket.next_due_at) == (Status.IGNORED, None)
    take_in(says("Hello?", minute=5, in_reply_to=ticket.messages.get().external_id))
    assert only_ticket().status == Status.IGNORED


def test_nobody_is_given_what_they_may_not_work(acme: Address) -> None:
    make_rule("To Charlie", assignee=make_outsider())
    make_rule("Told", tags=["seen"])
    ticket = opened()
    assert ticket.assignee is None and sentences(ticket) == ["Tagged seen by rule ‘Told’ (version 1)."]


def test_whoever_may_not_have_it_takes_it_from_nobody(acme: Address, alice: User) -> None:
    make_rule("To Alice", assignee=alice, position=1)
    make_rule("To Charlie", assignee=make_outsider(), position=2)
    assert opened().assignee == alice
    step = RuleRun.objects.get().steps[1]
    assert step["held"] and "may not work it" in step_words(step, {})


def test_rules_are_gone_through_in_order_and_stop_where_one_says_so(acme: Address) -> None:
    make_rule("Last", queue=make_queue("Late"), position=3)
    make_rule("Stops", REFUND, queue=make_queue("Refunds"), position=2, stop=True)
    make_rule("First", priority="high", position=1)
    ticket = opened()
    assert (ticket.queue.name, ticket.priority) == ("Refunds", "high")
    assert [step["name"] for step in RuleRun.objects.get().steps] == ["First", "Stops"]


def test_the_log_says_of_each_rule_what_decided(acme: Address) -> None:
    make_rule("Famous", REFUND, FAMOUS, queue=make_queue("Press"), position=1)
    make_rule("Refunds", REFUND, tags=["money"], position=2)
    make_customer(followers=12)
    opened()
    failed, held = RuleRun.objects.get().steps
    assert (failed["held"], failed["grounds"][0]["field"], failed["grounds"][0]["found"]) == (False, "followers", 12)
    assert (held["held"], held["grounds"][0]["path"], held["grounds"][0]["found"]) == (True, "1", "money back")


def test_a_rule_that_cannot_be_read_any_more_keeps_no_message_out(acme: Address) -> None:
    make_rule("Broken", {"field": "horoscope", "is": "yes"}, queue=make_queue("Stars"))
    make_rule("Sound", REFUND, tags=["money"])
    assert opened().tags.get().name == "money"


# What is asked of customer, account and time


def test_vips_are_known_by_handle_until_they_write_and_by_who_they_are_from_then_on(acme: Address) -> None:
    vips = CustomerList.objects.create(name="VIPs")
    entry = ListEntry.objects.create(list=vips, handle="ana_demo")
    make_rule("VIPs", {"field": "list", "is": "any_of", "value": [vips.pk]}, priority="high")
    ticket = opened()
    entry.refresh_from_db()
    assert (ticket.priority, entry.identity) == ("high", ticket.identity)
    Identity.objects.filter(pk=ticket.identity_id).update(handle="ana_elsewhere")
    assert opened("And again", minute=1).priority == "high"
    assert opened("Me too", who=BEN, minute=2).priority == "normal"


def test_who_never_wrote_before_is_new_once(acme: Address) -> None:
    make_rule("New here", {"field": "first_contact", "is": "yes"}, tags=["new"])
    first, second = (opened(text, minute=n) for n, text in enumerate(["Hello", "And my invoice?"]))
    assert (first.tags.count(), second.tags.count()) == (1, 0)


def test_what_many_say_is_counted_for_a_day(acme: Address) -> None:
    make_rule("Spam", {"field": "repeated_by", "is": "at_least", "value": 3}, ignore=True)
    text = "@acmehelp_demo Win a free phone today https://a.example/{}"
    tickets = [opened(text.format(n), who=str(910000000000000000 + n), minute=n) for n in range(4)]
    assert [ticket.status for ticket in tickets] == ["new", "new", "ignored", "ignored"]
    late = opened(text.format(9), who="910000000000000009", minute=60 * 25)
    assert late.status == "new"
    forget_sayings(now=NOW + timedelta(days=9))
    assert Saying.objects.count() == 0


def test_what_comes_outside_business_hours(acme: Address) -> None:
    hours = BusinessHours.objects.create(
        name="Office", opening_hours="Mon-Fri 09:00-18:00", own_days="2026-03-03 closed"
    )
    make_rule("Closed", {"field": "open_hours", "is": "none_of", "value": [hours.pk]}, tags=["night"])
    at_ten, at_eight, on_closed = (opened(f"{n}", minute=60 * n).tags.count() for n in (0, 10, 24))
    assert (at_ten, at_eight, on_closed) == (0, 1, 1)


# On later messages


def test_only_a_rule_that_says_so_looks_at_later_messages(acme: Address) -> None:
    make_rule("At first", REFUND, tags=["money"])
    make_rule("Always", REFUND, priority="urgent", on_later=True)
    ticket = opened("Where is my order?")
    take_in(says("Then my money back!", minute=5, in_reply_to=ticket.messages.get().external_id))
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.tags.count()) == ("urgent", 0)
    assert sentences(ticket) == ["Priority set to urgent by rule ‘Always’ (version 1): it says “money back”."]
    assert RuleRun.objects.filter(ticket=ticket, later=True).count() == 1


def test_a_later_rule_brings_the_new_prioritys_promises(acme: Address) -> None:
    SlaTarget.objects.filter(policy=acme.sla_policy, metric=Metric.FIRST_RESPONSE, priority=Priority.URGENT).update(
        minutes=15
    )
    make_rule("Always", REFUND, priority="urgent", on_later=True)
    ticket = opened("Where is my order?")
    take_in(says("Money back!", minute=5, in_reply_to=ticket.messages.get().external_id), minute=6)
    assert only_ticket().next_due_at == at(15)


def test_what_a_person_chose_stays(acme: Address, alice: User) -> None:
    make_rule("Always", REFUND, queue=make_queue("Refunds"), priority="urgent", tags=["money"], on_later=True)
    ticket = opened("Where is my order?")
    move(ticket, make_queue("Orders"), by=alice, now=at(2))
    change_priority(ticket, Priority.HIGH, by=alice, now=at(2))
    take_in(says("Money back!", minute=5, in_reply_to=ticket.messages.get().external_id))
    ticket.refresh_from_db()
    assert (ticket.queue.name, ticket.priority, ticket.tags.count()) == ("Orders", "high", 1)


def test_nothing_that_somebody_works_on_is_ignored_by_a_rule(acme: Address, alice: User) -> None:
    make_rule("Emoji", {"field": "only_emoji", "is": "yes"}, ignore=True, on_later=True)
    first, second = opened("Where is my order?"), opened("And mine?", who=BEN)
    Ticket.objects.filter(pk=second.pk).update(assignee=alice)
    take_in(
        *(
            says("😡", who=t.identity.external_id, minute=9, in_reply_to=t.messages.get().external_id)
            for t in (first, second)
        )
    )
    assert list(Ticket.objects.order_by("pk").values_list("status", flat=True)) == ["ignored", "new"]


def test_a_rule_that_acts_in_circles_is_passed_over(acme: Address) -> None:
    make_rule("Talks", {"field": "new_ticket", "is": "no"}, note="Again.", on_later=True)
    ticket = opened()
    root = ticket.messages.get().external_id
    for minute in range(1, 9):
        take_in(says(f"Beep {minute}", minute=minute, in_reply_to=root))
    assert texts(ticket).count("Again.") == 5
    assert RuleRun.objects.filter(later=True).latest("id").steps[0]["guarded"]
    take_in(says("Beep next day", minute=60 * 30, in_reply_to=root), minute=60 * 30)
    assert texts(ticket).count("Again.") == 6


def test_what_we_say_and_what_nobody_said_is_no_matter_of_rules(acme: Address) -> None:
    make_rule("Everything", tags=["all"], on_later=True)
    ticket = opened()
    take_in(we_say(minute=3, in_reply_to=ticket.messages.get().external_id))
    assert verbs(ticket).count("ticket.ruled") == 1


def test_private_messages_are_asked_as_well(acme: Address) -> None:
    make_rule("Privately", {"field": "private", "is": "yes"}, tags=["private"])
    take_in(writes())
    assert only_ticket().tags.get().name == "private"


# Many at a time


def statements(count: int, *, first: int) -> int:
    with CaptureQueriesContext(connection) as told:
        take_in(*mixed(count, first=first))
    return len(told)


def test_statements_grow_neither_with_the_batch_nor_with_the_rules(acme: Address) -> None:
    vips = CustomerList.objects.create(name="VIPs")
    asked: list[dict[str, Any]] = [
        {"field": "list", "is": "none_of", "value": [vips.pk]},
        {"field": "first_contact", "is": "yes"},
        {"field": "repeated_by", "is": "at_most", "value": 99},
        {"field": "open_hours", "is": "none_of", "value": [1]},
    ]
    agent = make_agent("bob")

    def add(numbers: range) -> None:
        for n in numbers:
            make_rule(f"Rule {n}", *asked, tags=[f"t{n}"], note="Hm.", assignee=agent, on_later=True)

    statements(10, first=0)
    without = statements(10, first=500)
    add(range(1))
    one = statements(10, first=1000)
    add(range(1, 20))
    assert statements(10, first=1500) == statements(200, first=2000) == one
    assert one - without <= 20


# Versions


def says_of(**more: Any) -> dict[str, Any]:
    return {"condition": {"all": [REFUND]}, "queue": make_queue("Refunds")} | more


def test_a_change_is_a_new_version_and_in_force_when_it_is_switched_on(acme: Address, alice: User) -> None:
    rule = RoutingRule.objects.create(name="Refund words")
    save_version(rule, says_of(), by=alice, now=NOW)
    assert opened().queue.name == "Support"
    switch_on(rule)
    assert opened("Refund!", minute=1).queue.name == "Refunds"
    save_version(rule, says_of(queue=make_queue("Money")), by=alice, now=NOW)
    assert opened("Refund, please", minute=2).queue.name == "Refunds"
    assert switch_on(rule).number == 2
    assert opened("Refund now", minute=3).queue.name == "Money"
    switch_off(rule)
    assert opened("Refund today", minute=4).queue.name == "Support"


def test_what_is_saved_unchanged_is_no_new_version(acme: Address, alice: User) -> None:
    rule = RoutingRule.objects.create(name="Refund words")
    first = save_version(rule, says_of(), by=alice, now=NOW)
    assert save_version(rule, says_of(), by=alice, now=NOW) == first


def test_rolling_back_brings_an_earlier_version_as_the_newest(acme: Address, alice: User) -> None:
    rule = RoutingRule.objects.create(name="Refund words")
    save_version(rule, says_of(), by=alice, now=NOW)
    save_version(rule, says_of(queue=make_queue("Money")), by=alice, now=NOW)
    switch_on(rule)
    rule.refresh_from_db()
    version = roll_back(rule, 1, by=alice, now=at(5))
    assert (version.number, version.copy_of, version.made_by) == (3, 1, alice)
    assert opened("Refund!", minute=9).queue.name == "Refunds"
    with pytest.raises(CannotChange, match="no version 9"):
        roll_back(rule, 9, by=alice, now=at(5))


def test_a_wrong_condition_is_refused_with_its_place(acme: Address, alice: User) -> None:
    rule = RoutingRule.objects.create(name="Refund words")
    with pytest.raises(CannotChange, match=r"^2: Nothing is known under the name 'mood'"):
        save_version(rule, says_of(condition={"all": [REFUND, {"field": "mood"}]}), by=alice, now=NOW)
    assert rule.versions.count() == 0


def linked(lead: str, *links: str, **fields: Any) -> InboundMessage:
    """As a channel hands in a post with links: shown without where they begin, with the places they stand at."""
    text, spans = lead, []
    for link in links:
        text = f"{text} {link}"
        spans.append(Span(start=len(text) - len(link), end=len(text), kind="url", target=f"https://{link}", title=""))
    return says(text, spans=spans, **fields)


def test_links_are_known_however_a_channel_writes_them(acme: Address) -> None:
    make_rule("Two", {"field": "links", "is": "exactly", "value": 2}, tags=["two"])
    make_rule("Only", {"field": "only_links", "is": "yes"}, tags=["only"])
    make_rule("Chain", {"field": "repeated_by", "is": "at_least", "value": 2}, tags=["chain"])
    take_in(linked("@acmehelp_demo", "example.com/a", "example.com/b"))
    assert set(only_ticket().tags.values_list("name", flat=True)) == {"two", "only"}
    words = "Win a free phone today, everybody"
    take_in(linked(words, "a.example/1"), linked(words, "b.example/2", who=BEN))
    assert Ticket.objects.filter(tags__name="chain").count() == 2
    rules = RoutingRule.objects.all()
    Ticket.tags.through.objects.all().delete()
    RoutingRule.objects.update(live=None)
    run = order([rule.pk for rule in rules], days=7, by=None, now=at(120))
    rehearse_some(run.pk, clock=lambda: at(121))
    assert sorted(line.changes["tags"][1] for line in run.lines.all()) == [["chain"], ["chain"], ["only", "two"]]
