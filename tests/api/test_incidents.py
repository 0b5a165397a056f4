"""Incidents by program."""

import pytest
from django.contrib.auth.models import User

from tests.api.caller import Caller, code_of
from tests.factories import BEN, make_agent, make_customer, make_message, make_queue, make_ticket, staff
from tests.tickets.pigeon import Wire
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(acme: object) -> tuple[Ticket, Ticket]:
    home, other = make_ticket(), make_ticket(make_customer(BEN))
    make_message(home), make_message(other)
    return home, other


def test_an_incident_its_parts_and_what_they_are_told(api: Caller, two: tuple[Ticket, Ticket], wire: Wire) -> None:
    home, other = two
    assert api.post(f"tickets/{home.pk}/incident/", {"name": "Down"}).json()["incident"] == "Down"
    api.post(f"tickets/{home.pk}/parts/add/", {"tickets": [str(other.pk)]})
    [part] = api.get(f"tickets/{home.pk}/parts/").json()["results"]
    assert (part["id"], part["part_of"]) == (str(other.pk), str(home.pk))
    words = {"public": "{handle}: mended."}
    seen = api.post(f"tickets/{home.pk}/statements/preview/", words).json()
    assert [told["ticket"] for told in seen["parts"]] == [str(home.pk), str(other.pk)]
    seen = api.post(f"tickets/{home.pk}/statements/preview/", words | {"own": False}).json()
    [told] = seen["parts"]
    assert told["text"] == "@ben_demo: mended." and told["reason"] == ""
    assert seen["limit"] == "" and seen["before"] == 0 and seen["until"]
    made = api.post(f"tickets/{home.pk}/statements/", words)
    assert made.status_code == 201 and {part["state"] for part in made.json()["parts"]} == {"waiting"}
    again = api.get(f"statements/{made.json()['id']}/").json()
    assert again["incident"] == str(home.pk) and len(again["parts"]) == 2
    assert api.post(f"statements/{made.json()['id']}/retry/").status_code == 200
    assert api.delete(f"tickets/{home.pk}/parts/{other.pk}/").status_code == 200
    assert api.post(f"tickets/{home.pk}/incident/resolve/", {}).json()["status"] == "resolved"
    assert code_of(api.post(f"tickets/{home.pk}/incident/resolve/", {}))[0] == 409


def test_it_is_resolved_with_its_parts_after_a_look(api: Caller, two: tuple[Ticket, Ticket]) -> None:
    home, other = two
    api.post("incidents/new/", {"name": "Belt", "tickets": [str(home.pk), str(other.pk)]})
    address = f"tickets/{home.pk}/incident/resolve/"
    assert api.post(f"{address}preview/").json() == {
        "tickets": [
            {"ticket": str(home.pk), "lag": "untold", "wrote_on": None},
            {"ticket": str(other.pk), "lag": "untold", "wrote_on": None},
        ]
    }
    told = api.post(address, {"parts": True}).json()
    assert told["resolved"] == [str(home.pk)] and told["left"] == [
        {"ticket": str(other.pk), "lag": "untold", "wrote_on": None}
    ]
    told = api.post(address, {"parts": True, "also": [str(other.pk)]}).json()
    assert told["resolved"] == [str(other.pk)] and told["left"] == []
    assert api.post(f"{address}undo/", {"gesture": told["gesture"]}).status_code == 200
    assert api.get(f"tickets/{other.pk}/").json()["status"] == "new"  # as it stood before
    assert code_of(api.post(f"{address}undo/", {"gesture": told["gesture"]}))[0] == 409
    told = api.post(address, {"parts": True, "also": [str(other.pk)]}).json()
    assert api.post(f"tickets/{home.pk}/incident/unmake/").status_code == 200
    assert code_of(api.post(address, {}))[0] == 404
    assert api.post(f"{address}undo/", {"gesture": told["gesture"]}).status_code == 200
    assert api.get(f"tickets/{other.pk}/").json()["status"] == "new"


def test_a_new_incident_of_several_and_what_cannot_be_added(api: Caller, two: tuple[Ticket, Ticket]) -> None:
    home, other = two
    made = api.post("incidents/new/", {"name": "Belt", "tickets": [str(other.pk), str(home.pk), "99999"]})
    told = made.json()
    assert made.status_code == 201 and (told["id"], told["incident"]) == (str(home.pk), "Belt")
    assert told["added"] == [str(other.pk)] and [row["ticket"] for row in told["left"]] == ["99999"]
    again = api.post(f"tickets/{home.pk}/parts/add/", {"tickets": [str(home.pk), str(other.pk)]}).json()
    assert again["added"] == [] and "this incident itself" in again["left"][0]["reason"]
    assert code_of(api.post(f"tickets/{home.pk}/parts/add/", {"tickets": [str(home.pk)]}))[0] == 409


def test_a_new_incident_leaves_out_what_is_not_there_for_who_asks(api: Caller, two: tuple[Ticket, Ticket]) -> None:
    home, _ = two
    staff("Closed", "Others", make_agent("carol"))
    closed = str(make_ticket(queue=make_queue("Closed")).pk)
    made = api.post("incidents/new/", {"name": "Belt", "tickets": [closed, str(home.pk)]})
    assert made.status_code == 201 and (made.json()["id"], made.json()["added"]) == (str(home.pk), [])
    assert made.json()["left"] == [{"ticket": closed, "reason": f"There is no ticket #{closed} that you may work."}]
    assert code_of(api.post("incidents/new/", {"name": "Belt", "tickets": [closed, "99999"]}))[0] == 404


def test_a_ticket_that_is_no_incident_has_no_parts(api: Caller, two: tuple[Ticket, Ticket], alice: User) -> None:
    assert api.get(f"tickets/{two[0].pk}/parts/").json()["results"] == []
    assert api.post(f"tickets/{two[0].pk}/parts/add/", {"tickets": [str(two[1].pk)]}).status_code == 404
    assert code_of(api.post(f"tickets/{two[0].pk}/incident/", {"name": " "}))[0] in (400, 409)


def test_one_made_by_mistake_is_unmade_and_what_was_added_at_once_is_taken_out(
    api: Caller, two: tuple[Ticket, Ticket], alice: User
) -> None:
    home, other = two
    api.post(f"tickets/{home.pk}/incident/", {"name": "Down"})
    api.post(f"tickets/{home.pk}/parts/add/", {"tickets": [str(other.pk)]})
    lines = api.get(f"tickets/{home.pk}/activities/").json()["results"]
    [gesture] = [line["gesture"] for line in lines if line["verb"] == "incident.added"]
    assert api.post(f"tickets/{home.pk}/parts/undo/", {"gesture": gesture}).status_code == 200
    assert api.get(f"tickets/{home.pk}/parts/").json()["results"] == []
    assert code_of(api.post(f"tickets/{home.pk}/parts/undo/", {"gesture": gesture}))[0] == 409
    api.post(f"tickets/{home.pk}/parts/add/", {"tickets": [str(other.pk)]})
    assert api.post(f"tickets/{home.pk}/incident/unmake/").json()["incident"] == ""
    assert api.get(f"tickets/{other.pk}/").json()["part_of"] is None
    assert api.post(f"tickets/{home.pk}/incident/unmake/").status_code == 404


def test_who_is_told_on_another_ticket_is_named_there(api: Caller, two: tuple[Ticket, Ticket], wire: Wire) -> None:
    home, other = two
    make_message(make_ticket(other.identity, part_of=home))
    api.post(f"tickets/{home.pk}/incident/", {"name": "Down"})
    api.post(f"tickets/{home.pk}/parts/add/", {"tickets": [str(other.pk)]})
    made = api.post(f"tickets/{home.pk}/statements/", {"public": "{handle}: mended.", "own": False}).json()
    told = {part["ticket"]: (part["state"], part["told_on"], part["void"]) for part in made["parts"]}
    latest = max(told, key=int)
    assert told == {str(other.pk): ("refused", latest, ""), latest: ("waiting", None, "")}
