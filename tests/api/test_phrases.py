"""Canned replies and macros by program."""

import pytest
from django.contrib.auth.models import User

from tests.api.caller import Caller, code_of
from tests.factories import make_agent, make_customer, make_message, make_ticket
from tests.tickets.test_phrases import make_canned
from tickets.models import Address, CannedReply, Macro, Ticket

pytestmark = pytest.mark.django_db
BODY = {"title": "Late", "shortcut": "late", "texts": [{"text": "Hi {first_name|there}"}]}


def test_ones_own_is_kept_changed_and_deleted(api: Caller, alice: User) -> None:
    made = api.post("canned-replies/new/", BODY)
    assert made.status_code == 201 and made.json()["own"] is True
    path = f"canned-replies/{made.json()['id']}/"
    changed = api.post(f"{path}change/", BODY | {"texts": [{"text": "Hallo", "language": "DE"}]}).json()
    assert [(one["language"], one["text"]) for one in changed["texts"]] == [("de", "Hallo")]
    assert api.get(path).json() == changed and api.get("canned-replies/").json()["results"] == [changed]
    assert code_of(api.post("canned-replies/new/", BODY)) == (409, "cannot_change")
    assert api.post(f"{path}delete/").status_code == 200 and not CannedReply.objects.exists()


def test_another_persons_and_everybodys_are_not_ones_own(api: Caller) -> None:
    bobs, all_of_us = make_canned(owner=make_agent("bob")), make_canned()
    assert [row["id"] for row in api.get("canned-replies/").json()["results"]] == [str(all_of_us.pk)]
    for row in (bobs, all_of_us):
        assert code_of(api.post(f"canned-replies/{row.pk}/change/", BODY)) == (404, "not_found")
    assert code_of(api.get(f"canned-replies/{bobs.pk}/")) == (404, "not_found")


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [{"text": "a", "language": "xx"}],
        [{"text": "{sir}"}],
        [{"text": "a"}, {"text": "b"}],
        [{"text": "a", "audience": "all"}],
    ],
)
def test_texts_that_cannot_be_kept_are_named(api: Caller, texts: list[dict[str, str]]) -> None:
    answer = api.post("canned-replies/new/", BODY | {"texts": texts})
    assert code_of(answer) == (400, "invalid")


def test_it_is_filled_in_for_a_tickets_customer(api: Caller, acme: Address) -> None:
    ticket = make_ticket(make_customer(name="Ana Díaz"), address=acme)
    make_message(ticket)
    path = f"tickets/{ticket.pk}/canned-replies/{make_canned().pk}/"
    told = api.post(path, {"private": False}).json()
    assert told == {"text": "Hello Ana, it is on its way.", "language": "", "gaps": []}
    path = f"tickets/{ticket.pk}/canned-replies/{make_canned('DM', {'text': 'x', 'audience': 'private'}).pk}/"
    assert code_of(api.post(path, {"private": False})) == (422, "cannot_send")


def test_those_that_fit_a_ticket_are_told_with_their_words(api: Caller, acme: Address) -> None:
    ticket = make_ticket(make_customer(name="Ana Díaz"), address=acme)
    make_message(ticket)
    make_canned(category="Delivery"), make_canned("DM", {"text": "Psst, {name}", "audience": "private"})
    path = f"tickets/{ticket.pk}/canned-replies/"
    (told,) = api.get(path, {"private": "false"}).json()["canned_replies"]
    assert (told["title"], told["category"], told["text"]) == ("Late", "Delivery", "Hello Ana, it is on its way.")
    assert (told["length"], told["maximum"], told["gaps"]) == (28, 280, [])
    assert len(api.get(path, {"private": "true"}).json()["canned_replies"]) == 2
    assert [one["title"] for one in api.get(path, {"private": "true", "q": "dm"}).json()["canned_replies"]] == ["DM"]
    assert not CannedReply.objects.filter(uses__gt=0).exists()


def test_a_macro_is_run_and_undone(api: Caller, acme: Address) -> None:
    macro, ticket = Macro.objects.create(name="Low", priority="low"), make_ticket(address=acme)
    told = api.post(f"macros/{macro.pk}/run/", {"tickets": [str(ticket.pk)]}).json()
    key = {"gesture": told["gesture"]}
    undone = {
        "ticket": str(ticket.pk),
        "undone": True,
        "back": ["its priority"],
        "left": "",
        "written": False,
        "going": False,
    }
    assert api.post("macros/undo/", key).json() == {"results": [undone]}
    assert Ticket.objects.get().priority == "normal"
    assert code_of(api.post("macros/undo/", {"gesture": "5f0c0d6a-97a5-4a94-8f6a-5f4a53c10a11"})) == (404, "not_found")
