"""Where a new ticket goes: search, kind, account, house (docs/rules.md, "Routing: where does a new ticket go?")."""

from itertools import product

import pytest

from tests.factories import make_folder, make_policy, make_queue
from tests.tickets.said import says, take_in
from tickets.choices import Priority
from tickets.inbound import Place
from tickets.models import Activity, Address, Placement, Ticket
from tickets.routing import Defaults, route

SAID = (None, 1)


@pytest.mark.parametrize(("found", "kind", "account"), product(SAID, SAID, SAID))
def test_each_choice_comes_from_the_first_that_makes_one(
    found: int | None, kind: int | None, account: int | None
) -> None:
    def place(number: int | None, priority: str) -> Place:
        return Place(queue=number, folder=number, priority=priority if number else "", policy=number)

    told = Defaults(queue=account and 30, folder=account and 30, policy=account and 30, house_queue=40, house_policy=40)
    chosen = route(told, place(found and 10, "urgent"), kind=place(kind and 20, "high"))
    first = 10 if found else 20 if kind else 30 if account else 40
    assert (chosen.queue, chosen.policy) == (first, first) and chosen.folder == (None if first == 40 else first)
    assert chosen.priority == {10: Priority.URGENT, 20: Priority.HIGH}.get(first, Priority.NORMAL)
    codes = {10: "source_queue", 20: "kind_queue", 30: "address_queue", 40: "default_queue"}
    assert chosen.reason == {"code": codes[first]}


def test_what_a_kind_leaves_open_is_as_for_the_account() -> None:
    told = Defaults(queue=30, folder=31, policy=32, house_queue=40, house_policy=None)
    chosen = route(told, Place(), kind=Place(priority="high"))
    assert (chosen.queue, chosen.folder, chosen.policy, chosen.priority) == (30, 31, 32, Priority.HIGH)
    assert chosen.reason == {"code": "address_queue"}


def test_an_accounts_direct_messages_go_where_it_says_and_the_history_says_why(acme: Address) -> None:
    gold, box = make_policy("Gold"), make_folder("Trips")
    there = {"queue": make_queue("Bookings"), "folder": box, "sla_policy": gold, "priority": "high"}
    Placement.objects.create(address=acme, kind="direct", **there)
    take_in(says("Hello", private=True, kind="direct"), says("A question in public", minute=1))
    private, public = Ticket.objects.get(private=True), Ticket.objects.get(private=False)
    assert (private.queue.name, private.folder, private.sla_policy, private.priority) == ("Bookings", box, gold, "high")
    assert (public.queue.name, public.priority) == ("Support", "normal")
    assert Activity.objects.get(ticket=private, verb="ticket.routed").data["reason"] == {"code": "kind_queue"}
