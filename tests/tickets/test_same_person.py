"""Two customers who are one person, and two again (docs/rules.md, "Two customers who are one person")."""

from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.factories import ANA, BEN, make_agent, make_customer, make_message, make_ticket
from tests.tickets.rights import without
from tests.tickets.said import at, says, take_in, verbs, writes
from tickets import merging
from tickets.composing.answering import said_elsewhere
from tickets.composing.beginning import go_private
from tickets.customers.notes import add_note
from tickets.errors import CannotChange, NeedsSure, NotAllowed
from tickets.models import Address, Customer, CustomerMerge, Identity, Message, Ticket
from tickets.permissions import visible_customers
from tickets.regrouping import undoing
from tickets.regrouping.automerging import merge_what_belongs
from tickets.regrouping.same_person import merge, undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(acme: object) -> tuple[Customer, Customer]:
    """Ana with a ticket, and Ben with two."""
    ana, ben = make_customer(ANA), make_customer(BEN)
    for who in (ana, ben, ben):
        make_message(make_ticket(who))
    return ana.customer, ben.customer


def rows() -> dict[str, Any]:
    """All that a merge may touch."""
    return {
        "customers": list(Customer.objects.order_by("pk").values_list("pk", "name", "merged_into")),
        "identities": list(Identity.objects.order_by("pk").values_list("pk", "customer")),
        "tickets": list(Ticket.objects.order_by("pk").values_list("pk", "customer", "identity")),
    }


def test_everything_of_the_one_comes_under_the_other(two: tuple[Customer, Customer], alice: User) -> None:
    ana, ben = two
    merge(ben, into=ana, by=alice, now=at(5))
    assert ana.tickets.count() == 3 and ana.identities.count() == 2
    assert list(visible_customers(alice)) == [ana]
    assert "customer.merged" in verbs(Ticket.objects.latest("pk"))


def test_undone_everything_is_as_it_was_and_what_came_since_is_theirs_who_wrote_it(
    two: tuple[Customer, Customer], alice: User
) -> None:
    ana, ben = two
    before = rows()
    made = merge(ben, into=ana, by=alice, now=at(5))
    later = make_ticket(Identity.objects.get(external_id=BEN))
    assert later.customer == ana
    undo(made, by=alice, now=at(6))
    later.refresh_from_db()
    assert later.customer == ben
    later.delete()
    assert rows() == before
    made.refresh_from_db()
    assert (made.undone_at, made.undone_by) == (at(6), alice)


def test_notes_about_the_one_come_along_and_go_back_as_far_as_they_came(
    two: tuple[Customer, Customer], alice: User
) -> None:
    ana, ben = two
    for who in (ana, ben):
        add_note(who, f"About {who.name}", by=alice, now=at(4))
    made = merge(ben, into=ana, by=alice, now=at(5))
    add_note(ana, "About both", by=alice, now=at(6))
    assert ana.notes.count() == 3 and not ben.notes.exists()
    with pytest.raises(NotAllowed):
        add_note(ben, "Whom nobody sees any more", by=alice, now=at(7))
    undo(made, by=alice, now=at(8))
    assert [one.text for one in ben.notes.all()] == ["About Ben"]
    assert [one.text for one in ana.notes.all()] == ["About both", "About Ana"]


def said_in_private() -> dict[str, list[str]]:
    """What was said on each private ticket, by the handle it is with."""
    rows = Message.objects.filter(ticket__private=True).order_by("sent_at")
    found: dict[str, list[str]] = {}
    for who, text in rows.values_list("ticket__identity__external_id", "text"):
        found.setdefault(who, []).append(text)
    return found


@pytest.mark.parametrize("turned", [False, True])
def test_a_private_talk_is_with_one_handle_before_and_after_they_are_parted(
    acme: object, alice: User, turned: bool
) -> None:
    take_in(writes("Ana 1", who=ANA), writes("Ben 1", who=BEN, minute=1), minute=2)
    ana, ben = (Identity.objects.get(external_id=one).customer for one in (ANA, BEN))
    made = merge(ana, into=ben, by=alice, now=at(5)) if turned else merge(ben, into=ana, by=alice, now=at(5))
    take_in(writes("Ana 2", who=ANA, minute=6), minute=7)
    take_in(writes("Ben 2", who=BEN, minute=8), writes("Ana 3", who=ANA, minute=9), minute=10)
    each = {ANA: ["Ana 1", "Ana 2", "Ana 3"], BEN: ["Ben 1", "Ben 2"]}
    assert said_in_private() == each and Ticket.objects.count() == 2
    undo(made, by=alice, now=at(11))
    assert said_in_private() == each
    for message in Message.objects.select_related("ticket", "identity"):
        assert message.ticket and message.identity and message.ticket.customer_id == message.identity.customer_id


def test_a_private_answer_goes_to_the_handle_that_asked_in_public(acme: object, alice: User) -> None:
    take_in(writes("Ana, in private", who=ANA), says("Ben, in public", who=BEN, minute=1), minute=2)
    ana, ben = (Identity.objects.get(external_id=one).customer for one in (ANA, BEN))
    merge(ben, into=ana, by=alice, now=at(5))
    public = Ticket.objects.select_related("identity", "address").get(private=False)
    assert said_elsewhere(public, private=True) is None
    home = go_private(public, by=alice, now=at(6))
    assert home.identity.external_id == BEN and home.follow_up_of is None


def test_private_talks_of_two_handles_are_brought_together_only_when_that_is_meant(acme: object, alice: User) -> None:
    take_in(writes("Ana 1", who=ANA), writes("Ben 1", who=BEN, minute=1), minute=2)
    hers, his = Ticket.objects.order_by("pk")
    made = merge(his.customer, into=hers.customer, by=alice, now=at(5))
    Address.objects.update(merge_within_minutes=60)
    assert merge_what_belongs(now=at(6)) == 0
    with pytest.raises(NeedsSure, match="different handles"):
        merging.merge([his.pk], into=hers.pk, by=alice, now=at(7))
    gesture = merging.merge([his.pk], into=hers.pk, by=alice, now=at(8), sure=True)
    with pytest.raises(CannotChange, match=f"#{hers.pk} holds private messages of both"):
        undo(made, by=alice, now=at(9))
    undoing.undo(gesture.pk, by=alice, now=at(10))
    undo(made, by=alice, now=at(11))
    assert said_in_private() == {ANA: ["Ana 1"], BEN: ["Ben 1"]}


def test_a_name_is_taken_over_only_where_there_was_none(two: tuple[Customer, Customer], alice: User) -> None:
    ana, ben = two
    Customer.objects.filter(pk=ana.pk).update(name="")
    made = merge(ben, into=ana, by=alice, now=at(5))
    assert Customer.objects.get(pk=ana.pk).name == "Ben"
    undo(made, by=alice, now=at(6))
    assert Customer.objects.get(pk=ana.pk).name == ""


def test_what_cannot_be_done_says_why(two: tuple[Customer, Customer], alice: User) -> None:
    ana, ben = two
    carl = make_customer("900000000000000004").customer
    with pytest.raises(CannotChange, match="one customer already"):
        merge(ana, into=ana, by=alice, now=at(5))
    first = merge(ben, into=ana, by=alice, now=at(5))
    with pytest.raises(CannotChange, match="merged with another one already"):
        merge(ben, into=carl, by=alice, now=at(6))
    second = merge(ana, into=carl, by=alice, now=at(7))
    with pytest.raises(CannotChange, match="itself merged since"):
        undo(first, by=alice, now=at(8))
    undo(second, by=alice, now=at(9))
    undo(first, by=alice, now=at(10))
    with pytest.raises(CannotChange, match="undone already"):
        undo(first, by=alice, now=at(11))


@pytest.mark.parametrize("right", ["work_ticket", "see_private"])
def test_who_may_not_read_or_change_everything_may_not(two: tuple[Customer, Customer], right: str) -> None:
    ana, ben = two
    with pytest.raises(NotAllowed):
        merge(ben, into=ana, by=without(make_agent("bob"), right), now=at(5))


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_merged_and_undone_in_whatever_order_ends_as_it_began(acme: object, alice: User, seed: int) -> None:
    chance = Random(seed)
    people = [make_customer(f"9000000000000001{n:02}") for n in range(5)]
    for who in people:
        for _ in range(chance.randrange(3)):
            make_ticket(who)
    before, standing = rows(), list[CustomerMerge]()
    for minute in range(12):
        if standing and chance.random() < 0.4:
            chosen = chance.choice(standing)
            _undo(chosen, standing, alice, minute)
        else:
            one, other = chance.sample([who.customer_id for who in people], 2)
            _merge(one, other, standing, alice, minute)
        for ticket in Ticket.objects.select_related("identity"):
            assert ticket.customer_id == ticket.identity.customer_id
    while standing:
        _undo(standing[-1], standing, alice, 99)
    assert rows() == before


def _merge(one: int, other: int, standing: list[CustomerMerge], by: User, minute: int) -> None:
    customers = Customer.objects.in_bulk([one, other])
    try:
        standing.append(merge(customers[one], into=customers[other], by=by, now=at(minute)))
    except CannotChange:
        assert any(made.gone_id in (one, other) for made in standing)


def _undo(made: CustomerMerge, standing: list[CustomerMerge], by: User, minute: int) -> None:
    try:
        undo(made, by=by, now=at(minute))
        standing.remove(made)
    except CannotChange:
        assert any(later.gone_id == made.kept_id for later in standing)
