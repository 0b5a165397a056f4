"""Which message an answer goes to: the latest that can be answered, or the one that somebody chooses."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import BEN, NOW, make_customer, make_message, make_queue, make_ticket, staff
from tickets.incidents.foreseeing import look_at
from tickets.merging import merge
from tickets.models import Message, OutboxEntry
from tickets.regrouping.undoing import undo
from twitter_integration.models import XApp

NAMED = [{"start": 0, "end": 14, "kind": "mention", "target": "https://x.com/acmehelp_demo"}]
OURS = "Any news?"


@pytest.fixture
def asked(acme: object) -> Message:
    """X lets the account answer only who names it, as Ana did."""
    XApp.objects.update(tier="self-serve")
    return make_message(make_ticket(), "@acmehelp_demo Where is my order?", spans=NAMED)


@pytest.fixture
def chatter(asked: Message) -> Message:
    """What she said later, to nobody of us."""
    return make_message(asked.ticket, "Still waiting for them.", kind="found")


@pytest.fixture
def again(asked: Message) -> Message:
    return make_message(asked.ticket, f"@acmehelp_demo {OURS}", spans=NAMED)


def page_of(desk: Client, message: Message, part: str = "") -> str:
    return desk.get(f"/tickets/{message.ticket_id}/{part}").content.decode()


def target(page: str) -> int:
    found = re.search(r'name="to_public" value="(\d+)"', page)
    assert found is not None
    return int(found[1])


def offered(page: str) -> set[int]:
    return {int(pk) for pk in re.findall(r'data-answer="?(\d+)', page)}


def test_the_latest_that_can_be_answered_is_and_it_is_said(desk: Client, asked: Message, chatter: Message) -> None:
    page = page_of(desk, asked)
    assert target(page) == asked.pk and "Can be sent" in page
    assert "Written since, and not to be answered from here:" in page and "Still waiting for them." in page
    assert "mention the account" in page and f'name="instead" value="{chatter.pk}"' in page


def test_the_same_is_answered_where_nobody_names_a_message(desk: Client, asked: Message, chatter: Message) -> None:
    desk.post(f"/tickets/{asked.ticket_id}/write/", {"mode": "public", "began": "public", "text": "On its way."})
    assert OutboxEntry.objects.get().message.in_reply_to == asked.external_id


def test_where_nothing_can_be_answered_the_latest_says_why(desk: Client, asked: Message, chatter: Message) -> None:
    Message.objects.filter(pk=asked.pk).update(kind="found", spans=[])
    page = page_of(desk, asked)
    assert target(page) == chatter.pk and "This cannot be sent from here." in page and not offered(page)


def test_a_merge_takes_no_answer_away(desk: Client, alice: User, asked: Message) -> None:
    found = make_message(make_ticket(), "Where is my order?!", kind="found")
    assert asked.ticket is not None and found.ticket is not None
    merge([found.ticket.pk], into=asked.ticket.pk, by=alice, now=timezone.now())
    page = page_of(desk, asked)
    assert target(page) == asked.pk and "Can be sent" in page


def test_each_that_can_be_answered_is_offered_and_where_the_answer_goes_is_said(
    desk: Client, asked: Message, chatter: Message, again: Message
) -> None:
    page = page_of(desk, asked)
    assert target(page) == again.pk and offered(page) == {asked.pk} and page.count("Your answer goes here") == 1
    Message.objects.filter(pk=again.pk).update(deleted_at=NOW)
    assert not offered(page_of(desk, asked)) and "Your answer goes here" not in page_of(desk, asked)


def test_without_a_script_the_link_opens_the_page_for_it(desk: Client, asked: Message, again: Message) -> None:
    page = page_of(desk, asked, f"?answer={asked.pk}")
    assert target(page) == asked.pk and offered(page) == {again.pk}
    assert target(page_of(desk, asked, "?answer=x")) == again.pk


def test_the_words_stay_and_what_came_meanwhile_still_stops_the_answer(
    desk: Client, asked: Message, again: Message
) -> None:
    form: dict[str, Any] = {"mode": "note", "began": "public", "text": "My words", "seen": again.pk}
    newest = make_message(asked.ticket, "@acmehelp_demo It has come!", spans=NAMED)
    form |= {"to_public": again.pk}
    shown = desk.post(f"/tickets/{asked.ticket_id}/write/", form | {"answer": asked.pk}, headers={"HX-Request": "true"})
    page = shown.content.decode()
    assert shown.status_code == 200 and "desk:changed" in shown.headers["HX-Trigger-After-Settle"]
    assert target(page) == asked.pk and ">My words</textarea>" in page
    assert re.search(r'name="mode" value="public" checked', page) and f'name="seen" value="{again.pk}"' in page
    sent = desk.post(f"/tickets/{asked.ticket_id}/write/", form | {"mode": "public", "to_public": asked.pk})
    assert sent.status_code == 422 and newest.text in sent.content.decode() and not OutboxEntry.objects.exists()


def test_of_a_message_that_went_to_another_ticket_the_page_says_which(
    desk: Client, alice: User, asked: Message
) -> None:
    home = make_message(make_ticket(), f"@acmehelp_demo {OURS}", spans=NAMED)
    assert asked.ticket is not None and home.ticket is not None
    gesture = merge([home.ticket.pk], into=asked.ticket.pk, by=alice, now=timezone.now())
    undo(gesture.pk, by=alice, now=timezone.now())
    parts = page_of(desk, asked, f"parts/?to_public={home.pk}")
    assert f'The message you answer belongs to ticket <a class="link" href="/tickets/{home.ticket_id}/">' in parts
    assert "gone from" not in parts and f'name="instead" value="{asked.pk}"' in parts


def test_who_may_not_see_that_ticket_is_not_told_its_number(desk: Client, asked: Message) -> None:
    make_queue("Refunds")
    staff("Refunds", "Refunds")
    home = make_message(make_ticket(queue=make_queue("Refunds")), spans=NAMED)
    parts = page_of(desk, asked, f"parts/?to_public={home.pk}")
    assert "The message you answer is on another ticket now." in parts and f"#{home.ticket_id}" not in parts


def test_a_statement_is_foreseen_by_the_message_it_will_answer(alice: User, asked: Message, chatter: Message) -> None:
    other = make_message(make_ticket(make_customer(BEN)), kind="found").ticket
    assert asked.ticket is not None and other is not None
    told = look_at([asked.ticket, other], {asked.ticket.pk: "Soon.", other.pk: "Soon."}, by=alice, now=timezone.now())
    assert [bool(one.reason) for one in told] == [False, True]


def newer(page: str) -> list[str]:
    """What is told as written since, in order, without marks."""
    [told] = re.findall(r'id="newer-public".*?</div>', page, re.DOTALL)
    rows = re.findall(r"<li.*?</li>", told, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


@pytest.mark.parametrize("shown", ["page", "parts", "composer"])
def test_the_customers_own_words_come_first_and_a_bystander_is_named_as_such(
    desk: Client, asked: Message, shown: str
) -> None:
    for text in ("Any news?", "Second one", "Third one", "Fourth one"):
        make_message(asked.ticket, f"@acmehelp_demo {text}", spans=NAMED)
    stranger = make_customer(BEN)
    make_message(asked.ticket, "@acmehelp_demo gracias", spans=NAMED, identity=stranger)
    if shown == "composer":
        form = {"mode": "public", "instead": asked.pk}
        page = desk.post(f"/tickets/{asked.ticket_id}/write/", form, headers={"HX-Request": "true"}).content.decode()
    else:
        page = page_of(desk, asked, "parts/" * (shown == "parts") + f"?answer={asked.pk}&to_public={asked.pk}")
    offer = "Answer that one instead"
    assert newer(page) == [
        *(f"@ana_demo : @acmehelp_demo {text} {offer}" for text in ("Second one", "Third one", "Fourth one")),
        f"@ben_demo : @acmehelp_demo gracias (not the customer) {offer}",
        "and 1 more",
    ]


def test_only_what_can_be_answered_is_offered(desk: Client, asked: Message, again: Message, chatter: Message) -> None:
    """What X lets a person answer on X itself is offered for that; what it lets nobody answer, not at all."""
    page = page_of(desk, asked, f"?answer={asked.pk}")
    first, second = newer(page)
    assert first.endswith("Answer that one instead") and second.endswith("Answer that one on X")
    assert "Still waiting for them." in second and "mention the account" in second
    Message.objects.filter(pk=chatter.pk).update(external_id=None)
    assert "Answer that one on X" not in page_of(desk, asked, f"?answer={asked.pk}")


@pytest.mark.parametrize("way", ["script", "form", "link"])
def test_one_that_was_moved_meanwhile_is_not_answered_and_that_is_said(
    desk: Client, asked: Message, again: Message, way: str
) -> None:
    """The composer goes on answering what it did; what stands in it stays."""
    other = make_ticket(make_customer(BEN))
    third = make_message(asked.ticket, "@acmehelp_demo And my invoice?", spans=NAMED)
    Message.objects.filter(pk=third.pk).update(ticket=other)
    words = {"mode": "public", "text": "On its way.", "to_public": asked.pk, "answer": third.pk}
    if way == "link":
        page = page_of(desk, asked, f"?answer={third.pk}")
        assert target(page) == again.pk
    else:
        headers = {"HX-Request": "true"} if way == "script" else {}
        answer = desk.post(f"/tickets/{asked.ticket_id}/write/", words, headers=headers)
        page = answer.content.decode()
        assert answer.status_code == 422 and target(page) == asked.pk and ">On its way.</textarea>" in page
    assert f"That message belongs to #{other.pk} now." in page
