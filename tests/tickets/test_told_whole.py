"""A post was told cut, and is told whole later: what the customer went on to say is news, as an edit is (docs/rules.md,
"In what order do our answers go out?")."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_supervisor
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in, we_say
from tests.tickets.test_approving import answer
from tests.tickets.test_outbox import send_at
from tickets import replies
from tickets.approving.deciding import approve
from tickets.approving.showing import cases
from tickets.choices import SendState
from tickets.errors import NewsSince
from tickets.inbound import Span
from tickets.models import Address, Approval, ApprovalRule, Message, MessageVersion, OutboxEntry, Ticket
from tickets.sending.rewording import latest_wording
from tickets.sending.terms import Terms, latest_of

pytestmark = pytest.mark.django_db
CUT, WHOLE = "please cancel…", "please cancel nothing, I want to keep my order"


@pytest.fixture
def ticket(acme: Address, wire: Wire) -> Ticket:
    told(CUT)
    return only_ticket()


def told(text: str, *, minute: float = 0, **fields: Any) -> None:
    take_in(
        says(text, external_id="1000", source="x_activity" if minute else "account_activity", **fields), minute=minute
    )


def opened(ticket: Ticket) -> Terms:
    return Terms(seen=latest_of(ticket), wording=latest_wording([ticket.pk]))


def reply(ticket: Ticket, alice: User, terms: Terms) -> Message:
    return replies.reply(ticket, text="Cancelled.", private=False, by=alice, now=at(9), terms=terms)


def test_whoever_answers_is_stopped_once(ticket: Ticket, alice: User) -> None:
    page = opened(ticket)
    told(WHOLE, minute=8)
    with pytest.raises(NewsSince, match="changed their words"):
        reply(ticket, alice, page)
    assert reply(ticket, alice, opened(ticket)).pk


def test_what_is_scheduled_waits_for_a_person(ticket: Ticket, alice: User, wire: Wire) -> None:
    reply(ticket, alice, Terms(at=at(90)))
    told(WHOLE, minute=20)
    send_at(at(91))
    assert wire.texts == [] and OutboxEntry.objects.get().state == SendState.FAILED


def test_who_approves_is_stopped_and_sees_what_is_new(ticket: Ticket, alice: User) -> None:
    ApprovalRule.objects.create(name="All")
    waits, sam = answer(ticket, alice), make_supervisor()
    told(WHOLE, minute=20)
    with pytest.raises(NewsSince):
        approve(Approval.objects.get(message=waits), by=sam, now=at(21))
    (case,) = cases(sam, now=at(21))
    assert case.fresh == {Message.objects.get(external_id="1000").pk}
    approve(Approval.objects.get(message=waits), by=sam, now=at(21), wording=case.wording)


@pytest.mark.parametrize(
    ("before", "then", "end"),
    [
        pytest.param(CUT, CUT, None, id="the same once more"),
        pytest.param(WHOLE, CUT, None, id="the cut one later"),
        pytest.param("Look: https://shop.ex…", "Look: https://shop.example/a/b", 30, id="the rest of a link"),
    ],
)
def test_what_says_no_more_is_no_news(
    acme: Address, wire: Wire, alice: User, before: str, then: str, end: int | None
) -> None:
    told(before)
    ticket = only_ticket()
    page = opened(ticket)
    told(then, minute=8, spans=[Span(start=6, end=end, kind="url", target=then[6:])] if end else [])
    assert not MessageVersion.objects.exists()
    assert reply(ticket, alice, page).pk


def test_told_whole_again_it_is_news_no_more(ticket: Ticket, alice: User) -> None:
    told(WHOLE, minute=8)
    page = opened(ticket)
    told(WHOLE, minute=9)
    told(CUT, minute=9)
    assert reply(ticket, alice, page).pk


def test_words_after_a_link_and_after_an_edit_are_news(ticket: Ticket, alice: User) -> None:
    edited: dict[str, Any] = {"versions": ("1000", "1001"), "edited_at": at(2)}
    take_in(says("no, https://shop.ex…", external_id="1001", **edited), minute=2)
    page = opened(ticket)
    words = "no, https://shop.example/a is lost"
    link = Span(start=4, end=26, kind="url", target="https://shop.example/a")
    take_in(says(words, external_id="1001", source="poll", spans=[link], **edited), minute=3)
    assert list(MessageVersion.objects.order_by("external_id").values_list("text", flat=True)) == [CUT, words]
    with pytest.raises(NewsSince):
        reply(ticket, alice, page)


def test_our_own_words_told_whole_are_no_news(ticket: Ticket) -> None:
    for text, source in (("We are on…", "x_activity"), ("We are on it.", "poll")):
        take_in(we_say(text, external_id="1100", in_reply_to="1000", minute=3, source=source), minute=4)
    assert Message.objects.get(external_id="1100").text == "We are on it." and not MessageVersion.objects.exists()


def test_it_does_not_pass_for_edited(ticket: Ticket, alice: User, client: Client) -> None:
    told(WHOLE, minute=8)
    client.force_login(alice)
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert WHOLE in page and "Edited," not in page
