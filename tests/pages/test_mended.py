"""What agents stumbled over: answers that did not go out, new tickets behind the page, words of somebody else."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import BEN, NOW, make_agent, make_answer, make_customer, make_media, make_message, make_ticket
from tickets.models import OutboxEntry, Ticket
from tickets.reading.listing import Order, choose, read_page
from tickets.sending.unsent import find_unsent


def unsent_ticket(state: str = "failed", **fields: object) -> Ticket:
    ticket = make_ticket(**fields)  # type: ignore[arg-type]
    make_message(ticket)
    make_answer(ticket, state=state)
    return ticket


def page_of(desk: Client, address: str) -> str:
    response = desk.get(address)
    assert response.status_code == 200
    return response.content.decode()


def shown(desk: Client, address: str) -> list[int]:
    return [ticket.pk for one in desk.get(address).context["groups"] for ticket in one.tickets]


@pytest.mark.parametrize(("state", "word"), [("failed", "Not sent"), ("unknown", "Not confirmed")])
def test_an_answer_in_trouble_marks_its_row_home_and_the_outbox(desk: Client, state: str, word: str) -> None:
    ticket = unsent_ticket(state)
    make_ticket()
    assert page_of(desk, "/tickets/").count("kind-fail") == 1
    assert word in page_of(desk, "/tickets/")
    assert "1 ticket has an answer that was not sent" in page_of(desk, "/")
    assert "/tickets/?view=unsent" in page_of(desk, "/outbox/")
    assert "/tickets/?view=unsent" not in page_of(
        desk, "/tickets/?view=mine"
    )  # the sidebar has one name for it: Outbox
    assert shown(desk, "/tickets/?view=unsent") == [ticket.pk]
    assert desk.get("/tickets/?view=unsent").context["count"] == 1


def test_a_part_that_waits_for_a_failed_one_makes_up_for_nothing(desk: Client) -> None:
    ticket = unsent_ticket("failed")
    failed = ticket.messages.get(outbox__state="failed").outbox
    waiting = make_answer(ticket, "2/2", state="held")
    OutboxEntry.objects.filter(message=waiting).update(follows=failed, reason="It goes after the part before it.")
    assert shown(desk, "/tickets/?view=unsent") == [ticket.pk]
    assert "It goes after the part before it." in page_of(desk, f"/tickets/{ticket.pk}/")


def test_nothing_speaks_of_unsent_answers_when_there_are_none(desk: Client) -> None:
    unsent_ticket("sent")
    unsent_ticket("queued")
    assert "view=unsent" not in page_of(desk, "/")
    assert "Every answer is out" in page_of(desk, "/tickets/?view=unsent")


def test_a_later_answer_makes_up_for_one_that_failed(alice: User) -> None:
    ticket = unsent_ticket()
    assert find_unsent(alice)[ticket.pk].failed
    make_answer(ticket)
    assert find_unsent(alice) == {}


def test_an_answer_that_fails_after_its_ticket_was_resolved_is_not_lost(desk: Client) -> None:
    ticket = unsent_ticket(status="resolved")
    unsent_ticket(status="closed")
    assert shown(desk, "/tickets/?view=unsent") == [ticket.pk]


def test_who_may_not_read_private_words_is_not_told_that_they_failed(alice: User) -> None:
    unsent_ticket(private=True)
    bob = make_agent("bob")
    bob.groups.clear()
    bob.user_permissions.add(Permission.objects.get(codename="view_ticket"))
    assert len(find_unsent(alice)) == 1
    assert find_unsent(User.objects.get(pk=bob.pk)) == {}


def test_marks_and_authors_cost_the_same_however_many_there_are(desk: Client) -> None:
    counts = []
    for _ in range(2):
        for _ in range(4):
            unsent_ticket()
        with CaptureQueriesContext(connection) as found:
            desk.get("/tickets/")
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_a_new_ticket_behind_the_page_is_told_of_and_newest_first_shows_it(desk: Client) -> None:
    now = timezone.now()
    for n in range(51):
        make_ticket(next_due_at=now + timedelta(minutes=n))
    page = page_of(desk, "/tickets/")
    live = page.split('data-parts="')[1].split('"')[0].replace("&amp;", "&")
    assert "list-new" not in page_of(desk, live).replace('id="list-new"', "")
    new = make_ticket(next_due_at=now + timedelta(days=1), created_at=timezone.now())
    assert "1 new, not on this page" in page_of(desk, live)
    assert shown(desk, "/tickets/?order=newest")[0] == new.pk
    on_it = make_ticket(next_due_at=now, created_at=timezone.now())
    assert on_it.pk in shown(desk, live)
    assert "1 new, not on this page" in page_of(desk, live)


def test_newest_first_pages_without_a_gap_or_a_double(desk: Client, alice: User) -> None:
    tickets = [make_ticket().pk for _ in range(7)]
    chosen = choose(alice, "all", now=timezone.now(), queue=None, folder=None)
    after, seen = "", []
    for _ in range(4):
        page = read_page(chosen, "all", after=after, size=2, order=Order.NEWEST)
        seen += [ticket.pk for ticket in page.tickets]
        after = page.after
    assert (seen, after) == (tickets[::-1], "")


@pytest.mark.parametrize("query", ["order=sideways", "since=yesterday", "since=2026-03-02T10:00:00", "order="])
def test_an_order_or_moment_that_means_nothing_is_not_found(desk: Client, query: str) -> None:
    assert desk.get(f"/tickets/?{query}").status_code == 404


def test_last_words_of_somebody_else_bear_their_name(desk: Client) -> None:
    ticket, other = make_ticket(last_text="Same here", last_message_at=NOW + timedelta(minutes=1)), make_ticket()
    make_message(ticket)
    make_message(ticket, "Same here", identity=make_customer(BEN))
    for address in ("/tickets/", f"/tickets/{other.pk}/"):
        assert page_of(desk, address).count('<b class="last-by"><bdi>Ben</bdi>:</b>') == 1
    thanks = make_message(ticket, "Thanks")
    Ticket.objects.filter(pk=ticket.pk).update(last_text="Thanks", last_message_at=thanks.sent_at)
    assert "last-by" not in page_of(desk, "/tickets/")


def test_several_tags_come_with_commas_between_them(desk: Client) -> None:
    ticket = make_ticket()
    desk.post(f"/tickets/{ticket.pk}/tag/", {"name": "refund, Late  Bag,,hotel,"})
    assert set(ticket.tags.values_list("name", flat=True)) == {"refund", "late bag", "hotel"}


def test_one_tag_that_is_too_long_leaves_none_of_them(desk: Client) -> None:
    ticket = make_ticket()
    desk.post(f"/tickets/{ticket.pk}/tag/", {"name": f"refund,{'x' * 51}"})
    desk.post(f"/tickets/{ticket.pk}/tag/", {"name": " , "})
    assert not ticket.tags.exists()


@pytest.mark.parametrize(("code", "there"), [("absent", False), ("unreadable", False), ("187", True)])
def test_a_failed_answer_shows_numbers_of_the_channel_and_no_words_of_ours(
    desk: Client, code: str, there: bool
) -> None:
    ticket = make_ticket()
    make_answer(ticket, state="failed", code=code, reason="It was refused.")
    assert (f"({code})" in page_of(desk, f"/tickets/{ticket.pk}/")) is there


def test_a_private_picture_says_where_it_can_be_seen(desk: Client) -> None:
    ticket = make_ticket(private=True)
    message = make_message(ticket, permalink="https://x.com/messages/1-2")
    make_media(message, needs_auth=True)
    assert "Only the two who write to each other see it, on x.com." in page_of(desk, f"/tickets/{ticket.pk}/")
