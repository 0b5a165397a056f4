"""docs/rules.md, "Time zones": pages tell times in the zone of who reads them, and take what is typed for theirs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import make_agent, make_message, make_ticket
from tests.pages.test_statements import statements
from tickets.forms import SnoozeForm
from tickets.models import NoticeSettings, Ticket
from tickets.views.sheet_forms import MomentForm
from tickets.zones.listed import is_listed, zones_by_region

LATE = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)  # the next morning in Tokyo


@pytest.fixture
def ticket(acme: object) -> Ticket:
    ticket = make_ticket(opened_at=LATE, last_inbound_at=LATE)
    make_message(ticket, "Where is my bag?", sent_at=LATE)
    return ticket


@pytest.fixture
def tokyo(alice: User) -> NoticeSettings:
    return NoticeSettings.objects.create(person=alice, time_zone="Asia/Tokyo")


def page(desk: Client, address: str) -> str:
    return desk.get(address).content.decode()


def test_each_reads_the_same_moment_by_their_own_clock(
    desk: Client, client: Client, ticket: Ticket, tokyo: NoticeSettings
) -> None:
    client.force_login(make_agent("bea"))
    address = f"/tickets/{ticket.pk}/"
    assert "2 Mar 2026, 07:30:00" in page(desk, address) and "22:30" not in page(desk, address)
    assert "1 Mar 2026, 22:30:00" in page(client, address) and "07:30" not in page(client, address)
    assert timezone.get_current_timezone_name() == "UTC"  # nobody's zone stays behind


def test_a_moment_that_is_typed_is_one_of_their_zone(desk: Client, ticket: Ticket, tokyo: NoticeSettings) -> None:
    day = (timezone.now() + timedelta(days=3)).date()
    desk.post(f"/tickets/{ticket.pk}/snooze/", {"until": f"{day}T09:00"})
    ticket.refresh_from_db()
    assert ticket.snoozed_until == datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert "Times of Asia/Tokyo." in page(desk, f"/tickets/{make_ticket().pk}/")


@pytest.mark.parametrize(
    ("zone", "typed", "until"),
    [
        ("Europe/Berlin", "2027-10-31T02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # shown twice: the first
        ("Europe/Berlin", "2027-03-28T02:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # skipped: 3:30
        ("Australia/Lord_Howe", "2027-10-03T02:15", datetime(2027, 10, 2, 15, 45, tzinfo=UTC)),  # skipped: 2:45
    ],
)
def test_a_moment_that_is_skipped_or_shown_twice_is_read_as_in_business_hours(
    zone: str, typed: str, until: datetime
) -> None:
    with timezone.override(zone):
        for form in (MomentForm({"send_at": typed}), SnoozeForm({"until": typed}, now=LATE, zone=UTC)):  # type: ignore[arg-type]
            assert form.is_valid() and until in form.cleaned_data.values()


def test_a_day_that_is_looked_for_is_one_of_theirs(desk: Client, ticket: Ticket, tokyo: NoticeSettings) -> None:
    Ticket.objects.update(created_at=LATE)
    link = f'href="{ticket.pk}/?of=~">'
    assert link in page(desk, "/tickets/?q=created:2026-03-02")
    tokyo.delete()
    assert link not in page(desk, "/tickets/?q=created:2026-03-02")
    assert link in page(desk, "/tickets/?q=created:2026-03-01")


def test_the_admin_goes_by_it_too(desk: Client, alice: User, ticket: Ticket, tokyo: NoticeSettings) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    assert "2026-03-02 07:30" in page(desk, f"/admin/tickets/ticket/{ticket.pk}/change/")


@pytest.mark.parametrize("address", ["/", "/tickets/", "/notices/"])
def test_it_costs_no_statement(desk: Client, alice: User, ticket: Ticket, address: str) -> None:
    before = statements(desk, address)
    NoticeSettings.objects.create(person=alice, time_zone="Asia/Tokyo")
    assert statements(desk, address) == before


def test_it_is_chosen_from_a_list_and_one_that_is_not_on_it_stays(desk: Client, tokyo: NoticeSettings) -> None:
    address = "/settings/"
    assert '<option value="Asia/Tokyo" selected>Tokyo</option>' in page(desk, address)
    NoticeSettings.objects.update(time_zone="CET")
    assert '<option value="CET" selected>CET</option>' in page(desk, address)


def test_the_list_has_places_and_no_names_of_old() -> None:
    assert ("America/New_York", "New York") in zones_by_region()["America"]
    assert is_listed("Europe/Berlin") and not is_listed("GB") and not is_listed("")
