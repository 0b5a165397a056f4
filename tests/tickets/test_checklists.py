"""What is to be done on a ticket: added, ticked, required; it follows a merge and its undoing."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.api.caller import Caller, code_of
from tests.factories import NOW, make_person, make_ticket
from tests.tickets.rights import without
from tests.tickets.said import at, verbs
from tickets.checklists.items import MOST, add_checklist, add_item, on_ticket, remove, tick
from tickets.errors import CannotChange, NotAllowed
from tickets.lifecycle import change_status
from tickets.merging import merge
from tickets.models import Address, Checklist, Ticket
from tickets.regrouping.undoing import undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme: Address) -> Ticket:
    return make_ticket()


@pytest.fixture
def refund(db: None) -> Checklist:
    kept = Checklist.objects.create(name="Refund")
    kept.lines.create(text="Ask the bank", required=True, position=1)
    kept.lines.create(text="Tell the customer", position=2)
    return kept


def shown(ticket: Ticket) -> list[tuple[str, bool]]:
    return [(item.text, item.done_at is not None) for item in on_ticket(ticket)]


def test_items_are_added_by_hand_and_from_a_list_once(ticket: Ticket, alice: User, refund: Checklist) -> None:
    add_item(ticket, "  Tell the   customer ", by=alice, now=at(0))
    add_checklist(ticket, refund, by=alice, now=at(1))
    assert add_checklist(ticket, refund, by=alice, now=at(2)) == []
    assert shown(ticket) == [("Tell the customer", False), ("Ask the bank", False)]
    assert list(verbs(ticket)) == ["checklist.added", "checklist.added"]


def test_ticking_keeps_who_did_it_first_and_when(ticket: Ticket, alice: User, bob: User) -> None:
    item = add_item(ticket, "Ask", by=alice, now=at(0))
    tick(item, done=True, by=alice, now=at(1))
    told = tick(item, done=True, by=bob, now=at(2))
    assert (told.done_by, told.done_at) == (alice, at(1))
    assert tick(item, done=False, by=bob, now=at(3)).done_by is None
    remove(item, by=bob, now=at(4))
    with pytest.raises(CannotChange, match="any more"):
        tick(item, done=True, by=alice, now=at(5))
    assert list(verbs(ticket))[1:] == ["checklist.ticked", "checklist.unticked", "checklist.removed"]


@pytest.mark.parametrize("status", ["resolved", "closed"])
def test_while_something_required_is_open_it_is_not_done(
    ticket: Ticket, alice: User, refund: Checklist, status: str
) -> None:
    first, _second = add_checklist(ticket, refund, by=alice, now=at(0))
    with pytest.raises(CannotChange, match="“Ask the bank”"):
        change_status(ticket, status, by=alice, now=at(1))
    change_status(ticket, "pending", by=alice, now=at(1))
    tick(first, done=True, by=alice, now=at(2))
    assert change_status(ticket, status, by=alice, now=at(3)).status == status


def test_nothing_too_much_and_who_may_not_are_refused(ticket: Ticket, alice: User) -> None:
    for text in (" ", "x" * 201):
        with pytest.raises(CannotChange):
            add_item(ticket, text, by=alice, now=at(0))
    for number in range(MOST):
        add_item(ticket, f"{number}", by=alice, now=at(0))
    with pytest.raises(CannotChange, match="up to 100"):
        add_item(ticket, "more", by=alice, now=at(0))
    with pytest.raises(NotAllowed):
        tick(on_ticket(ticket)[0], done=True, by=without(alice, "work_ticket"), now=at(1))


def test_a_merge_adds_them_up_and_undoing_gives_each_its_own(ticket: Ticket, alice: User) -> None:
    other = make_ticket(ticket.identity)
    add_item(ticket, "Here", by=alice, now=NOW)
    there = add_item(other, "There", by=alice, now=NOW)
    gesture = merge([other.pk], into=ticket.pk, by=alice, now=at(1))
    assert shown(ticket) == [("Here", False), ("There", False)] and shown(other) == []
    there.refresh_from_db()
    tick(there, done=True, by=alice, now=at(2))
    undo(gesture.pk, by=alice, now=at(3))
    assert (shown(ticket), shown(other)) == ([("Here", False)], [("There", True)])


def test_on_the_page(ticket: Ticket, alice: User, refund: Checklist, client: Client) -> None:
    client.force_login(alice)
    client.post(f"/tickets/{ticket.pk}/checklist/", {"text": "Ask <the> bank"})
    client.post(f"/tickets/{ticket.pk}/checklist/", {"list": refund.pk})
    item = on_ticket(ticket)[0]
    page = client.post(f"/tickets/{ticket.pk}/checklist/{item.pk}/", {"do": "tick"}, follow=True).content.decode()
    assert "Ask &lt;the&gt; bank" in page and "Tell the customer" in page and "ticked “Ask &lt;the&gt; bank”" in page
    other = make_ticket()
    assert client.post(f"/tickets/{other.pk}/checklist/{item.pk}/", {"do": "tick"}).status_code == 404


def test_an_open_item_has_an_empty_box_and_an_auditor_no_empty_heading(
    ticket: Ticket, alice: User, client: Client
) -> None:
    nora, path = make_person("nora", role="Auditors"), f"/tickets/{ticket.pk}/"
    client.force_login(nora)
    page = client.get(path).content.decode()
    assert re.search(r'id="card-checklist"[^>]* hidden', page) and ">Tags<" not in page and ">Needs<" not in page
    first, _second = (add_item(ticket, text, by=alice, now=at(0)) for text in ("Ask", "Tell"))
    tick(first, done=True, by=alice, now=at(1))
    page = client.get(path).content.decode()
    card = page.split('id="card-checklist"')[1].split("</section>")[0]
    assert card.count("i-todo-done") == 1 and card.count('i-todo"') == 1 and not re.search("^[^>]* hidden", card)
    assert '<s><span class="vh">Done: </span>Ask</s>' in card


def test_by_program(ticket: Ticket, alice: User, refund: Checklist) -> None:
    api, path = Caller(alice), f"tickets/{ticket.pk}/checklist/"
    assert api.post(f"{path}add/", {"text": "Ask"}).status_code == 201
    told = api.post(f"{path}use/", {"checklist": str(refund.pk)}).json()["items"]
    assert [item["text"] for item in told] == ["Ask", "Ask the bank", "Tell the customer"]
    assert code_of(api.post(f"tickets/{ticket.pk}/status/", {"status": "resolved"})) == (409, "cannot_change")
    told = api.post(f"{path}{told[1]['id']}/tick/", {"done": True}).json()["items"]
    assert told[1]["done_by"]["username"] == "alice"
    told = api.post(f"{path}{told[0]['id']}/remove/").json()["items"]
    assert told == api.get(path).json()["results"] and len(told) == 2
    assert [row["name"] for row in api.get("checklists/").json()["results"]] == ["Refund"]
    assert code_of(api.post(f"{path}999/tick/", {"done": True})) == (404, "not_found")
