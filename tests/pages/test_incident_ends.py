"""The look before an incident is resolved: what was said since, by whom, and what is chosen."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import make_customer, make_message
from tests.pages.test_incident_told import incident, parts, tell
from tickets.models import Incident, Ticket

__all__ = ["incident", "parts"]


def look(desk: Client, incident: Incident, **words: str) -> str:
    page = desk.post(f"/incidents/{incident.ticket_id}/resolve/", words).content.decode()
    return page[page.index('aria-labelledby="end-h"') : page.index("Not now</a>")]


@pytest.fixture
def protested(incident: Incident, parts: list[Ticket], alice: User) -> Incident:
    """Ana's own words on the incident's ticket; a bystander's on Ben's, and Carl's complaint and thanks."""
    make_message(incident.ticket)
    tell(incident, alice)
    now = timezone.now()
    make_message(incident.ticket, "It does not help me at all", sent_at=now)
    make_message(parts[1], "Comigo também!", sent_at=now, identity=make_customer("900000000000000077", name="Gus"))
    make_message(parts[2], "Das hilft mir gar nicht", sent_at=now)
    make_message(parts[2], "Thank you!", sent_at=timezone.now())
    return incident


def test_it_shows_who_said_what_since_and_offers_the_incident_itself(
    desk: Client, protested: Incident, parts: list[Ticket]
) -> None:
    home, said = protested.ticket_id, look(desk, protested, parts="1")
    assert f'name="t" value="{home}"' in said and "It does not help me at all" in said and f"Read #{home}" in said
    assert "the incident itself, is resolved" not in said and "(the incident itself)" in said
    assert "<bdi>Gus</bdi>" in said and "(not the customer)" in said and "somebody else wrote there" in said
    assert said.index("Das hilft mir gar nicht") < said.index("Thank you!")
    done = desk.post(f"/incidents/{home}/resolve/", {"parts": "1", "sure": "1", "t": parts[1].pk}, follow=True)
    assert f"#{home}" in done.content.decode().split("Left as they are: ")[1][:40]
    assert Ticket.objects.get(pk=home).status != "resolved" and Ticket.objects.get(pk=parts[1].pk).status == "resolved"


def test_alone_it_asks_as_well_where_its_customer_wrote_since(desk: Client, protested: Incident) -> None:
    said = look(desk, protested)
    assert "It does not help me at all" in said and "Resolve it all the same" in said and 'name="parts"' not in said
    assert Ticket.objects.get(pk=protested.ticket_id).status != "resolved"
    home = f"/incidents/{protested.ticket_id}/resolve/"
    toasts = desk.post(home, {"sure": "1"}, follow=True).content.decode().split('id="toasts"')[1]
    assert Ticket.objects.get(pk=protested.ticket_id).status == "resolved" and f'action="{home}undo/"' in toasts
    gesture = re.findall(r'name="gesture" value="([\w-]+)"', toasts)[0]
    desk.post(f"{home}undo/", {"gesture": gesture})
    assert Ticket.objects.get(pk=protested.ticket_id).status != "resolved"
