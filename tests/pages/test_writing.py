"""The composer without JavaScript and with: sending, refusing, counting, taking back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import make_answer, make_message, make_ticket
from tests.tickets.said import says, take_in
from tickets import replies
from tickets.models import Draft, Invitation, Message, Ticket

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def ticket(acme: object) -> Ticket:
    ticket = make_ticket()
    make_message(ticket)
    return ticket


def write(desk: Client, ticket: Ticket, text: str, mode: str = "public", **more: Any) -> Any:
    headers = more.pop("headers", {})
    data = {"mode": mode, "began": mode, "text": text} | more
    return desk.post(f"/tickets/{ticket.pk}/write/", data, headers=headers)


def talk() -> Ticket:
    """A private ticket on which the customer has written."""
    ticket = make_ticket(private=True)
    make_message(ticket)
    return ticket


def last(ticket: Ticket) -> Message:
    return ticket.messages.order_by("-id")[0]


def test_a_public_answer_is_held_for_the_undo_window(desk: Client, ticket: Ticket) -> None:
    answer = write(desk, ticket, "On its way.")
    assert answer["Location"] == f"/tickets/{ticket.pk}/#writer"
    assert (last(ticket).text, last(ticket).visibility) == ("On its way.", "public")
    assert "Goes out in" in desk.get(f"/tickets/{ticket.pk}/").content.decode()


def private() -> Ticket:
    return Ticket.objects.get(private=True)


def test_a_private_answer_is_private_and_stands_on_the_private_ticket_it_opens(desk: Client, ticket: Ticket) -> None:
    assert (
        "Can be sent. Opens a private ticket for this customer." in desk.get(f"/tickets/{ticket.pk}/").content.decode()
    )
    answer = write(desk, ticket, "Your number, please?", "private")
    message = last(private())
    assert (message.visibility, message.kind) == ("private", "direct")
    assert answer["Location"] == f"/tickets/{private().pk}/#read"
    page = desk.get(answer["Location"]).content.decode()
    assert "Your private answer opened this ticket." in page and f'action="/messages/{message.pk}/undo/"' in page
    assert f'<a href="/tickets/{ticket.pk}/">#{ticket.pk}</a>' in page and "Opens a private ticket" not in page


def test_a_script_is_led_to_the_private_ticket_and_the_public_page_then_leads_there(
    desk: Client, ticket: Ticket
) -> None:
    answer = write(desk, ticket, "Your number, please?", "private", headers=SCRIPT)
    assert answer["HX-Redirect"] == f"/tickets/{private().pk}/#read"
    page = desk.get(f"/tickets/{ticket.pk}/").content.decode()
    assert f"Go to #{private().pk}" in page and "writes in private" in page
    assert "Your number, please?" not in page.split('id="card-customer"')[0]


@pytest.mark.parametrize("headers", [{}, SCRIPT])
def test_taken_back_it_is_in_the_composer_of_the_public_ticket(
    desk: Client, ticket: Ticket, alice: User, headers: dict[str, str]
) -> None:
    write(desk, ticket, "Your number, please?", "private")
    begun = {"text": "And your name?", "mode": "private"}
    answer = desk.post(f"/messages/{last(private()).pk}/undo/", begun, headers=headers)
    assert (answer.get("HX-Redirect") or answer["Location"]) == f"/tickets/{ticket.pk}/#writer"
    page = desk.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Your number, please?\n\nAnd your name?</textarea>" in page
    assert "Opens a private ticket for this customer." in page and "took the private answer back" in page
    assert f"/tickets/{private().pk}/" not in desk.get("/tickets/rows/?view=mine").content.decode()


def test_taken_back_from_the_outbox_it_says_where_its_words_are(desk: Client, ticket: Ticket) -> None:
    write(desk, ticket, "Your number, please?", "private")
    page = desk.post(f"/outbox/{last(private()).outbox.pk}/take-back/", follow=True).content.decode()
    assert f'href="/tickets/{ticket.pk}/#writer"' in page


def test_a_draft_in_private_is_gone_once_it_is_sent(desk: Client, ticket: Ticket, alice: User) -> None:
    write(desk, ticket, "Your number", "private", do="draft")
    write(desk, ticket, "Your number, please?", "private", kept="private")
    assert not Draft.objects.filter(person=alice).exists()


def test_a_note_never_leaves_the_desk(desk: Client, ticket: Ticket) -> None:
    write(desk, ticket, "She sounds tired.", "note")
    assert last(ticket).visibility == "internal"
    assert not hasattr(last(ticket), "outbox")


@pytest.mark.parametrize("mode", ["public", "private", "note"])
def test_nothing_to_send_is_said_beside_the_field(desk: Client, ticket: Ticket, mode: str) -> None:
    answer = write(desk, ticket, "   ", mode)
    assert answer.status_code == 422
    assert 'id="text-err"' in answer.content.decode()
    assert ticket.messages.count() == 1


def test_a_text_too_long_is_kept_and_measured(desk: Client, ticket: Ticket) -> None:
    answer = write(desk, ticket, "x" * 285)
    page = answer.content.decode()
    assert "5 too long" in page
    assert "5 over" in page
    assert "x" * 285 in page


def test_what_was_begun_in_private_is_made_public_only_when_sure(desk: Client, ticket: Ticket) -> None:
    answer = write(desk, ticket, "My number is 555", began="private")
    assert answer.status_code == 422
    assert "My number is 555" in answer.content.decode()
    assert ticket.messages.count() == 1
    assert write(desk, ticket, "Hello", began="private", sure="yes").status_code == 302


@pytest.mark.parametrize("mode", ["public", "private"])
def test_what_was_begun_as_a_note_leaves_the_desk_only_when_sure(desk: Client, ticket: Ticket, mode: str) -> None:
    ticket = talk() if mode == "private" else ticket
    answer = write(desk, ticket, "INTERNAL: lies every month", mode, began="note")
    assert answer.status_code == 422 and "This was begun as a note." in answer.content.decode()
    assert not Message.objects.filter(text__contains="INTERNAL").exists()
    assert write(desk, ticket, "INTERNAL: lies every month", "note", began="note").status_code == 302
    assert write(desk, ticket, "Hello", mode, began="note", sure="yes").status_code == 302
    sent = Message.objects.get(direction="out", text="Hello")
    assert sent.visibility == mode


def test_a_note_that_the_way_back_brings_again_leaves_the_desk_only_when_sure(desk: Client, ticket: Ticket) -> None:
    """As without JavaScript: the browser brings the page back as it was, words and all, and now says *public*."""
    sheet = {"token": "5ab9a3ba-6f33-4e3f-93c8-6d8a0f5a3a11"}
    assert write(desk, ticket, "INTERNAL: lies every month", "note", **sheet).status_code == 302
    for words in ("INTERNAL: lies every month", "INTERNAL: lies every month, be careful"):
        answer = write(desk, ticket, words, "public", began="public", **sheet)
        page = answer.content.decode()
        assert answer.status_code == 422 and "This was begun as a note." in page
        assert 'name="began" value="note"' in page and sheet["token"] not in page
    assert not Message.objects.filter(direction="out").exists()
    assert write(desk, ticket, "On its way.", "public", began="public", **sheet).status_code == 302


def test_a_private_ticket_starts_in_private(desk: Client, acme: object) -> None:
    ticket = make_ticket(private=True)
    make_message(ticket)
    page = desk.get(f"/tickets/{ticket.pk}/").content.decode()
    assert 'value="private" checked' in page
    assert 'name="began" value="private"' in page


def test_a_script_gets_an_empty_composer_and_the_word_to_refresh(desk: Client, ticket: Ticket) -> None:
    answer = write(desk, ticket, "On its way.", headers=SCRIPT)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "On its way." not in page
    assert "<html" not in page
    assert "desk:changed" in answer["HX-Trigger-After-Settle"]


@pytest.mark.parametrize("text", ["", "Hello Ana 👍", "日本語", "https://acme.example/" + "a" * 90, "x" * 300])
def test_the_counter_and_the_page_measure_alike(desk: Client, ticket: Ticket, text: str) -> None:
    fragment = desk.post(f"/tickets/{ticket.pk}/measure/", {"mode": "public", "text": text})
    page = write(desk, ticket, text, began="private")  # refused, so the composer comes back with the text
    ring = fragment.content.decode().partition("\n")[0]
    assert ring.startswith("<span") and ring.endswith("</span>")
    assert ring in page.content.decode()


LONG = "We have looked into your order and are sorry that it is late. " * 8


def test_a_long_answer_is_shown_as_the_posts_it_will_be_and_sent_when_agreed(desk: Client, ticket: Ticket) -> None:
    answer = write(desk, ticket, LONG)
    page = answer.content.decode()
    assert (answer.status_code, ticket.messages.count()) == (422, 1)
    assert "goes out as these 2" in page and 'name="parts" value="2"' in page and "Post all 2 publicly" in page
    assert write(desk, ticket, LONG, parts="2").status_code == 302
    assert [message.text[-4:] for message in ticket.messages.filter(direction="out")] == [" 1/2", " 2/2"]


def test_the_counter_brings_the_posts_along(desk: Client, ticket: Ticket) -> None:
    fragment = desk.post(f"/tickets/{ticket.pk}/measure/", {"mode": "public", "text": LONG}).content.decode()
    assert ">2 posts<" in fragment and 'id="thread" hx-swap-oob="true"' in fragment
    private = desk.post(f"/tickets/{ticket.pk}/measure/", {"mode": "private", "text": LONG}).content.decode()
    assert 'name="parts"' not in private


def test_taking_a_thread_back_returns_the_whole_text(desk: Client, ticket: Ticket) -> None:
    write(desk, ticket, LONG, parts="2")
    page = desk.post(f"/messages/{last(ticket).pk}/undo/").content.decode()
    assert f">{LONG.strip()}</textarea>" in page and ticket.messages.count() == 1


def test_the_composer_knows_what_its_writer_has_seen(desk: Client, ticket: Ticket) -> None:
    assert f'name="seen" value="{last(ticket).pk}"' in desk.get(f"/tickets/{ticket.pk}/").content.decode()


@pytest.mark.parametrize("mode", ["public", "private"])
def test_a_send_stops_when_somebody_wrote_meanwhile_and_shows_what(desk: Client, ticket: Ticket, mode: str) -> None:
    seen = last(ticket).pk
    news = make_message(ticket, "Found it at the neighbour's!")
    answer = write(desk, ticket, "On its way.", mode, seen=str(seen))
    page = answer.content.decode()
    assert (answer.status_code, ticket.messages.count()) == (422, 2)
    assert 'id="news"' in page and "Found it at the neighbour" in page and ">On its way.</textarea>" in page
    assert "anyway" in page and f'name="seen" value="{news.pk}"' in page
    assert write(desk, ticket, "On its way.", mode, seen=str(news.pk)).status_code == 302


@pytest.mark.parametrize("headers", [{}, SCRIPT])
def test_a_send_stops_when_the_customer_changed_their_words_and_shows_them(
    desk: Client, ticket: Ticket, headers: dict[str, str]
) -> None:
    opened = known(desk.get(f"/tickets/{ticket.pk}/").content.decode())
    message = last(ticket)
    told: dict[str, Any] = {
        "address_key": ticket.address.key,
        "versions": (message.external_id, "77001"),
        "edited_at": timezone.now(),
    }
    take_in(says("Please do NOT cancel it!", external_id="77001", **told))
    answer = write(desk, ticket, "It is cancelled.", headers=headers, **opened)
    page = answer.content.decode()
    assert answer.status_code == 422 and ticket.messages.count() == 1
    assert 'id="news"' in page and "Please do NOT cancel it!" in page and ">It is cancelled.</textarea>" in page
    assert known(page)["wording"] > opened["wording"] == "0"
    assert known(desk.get(f"/tickets/{ticket.pk}/").content.decode()) == known(page)
    assert write(desk, ticket, "It is kept.", headers=headers, **known(page)).status_code in (200, 302)
    assert ticket.messages.count() == 2


def known(page: str) -> dict[str, str]:
    """What the composer says its writer has seen."""
    return dict(re.findall(r'name="(seen|wording)" value="(\d+)"', page))


def test_another_refusal_does_not_hide_the_news(desk: Client, ticket: Ticket) -> None:
    seen = last(ticket).pk
    make_message(ticket, "Found it!")
    page = write(desk, ticket, "", seen=str(seen)).content.decode()
    assert f'name="seen" value="{seen}"' in page


def test_the_same_words_are_warned_of_and_may_be_sent_all_the_same(desk: Client, ticket: Ticket) -> None:
    write(desk, ticket, "On its way.")
    answer = write(desk, ticket, "On its way.")
    assert answer.status_code == 422 and 'id="repeats"' in answer.content.decode()
    assert write(desk, ticket, "On its way.", repeat="yes").status_code == 302


@pytest.mark.parametrize("mode", ["public", "private"])
def test_a_colleagues_equal_answer_is_named_and_may_be_sent_all_the_same(
    desk: Client, ticket: Ticket, bob: User, mode: str
) -> None:
    ticket = ticket if mode == "public" else talk()
    seen = last(ticket).pk
    replies.reply(ticket, text="On its way.", private=mode == "private", by=bob, now=timezone.now())
    answer = write(desk, ticket, "On its way.", mode, seen=str(seen))
    page = answer.content.decode()
    assert answer.status_code == 422 and 'id="repeats"' in page and "Bob sent exactly the same words at" in page
    assert f'name="seen" value="{last(ticket).pk}"' in page
    assert write(desk, ticket, "On its way.", mode, seen=str(last(ticket).pk), repeat="yes").status_code == 302


def test_trying_again_queues_a_failed_answer(desk: Client, ticket: Ticket) -> None:
    message = make_answer(ticket, state="failed", reason="No")
    desk.post(f"/messages/{message.pk}/try-again/")
    message.outbox.refresh_from_db()
    assert message.outbox.state == "queued"


def test_an_answer_is_scheduled_in_the_persons_own_zone_changed_and_sent(desk: Client, ticket: Ticket) -> None:
    with timezone.override("Europe/Lisbon"):
        day = timezone.localdate() + timedelta(days=2)
        moment = f"{day:%Y-%m-%d}T09:00"
        assert write(desk, ticket, "Good morning!", do="later", send_at=moment).status_code == 302
    message = last(ticket)
    page = desk.get(f"/tickets/{ticket.pk}/").content.decode()
    assert message.outbox.state == "scheduled" and "1 answer is to go out later" in page and "Scheduled for" in page
    desk.post(f"/messages/{message.pk}/send-at/", {"send_at": f"{day:%Y-%m-%d}T11:30"})
    assert "11:30" in desk.get(f"/tickets/{ticket.pk}/").content.decode()
    desk.post(f"/messages/{message.pk}/send-at/", {"do": "now"})
    message.outbox.refresh_from_db()
    assert message.outbox.state == "queued"


@pytest.mark.parametrize(
    ("send_at", "words"), [("", "Say when"), ("2020-01-01T09:00", "passed already"), ("soon", "Enter a valid date")]
)
def test_a_moment_that_cannot_be_is_said_and_nothing_is_lost(
    desk: Client, ticket: Ticket, send_at: str, words: str
) -> None:
    answer = write(desk, ticket, "Good morning!", do="later", send_at=send_at)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert ">Good morning!</textarea>" in answer.content.decode() and ticket.messages.count() == 1


@pytest.mark.parametrize("mode", ["public", "private"])
def test_a_moment_chosen_holds_whichever_button_sends(desk: Client, ticket: Ticket, mode: str) -> None:
    moment = timezone.localtime() + timedelta(days=2)
    write(desk, ticket, "Good morning!", mode, send_at=f"{moment:%Y-%m-%dT%H:%M}")
    assert last(ticket if mode == "public" else private()).outbox.state == "scheduled"


def test_a_moment_that_has_passed_sends_nothing_by_the_other_button_either(desk: Client, ticket: Ticket) -> None:
    answer = write(desk, ticket, "Good morning!", send_at="2020-01-01T09:00")
    assert answer.status_code == 422 and "passed already" in answer.content.decode()
    assert ">Good morning!</textarea>" in answer.content.decode() and ticket.messages.count() == 1


def test_an_answer_invites_to_write_privately(desk: Client, ticket: Ticket) -> None:
    write(desk, ticket, "Write to us, please.", invite="yes")
    assert Invitation.objects.get().message == last(ticket)
    assert "With an invitation to write privately" in desk.get(f"/tickets/{ticket.pk}/").content.decode()
