"""An answer is taken back: its words are in the composer again, and kept at once, whatever becomes of the page."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_answer, make_message, make_ticket
from tickets.composing.answering import LONGEST_TEXT
from tickets.models import Draft, Message, Ticket

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def ticket(acme: object) -> Ticket:
    ticket = make_ticket()
    make_message(ticket)
    return ticket


def test_taking_back_returns_the_words(desk: Client, ticket: Ticket) -> None:
    message = make_answer(ticket, "Not like this", state="held")
    page = desk.post(f"/messages/{message.pk}/undo/").content.decode()
    assert ">Not like this</textarea>" in page
    assert not Message.objects.filter(pk=message.pk).exists()


def test_taking_back_keeps_what_stands_in_the_composer(desk: Client, ticket: Ticket) -> None:
    message = make_answer(ticket, "Not like this", state="held")
    data = {"text": "a secret thought", "began": "private"}
    page = desk.post(f"/messages/{message.pk}/undo/", data, headers=SCRIPT).content.decode()
    assert ">Not like this\n\na secret thought</textarea>" in page
    assert 'value="private" checked' in page


def test_taking_back_too_late_says_so(desk: Client, ticket: Ticket) -> None:
    message = make_answer(ticket, state="sent")
    answer = desk.post(f"/messages/{message.pk}/undo/", follow=True)
    assert "It is on its way already." in answer.content.decode()


def test_left_at_once_its_words_are_there_again(desk: Client, ticket: Ticket, alice: User) -> None:
    message = make_answer(ticket, "Not like this", state="held", in_reply_to=ticket.messages.get().external_id)
    desk.post(f"/messages/{message.pk}/undo/")
    draft = Draft.objects.get(person=alice, ticket=ticket, mode="public")
    assert (draft.text, draft.answers) == ("Not like this", ticket.messages.get())
    page = desk.get(f"/tickets/{ticket.pk}/").content.decode()
    assert ">Not like this</textarea>" in page and "Draft saved" in page


def test_without_a_script_what_was_begun_stays_below_it(desk: Client, ticket: Ticket) -> None:
    desk.post(f"/tickets/{ticket.pk}/write/", {"mode": "public", "text": "Or rather", "do": "draft"})
    message = make_answer(ticket, "Not like this", state="held")
    page = desk.post(f"/messages/{message.pk}/undo/").content.decode()
    assert ">Not like this\n\nOr rather</textarea>" in page
    assert Draft.objects.get().text == "Not like this\n\nOr rather"


def test_a_late_save_of_what_stood_there_before_does_not_replace_it(desk: Client, ticket: Ticket) -> None:
    message, window = make_answer(ticket, "Not like this", state="held"), str(uuid4())
    begun = {"text": "Or rather", "began": "public", "window": window}
    desk.post(f"/messages/{message.pk}/undo/", begun | {"edit": 20}, headers=SCRIPT)
    late = begun | {"mode": "public", "edit": 19}
    desk.post(f"/tickets/{ticket.pk}/draft/", late, headers=SCRIPT)
    assert Draft.objects.get().text == "Not like this\n\nOr rather"


def test_what_was_begun_in_private_is_kept_so(desk: Client, ticket: Ticket) -> None:
    message = make_answer(ticket, "Not like this", state="held")
    desk.post(f"/messages/{message.pk}/undo/", {"text": "a secret thought", "began": "private"}, headers=SCRIPT)
    draft = Draft.objects.get()
    assert (draft.mode, draft.began, draft.text) == ("private", "private", "Not like this\n\na secret thought")


@pytest.mark.parametrize("begun", [{"mode": "note", "began": "public"}, {"began": "note"}])
def test_a_note_that_is_begun_stays_one(desk: Client, ticket: Ticket, begun: dict[str, str]) -> None:
    message = make_answer(ticket, "Not like this", state="held")
    data = {"text": "INTERNAL: never on time", **begun}
    page = desk.post(f"/messages/{message.pk}/undo/", data, headers=SCRIPT).content.decode()
    assert ">Not like this</textarea>" in page and 'value="public" checked' in page
    assert 'data-others="note"' in page and "Your note is kept: choose Note to go on with it." in page
    kept = {draft.mode: draft.text for draft in Draft.objects.all()}
    assert kept == {"public": "Not like this", "note": "INTERNAL: never on time"}


def test_a_note_turned_into_an_answer_is_asked_about_below_one_taken_back_too(desk: Client, ticket: Ticket) -> None:
    message = make_answer(ticket, "Not like this", state="held")
    data = {"text": "INTERNAL: never on time", "began": "note", "mode": "public"}
    page = desk.post(f"/messages/{message.pk}/undo/", data, headers=SCRIPT).content.decode()
    assert ">Not like this\n\nINTERNAL: never on time</textarea>" in page and 'name="began" value="note"' in page
    assert 'name="began" value="note"' in desk.get(f"/tickets/{ticket.pk}/").content.decode()


def test_what_was_switched_to_private_stays_so(desk: Client, ticket: Ticket) -> None:
    message = make_answer(ticket, "Not like this", state="held")
    data = {"text": "a secret thought", "began": "public", "mode": "private"}
    page = desk.post(f"/messages/{message.pk}/undo/", data, headers=SCRIPT).content.decode()
    assert 'value="private" checked' in page
    assert [draft.mode for draft in Draft.objects.all()] == ["private"]


@pytest.mark.parametrize(
    "words", [{"text": "a" * (LONGEST_TEXT + 1)}, {"began": "secretly"}, {"mode": "loud"}, {"window": "mine"}]
)
def test_what_cannot_be_read_takes_nothing_back(desk: Client, ticket: Ticket, words: dict[str, str]) -> None:
    message = make_answer(ticket, "Not like this", state="held")
    answer = desk.post(f"/messages/{message.pk}/undo/", words, follow=True)
    assert "Nothing was taken back." in answer.content.decode()
    assert Message.objects.filter(pk=message.pk).exists() and not Draft.objects.exists()
