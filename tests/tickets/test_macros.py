"""Macros: several gestures in one, all or none, shown before they are done."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client

from tests.api.caller import Caller, code_of
from tests.factories import BEN, NOW, make_agent, make_folder, make_policy, make_queue
from tests.tickets.pigeon import Wire
from tests.tickets.rights import without
from tests.tickets.said import at, only_ticket, says, take_in, texts, verbs
from tests.tickets.test_phrases import make_canned
from tickets.errors import CannotChange, CannotSend, NewsSince, NotAllowed
from tickets.models import Activity, Address, ApprovalRule, CannedReply, Draft, Macro, Team, Ticket
from tickets.phrases.macros import Ran, preview, run, run_many, search, usable

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme: Address, wire: Wire) -> Ticket:
    take_in(says(external_id="1950"), minute=0)
    return only_ticket()


def make_macro(name: str = "Refund", **steps: object) -> Macro:
    return Macro.objects.create(name=name, **steps)


def refund(text: str = "Your refund is on its way, {first_name|there}.") -> Macro:
    return make_macro(tags="refund, money", reply=make_canned("R", {"text": text}), send=True, status="resolved")


def test_all_its_steps_are_one_gesture_under_its_name(ticket: Ticket, alice: User) -> None:
    macro = make_macro(
        tags="refund, money",
        note="Asked the bank.",
        priority="high",
        folder=make_folder(),
        queue=make_queue("Billing"),
        assign="me",
        status="on_hold",
        reason="The bank",
        snooze_hours=4,
        watch=True,
    )
    assert not any(step.why_not for step in preview(macro, ticket, by=alice, now=at(1)))
    assert (only_ticket().priority, Activity.objects.filter(verb="macro.ran").exists()) == ("normal", False)
    run(macro, ticket, by=alice, now=at(1))
    told = only_ticket()
    assert (told.priority, told.queue.name, told.status, told.assignee) == ("high", "Billing", "on_hold", alice)
    assert told.snoozed_until == at(241) and sorted(tag.name for tag in told.tags.all()) == ["money", "refund"]
    assert told.watches.filter(person=alice).exists() and "Asked the bank." in texts(ticket)
    line = Activity.objects.get(verb="macro.ran")
    assert line.data["name"] == "Refund"
    assert Activity.objects.filter(gesture=line.gesture, verb="ticket.tagged").count() == 2


def test_its_reply_is_sent_filled_and_counted(ticket: Ticket, alice: User) -> None:
    run(refund(), ticket, by=alice, now=at(1))
    assert texts(ticket)[-1] == "Your refund is on its way, Ana." and only_ticket().status == "resolved"
    assert CannedReply.objects.get().uses == 1


def test_it_sets_no_status_beside_an_answer_that_has_to_be_approved(ticket: Ticket, alice: User) -> None:
    ApprovalRule.objects.create(name="New agents")
    (tag, _money, reply, _status) = preview(refund(), ticket, by=alice, now=at(1))
    assert not tag.why_not and "approve the answer first" in reply.why_not
    with pytest.raises(CannotSend, match="approve the answer first"):
        run(Macro.objects.get(), ticket, by=alice, now=at(1))
    assert (only_ticket().status, texts(ticket)) == ("new", ["Where is my order?"])


def test_the_page_says_on_how_many_it_does_something_and_why_not_on_the_others(
    ticket: Ticket, alice: User, client: Client
) -> None:
    take_in(says(who=BEN), minute=1)
    ApprovalRule.objects.create(name="Refunds", queue=make_queue("Refunds"))
    Ticket.objects.filter(pk=ticket.pk).update(queue=make_queue("Refunds"))
    client.force_login(alice)
    both: dict[str, Any] = {"macro": refund().pk, "t": list(Ticket.objects.values_list("pk", flat=True))}
    page = client.get("/macros/", both).content.decode()
    assert "Run it on 1 of 2 tickets" in page and "On 1 it does nothing" in page
    assert "the status is not set before that" in page and "Goes out when somebody has approved it" not in page
    assert page.count("Will:") == page.count("Not done:") + 1 == 4
    page = client.get("/macros/", both | {"t": [ticket.pk]}).content.decode()
    assert "as long as one of them cannot be, it does nothing here" in page and "Run it" not in page


def test_or_it_is_put_into_the_composer_below_what_was_begun(ticket: Ticket, alice: User) -> None:
    macro = make_macro(reply=make_canned("R", {"text": "Thanks, {first_name}"}))
    Draft.objects.create(person=alice, ticket=ticket, mode="public", began="public", text="Good day.", changed_at=NOW)
    run(macro, ticket, by=alice, now=at(1))
    assert Draft.objects.get().text == "Good day.\n\nThanks, Ana" and texts(ticket) == ["Where is my order?"]


def test_where_one_step_cannot_be_done_nothing_is_and_the_preview_says_which(ticket: Ticket, alice: User) -> None:
    macro, limited = refund(), without(alice, "send_reply")
    steps = preview(macro, ticket, by=limited, now=at(1))
    assert [bool(step.why_not) for step in steps] == [False, False, True, False]
    assert steps[2].why_not == "You may not answer customers."
    with pytest.raises(NotAllowed):
        run(macro, ticket, by=limited, now=at(1))
    assert not only_ticket().tags.exists() and "macro.ran" not in verbs(ticket) and only_ticket().status == "new"


def test_a_gap_and_news_stop_all_of_it(ticket: Ticket, alice: User) -> None:
    seen = ticket.messages.get().pk
    take_in(says("Hurry!", in_reply_to="1950", minute=1), minute=1)
    with pytest.raises(NewsSince):
        run(refund(), ticket, by=alice, now=at(2), seen=seen)
    gap = make_macro("Gap", reply=make_canned("G", {"text": "{agent_first_name} {agent}"}), send=True, tags="x")
    alice.first_name = ""
    with pytest.raises(CannotSend, match="placeholder"):
        run(gap, ticket, by=alice, now=at(2))
    assert not only_ticket().tags.exists()


def test_on_many_each_is_done_by_itself_and_told(ticket: Ticket, alice: User) -> None:
    take_in(says("Another", who="77", minute=1), minute=1)
    other = Ticket.objects.exclude(pk=ticket.pk).get()
    Ticket.objects.filter(pk=other.pk).update(status="resolved")
    macro = make_macro(snooze_hours=2, tags="later")
    told = run_many(macro, [ticket.pk, other.pk, 0], by=alice, now=at(2))
    assert [one.ticket for one in told] == [ticket.pk, other.pk, 0]
    assert told[0] == Ran(ticket.pk) and "not done" in told[1].refusal and told[2].refusal
    assert (ticket.tags.count(), other.tags.count()) == (1, 0)


def test_a_team_is_offered_its_own(alice: User) -> None:
    everybodys, teams = make_macro("All"), make_macro("Team")
    team = Team.objects.create(name="Refunds")
    teams.teams.add(team)
    make_macro("Off", enabled=False)
    assert list(usable(alice)) == [everybodys]
    team.memberships.create(person=alice)
    assert set(usable(alice)) == {everybodys, teams}


def test_it_is_found_by_name_tag_and_canned_reply(alice: User) -> None:
    first, second = refund(), make_macro("Lost", tags="luggage")
    assert [list(search(alice, word)) for word in ("ref", "R", "gage", "x")] == [[first], [first], [second], []]
    assert list(search(alice, " ")) == [second, first]


def test_the_preview_tells_the_very_words(ticket: Ticket, alice: User) -> None:
    ApprovalRule.objects.create(name="Money", words="refund")
    macro = make_macro("Both", note="Asked the bank.", reply=refund().reply, send=True)
    note, answer = (step.said for step in preview(macro, ticket, by=alice, now=at(1)))
    assert note is not None and note.note and note.text == "Asked the bank."
    assert answer is not None and answer.text == "Your refund is on its way, Ana." and not answer.private
    assert answer.approval and answer.length is not None and answer.length.length == len(answer.text)


def test_one_without_a_step_says_so_and_is_not_run(ticket: Ticket, alice: User, client: Client) -> None:
    empty = make_macro("Empty")
    with pytest.raises(CannotChange, match="no step"):
        run(empty, ticket, by=alice, now=at(1))
    client.force_login(alice)
    page = client.get("/macros/", {"t": ticket.pk, "macro": empty.pk}).content.decode()
    assert "This macro has no step yet" in page and "Run it" not in page


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ({}, "__all__"),
        ({"tags": " , ", "note": "  "}, "__all__"),
        ({"send": True}, "send"),
        ({"assign": "person"}, "person"),
        ({"status": "resolved", "snooze_hours": 5}, "snooze_hours"),
        ({"tags": "x", "reason": "The bank"}, "reason"),
        ({"status": "on_hold"}, "reason"),
    ],
)
def test_steps_that_make_no_sense_are_refused_at_their_field(steps: dict[str, object], field: str) -> None:
    make_policy().pause_rules.create(status="on_hold", needs_reason=True)
    with pytest.raises(ValidationError) as refused:
        Macro(name="Odd", **steps).full_clean()
    assert list(refused.value.message_dict) == [field]


def test_what_can_be_done_is_kept(ticket: Ticket) -> None:
    make_policy("Hold").pause_rules.create(status="on_hold", needs_reason=True)
    Macro(name="Hold", status="on_hold", reason="The bank", snooze_hours=4).full_clean()
    Macro(name="Wait", status="pending").full_clean()
    with pytest.raises(ValidationError, match="no text yet"):
        Macro(name="Say", reply=CannedReply.objects.create(title="Empty")).full_clean()


def test_on_the_page_it_is_chosen_shown_and_run(ticket: Ticket, alice: User, client: Client) -> None:
    client.force_login(alice)
    macro = refund()
    page = client.get("/macros/", {"t": ticket.pk, "macro": macro.pk}).content.decode()
    assert "Will:" in page and "send the canned reply “R”" in page and not only_ticket().tags.exists()
    assert "Your refund is on its way, Ana." in page and "31 of" in page
    asked = {"t": str(ticket.pk), "part": "list", "q": "ref"}
    listed = client.get("/macros/", asked, headers={"HX-Request": "true"}).content.decode()
    assert f'data-macro="{macro.pk}"' in listed and "add the tag refund" in listed and "<html" not in listed
    assert "No macro has “x”" in client.get("/macros/", {"t": str(ticket.pk), "q": "x"}).content.decode()
    seen = ticket.messages.get().pk
    answer = client.post("/macros/", {"t": ticket.pk, "macro": macro.pk, "seen": seen}, follow=True)
    assert "Done: Refund" in answer.content.decode() and only_ticket().status == "resolved"
    assert "ran the macro ‘Refund’" in answer.content.decode()


def test_by_program_one_and_many(ticket: Ticket, alice: User) -> None:
    api, macro = Caller(alice), refund()
    assert [row["name"] for row in api.get("macros/").json()["results"]] == ["Refund"]
    told = api.post(f"tickets/{ticket.pk}/macros/{macro.pk}/preview/").json()
    assert [step["why_not"] for step in told["steps"]] == ["", "", "", ""]
    assert told["steps"][2]["said"]["text"] == "Your refund is on its way, Ana." and told["steps"][3]["said"] is None
    weak = Caller(alice, "tickets:read", "tickets:write")
    assert code_of(weak.post(f"tickets/{ticket.pk}/macros/{macro.pk}/")) == (403, "not_allowed")
    assert api.post(f"tickets/{ticket.pk}/macros/{macro.pk}/").json()["status"] == "resolved"
    tagged = make_macro("Tag", tags="seen")
    told = api.post(f"macros/{tagged.pk}/run/", {"tickets": [str(ticket.pk), "999999"]}).json()["results"]
    assert [bool(one["refusal"]) for one in told] == [False, True]
    assert code_of(Caller(make_agent("bob")).post(f"macros/{tagged.pk}/run/", {"tickets": []})) == (400, "invalid")
