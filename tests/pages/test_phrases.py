"""Canned replies in the composer, with and without a script, and the page of one's own."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_customer, make_message, make_supervisor, make_ticket
from tests.tickets.test_phrases import make_canned
from tickets.models import Address, CannedReply, Draft, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme: Address) -> Ticket:
    ticket = make_ticket(make_customer(name="Ana Díaz"), address=acme)
    make_message(ticket)
    return ticket


def compose(desk: Client, ticket: Ticket, **words: object) -> str:
    told = {"mode": "public", "began": "public", "text": "Good morning."} | words
    return desk.post(f"/tickets/{ticket.pk}/write/", told, follow=True).content.decode()


def test_without_a_script_it_is_chosen_and_inserted_below_what_stands_there(desk: Client, ticket: Ticket) -> None:
    reply = make_canned()
    assert f'<option value="{reply.pk}">Late</option>' in desk.get(f"/tickets/{ticket.pk}/").content.decode()
    page = compose(desk, ticket, do="insert", canned=reply.pk)
    assert "Good morning.\n\nHello Ana, it is on its way.</textarea>" in page
    assert Draft.objects.get().text.endswith("on its way.")
    assert not ticket.messages.filter(direction="out").exists()


def test_one_that_is_not_offered_is_refused_and_the_words_stay(desk: Client, ticket: Ticket) -> None:
    other = make_canned("Sam's", owner=make_supervisor())
    for chosen in (other.pk, "", "x"):
        page = compose(desk, ticket, do="insert", canned=chosen)
        assert "Good morning.</textarea>" in page and 'id="text-err"' in page


def test_what_is_still_to_be_filled_in_is_told_while_it_is_written_and_not_sent(desk: Client, ticket: Ticket) -> None:
    told = desk.post(f"/tickets/{ticket.pk}/measure/", {"mode": "public", "text": "Dear {name}"}).content.decode()
    assert "Still to be filled in: {name}" in told
    assert "placeholder in it: {name}" in compose(desk, ticket, text="Dear {name}")


def test_after_a_slash_it_is_looked_for_and_put_in(desk: Client, ticket: Ticket) -> None:
    reply = make_canned(shortcut="late")
    found = desk.get(f"/tickets/{ticket.pk}/canned-replies/", {"q": "la", "mode": "public"}).content.decode()
    assert f'data-put="/tickets/{ticket.pk}/canned-replies/{reply.pk}/"' in found
    told = desk.post(f"/tickets/{ticket.pk}/canned-replies/{reply.pk}/", {"mode": "public"}).json()
    assert told == {"text": "Hello Ana, it is on its way.", "gaps": []}


def test_where_there_is_none_at_all_the_slash_says_so_and_leads_to_where_they_are_written(
    desk: Client, ticket: Ticket
) -> None:
    path = f"/tickets/{ticket.pk}/canned-replies/"
    for asked in ("", "zz"):
        told = desk.get(path, {"q": asked, "mode": "public"}).content.decode()
        assert "No canned reply can be used here yet." in told and 'href="/canned-replies/"' in told
    make_canned(shortcut="late")
    told = desk.get(path, {"q": "zz", "mode": "public"}).content.decode()
    assert "No canned reply is called so." in told and "yet" not in told


def test_the_list_shows_what_would_be_put_in_and_nothing_that_could_not(desk: Client, ticket: Ticket) -> None:
    make_canned("Both", {"text": "Hi {first_name}, you all.", "audience": "public"}, {"text": "{name}, just you."})
    make_canned("Quiet", {"text": "A secret", "audience": "private"}, category="Ends")
    path = f"/tickets/{ticket.pk}/canned-replies/"
    public = desk.get(path, {"q": "", "mode": "public"}).content.decode()
    assert "Hi Ana, you all." in public and "Quiet" not in public and "{first_name}" not in public
    private = desk.get(path, {"mode": "private", "all": "yes"}).content.decode()
    assert "Ana Díaz, just you." in private and "A secret" in private and "is-private" in private
    assert 'role="group" aria-label="Ends"' in private and 'aria-label="Others"' in private
    assert "(private only)" in desk.get(f"/tickets/{ticket.pk}/").content.decode()
    assert not CannedReply.objects.filter(uses__gt=0).exists()


def test_strangers_are_told_that_there_is_nothing(strangers_desk: Client, ticket: Ticket) -> None:
    reply = make_canned()
    for path in (f"/tickets/{ticket.pk}/canned-replies/", "/canned-replies/", f"/canned-replies/{reply.pk}/"):
        assert strangers_desk.get(path).status_code == 404
    assert strangers_desk.post(f"/tickets/{ticket.pk}/canned-replies/{reply.pk}/").status_code == 404


SHEET = {"title": "Bye", "shortcut": "bye", "category": "Ends", "texts-TOTAL_FORMS": "2", "texts-INITIAL_FORMS": "0"}
WORDS = {"texts-0-audience": "public", "texts-0-language": "", "texts-0-text": "Bye {first_name}"}


def test_an_agent_keeps_their_own_changes_and_deletes_it(desk: Client, alice: User, acme: Address) -> None:
    assert desk.post("/canned-replies/", SHEET | WORDS).status_code == 302
    reply = CannedReply.objects.get()
    assert (reply.owner, reply.texts.get().text) == (alice, "Bye {first_name}")
    assert "7 of" in desk.get("/canned-replies/").content.decode()
    assert desk.post(f"/canned-replies/{reply.pk}/", {"do": "delete"}).status_code == 302
    assert not CannedReply.objects.exists()


def test_a_fault_is_told_and_a_colleagues_is_not_there(desk: Client, alice: User, bob: User) -> None:
    answer = desk.post("/canned-replies/", SHEET | WORDS | {"texts-0-text": "Dear {sir}"})
    assert answer.status_code == 422 and "{sir} is no placeholder" in answer.content.decode()
    assert "Write one text at least" in desk.post("/canned-replies/", SHEET).content.decode()
    assert desk.get(f"/canned-replies/{make_canned(owner=bob).pk}/").status_code == 404
    make_canned(owner=alice, shortcut="bye")
    assert "The shortcut bye is taken by ‘Late’." in desk.post("/canned-replies/", SHEET | WORDS).content.decode()
    klingon = desk.post("/canned-replies/", SHEET | WORDS | {"texts-0-language": "klingon"})
    assert klingon.status_code == 422 and "klingon is not one of" in klingon.content.decode()
