"""An incident's page in a real browser: it brings itself up to date, and works without JavaScript on a phone."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import BEN, make_customer, make_message, make_ticket
from tests.journeys.conftest import Open
from tickets import lifecycle
from tickets.incidents import grouping
from tickets.models import Incident, Statement, Ticket

pytestmark = pytest.mark.usefixtures("acme")


@pytest.fixture
def incident(alice: User, acme: object) -> Incident:
    home, part = make_ticket(), make_ticket(make_customer(BEN))
    make_message(home), make_message(part, "Cannot pay")
    found = grouping.make(home, "Checkout down", by=alice, now=timezone.now())
    grouping.add(found, [part.pk], by=alice, now=timezone.now())
    return found


def test_what_becomes_of_its_parts_is_seen_at_once_and_what_is_written_stays(
    open_desk: Open, incident: Incident, alice: User
) -> None:
    page, asked = open_desk(), []
    with page.expect_response("**/parts/**"):
        page.goto(f"/incidents/{incident.ticket_id}/")
    page.get_by_label("In public, as an answer to each").fill("{handle}: it is")
    page.on("request", lambda request: asked.append(request.url) if "/parts/" in request.url else None)
    lifecycle.change_status(make_ticket(make_customer("900000000000000004")), "resolved", by=alice, now=timezone.now())
    lifecycle.change_status(Ticket.objects.get(part_of__isnull=False), "resolved", by=alice, now=timezone.now())
    expect(page.get_by_text("1 part, 0 open")).to_be_visible()
    assert len(asked) == 1  # nobody asked for what another ticket does
    expect(page.get_by_label("In public, as an answer to each")).to_have_value("{handle}: it is")


def test_it_is_told_on_a_phone_without_javascript(open_desk: Open, incident: Incident) -> None:
    page = open_desk(javascript=False, width=360)
    page.goto(f"/incidents/{incident.ticket_id}/state/")
    expect(page).to_have_url(f"/incidents/{incident.ticket_id}/")
    words = page.get_by_label("In public, as an answer to each")
    words.fill("{handle}: it is mended")
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_text("2 customers are told.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Tell them").click()
    expect(page.get_by_text("0 of 2 sent")).to_be_visible()
    assert Statement.objects.count() == 1
