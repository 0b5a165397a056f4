"""As what words were begun, whatever a page says: what was begun for few is asked about before more people read it."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import BEN, make_customer, make_message, make_ticket
from tests.pages.test_drafts import page_of, save, write
from tests.things import picture
from tickets.merging import merge
from tickets.models import Draft, Message, StoredFile, Ticket


@pytest.fixture
def ticket(acme: object) -> Ticket:
    ticket = make_ticket()
    make_message(ticket)
    return ticket


def fields(page: str) -> dict[str, str]:
    """What the composer of this page sends along of itself."""
    form = page[page.index('id="writer"') :]
    form = form[: form.index("</form>")]
    found = re.findall(r'<input type="hidden" name="(began|kept|blank|token)" value="([^"]*)"', form)
    return {name: value for name, value in found if name != "token"} | {"token": str(uuid4())}


def sends(desk: Client, ticket: Ticket, page: str, text: str, mode: str, **more: Any) -> Any:
    """By the form of this page, without a script."""
    return desk.post(f"/tickets/{ticket.pk}/write/", fields(page) | {"text": text, "mode": mode} | more)


def out(ticket: Ticket) -> int:
    return Message.objects.filter(ticket=ticket, direction="out").count()


@pytest.mark.parametrize("mode", ["note", "private"])
@pytest.mark.parametrize("opened_again", [True, False])
def test_what_was_kept_as_a_note_or_in_private_was_begun_so_whatever_the_page_said(
    desk: Client, ticket: Ticket, mode: str, opened_again: bool
) -> None:
    kept = sends(desk, ticket, page_of(desk, ticket), "He is a known fraud", mode, do="draft").content.decode()
    page = page_of(desk, ticket) if opened_again else kept
    assert f'name="began" value="{mode}"' in page
    refused = sends(desk, ticket, page, "He is a known fraud", "public")
    assert refused.status_code == 422 and "Confirm below" in refused.context["writer"].error and not out(ticket)
    sent = sends(desk, ticket, refused.content.decode(), "He is a known fraud", "public", sure="yes")
    assert sent.status_code == 302 and out(ticket) == 1


@pytest.mark.parametrize("mode", ["note", "private"])
def test_a_page_come_back_to_that_knows_of_no_draft_is_not_believed(desk: Client, ticket: Ticket, mode: str) -> None:
    first = page_of(desk, ticket)
    sends(desk, ticket, first, "He is a known fraud", mode, do="draft")
    assert sends(desk, ticket, first, "He is a known fraud", "public").status_code == 422 and not out(ticket)
    assert sends(desk, ticket, first, "Hello Ana, it is on its way.", "public").status_code == 302


def test_a_form_that_says_it_was_begun_for_everybody_is_not_believed_of_a_note(desk: Client, ticket: Ticket) -> None:
    save(desk, ticket, "He is a fraud", "note", began="public")
    for text in ("He is a fraud", "He is a fraud, beware", "Hello"):
        assert write(desk, ticket, text, "public", began="public", kept="note").status_code == 422
    assert not out(ticket) and Draft.objects.get().began == "note"


def test_a_note_that_could_not_be_written_yet_is_no_answer_for_everybody(desk: Client, ticket: Ticket) -> None:
    page = sends(desk, ticket, page_of(desk, ticket), "x" * 30_001, "note").content.decode()
    assert 'name="began" value="note"' in page and 'name="blank"' not in page
    assert sends(desk, ticket, page, "x", "public").status_code == 422 and not out(ticket)


def test_other_words_than_those_of_the_answer_that_became_a_note_are_a_note(desk: Client, ticket: Ticket) -> None:
    save(desk, ticket, "Hello")
    save(desk, ticket, "Hello", "note", began="public", kept="public")
    assert Draft.objects.get().began == "public"  # the same words: an answer begun for everybody
    save(desk, ticket, "Hello Ana", "note", began="public", kept="note")
    assert Draft.objects.get().began == "public"
    save(desk, ticket, "He is a fraud", "note", began="public", kept="note")
    assert write(desk, ticket, "He is a fraud", "public", began="public", kept="note").status_code == 422


def test_a_note_below_files_of_an_answer_is_asked_about(desk: Client, ticket: Ticket) -> None:
    write(desk, ticket, "", enclosed=[picture("van.png")], do="add")
    shown = {"shown": StoredFile.objects.get().pk, "began": "public"}
    write(desk, ticket, "He is a fraud", "note", kept="public", do="draft", **shown)
    assert write(desk, ticket, "He is a fraud", "public", kept="note", **shown).status_code == 422


def test_files_chosen_in_private_without_a_word_are_asked_about_too(desk: Client, ticket: Ticket) -> None:
    page = page_of(desk, ticket)
    page = sends(desk, ticket, page, "", "private", enclosed=[picture("van.png")], do="add").content.decode()
    shown = {"shown": StoredFile.objects.get().pk}
    assert sends(desk, ticket, page, "", "public", **shown).status_code == 422
    assert write(desk, ticket, "", "public", began="public", kept="private", **shown).status_code == 422


def test_what_is_begun_after_all_was_emptied_is_begun_anew(desk: Client, ticket: Ticket) -> None:
    save(desk, ticket, "He is a fraud", "note")
    page = write(desk, ticket, "", "note", kept="note", do="draft").content.decode()
    assert 'name="blank" value="yes"' in page
    assert sends(desk, ticket, page, "Hello Ana", "public").status_code == 302 and out(ticket) == 1


def test_a_private_answer_taken_back_to_words_begun_for_everybody_stays_private(desk: Client, acme: object) -> None:
    ticket = make_ticket(private=True)
    make_message(ticket, visibility="private")
    write(desk, ticket, "My number is 555", "private")
    save(desk, ticket, "Hello", "public")
    Draft.objects.update(mode="private")
    desk.post(f"/messages/{Message.objects.get(direction='out').pk}/undo/", {"text": "Hello", "began": "public"})
    assert [(one.mode, one.began) for one in Draft.objects.all()] == [("private", "private")]


def test_private_words_do_not_go_on_to_a_ticket_of_somebody_else(desk: Client, ticket: Ticket, alice: User) -> None:
    save(desk, ticket, "Secret", "private")
    bens = make_ticket(make_customer(BEN))
    make_message(bens)
    merge([ticket.pk], into=bens.pk, by=alice, now=timezone.now(), sure=True)
    gone = write(desk, ticket, "Secret", "private", kept="private", do="go_to")
    assert gone.status_code == 302 and gone["Location"].startswith(f"/tickets/{bens.pk}/")
    assert Draft.objects.get().ticket == ticket
    page = desk.get(gone["Location"]).content.decode()
    assert "Secret</textarea>" not in page and f"stay in #{ticket.pk}" in page
