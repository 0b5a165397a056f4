"""The outbox page: everything that is not out yet, how long it waits, and what may be done about it."""

from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_address, make_agent, make_answer, make_customer, make_message, make_ticket
from tickets.channels import channel_named
from tickets.choices import SendState
from tickets.models import Address, Draft, HandOff, Message, OutboxEntry, SendLane, SendWindow
from tickets.replies import reply
from twitter_integration.errors import MEANINGS, ErrorKind
from twitter_integration.models import PartnerAccount, Standing, XApp

pytestmark = pytest.mark.django_db

REFUSED = MEANINGS[ErrorKind.CANNOT_MESSAGE].sentence


@pytest.fixture
def acme() -> Address:
    """Connected to X."""
    app = XApp.objects.create(name="Acme app", consumer_key="k", consumer_secret="s", tier="self-serve")
    facts = {"page_id": make_address().key, "page_name": "acmehelp_demo"}
    return PartnerAccount.objects.create(address=make_address(), app=app, **facts).address


_people = iter(range(950000000000000000, 960000000000000000))


def answer(
    text: str = "On its way.", *, private: bool = False, address: Address | None = None, **fields: Any
) -> Message:
    place: dict[str, Any] = {"address": address} if address else {}
    ticket = make_ticket(make_customer(str(next(_people))), private=private, **place)
    return make_answer(ticket, text, **fields)


def failed(text: str = "On its way.", *, reason: str = REFUSED, code: str = "349", **fields: Any) -> Message:
    message = answer(text, state=SendState.FAILED, reason=reason, code=code, **fields)
    OutboxEntry.objects.filter(message=message).update(tries=1, first_tried_at=timezone.now())
    return message


def page(desk: Client, query: str = "") -> str:
    response = desk.get(f"/outbox/{query}")
    assert response.status_code == 200
    return response.content.decode()


def state(message: Message) -> str:
    return str(OutboxEntry.objects.get(message=message).state)


def pk(message: Message) -> int:
    return OutboxEntry.objects.get(message=message).pk


def test_it_lists_everything_that_is_not_out_and_nothing_that_is(desk: Client) -> None:
    unsent = (s for s in SendState if s != SendState.SENT)
    words = [answer(f"it is {s.value}", state=s).text for s in unsent]
    answer("long since out")
    shown = page(desk)
    assert all(word in shown for word in words) and "long since out" not in shown


def test_it_shows_one_state_or_one_account(desk: Client) -> None:
    other = make_address("900000000000000077", name="Cargo")
    failed("of this one"), answer("of another account", state=SendState.QUEUED, address=other)
    assert "of this one" in page(desk, "?state=failed") and "of another" not in page(desk, "?state=failed")
    found = page(desk, f"?account={other.pk}")
    assert "of another" in found and "of this one" not in found


def test_what_x_refuses_is_answered_there_and_marks_its_ticket(desk: Client) -> None:
    message = failed("Hello & welcome")
    assert message.ticket
    make_message(message.ticket, external_id="1950")
    Message.objects.filter(pk=message.pk).update(in_reply_to="1950")
    shown = page(desk, "?state=failed")
    assert f'action="/messages/{message.pk}/by-hand/"' in shown and 'data-words="Hello &amp; welcome"' in shown
    assert "TEXT-OF-THE-ANSWER" in shown
    desk.post(f"/messages/{message.pk}/by-hand/")
    assert HandOff.objects.get().ticket == message.ticket


def test_an_answer_on_no_ticket_names_the_post_and_goes_there(desk: Client, alice: User) -> None:
    alice.user_permissions.add(Permission.objects.get(codename="publish_post"))
    message = failed("Well said")
    Message.objects.filter(pk=message.pk).update(ticket=None, identity=None, in_reply_to="1999")
    OutboxEntry.objects.filter(message=message).update(recipient=None)
    shown = page(desk, "?state=failed")
    assert "Answer to the post 1999" in shown and "To everybody" not in shown
    assert 'href="https://x.com/intent/tweet?in_reply_to=1999&amp;text=Well%20said"' in shown


def test_what_failed_says_why_and_is_tried_again_by_one_click(desk: Client) -> None:
    message = failed()
    assert "does not accept direct messages" in page(desk)
    response = desk.post(f"/outbox/{pk(message)}/try-again/", {"query": "state=failed"})
    assert (response["Location"], state(message)) == ("/outbox/?state=failed", SendState.QUEUED)


@pytest.mark.parametrize("where", ["outbox", "ticket"])
@pytest.mark.parametrize("script", [False, True])
def test_what_a_colleague_said_since_is_asked_about_before_it_goes_again(
    desk: Client, bob: User, where: str, script: bool
) -> None:
    message = failed()
    assert message.ticket
    OutboxEntry.objects.update(fingerprint=channel_named("twitter").fingerprint(message.text))
    make_message(message.ticket)
    reply(message.ticket, text=message.text, private=False, by=bob, now=timezone.now())
    path = f"/outbox/{pk(message)}/try-again/" if where == "outbox" else f"/messages/{message.pk}/try-again/"
    told = desk.post(path, {"query": "state=failed"}, headers={"HX-Request": "true"} if script else {})
    asks = told["HX-Redirect" if script else "Location"]
    shown = desk.get(asks).content.decode()
    assert "Bob sent exactly the same words at" in shown and state(message) == SendState.FAILED
    back = unquote(asks.partition("back=")[2])
    assert desk.post(asks.partition("?")[0], {"back": back})["Location"] == back
    assert state(message) == SendState.QUEUED


@pytest.mark.parametrize("where", ["/outbox/", "/tickets/{ticket}/"])
def test_what_was_refused_is_left_unsent_by_one_click(desk: Client, where: str) -> None:
    message = failed()
    shown = desk.get(where.format(ticket=message.ticket_id)).content.decode()
    path = f"/outbox/{pk(message)}/leave/"
    assert f'action="{path}"' in shown
    back = "" if where == "/outbox/" else where.format(ticket=message.ticket_id)
    assert desk.post(path, {"back": back})["Location"] == where.format(ticket=message.ticket_id)
    assert message.text not in page(desk)
    shown = desk.get(f"/tickets/{message.ticket_id}/").content.decode()
    assert "Left unsent." in shown and path not in shown and "left an answer unsent" in shown


def test_all_that_failed_for_one_reason_are_tried_again_together(desk: Client) -> None:
    same, other = [failed(f"n{n}") for n in range(3)], failed(reason="The text is too long.", code="186")
    assert "Try all 3 again" in page(desk)
    desk.post("/outbox/try-all-again/", {"code": "349", "words": REFUSED})
    assert [state(m) for m in same] == [SendState.QUEUED] * 3 and state(other) == SendState.FAILED
    said = same[0].ticket.activities.filter(verb="reply.queued")  # type: ignore[union-attr]
    assert said.count() == 1


def test_those_whose_reason_is_over_are_tried_again_and_others_stay(desk: Client, acme: Address) -> None:
    ready, closed = failed(private=True), failed(private=True)
    gone = failed(reason="The post or person is no longer on X, or the account may not see it.", code="144")
    assert "reason is over" not in page(desk)
    for message, receives in ((ready, True), (closed, False)):
        assert message.ticket
        person = message.ticket.identity.external_id
        Standing.objects.create(
            account_key=acme.key, person_key=person, receives_dm=receives, dm_known_at=timezone.now()
        )
    assert "Try again the 1 whose reason is over" in page(desk)
    told = desk.post("/outbox/try-over-again/", follow=True).content.decode()
    assert "1 answer will be sent again." in told and "reason is over" not in told
    assert [state(one) for one in (ready, closed, gone)] == [SendState.QUEUED, SendState.FAILED, SendState.FAILED]
    assert "reasons that still hold" in desk.post("/outbox/try-over-again/", follow=True).content.decode()


def test_whoever_pressed_twice_is_told_once(desk: Client) -> None:
    failed()
    desk.post("/outbox/try-over-again/"), desk.post("/outbox/try-over-again/")
    assert page(desk).count("reasons that still hold") == 1


def test_one_to_be_said_elsewhere_is_not_among_them(desk: Client, acme: Address) -> None:
    message = answer(state=SendState.FAILED, reason=REFUSED, code="349")
    OutboxEntry.objects.filter(message=message).update(private=True)
    assert message.ticket
    person = message.ticket.identity
    Standing.objects.create(
        account_key=acme.key, person_key=person.external_id, receives_dm=True, dm_known_at=timezone.now()
    )
    assert "Try again the 1" in page(desk)
    make_ticket(person, private=True)
    assert "Try again the 1" not in page(desk)


def test_what_waits_for_a_person_is_not_tried_again_with_the_others(desk: Client) -> None:
    moved = answer(state=SendState.FAILED, code="moved", reason="Ana wrote since.")
    desk.post("/outbox/try-all-again/", {"code": "moved", "words": "Ana wrote since."})
    assert state(moved) == SendState.FAILED


def test_what_still_waits_can_be_taken_back_and_its_words_are_kept(desk: Client, alice: User) -> None:
    message = answer("Too hasty.", state=SendState.QUEUED)
    assert "Take back" in page(desk)
    desk.post(f"/outbox/{pk(message)}/take-back/")
    assert not Message.objects.filter(pk=message.pk).exists()
    assert Draft.objects.get(person=alice).text == "Too hasty."


def test_what_was_tried_cannot_be_taken_back(desk: Client) -> None:
    message = failed()
    assert "Take back" not in page(desk)
    desk.post(f"/outbox/{pk(message)}/take-back/")
    assert state(message) == SendState.FAILED


def limited(message: Message, *, minutes: int, limit: int = 15) -> None:
    """Its lane's 15 minutes are used up for so many minutes more."""
    entry = OutboxEntry.objects.get(message=message)
    words = "X allows 15 direct messages per 15 minutes."
    facts = {"words": words, "limit": limit, "published": limit, "seconds": 900, "used": limit}
    window = SendWindow.objects.create(key="m", resets_at=timezone.now() + timedelta(minutes=minutes), **facts)
    lane = SendLane.objects.create(address=entry.address, private=entry.private, refreshed_at=timezone.now())
    lane.windows.set([window])


@pytest.mark.parametrize("address", ["/outbox/", "/tickets/{ticket}/"])
def test_what_a_limit_holds_up_says_how_long_and_why(desk: Client, address: str) -> None:
    due = timezone.now() - timedelta(seconds=5)
    before = [answer(f"n{n}", private=True, state=SendState.QUEUED, not_before=due) for n in range(17)]
    last = answer("the last", private=True, state=SendState.HELD, not_before=due)
    limited(last, minutes=4)
    shown = desk.get(address.format(ticket=last.ticket_id)).content.decode()
    assert "Waits about 19 minutes: X allows 15 direct messages per 15 minutes. 17 are before it." in shown
    assert len(before) == 17


def test_a_stopped_account_says_so_and_an_administrator_has_it_send_again(desk: Client, alice: User) -> None:
    answer(state=SendState.QUEUED)
    Address.objects.update(sending_stopped=True, banner="The X app has no credits left.")
    assert "no credits left" in page(desk) and "Resume sending" not in page(desk)
    desk.post(f"/outbox/accounts/{Address.objects.get().pk}/resume/")
    assert Address.objects.get().sending_stopped
    alice.user_permissions.add(Permission.objects.get(codename="change_address"))
    assert "Resume sending" in page(desk)
    desk.post(f"/outbox/accounts/{Address.objects.get().pk}/resume/")
    assert (Address.objects.get().sending_stopped, Address.objects.get().banner) == (False, "")


def test_the_sidebar_counts_what_was_not_sent(desk: Client) -> None:
    failed()
    nav = desk.get("/").content.decode().split("/outbox/", 1)[1][:600]
    assert "1<span" in nav and "not sent" in nav


def test_a_long_list_is_read_page_by_page(desk: Client) -> None:
    for n in range(60):
        answer(f"number {n:02}", state=SendState.SCHEDULED)
    first = page(desk)
    following = first.split('rel="next" href="?', 1)[1].split('"')[0]
    assert "number 59" in first and "number 09" not in first
    assert "number 09" in page(desk, f"?{following}")


def test_it_asks_no_more_for_many_rows(desk: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as found:
            page(desk)
        return len(found)

    failed(), answer(state=SendState.QUEUED)
    few = statements()
    for _ in range(6):
        failed(), answer(state=SendState.QUEUED), answer(state=SendState.UNKNOWN)
    assert statements() == few <= 24


def test_whoever_may_not_send_finds_nothing(client: Client) -> None:
    reader = make_agent("bob")
    reader.groups.clear()
    reader.user_permissions.add(Permission.objects.get(codename="view_ticket"))
    message = failed()
    client.force_login(reader)
    assert client.get("/outbox/").status_code == 404
    assert client.post(f"/outbox/{pk(message)}/try-again/").status_code == 404
    assert 'href="/outbox/"' not in client.get("/").content.decode()


def test_private_words_are_for_who_may_read_them(client: Client) -> None:
    sender = make_agent("bob")
    sender.groups.clear()
    for code in ("view_ticket", "send_reply"):
        sender.user_permissions.add(Permission.objects.get(codename=code))
    message = failed("My card number", private=True)
    client.force_login(sender)
    assert "My card number" not in page(client) and "not be sent" not in page(client)
    assert client.post(f"/outbox/{pk(message)}/try-again/").status_code == 404
    client.post("/outbox/try-all-again/", {"code": "349", "words": REFUSED})
    assert state(message) == SendState.FAILED


@pytest.mark.parametrize("query", ["?state=sent", "?account=x", "?before=-1"])
def test_a_question_that_is_none_finds_nothing(desk: Client, query: str) -> None:
    assert desk.get(f"/outbox/{query}").status_code == 404


def test_an_account_that_was_stopped_without_a_word_is_not_told_of(desk: Client) -> None:
    make_address()
    Address.objects.update(sending_stopped=True, banner="")
    assert "sends nothing at the moment" not in page(desk)
