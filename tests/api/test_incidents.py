"""Incidents by program."""

import pytest
from django.contrib.auth.models import User

from tests.api.caller import Caller, code_of
from tests.factories import BEN, make_customer, make_message, make_ticket
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
    [told] = api.post(f"tickets/{home.pk}/statements/preview/", words).json()["parts"]
    assert told["text"] == "@ben_demo: mended." and told["reason"] == ""
    made = api.post(f"tickets/{home.pk}/statements/", words)
    assert made.status_code == 201 and made.json()["parts"][0]["state"] == "waiting"
    again = api.get(f"statements/{made.json()['id']}/").json()
    assert again["incident"] == str(home.pk) and len(again["parts"]) == 1
    assert api.post(f"statements/{made.json()['id']}/retry/").status_code == 200
    assert api.delete(f"tickets/{home.pk}/parts/{other.pk}/").status_code == 200
    assert api.post(f"tickets/{home.pk}/incident/resolve/", {}).json()["status"] == "resolved"


def test_a_ticket_that_is_no_incident_has_no_parts(api: Caller, two: tuple[Ticket, Ticket], alice: User) -> None:
    assert api.get(f"tickets/{two[0].pk}/parts/").json()["results"] == []
    assert api.post(f"tickets/{two[0].pk}/parts/add/", {"tickets": [str(two[1].pk)]}).status_code == 404
    assert code_of(api.post(f"tickets/{two[0].pk}/incident/", {"name": " "}))[0] in (400, 409)
