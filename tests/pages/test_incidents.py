"""Incidents by their pages, without JavaScript."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import BEN, make_customer, make_message, make_ticket
from tickets.choices import PartState
from tickets.incidents import telling
from tickets.models import Address, Incident, Message, OutboxEntry, Statement, StatementPart, Ticket


@pytest.fixture
def two(acme: object) -> tuple[Ticket, Ticket]:
    home, other = make_ticket(), make_ticket(make_customer(BEN))
    make_message(home), make_message(other, "@acmehelp_demo cannot pay")
    return home, other


@pytest.fixture
def incident(desk: Client, two: tuple[Ticket, Ticket]) -> Incident:
    desk.post(f"/tickets/{two[0].pk}/incident/", {"name": "Checkout down"})
    desk.post(f"/tickets/{two[1].pk}/part-of/", {"other": f"#{two[0].pk}"})
    return Incident.objects.get()


def read(desk: Client, address: str) -> str:
    return desk.get(address, follow=True).content.decode()


def test_both_pages_say_what_belongs_together(desk: Client, incident: Incident, two: tuple[Ticket, Ticket]) -> None:
    home, other = two
    assert "Checkout down" in read(desk, f"/tickets/{home.pk}/") and "1 part" in read(desk, f"/tickets/{home.pk}/")
    assert "Part of the incident" in read(desk, f"/tickets/{other.pk}/")
    assert f"#{other.pk}" in read(desk, f"/incidents/{home.pk}/")
    desk.post(f"/tickets/{other.pk}/part-of/not/")
    assert "Part of the incident" not in read(desk, f"/tickets/{other.pk}/")


def test_tickets_chosen_on_the_list_are_added(desk: Client, incident: Incident) -> None:
    third = make_ticket()
    assert 'formaction="/incidents/"' in read(desk, "/tickets/")
    assert "Add to this one" in read(desk, f"/incidents/?t={third.pk}")
    page = desk.post(f"/incidents/{incident.ticket_id}/add/", {"t": [third.pk]}, follow=True).content.decode()
    assert "1 ticket is part of it now." in page and "2 parts" in page
    page = desk.post(f"/incidents/{incident.ticket_id}/add/", {"t": [third.pk, incident.ticket_id]}).content.decode()
    assert "1 was not added" in page and f"#{incident.ticket_id} is this incident itself." in page
    wrong = desk.post(f"/incidents/{incident.ticket_id}/add/", {"t": "#12, twelve"}, follow=True).content.decode()
    assert "“twelve” is no number" in wrong


def test_a_new_incident_is_made_of_tickets_chosen_on_the_list(desk: Client, acme: object) -> None:
    first, second = make_ticket(), make_ticket(make_customer(BEN), last_text="The belt stands")
    page = read(desk, f"/incidents/?t={first.pk}&t={second.pk}")
    assert "New incident of these" in page and "The belt stands" in page
    assert page.index(f'<option value="{first.pk}">') < page.index(f'<option value="{second.pk}">')
    page = desk.post("/incidents/new/", {"t": [first.pk, second.pk], "name": ""}, follow=True).content.decode()
    assert "a name of up to" in page and "The belt stands" in page and not Incident.objects.exists()
    page = desk.post("/incidents/new/", {"t": [first.pk, second.pk], "name": "Belt"}, follow=True).content.decode()
    assert "1 ticket is part of it now." in page and Incident.objects.get().ticket == first
    assert desk.get("/incidents/new/")["Location"] == "/incidents/"


def test_which_ticket_becomes_the_incident_is_chosen(desk: Client, acme: object) -> None:
    first, second = make_ticket(), make_ticket(make_customer(BEN))
    desk.post("/incidents/new/", {"t": [first.pk, second.pk], "name": "Belt", "home": str(second.pk)})
    assert Incident.objects.get().ticket == second


def test_a_statement_is_looked_at_and_then_told(desk: Client, incident: Incident, alice: User) -> None:
    address = f"/incidents/{incident.ticket_id}/state/"
    words = {"public": "{handle}: it is mended.", "key": "5f0c0d6a-97a5-4a94-8f6a-5f4a53c10a11"}
    page = desk.post(address, words).content.decode()
    assert "@ben_demo: it is mended." in page and "@ana_demo: it is mended." in page and "2 customers are told." in page
    assert f"Leave out #{incident.ticket_id}" in page and not Statement.objects.exists()
    page = desk.post(address, words | {"without_own": "1"}).content.decode()
    assert "@ana_demo: it is mended." not in page and "1 customer is told." in page and " checked>" in page
    desk.post(address, words | {"sure": "1", "without_own": "1"})
    telling.go_on(clock=timezone.now, at_most=timedelta(seconds=5))
    assert Message.objects.get(direction="out").text == "@ben_demo: it is mended."
    page = read(desk, f"/incidents/{incident.ticket_id}/")
    assert "Goes out as soon as it can no longer be taken back" in page and "Try again what was refused" not in page
    StatementPart.objects.update(state=PartState.REFUSED, repeats=True)
    page = read(desk, f"/incidents/{incident.ticket_id}/")
    assert "Try again what was refused" in page and "Say it again all the same (1)" in page
    assert "1 of these is public, where the very same words once more are refused as a duplicate" in page
    desk.post(f"/statements/{Statement.objects.get().pk}/retry/", {"repeat": "1"})
    assert StatementPart.objects.get().state == PartState.WAITING


def test_what_is_wrong_with_it_keeps_the_words(desk: Client, incident: Incident) -> None:
    words = {"public": "Dear {surname}", "key": "5f0c0d6a-97a5-4a94-8f6a-5f4a53c10a11"}
    page = desk.post(f"/incidents/{incident.ticket_id}/state/", words).content.decode()
    assert "cannot be filled in" in page and "Dear {surname}" in page


def test_it_is_resolved_with_its_parts_after_a_look_and_that_is_undone(
    desk: Client, incident: Incident, two: tuple[Ticket, Ticket]
) -> None:
    home, part = f"/incidents/{incident.ticket_id}/", two[1]
    page = desk.post(f"{home}resolve/", {"parts": "1"}).content.decode()
    assert "No part is resolved with it without being chosen." in page and "was told nothing" in page
    assert not Ticket.objects.filter(status="resolved").exists()
    page = desk.post(f"{home}resolve/", {"parts": "1", "sure": "1", "t": part.pk}, follow=True).content.decode()
    assert f"2 tickets are resolved: #{two[0].pk}, #{part.pk}." in page and "Resolve the incident" not in page
    assert set(Ticket.objects.values_list("status", flat=True)) == {"resolved"} and "Undo" in page
    gesture = two[0].activities.get(verb="incident.resolved").gesture
    page = desk.post(f"{home}resolve/undo/", {"gesture": gesture}, follow=True).content.decode()
    assert "2 tickets stand as before" in page and "Resolve the incident" in page
    page = desk.post(f"{home}resolve/", {"parts": "1", "sure": "1"}, follow=True).content.decode()
    assert f"Left as they are: #{part.pk}." in page and "Resolve its parts, after a look" in page
    page = desk.post(f"{home}resolve/undo/", {"gesture": gesture}, follow=True).content.decode()
    assert "Nothing of that is still resolved by it." in page
    desk.post(f"{home}resolve/", {"parts": "1", "sure": "1", "t": part.pk})
    page = desk.post(f"{home}unmake/", follow=True).content.decode()
    undone, gesture = gesture, two[0].activities.filter(verb="incident.resolved").latest("id").gesture
    page = desk.get(home).content.decode()
    assert f'value="{gesture}"' in page and f'value="{undone}"' not in page
    assert (
        "1 ticket stands as before"
        in desk.post(f"{home}resolve/undo/", {"gesture": gesture}, follow=True).content.decode()
    )


def test_an_outsider_is_told_that_there_is_nothing(strangers_desk: Client, acme: object) -> None:
    for address in ("/incidents/", "/incidents/1/"):
        assert strangers_desk.get(address).status_code == 404


def test_what_only_takes_forms_leads_back_to_its_page(
    desk: Client, incident: Incident, two: tuple[Ticket, Ticket]
) -> None:
    home = f"/incidents/{incident.ticket_id}/"
    made = Statement.objects.create(incident=incident, public="Hello", at=timezone.now())
    for verb in ("state", "add", "add/undo", "resolve", "resolve/undo", "unmake"):
        assert desk.get(f"{home}{verb}/")["Location"] == home, verb
    assert desk.get(f"/statements/{made.pk}/retry/")["Location"] == home
    for verb in ("incident", "part-of", "part-of/not"):
        assert desk.get(f"/tickets/{two[1].pk}/{verb}/")["Location"] == f"/tickets/{two[1].pk}/"
    assert Incident.objects.exists() and Ticket.objects.filter(part_of=incident.ticket_id).exists()


def test_a_mistake_is_taken_back(desk: Client, incident: Incident, two: tuple[Ticket, Ticket]) -> None:
    home = f"/incidents/{incident.ticket_id}/"
    more = [make_ticket().pk, make_ticket().pk]
    desk.post(f"{home}add/", {"t": more})
    page = read(desk, home)
    assert "Take all 2 out again" in page
    gesture = two[0].activities.filter(verb="incident.added").latest("id").gesture
    desk.post(f"{home}add/undo/", {"gesture": gesture})
    assert not Ticket.objects.filter(pk__in=more, part_of=incident.ticket_id).exists()
    Statement.objects.create(incident=incident, public="It is mended", at=timezone.now())
    page = desk.post(f"{home}unmake/", follow=True).content.decode()
    assert "no incident any more" in page and not Incident.objects.exists()
    page = read(desk, home)
    assert "It is mended" in page and "Unmade" in page and "Tell everybody" not in page


def test_its_moving_parts_say_why_something_waits(desk: Client, incident: Incident, alice: User) -> None:
    words = {
        "public": "{handle}: it is mended.",
        "key": "5f0c0d6a-97a5-4a94-8f6a-5f4a53c10a11",
        "sure": "1",
        "without_own": "1",
    }
    desk.post(f"/incidents/{incident.ticket_id}/state/", words)
    telling.go_on(clock=timezone.now, at_most=timedelta(seconds=5))
    Address.objects.update(sending_stopped=True)
    page = read(desk, f"/incidents/{incident.ticket_id}/parts/")
    assert "0 of 1 sent" in page and "Waits until the account sends again" in page and "<html" not in page
    OutboxEntry.objects.update(state="failed")
    assert "1 not sent" in read(desk, f"/incidents/{incident.ticket_id}/parts/")
    OutboxEntry.objects.update(state="held")
    Message.objects.filter(direction="out").delete()
    assert "Taken back before it was sent" in read(desk, f"/incidents/{incident.ticket_id}/parts/")


def many(incident: Incident, count: int) -> None:
    first = Ticket.objects.count()
    for n in range(first, first + count):
        part = make_ticket(make_customer(str(900000000000006000 + n)), part_of=incident.ticket)
        make_message(part, "Cannot pay")


def statements(desk: Client, address: str, words: dict[str, str]) -> int:
    with CaptureQueriesContext(connection) as found:
        assert desk.post(address, words).status_code in (200, 302)
    return len(found)


@pytest.mark.parametrize("sure", ["", "1"])
def test_looking_and_telling_ask_no_more_for_many_parts(desk: Client, incident: Incident, sure: str) -> None:
    address = f"/incidents/{incident.ticket_id}/state/"
    many(incident, 3)
    counts = []
    for key in ("5f0c0d6a-97a5-4a94-8f6a-5f4a53c10a11", "5f0c0d6a-97a5-4a94-8f6a-5f4a53c10a12"):
        counts.append(statements(desk, address, {"public": "{handle}: mended.", "key": key, "sure": sure}))
        many(incident, 12)
    assert counts[0] == counts[1]


def test_looking_before_it_is_resolved_asks_no_more_for_many_parts(desk: Client, incident: Incident) -> None:
    address, counts = f"/incidents/{incident.ticket_id}/resolve/", []
    for _ in range(2):
        many(incident, 4)
        counts.append(statements(desk, address, {"parts": "1"}))
    assert counts[0] == counts[1]


def test_what_could_be_tried_again_is_asked_for_many_at_once(desk: Client, incident: Incident, alice: User) -> None:
    many(incident, 2)
    words = {"public": "{handle}: it is mended.", "key": "5f0c0d6a-97a5-4a94-8f6a-5f4a53c10a11", "sure": "1"}
    counts = []
    for key in ("5f0c0d6a-97a5-4a94-8f6a-5f4a53c10a11", "5f0c0d6a-97a5-4a94-8f6a-5f4a53c10a12"):
        desk.post(f"/incidents/{incident.ticket_id}/state/", words | {"key": key})
        StatementPart.objects.update(state=PartState.REFUSED)
        with CaptureQueriesContext(connection) as found:
            assert "Try again what was refused" in read(desk, f"/incidents/{incident.ticket_id}/")
        counts.append(len(found))
        many(incident, 8)
    assert counts[0] == counts[1]
