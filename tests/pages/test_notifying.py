"""The composer says before anything is sent whom it notifies and what it costs, and whom it may leave out."""

import re

import pytest
from django.test import Client

from tests.factories import ANA, BEN, NOW, make_customer, make_message, make_person, make_ticket
from tickets.erasing.erase import erase
from tickets.models import Address, Draft, OutboxEntry, Ticket
from tickets.outbox import outbound
from twitter_integration.models import PartnerAccount, XApp

SCRIPT = {"HX-Request": "true"}
LONG = "We are closed on Monday and open again on Tuesday. " * 8


@pytest.fixture
def ticket(acme: Address) -> Ticket:
    """Ana asks Acme, and names Ben; Acme pays X by use."""
    XApp.objects.update(tier="self-serve")
    ticket = make_ticket()
    named = [
        {"start": 0, "end": 14, "kind": "mention", "target": "https://x.com/acmehelp_demo", "id": acme.key},
        {"start": 19, "end": 28, "kind": "mention", "target": "https://x.com/ben_demo", "id": BEN},
    ]
    make_message(ticket, "@acmehelp_demo and @ben_demo, where is my order?", spans=named)
    return ticket


def line(page: str, code: str = "public") -> str:
    """In words."""
    found = re.search(rf'id="notifies-{code}".*?</p>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", found[0].partition(">")[2]).split()) if found else ""


def page(desk: Client, ticket: Ticket) -> str:
    return desk.get(f"/tickets/{ticket.pk}/").content.decode()


def measured(desk: Client, ticket: Ticket, text: str, mode: str = "public", **more: object) -> str:
    to = {"to_public": ticket.messages.earliest("pk").pk}
    data = {"text": text, "mode": mode} | to | more
    return line(desk.post(f"/tickets/{ticket.pk}/measure/", data, headers=SCRIPT).content.decode(), mode)


def test_the_page_says_whom_an_answer_notifies_and_what_it_costs(desk: Client, ticket: Ticket) -> None:
    shown = page(desk, ticket)
    assert line(shown) == "Notifies @ana_demo @ben_demo about US$ 0.010"
    assert line(shown, "private") == "Notifies @ana_demo. Nobody else sees it about US$ 0.015"


def test_names_links_and_parts_change_it_while_it_is_written(desk: Client, ticket: Ticket) -> None:
    assert measured(desk, ticket, "Ask @carla_demo") == "Notifies @ana_demo @ben_demo @carla_demo about US$ 0.010"
    assert measured(desk, ticket, "See https://acme.com/a").endswith("about US$ 0.200")
    assert measured(desk, ticket, LONG).endswith("about US$ 0.020")
    assert measured(desk, ticket, LONG, "private").endswith("about US$ 0.015")


def test_by_contract_no_price_is_told(desk: Client, ticket: Ticket) -> None:
    XApp.objects.update(tier="enterprise")
    assert line(page(desk, ticket)) == "Notifies @ana_demo @ben_demo"


def test_where_nothing_can_be_sent_nothing_is_foretold(desk: Client, ticket: Ticket) -> None:
    PartnerAccount.objects.update(paused=True)
    assert line(page(desk, ticket)) == "" and measured(desk, ticket, "Hello") == ""


def test_who_may_be_left_out_has_a_box_and_stays_out_to_the_end(desk: Client, ticket: Ticket) -> None:
    assert f'name="spare-{BEN}" value="yes" autocomplete' in page(desk, ticket)
    assert f'name="spare-{ANA}"' not in page(desk, ticket)
    spare = {f"spare-{BEN}": "yes"}
    desk.post(f"/tickets/{ticket.pk}/write/", {"mode": "public", "text": "Soon", "do": "draft"} | spare)
    assert Draft.objects.get().spares == [BEN]
    assert f'name="spare-{BEN}" value="yes" checked' in page(desk, ticket)
    desk.post(f"/tickets/{ticket.pk}/write/", {"mode": "public", "text": LONG, "parts": 2} | spare)
    assert [message.spares for message in outbound(list(OutboxEntry.objects.all()))] == [[BEN], [BEN]]


def test_taken_back_they_are_left_out_still(desk: Client, ticket: Ticket) -> None:
    desk.post(f"/tickets/{ticket.pk}/write/", {"mode": "public", "text": "Soon", f"spare-{BEN}": "yes"})
    message = OutboxEntry.objects.get().message
    shown = desk.post(f"/messages/{message.pk}/undo/").content.decode()
    assert f'name="spare-{BEN}" value="yes" checked' in shown and Draft.objects.get().spares == [BEN]


def test_who_is_answered_or_named_in_the_text_is_not_left_out(desk: Client, ticket: Ticket) -> None:
    spares = {f"spare-{BEN}": "yes", f"spare-{ANA}": "yes", "spare-12": "yes"}
    desk.post(f"/tickets/{ticket.pk}/write/", {"mode": "public", "text": "Ask @ben_demo"} | spares)
    assert OutboxEntry.objects.get().spares == []


def test_an_erased_customer_is_named_there_no_more(desk: Client, ticket: Ticket) -> None:
    desk.post(f"/tickets/{ticket.pk}/write/", {"mode": "public", "text": "Soon", f"spare-{BEN}": "yes"})
    ben = make_ticket(make_customer(BEN)).identity
    erase(ben.customer, typed="ben_demo", by=make_person("ada", role="Administrators"), now=NOW)
    assert OutboxEntry.objects.get().spares == []
