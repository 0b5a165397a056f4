"""A customer's page: everything they said, what is known of them, and notes for colleagues."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    BEN,
    NOW,
    make_address,
    make_answer,
    make_customer,
    make_message,
    make_person,
    make_supervisor,
    make_ticket,
    staff,
)
from tests.tickets.rights import without
from tickets.models import Customer, CustomerNote, HandleChange, Happening, Identity, OptOut, Ticket
from tickets.regrouping.same_person import merge


@pytest.fixture
def ana(acme: object) -> Identity:
    """Somebody who was called otherwise, likes a post, wants nothing automatic, and wrote to two accounts."""
    ticket = make_ticket()
    who = ticket.identity
    make_message(ticket, "Where is my parcel?", sent_at=NOW)
    make_answer(ticket, text="We look for it.", sent_at=NOW + timedelta(minutes=1), state="sent")
    other = make_ticket(address=make_address("900000000000000009", name="Acme Sport"))
    make_message(other, "And my shoes?", sent_at=NOW + timedelta(minutes=2))
    HandleChange.objects.create(identity=who, before="ana_before", after=who.handle, seen_at=NOW)
    Happening.objects.create(
        address=ticket.address, identity=who, key="like:1", kind="like_of_us", at=NOW, received_at=NOW
    )
    OptOut.objects.create(address=ticket.address, identity=who, at=NOW)
    return who


def page_of(desk: Client, who: Identity, **asked: str) -> str:
    answer = desk.get(f"/customers/{who.customer_id}/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_tells_all_that_was_said_to_whichever_account_and_what_is_known(desk: Client, ana: Identity) -> None:
    page = page_of(desk, ana)
    said = [page.index(words) for words in ("And my shoes?", "We look for it.", "Where is my parcel?")]
    assert said == sorted(said)
    for told in ("Acme Sport", "@ana_before", "Lately", "No automatic messages from", "Private messages"):
        assert told in page, told
    ticket = desk.get(f"/tickets/{Ticket.objects.earliest('pk').pk}/").content.decode()
    assert ticket.count(f'href="/customers/{ana.customer_id}/"') == 1


def test_what_one_may_not_read_is_not_there(desk: Client, strangers_desk: Client, ana: Identity, alice: User) -> None:
    ticket = Ticket.objects.earliest("pk")
    make_message(ticket, "in private, on a public one", visibility="private", kind="direct")
    make_message(make_ticket(private=True), "on a private one", visibility="private", kind="direct")
    assert "in private, on a public one" in page_of(desk, ana) and "on a private one" in page_of(desk, ana)
    without(alice, "see_private")
    page = page_of(desk, ana)
    assert "private one" not in page and "Where is my parcel?" in page
    assert "No automatic messages" not in page and "Takes messages" not in page
    assert strangers_desk.get(f"/customers/{ana.customer_id}/").status_code == 404


def test_who_is_known_only_from_queues_of_others_does_not_exist(desk: Client, ana: Identity) -> None:
    staff(Ticket.objects.earliest("pk").queue.name, "Others")
    assert desk.get(f"/customers/{ana.customer_id}/").status_code == 404
    assert desk.post(f"/customers/{ana.customer_id}/notes/", {"text": "Hello"}).status_code == 404


def test_it_goes_on_by_key_and_asks_no_more_for_many(desk: Client, ana: Identity) -> None:
    ticket = Ticket.objects.earliest("pk")
    with CaptureQueriesContext(connection) as few:
        page_of(desk, ana)
    for n in range(60):
        make_message(ticket, f"word {n}.", sent_at=NOW + timedelta(hours=1))
    with CaptureQueriesContext(connection) as many:
        first = page_of(desk, ana)
    assert len(many) == len(few) <= 32
    after = first.partition("?after=")[2].partition('"')[0]
    second = desk.get(f"/customers/{ana.customer_id}/?after={after}").content.decode()
    told = [[page.count(f">word {n}.<") for n in range(60)] for page in (first, second)]
    assert [a + b for a, b in zip(*told, strict=True)] == [1] * 60
    assert "Where is my parcel?" in second and "Back to the latest" in second
    assert desk.get(f"/customers/{ana.customer_id}/?after=yesterday").status_code == 404


def test_who_was_merged_is_found_where_they_are(desk: Client, ana: Identity) -> None:
    ben = make_ticket(make_customer(BEN)).customer
    merge(ben, into=ana.customer, by=make_supervisor(), now=NOW)
    assert desk.get(f"/customers/{ben.pk}/")["Location"] == f"/customers/{ana.customer_id}/"
    assert "@ben_demo" in page_of(desk, ana)


def test_a_note_stands_on_the_page_and_beside_their_tickets(desk: Client, ana: Identity) -> None:
    at = f"/customers/{ana.customer_id}/notes/"
    page = desk.post(at, {"text": "  Deaf: never offer a call. "}, follow=True).content.decode()
    assert "Deaf: never offer a call." in page and "Noted." in page
    beside = desk.get(f"/tickets/{Ticket.objects.latest('pk').pk}/").content.decode()
    assert "Deaf: never offer a call." in beside
    refused = desk.post(at, {"text": "\u200b "})
    assert refused.status_code == 422 and "Say in up to 2,000 characters" in refused.content.decode()
    long = desk.post(at, {"text": "x" * 2_001})
    assert long.status_code == 422 and "x" * 2_001 in long.content.decode()
    note = CustomerNote.objects.get()
    assert desk.post(f"/customers/{Customer.objects.latest('pk').pk + 1}/notes/{note.pk}/remove/").status_code == 404
    page = desk.post(f"{at}{note.pk}/remove/", follow=True).content.decode()
    assert "The note is gone." in page and not CustomerNote.objects.exists()


def test_a_note_of_somebody_else_is_removed_by_who_looks_after_every_queue(
    desk: Client, ana: Identity, bob: User
) -> None:
    note = CustomerNote.objects.create(customer=ana.customer, author=bob, text="Owes us a call", at=NOW)
    at = f"/customers/{ana.customer_id}/notes/{note.pk}/remove/"
    assert at not in page_of(desk, ana)
    assert "removes it" in desk.post(at, follow=True).content.decode() and CustomerNote.objects.exists()
    (sams_desk := Client()).force_login(make_supervisor())
    assert at in page_of(sams_desk, ana)
    sams_desk.post(at)
    assert not CustomerNote.objects.exists()


def test_who_may_only_look_is_offered_no_note(desk: Client, ana: Identity, alice: User) -> None:
    without(alice, "work_ticket")
    assert "Add the note" not in page_of(desk, ana)
    assert desk.post(f"/customers/{ana.customer_id}/notes/", {"text": "Hello"}).status_code == 422
    assert not CustomerNote.objects.exists()


def test_an_administrator_looks_types_the_handle_and_erases(desk: Client, ana: Identity) -> None:
    at = f"/customers/{ana.customer_id}/erase/"
    assert at not in page_of(desk, ana) and desk.get(at).status_code == 404 and desk.post(at).status_code == 404
    (adas_desk := Client()).force_login(make_person("ada", role="Administrators"))
    assert at in page_of(adas_desk, ana)
    page = adas_desk.get(at).content.decode()
    assert "Messages with words" in page and "Type ana_demo to erase them" in page
    refused = adas_desk.post(at, {"typed": "@ben_demo"})
    assert refused.status_code == 422 and "type @ana_demo" in refused.content.decode()
    make_message(private := make_ticket(private=True), "psst", visibility="private", kind="direct")
    page = adas_desk.post(at, {"typed": "@ana_demo"}, follow=True).content.decode()
    assert "They are erased." in page and "Erased customer" in page and "Where is my parcel?" not in page
    assert at not in page and "was erased already" in adas_desk.get(at).content.decode()
    ticket = desk.get(f"/tickets/{Ticket.objects.earliest('pk').pk}/").content.decode()
    assert "Removed here on" in ticket and "erased the customer: what was said" in ticket
    assert "erased-" not in desk.get("/tickets/?view=closed").content.decode()
    assert "nobody is there to be written to" in desk.get(f"/tickets/{private.pk}/").content.decode()
