"""Incidents, their parts, and one statement for all of their customers (docs/rules.md, "Incidents")."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User

from tests.factories import BEN, make_agent, make_customer, make_message, make_ticket
from tests.tickets.pigeon import Wire
from tests.tickets.rights import without
from tests.tickets.said import at, verbs
from tickets import merging
from tickets.choices import PartState, Status
from tickets.errors import CannotChange, CannotSend, NotAllowed
from tickets.incidents.filling import fill, same_among, unknown_in
from tickets.incidents.founding import begin
from tickets.incidents.grouping import (
    Joined,
    add,
    count_parts,
    lately_done,
    make,
    take_out,
    undo_adding,
    unmake,
)
from tickets.incidents.stating import preview, retry, state
from tickets.incidents.telling import go_on
from tickets.models import Incident, Message, OutboxEntry, Statement, Ticket
from tickets.outbound import Permission
from tickets.regrouping import undoing

CARL = "900000000000000004"


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{handle}, it is mended.", "@ana, it is mended."),
        ("{name}: see {number} {number}", "Ana: see #7 #7"),
        ("@{handle} and ＠{handle}: @{name}", "@ana and @ana: @Ana"),
        ("#{number} and ＃{number}: #{name} ##{number}", "#7 and #7: #Ana ##7"),
        ("No { } nor {other}", "No { } nor {other}"),
    ],
)
def test_what_stands_in_braces_is_filled_in(text: str, filled: str) -> None:
    assert fill(text, {"handle": "@ana", "name": "Ana", "number": "#7"}) == filled


def test_what_is_no_placeholder_is_named_and_equal_words_are_found() -> None:
    assert unknown_in("{name} {surname} {} {handle }") == ["{surname}", "{}", "{handle }"]
    assert same_among(["a", "b", "a"]) == {"a"}


db = pytest.mark.django_db


@pytest.fixture
def incident(acme: object, alice: User) -> Incident:
    """Made by hand, of Ana's ticket without a word; Ben's public one and Carl's private one are parts of it."""
    home = make_ticket()
    found = make(home, "  Checkout   down ", by=alice, now=at(0))
    ben, carl = make_ticket(make_customer(BEN)), make_ticket(make_customer(CARL), private=True)
    make_message(ben, "Cannot pay"), make_message(carl, "Cannot pay either")
    add(found, [ben.pk, carl.pk], by=alice, now=at(1))
    return found


def parts(incident: Incident) -> list[Ticket]:
    return list(Ticket.objects.filter(part_of=incident.ticket_id).order_by("pk"))


@db
def test_both_sides_tell_of_it_and_what_is_private_is_told_to_who_may_know(incident: Incident, alice: User) -> None:
    assert incident.name == "Checkout down" and count_parts(incident, by=alice)["every"] == 2
    lines = list(incident.ticket.activities.filter(verb="incident.added").values_list("data", flat=True))
    ben, carl = parts(incident)
    assert lines == [{"tickets": [ben.pk]}, {"tickets": [carl.pk], "private": True}]
    assert "incident.joined" in verbs(ben)
    bob = without(make_agent("bob"), "see_private")
    assert count_parts(incident, by=bob) == {"every": 1, "undone": 1, "hidden": 1}


@db
def test_twice_adds_nothing_and_taken_out_it_is_no_part(incident: Incident, alice: User) -> None:
    ben, _ = parts(incident)
    assert add(incident, [ben.pk], by=alice, now=at(2)) == Joined([], {})
    take_out(incident, ben, by=alice, now=at(3))
    take_out(incident, ben, by=alice, now=at(3))
    assert len(parts(incident)) == 1 and list(verbs(ben)).count("incident.left") == 1


@db
def test_what_cannot_be_a_part_says_why(incident: Incident, alice: User) -> None:
    ben, carl = parts(incident)
    with pytest.raises(CannotChange, match="is this incident itself"):
        add(incident, [incident.ticket_id], by=alice, now=at(2))
    with pytest.raises(CannotChange, match=f"part of #{incident.ticket_id}"):
        make(ben, "Another", by=alice, now=at(2))
    other = make(make_ticket(), "Other", by=alice, now=at(2))
    with pytest.raises(CannotChange, match="Take it out there first"):
        add(other, [ben.pk], by=alice, now=at(2))
    with pytest.raises(NotAllowed):
        add(other, [carl.pk], by=without(make_agent("bob"), "see_private"), now=at(2))


@db
def test_of_several_each_is_added_that_can_be_and_the_others_are_named(incident: Incident, alice: User) -> None:
    more, other = make_ticket(), make(make_ticket(), "Other", by=alice, now=at(2))
    joined = add(incident, [incident.ticket_id, more.pk, other.ticket_id, 99999], by=alice, now=at(3))
    assert joined.added == [more.pk] and list(joined.left) == [99999, incident.ticket_id, other.ticket_id]
    assert joined.left[99999] == "There is no ticket #99999 that you may work."
    assert "this incident itself" in joined.left[incident.ticket_id]
    gesture = incident.ticket.activities.filter(verb="incident.added").latest("id").gesture
    assert undo_adding(incident, gesture, by=alice, now=at(4)) == [more.pk]


@db
def test_a_new_one_of_several_is_the_oldest_that_can_be_with_the_others_as_its_parts(
    incident: Incident, alice: User
) -> None:
    done, late, early = make_ticket(status=Status.RESOLVED), make_ticket(opened_at=at(9)), make_ticket(opened_at=at(8))
    made, joined = begin([late.pk, early.pk, done.pk, incident.ticket_id], " Belt  failure", by=alice, now=at(10))
    assert (made.ticket, made.name) == (early, "Belt failure")
    assert set(joined.added) == {late.pk, done.pk} and list(joined.left) == [incident.ticket_id]
    gestures = early.activities.filter(verb__startswith="incident.").values_list("gesture", flat=True)
    assert len(set(gestures)) == 1
    with pytest.raises(CannotChange, match="None of these can become an incident"):
        begin([late.pk, incident.ticket_id], "Again", by=alice, now=at(11))
    with pytest.raises(CannotChange, match="a name of up to"):
        begin([make_ticket().pk], " ", by=alice, now=at(11))


@db
def test_a_private_one_becomes_it_only_where_it_is_chosen_or_no_public_one_is_there(acme: object, alice: User) -> None:
    private = make_ticket(private=True, opened_at=at(8))
    public, later = make_ticket(opened_at=at(9), status=Status.RESOLVED), make_ticket(opened_at=at(10))
    made, _ = begin([private.pk, public.pk, later.pk], "Belt", by=alice, now=at(11))
    assert made.ticket == later
    with pytest.raises(CannotChange, match="Choose another"):
        begin([make_ticket().pk, later.pk], "Depot", by=alice, now=at(11), home=later.pk)
    other = make_ticket(opened_at=at(9))
    made, joined = begin([make_ticket().pk, other.pk], "Depot", by=alice, now=at(11), home=other.pk)
    assert made.ticket == other and len(joined.added) == 1


@db
def test_a_merge_keeps_parts_with_their_incident_and_undo_puts_each_back(incident: Incident, alice: User) -> None:
    ben = parts(incident)[0]
    second = make_ticket(ben.identity)
    make_message(second)
    gesture = merging.merge([ben.pk], into=second.pk, by=alice, now=at(5))
    assert [one.pk for one in parts(incident) if not one.private] == [second.pk]
    undoing.undo(gesture.pk, by=alice, now=at(6))
    assert [one.pk for one in parts(incident) if not one.private] == [ben.pk]
    with pytest.raises(CannotChange, match="is an incident, which others are part of"):
        merging.merge([incident.ticket_id], into=second.pk, by=alice, now=at(7), sure=True)


def tell(incident: Incident, by: User, key: UUID | None = None, **words: str) -> Statement:
    told: dict[str, Any] = {"public": "{handle}: it is mended.", "private": "It is mended, {name}."} | words
    return state(incident, by=by, now=at(10), key=key or uuid4(), **told)


def work(minute: float = 10) -> None:
    go_on(clock=lambda: at(minute), at_most=timedelta(seconds=5))


def answers() -> list[tuple[str, str]]:
    return list(Message.objects.filter(direction="out").order_by("pk").values_list("text", "visibility"))


@db
def test_the_preview_tells_each_customer_s_words_way_and_price_and_sends_nothing(
    incident: Incident, alice: User, wire: Wire
) -> None:
    told = preview(incident, public="{handle}: mended.", private="Mended, {name}.", by=alice, now=at(9)).told
    assert [(one.text, one.ticket.private, one.reason) for one in told] == [
        ("@ben_demo: mended.", False, ""),
        ("Mended, Person 0004.", True, ""),
    ]
    assert sum(one.price for one in told) > 0 and answers() == []


@db
def test_told_once_to_each_public_in_public_and_private_in_private(incident: Incident, alice: User, wire: Wire) -> None:
    key = uuid4()
    first = tell(incident, alice, key)
    assert tell(incident, alice, key) == first
    work()
    Statement.objects.get().parts.update(state=PartState.WAITING)  # as if the worker had died before it wrote that down
    work()
    assert answers() == [("@ben_demo: it is mended.", "public"), ("It is mended, Person 0004.", "private")]
    assert set(first.parts.values_list("state", flat=True)) == {PartState.QUEUED}
    assert set(OutboxEntry.objects.values_list("priority", flat=True)) == {0}  # behind what people write one by one
    assert incident.ticket.activities.get(verb="incident.stated").data == {"count": 2}


@db
def test_who_wrote_on_the_incident_s_own_ticket_is_told_too_unless_left_out(
    incident: Incident, alice: User, wire: Wire
) -> None:
    make_message(incident.ticket, "Is it just me?")
    made = tell(incident, alice)
    work()
    assert answers()[0] == ("@ana_demo: it is mended.", "public") and made.parts.count() == 3
    told = preview(incident, public="{handle}: soon.", private="", by=alice, now=at(11), own=False).told
    assert incident.ticket_id not in {one.ticket.pk for one in told}


@db
def test_who_asked_in_public_and_in_private_is_told_once_on_the_latest(
    incident: Incident, alice: User, wire: Wire
) -> None:
    ben = parts(incident)[0]
    talk = make_ticket(ben.identity, private=True, last_message_at=at(4))
    make_message(talk, "And in private", visibility="private", kind="direct")
    add(incident, [talk.pk], by=alice, now=at(5))
    made = tell(incident, alice)
    work()
    retry(made, by=alice)
    work()
    assert "once, on the latest" in made.parts.get(ticket=ben).reason
    assert [way for _, way in answers()] == ["private", "private"]


@db
def test_the_very_same_words_to_several_in_public_do_not_go(incident: Incident, alice: User, wire: Wire) -> None:
    more = make_ticket(make_customer("900000000000000005"))
    make_message(more)
    add(incident, [more.pk], by=alice, now=at(2))
    told = preview(incident, public="It is mended.", private="", by=alice, now=at(9)).told
    assert all("very same words" in one.reason for one in told) and len(told) == 2
    with pytest.raises(CannotSend, match="very same words"):
        tell(incident, alice, public="It is mended.", private="")


@db
def test_the_very_same_words_do_not_go_when_tried_again_either(incident: Incident, alice: User, wire: Wire) -> None:
    more = make_ticket(make_customer("900000000000000005"))
    make_message(more)
    add(incident, [more.pk], by=alice, now=at(2))
    made = tell(incident, alice, public="It is mended.")
    work()
    assert retry(made, by=alice) == 2
    work()
    assert answers() == [("It is mended, Person 0004.", "private")]
    refused = made.parts.filter(state=PartState.REFUSED)
    assert len(refused) == 2 and all("very same words" in part.reason for part in refused)


@db
@pytest.mark.parametrize("words", ["{handle}: it is mended.", "See {number}: it is mended."])
def test_who_has_several_parts_is_told_once_on_the_latest(
    incident: Incident, alice: User, wire: Wire, words: str
) -> None:
    ben = parts(incident)[0]
    second = make_ticket(ben.identity, last_message_at=at(4))
    make_message(second)
    add(incident, [second.pk], by=alice, now=at(5))
    told = preview(incident, public=words, private="", by=alice, now=at(9)).told
    assert {one.ticket.pk: one.reason for one in told} == {
        ben.pk: "This customer is told once, on the latest of their tickets.",
        second.pk: "",
    }
    assert [one.told_on for one in told] == [second.pk, None]
    made = tell(incident, alice, public=words, private="")
    work()
    retry(made, by=alice)
    work()
    assert list(Message.objects.filter(direction="out").values_list("ticket", flat=True)) == [second.pk]


@db
def test_what_is_refused_stands_there_with_its_reason_and_is_tried_again(
    incident: Incident, alice: User, wire: Wire
) -> None:
    made = tell(incident, alice)
    wire.permission = Permission(allowed=False, reason="Only who is mentioned may answer.")
    work()
    assert set(made.parts.values_list("state", "reason")) == {(PartState.REFUSED, "Only who is mentioned may answer.")}
    wire.permission = Permission(allowed=True)
    assert retry(made, by=alice) == 2
    work()
    assert len(answers()) == 2 and retry(made, by=alice) == 0


@db
@pytest.mark.parametrize(
    ("words", "match"),
    [
        ({"public": "", "private": " "}, "nothing to send"),
        ({"public": "Dear {surname}"}, "{surname} cannot be filled in"),
        ({"public": "Dear {name }"}, "{name } cannot be filled in"),
        ({"public": "{handle, it is mended"}, "{handle, cannot be filled in"),
        ({"public": "x" * 300, "private": ""}, "too long"),
    ],
)
def test_what_cannot_be_told_says_why(incident: Incident, alice: User, wire: Wire, words: Any, match: str) -> None:
    with pytest.raises(CannotSend, match=match):
        tell(incident, alice, **words)


@db
def test_who_may_not_write_in_private_tells_nobody_in_private(incident: Incident, wire: Wire) -> None:
    bob = without(make_agent("bob"), "see_private")
    with pytest.raises(NotAllowed):
        tell(incident, bob)
    tell(incident, bob, private="")
    work()
    assert [way for _, way in answers()] == ["public"]


@db
def test_unmade_it_has_no_parts_and_what_was_told_stays(incident: Incident, alice: User, wire: Wire) -> None:
    made = tell(incident, alice)
    work()
    unmake(incident, by=alice, now=at(11))
    assert parts(incident) == [] and not Incident.objects.exists()
    assert made.parts.count() == 2 and list(Incident.every.get().statements.all()) == [made]
    assert {"incident.unmade", "incident.stated", "incident.taken_out"} <= set(verbs(incident.ticket))
    with pytest.raises(CannotChange, match="no incident any more"):
        unmake(incident, by=alice, now=at(12))
    with pytest.raises(CannotChange, match="no incident any more"):
        add(incident, [make_ticket().pk], by=alice, now=at(12))
    again = make(Ticket.objects.get(pk=incident.ticket_id), "Down again", by=alice, now=at(13))
    assert again == incident and again.unmade_at is None and list(again.statements.all()) == [made]


@db
def test_what_waits_is_not_told_of_what_was_unmade(incident: Incident, alice: User, wire: Wire) -> None:
    made = tell(incident, alice)
    unmake(incident, by=alice, now=at(11))
    work(12)
    assert answers() == [] and set(made.parts.values_list("state", flat=True)) == {PartState.REFUSED}


@db
def test_who_may_not_work_all_parts_does_not_unmake_it(incident: Incident) -> None:
    with pytest.raises(CannotChange, match="may not change"):
        unmake(incident, by=without(make_agent("bob"), "see_private"), now=at(2))
    assert Incident.objects.exists() and len(parts(incident)) == 2


@db
def test_a_merge_undone_after_it_leads_back_to_no_incident(incident: Incident, alice: User) -> None:
    ben = parts(incident)[0]
    second = make_ticket(ben.identity)
    make_message(second)
    gesture = merging.merge([ben.pk], into=second.pk, by=alice, now=at(5))
    unmake(incident, by=alice, now=at(6))
    undoing.undo(gesture.pk, by=alice, now=at(7))
    assert parts(incident) == []


@db
def test_what_was_added_at_once_is_taken_out_at_once(incident: Incident, alice: User) -> None:
    ben, carl = parts(incident)
    more = make_ticket()
    add(incident, [more.pk], by=alice, now=at(2))
    latest, first = lately_done(incident, [ben, carl, more], by=alice)
    assert (list(first.tickets), list(latest.tickets)) == ([ben.pk, carl.pk], [more.pk])
    take_out(incident, ben, by=alice, now=at(3))
    assert undo_adding(incident, first.gesture, by=alice, now=at(4)) == [carl.pk]
    assert parts(incident) == [more]
    with pytest.raises(CannotChange, match="Nothing of that"):
        undo_adding(incident, first.gesture, by=alice, now=at(5))
    add(incident, [carl.pk], by=alice, now=at(6))
    assert [list(one.tickets) for one in lately_done(incident, [carl, more], by=alice)] == [[carl.pk], [more.pk]]
