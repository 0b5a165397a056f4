"""One draft with a picture, sent from several windows at the same moment: the first takes it, the others learn it."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.at_once import at_once
from tests.factories import make_message, make_ticket
from tests.things import picture
from tickets.models import Draft, Media, Message, StoredFile, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
GONE = "went out with another answer"


@pytest.fixture
def ticket(acme: object) -> Ticket:
    ticket = make_ticket()
    make_message(ticket)
    return ticket


@pytest.fixture
def begun(desk: Client, ticket: Ticket) -> dict[str, str]:
    """The composer as it stands in a window, with a picture."""
    words = {"mode": "public", "began": "public", "text": "See here."}
    desk.post(f"/tickets/{ticket.pk}/write/", words | {"do": "add", "enclosed": picture()})
    page = desk.get(f"/tickets/{ticket.pk}/").content.decode()
    shown, kept = (re.findall(rf'name="{name}" value="(\w+)"', page) for name in ("shown", "kept"))
    return words | {"shown": shown[0], "kept": kept[0]}


def send(alice: User, ticket: Ticket, *sheets: dict[str, str]) -> list[Any]:
    windows = [Client() for _sheet in sheets]
    for window in windows:
        window.force_login(alice)
    asks = zip(windows, sheets, strict=True)
    path = f"/tickets/{ticket.pk}/write/"
    return at_once(*[lambda window=window, sheet=sheet: window.post(path, sheet) for window, sheet in asks])


def out() -> list[tuple[str, int]]:
    return [(message.text, message.media.count()) for message in Message.objects.filter(direction="out")]


@pytest.mark.parametrize("texts", [["See here."] * 3, ["One", "Two", "Three"]], ids=["same words", "other words"])
def test_the_first_window_takes_the_draft(alice: User, ticket: Ticket, begun: dict[str, str], texts: list[str]) -> None:
    answers = send(alice, ticket, *[begun | {"text": text, "token": str(uuid4())} for text in texts])
    assert sorted(answer.status_code for answer in answers) == [302, 422, 422]
    assert [count for _text, count in out()] == [1] and Media.objects.get().file.draft is None
    for text, answer in zip(texts, answers, strict=True):
        page = answer.content.decode()
        assert answer.status_code == 302 or (GONE in page and f">{text}</textarea>" in page)


def test_who_looked_and_sends_again_sends_words_alone(alice: User, ticket: Ticket, begun: dict[str, str]) -> None:
    send(alice, ticket, begun | {"token": str(uuid4())})
    late = begun | {"text": "And this.", "token": str(uuid4())}
    assert GONE in send(alice, ticket, late)[0].content.decode()
    del late["shown"]
    assert send(alice, ticket, late)[0].status_code == 302
    assert sorted(out()) == [("And this.", 0), ("See here.", 1)] and not Draft.objects.exists()


def test_one_sheet_clicked_twice_is_one_answer_and_no_error(alice: User, ticket: Ticket, begun: dict[str, str]) -> None:
    sheet = begun | {"token": str(uuid4())}
    assert [answer.status_code for answer in send(alice, ticket, sheet, sheet, sheet)] == [302, 302, 302]
    assert out() == [("See here.", 1)] and StoredFile.objects.get().media is not None


def test_a_draft_that_was_refused_keeps_its_picture(alice: User, ticket: Ticket, begun: dict[str, str]) -> None:
    refused = send(alice, ticket, begun | {"text": "x" * 300, "token": str(uuid4())})[0]
    assert refused.status_code == 422 and f'value="{begun["shown"]}"' in refused.content.decode()
    assert StoredFile.objects.get().draft == Draft.objects.get() and not out()
