"""Tickets in a queue that somebody may not look into, beside those they may: what incidents and histories tell of them
(docs/rules.md, "Queues staffed by teams")."""

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.api.caller import Caller, code_of
from tests.factories import NOW, make_agent, make_customer, make_message, make_queue, make_supervisor, make_ticket
from tests.factories import staff as let_in
from tests.tickets.rights import without
from tickets.incidents import grouping
from tickets.models import Incident, Ticket
from tickets.regrouping import linking

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(alice: User) -> Caller:
    return Caller(alice)


@pytest.fixture
def sam(acme: object) -> User:
    let_in("Bookings", "Flights")
    return make_supervisor()


def ticket(number: int, queue: str = "Customer care", *, private: bool = False) -> Ticket:
    made = make_ticket(make_customer(f"9000000000000004{number:02}"), queue=make_queue(queue), private=private)
    make_message(made)
    return made


def incident(home: Ticket, sam: User, *parts: Ticket) -> Incident:
    found = grouping.make(home, "Down", by=sam, now=NOW)
    grouping.add(found, [one.pk for one in parts], by=sam, now=NOW)
    return found


def history(api: Caller, of: Ticket) -> list[tuple[str, str, str]]:
    rows = api.get(f"tickets/{of.pk}/activities/").json()["results"]
    every = api.get("activities/?limit=100").json()["results"]
    assert [row for row in every if row["ticket"] == str(of.pk)][::-1] == rows
    return [(row["verb"], json.dumps(row["data"]), row["sentence"]) for row in rows]


def test_parts_elsewhere_are_told_of_nowhere(api: Caller, desk: Client, alice: User, sam: User) -> None:
    home, here, there = ticket(1), ticket(2), ticket(3, "Bookings")
    found = incident(home, sam, here, there, ticket(4, "Bookings", private=True))
    [added] = [line for line in history(api, home) if line[0] == "incident.added"]
    assert added[1] == json.dumps({"tickets": [here.pk]}) and added[2] == f"Sam made #{here.pk} part of this incident."
    assert grouping.count_parts(found, by=alice) == {"every": 1, "undone": 1, "hidden": 0}
    for page in (f"/tickets/{home.pk}/", f"/incidents/{home.pk}/"):
        words = desk.get(page).content.decode()
        assert f"#{here.pk}" in words and f"#{there.pk}" not in words and "private one" not in words


def test_an_incident_elsewhere_is_told_of_nowhere(api: Caller, desk: Client, alice: User, sam: User) -> None:
    home, here = ticket(1, "Bookings"), ticket(2)
    incident(home, sam, here)
    assert not [line for line in history(api, here) if line[0].startswith("incident.")]
    assert api.get(f"tickets/{here.pk}/").json()["part_of"] is None
    assert api.post(f"tickets/{here.pk}/take/").json()["part_of"] is None
    words = desk.get(f"/tickets/{here.pk}/").content.decode()
    assert f"#{home.pk}" not in words and "Part of the incident" not in words
    mine = grouping.make(ticket(3), "Mine", by=alice, now=NOW)
    for address, body in (
        (f"tickets/{here.pk}/incident/", {"name": "Mine too"}),
        (f"tickets/{mine.ticket_id}/parts/add/", {"tickets": [str(here.pk)]}),
    ):
        refused = api.post(address, body)
        assert code_of(refused)[0] == 409 and "part of an incident already" in refused.content.decode()
    assert desk.post(f"/tickets/{here.pk}/part-of/not/").status_code == 404
    assert Ticket.objects.get(pk=here.pk).part_of_id == home.pk


def test_who_reads_nothing_private_learns_of_no_incident_that_is(acme: object, alice: User, sam: User) -> None:
    home, here = ticket(1, private=True), ticket(2)
    incident(home, sam, here)
    bob = Caller(without(make_agent("bob"), "see_private"))
    assert bob.get(f"tickets/{here.pk}/").json()["part_of"] is None
    assert not [line for line in history(bob, here) if line[0].startswith("incident.")]


def test_who_sees_all_is_told_all(acme: object, sam: User) -> None:
    home, here, there = ticket(1), ticket(2), ticket(3, "Bookings")
    incident(home, sam, here, there)
    api = Caller(sam)
    [added] = [line for line in history(api, home) if line[0] == "incident.added"]
    assert added[1] == json.dumps({"tickets": [here.pk, there.pk]})
    assert api.get(f"tickets/{there.pk}/").json()["part_of"] == str(home.pk)


def test_histories_name_no_ticket_elsewhere(api: Caller, alice: User, sam: User) -> None:
    here, there = ticket(1), ticket(2, "Bookings")
    linking.link(here, there, by=sam, now=NOW)
    [told] = [line for line in history(api, here) if line[0] == "ticket.linked"]
    assert told == ("ticket.linked", "{}", "Sam linked this ticket with another ticket.")
