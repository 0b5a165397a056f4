"""A like, follow, block or mute of us on a ticket, where the account chose so: the rule's section in docs/rules.md."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests.factories import ACME, ANA, BEN, NOW, make_agent
from tests.twitter_integration.bodies import relation
from tests.twitter_integration.installed import deliver, install
from tickets.models import Happening, Message, SlaClock, Ticket
from twitter_integration.deliveries.drain import drain
from twitter_integration.models import PartnerAccount

pytestmark = pytest.mark.django_db

OLD, NEW = "account_activity", "x_activity"
FIXTURES = Path(__file__).parent / "fixtures"
DEEDS = ("follow", "unfollow", "block", "unblock", "mute", "unmute")


@pytest.fixture
def acme() -> PartnerAccount:
    account = install()
    account.address.effects = {f"{deed}_of_us": "ticket" for deed in (*DEEDS, "like")}
    account.address.save()
    return account


def tell(account: PartnerAccount, *bodies: bytes, after: timedelta = timedelta(0)) -> None:
    deliver(account, *bodies, received_at=NOW + after)
    drain()


def recorded(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


@pytest.mark.parametrize("deed", DEEDS)
def test_what_somebody_does_to_us_is_a_line_on_a_ticket_and_on_the_timeline(deed: str, acme: PartnerAccount) -> None:
    tell(acme, relation(deed, dialect=OLD))
    line = Message.objects.get()
    assert (line.kind, line.direction, line.visibility) == ("reaction", "internal", "internal")
    assert line.identity is not None and line.identity.external_id == ANA and line.ticket is not None
    assert line.ticket.last_text == line.text and "us" in line.text
    assert Happening.objects.get().kind == f"{deed}_of_us"


@pytest.mark.parametrize("order", [(OLD, NEW), (NEW, OLD)])
@pytest.mark.parametrize("gap", [timedelta(0), timedelta(minutes=3)])
def test_told_by_both_products_it_is_one_line(order: tuple[str, str], gap: timedelta, acme: PartnerAccount) -> None:
    tell(acme, relation("follow", dialect=order[0]))
    tell(acme, relation("follow", dialect=order[1]), after=gap)
    assert (Message.objects.count(), Ticket.objects.count(), Happening.objects.count()) == (1, 1, 1)


def test_one_delivery_of_both_is_one_line_and_a_repetition_changes_nothing(acme: PartnerAccount) -> None:
    both = (relation("follow", dialect=OLD), relation("follow", dialect=NEW))
    tell(acme, *both)
    tell(acme, *(body + b" " for body in both))
    assert (Message.objects.count(), Happening.objects.count()) == (1, 1)


def test_a_follow_and_the_unfollow_after_it_are_on_one_ticket_and_another_person_on_another(
    acme: PartnerAccount,
) -> None:
    tell(acme, relation("follow", dialect=OLD), relation("follow", who=BEN, dialect=OLD))
    tell(acme, relation("unfollow", dialect=OLD, minute=5), after=timedelta(minutes=5))
    assert sorted(ticket.messages.count() for ticket in Ticket.objects.all()) == [1, 2]


def test_nobody_wrote_so_no_answer_is_owed(acme: PartnerAccount) -> None:
    tell(acme, relation("unfollow", dialect=OLD))
    ticket = Ticket.objects.get()
    assert (ticket.next_due_at, ticket.message_count, SlaClock.objects.count()) == (None, 0, 0)


def test_a_like_leads_to_the_post(acme: PartnerAccount) -> None:
    tell(acme, recorded(f"{OLD}/like_of_us"))
    line = Message.objects.get()
    assert line.text == "liked our post." and "/i/status/" in line.permalink


def test_a_like_of_nobody_in_particular_stays_on_the_timeline(acme: PartnerAccount) -> None:
    tell(acme, recorded(f"{NEW}/like_of_us"))
    assert (Message.objects.count(), Happening.objects.get().identity) == (0, None)


def test_what_we_do_ourselves_stays_on_the_timeline(acme: PartnerAccount) -> None:
    acme.address.effects = {"block_by_us": "ticket"}
    acme.address.save()
    tell(acme, relation("block", who=ACME, whom=ANA, dialect=OLD))
    assert (Ticket.objects.count(), Happening.objects.count()) == (0, 1)


def test_the_ticket_page_and_the_list_show_it(acme: PartnerAccount, client: Client) -> None:
    tell(acme, relation("unfollow", dialect=OLD))
    client.force_login(make_agent())
    assert "follows us no longer." in client.get(f"/tickets/{Ticket.objects.get().pk}/").content.decode()
    assert "follows us no longer." in client.get("/tickets/").content.decode()
