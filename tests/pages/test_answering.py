"""Whom an answer goes to, and how often: the composer says it, the form carries it."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.factories import BEN, NOW, make_answer, make_customer, make_message, make_ticket
from tickets.models import Message, OutboxEntry, Ticket

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def first(acme: object) -> Message:
    return make_message(make_ticket(), "Where is my order?")


@pytest.fixture
def second(first: Message) -> Message:
    """Ben joins in while Alice is reading."""
    return make_message(first.ticket, "Mine is late, too!", identity=make_customer(BEN))


def write(desk: Client, ticket: Ticket | None, text: str = "On its way.", mode: str = "public", **more: Any) -> Any:
    assert ticket is not None
    return desk.post(f"/tickets/{ticket.pk}/write/", {"mode": mode, "began": mode, "text": text} | more)


def page_of(desk: Client, ticket: Ticket | None, part: str = "") -> str:
    assert ticket is not None
    return desk.get(f"/tickets/{ticket.pk}/{part}").content.decode()


def token_of(page: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f-]{36})"', page)
    assert found is not None
    return found[1]


def test_the_composer_says_whom_it_answers(desk: Client, first: Message, second: Message) -> None:
    page = page_of(desk, first.ticket)
    assert f'name="to_public" value="{first.pk}"' in page
    assert re.search(r"Answering\s+<b><bdi>@ana_demo</bdi></b>: <q dir=\"ltr\">", page)
    assert "Written since:" in page and f'name="instead" value="{second.pk}"' in page


def test_the_answer_goes_to_whom_the_agent_was_reading(desk: Client, first: Message, second: Message) -> None:
    assert write(desk, first.ticket, to_public=first.pk).status_code == 302
    entry = OutboxEntry.objects.get()
    assert (entry.recipient, entry.message.in_reply_to) == (first.identity, first.external_id)


def test_without_a_name_it_goes_to_the_customers_latest(desk: Client, first: Message, second: Message) -> None:
    write(desk, first.ticket)
    assert OutboxEntry.objects.get().message.in_reply_to == first.external_id


def strangers(first: Message) -> dict[str, int]:
    """Messages that the composer may not name."""
    ticket = first.ticket
    assert ticket is not None
    return {
        "of another ticket": make_message(make_ticket()).pk,
        "our own": make_answer(ticket).pk,
        "private": make_message(ticket, visibility="private", kind="direct").pk,
        "deleted": make_message(ticket, deleted_at=NOW).pk,
        "none": 2**62,
    }


@pytest.mark.parametrize("which", ["of another ticket", "our own", "private", "deleted", "none"])
def test_what_cannot_be_answered_is_refused_and_the_words_are_kept(desk: Client, first: Message, which: str) -> None:
    answer = write(desk, first.ticket, "My words", to_public=strangers(first)[which])
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "not there any more" in page and ">My words</textarea>" in page
    assert not Message.objects.filter(text="My words").exists()


def test_an_open_page_is_told_of_a_newer_message_and_goes_on_answering_the_first(
    desk: Client, first: Message, second: Message
) -> None:
    parts = page_of(desk, first.ticket, f"parts/?to_public={first.pk}")
    assert "Written since:" in parts and f'name="instead" value="{second.pk}"' in parts
    assert "Answer that one instead" not in page_of(desk, first.ticket, f"parts/?to_public={second.pk}")
    assert 'name="to_public"' not in parts


def test_an_open_page_is_told_that_the_message_it_answers_is_gone(
    desk: Client, first: Message, second: Message
) -> None:
    Message.objects.filter(pk=second.pk).update(deleted_at=NOW, text="")
    parts = page_of(desk, first.ticket, f"parts/?to_public={second.pk}")
    assert "The message you answer is gone from X." in parts and f'name="instead" value="{first.pk}"' in parts


@pytest.mark.parametrize("headers", [{}, SCRIPT])
def test_answering_another_one_instead_keeps_the_words_and_sends_nothing(
    desk: Client, first: Message, second: Message, headers: dict[str, str]
) -> None:
    form = {"mode": "public", "text": "My words", "to_public": first.pk, "instead": second.pk}
    answer = desk.post(f"/tickets/{first.ticket_id}/write/", form, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 200 and ">My words</textarea>" in page
    assert f'name="to_public" value="{second.pk}"' in page and "Answer that one instead" not in page
    assert not OutboxEntry.objects.exists()


def test_a_refused_answer_stays_for_whom_it_was(desk: Client, first: Message, second: Message) -> None:
    page = write(desk, first.ticket, "x" * 300, to_public=first.pk).content.decode()
    assert f'name="to_public" value="{first.pk}"' in page and "Written since:" in page


def test_an_answer_taken_back_stays_for_whom_it_was(desk: Client, first: Message, second: Message) -> None:
    write(desk, first.ticket, to_public=first.pk)
    page = desk.post(f"/messages/{OutboxEntry.objects.get().message_id}/undo/").content.decode()
    assert f'name="to_public" value="{first.pk}"' in page


@pytest.mark.parametrize("mode", ["public", "private", "note"])
def test_a_form_sent_twice_is_written_once(desk: Client, first: Message, mode: str) -> None:
    token = token_of(page_of(desk, first.ticket))
    for _ in range(3):
        assert write(desk, first.ticket, mode=mode, token=token).status_code == 302
    assert Message.objects.exclude(pk=first.pk).count() == 1


def test_other_words_from_a_form_that_was_sent_are_kept_and_not_swallowed(desk: Client, first: Message) -> None:
    token = token_of(page_of(desk, first.ticket))
    write(desk, first.ticket, token=token)
    answer = write(desk, first.ticket, "And one more thing", token=token)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Something else was sent from here before." in page
    assert write(desk, first.ticket, "And one more thing", token=token_of(page)).status_code == 302
    assert OutboxEntry.objects.count() == 2


def test_every_composer_has_a_sheet_of_its_own(desk: Client, first: Message) -> None:
    ticket = first.ticket
    pages = [page_of(desk, ticket), page_of(desk, ticket), write(desk, ticket, "x" * 300).content.decode()]
    assert ticket is not None
    sent = desk.post(f"/tickets/{ticket.pk}/write/", {"mode": "public", "text": "Hello"}, headers=SCRIPT)
    assert len({token_of(page) for page in [*pages, sent.content.decode()]}) == 4


@pytest.mark.parametrize("bad", [{"token": "x"}, {"to_public": "x"}, {"token": str(uuid4()), "to_public": "²"}])
def test_a_form_nobody_was_given_is_refused(desk: Client, first: Message, bad: dict[str, str]) -> None:
    assert write(desk, first.ticket, **bad).status_code == 422
    assert not OutboxEntry.objects.exists()


def test_a_giant_text_is_neither_weighed_nor_lost(desk: Client, first: Message) -> None:
    text = "a.b." * 7_501
    answer = write(desk, first.ticket, text)
    assert answer.status_code == 422 and "more than 30000 are never sent" in answer.content.decode()
    assert text in answer.content.decode()
    measured = desk.post(f"/tickets/{first.ticket_id}/measure/", {"mode": "public", "text": text})
    assert measured.status_code == 413


@pytest.mark.parametrize("asked", ["²", "x", "-1", "٣", "99999999"])
def test_an_odd_number_of_messages_to_show_is_no_fault(desk: Client, first: Message, asked: str) -> None:
    assert "Where is my order?" in page_of(desk, first.ticket, f"?show={asked}")


def test_a_message_without_words_is_named_so(desk: Client, first: Message) -> None:
    make_message(first.ticket, "", kind="encrypted", sent_at=NOW + timedelta(minutes=9))
    assert "a message without words" in page_of(desk, first.ticket)
