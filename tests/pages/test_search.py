"""Searching at the desk: the list shows what a line finds, and says what of it was not understood."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import NOW, make_customer, make_message, make_queue, make_ticket
from tickets.finding.entries import index
from tickets.models import Tag, Ticket


def said(text: str, **fields: object) -> Ticket:
    ticket = make_ticket(**fields)  # type: ignore[arg-type]
    index([make_message(ticket, text)])
    return ticket


def page_of(desk: Client, address: str) -> str:
    answer = desk.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def shown(desk: Client, **query: str) -> list[int]:
    answer = desk.get("/tickets/", query)
    assert answer.status_code == 200
    return [ticket.pk for one in answer.context["groups"] for ticket in one.tickets]


def test_a_search_looks_in_everything_the_latest_message_first(desk: Client) -> None:
    old = said("A zebra", status="closed")
    new = said("The zebra again", last_message_at=NOW + timedelta(hours=1))
    said("A giraffe")
    assert shown(desk, q="zebra") == [new.pk, old.pk]
    assert shown(desk, q="zebra is:open") == [new.pk]
    assert shown(desk, q="zebra", view="resolved") == []
    assert shown(desk, q="   ") == shown(desk)


def test_it_stays_within_a_view_and_a_place_the_address_names(desk: Client, alice: User) -> None:
    mine = said("A zebra", assignee=alice, queue=make_queue("Billing"))
    said("A zebra")
    assert shown(desk, q="zebra", view="mine") == shown(desk, q="zebra", queue="billing") == [mine.pk]


def test_the_words_that_were_found_are_marked_in_their_message(desk: Client) -> None:
    said("I lost <b>my</b> Zébra yesterday", last_text="Something else was said last")
    page = desk.get("/tickets/?q=zebra").content.decode()
    assert "I lost &lt;b&gt;my&lt;/b&gt; <mark>Zébra</mark> yesterday" in page
    assert "Something else was said last" not in page


def test_every_term_can_be_taken_away(desk: Client) -> None:
    make_queue("Billing")
    page = page_of(desk, "/tickets/?q=zebra+queue:billing+-is:dm")
    assert 'href="/tickets/?q=queue%3Abilling+-is%3Adm" aria-label="Remove: zebra"' in page
    assert 'href="/tickets/?q=zebra+-is%3Adm" aria-label="Remove: queue:billing"' in page
    assert 'href="/tickets/" aria-label="Remove: is:open"' in page_of(desk, "/tickets/?q=is:open")
    assert 'value="zebra queue:billing -is:dm"' in page


def test_a_mistake_is_told_below_the_box_with_what_may_have_been_meant(desk: Client) -> None:
    said("A zebra")
    page = page_of(desk, "/tickets/?q=zebra+quue:billing")
    assert "<code>zebra <u>quue:</u>billing</code> There is no “quue:” to search by." in page
    assert 'href="/tickets/?q=zebra+queue%3Abilling">Search for zebra queue:billing</a>' in page
    assert 'aria-invalid="true"' in page and "This search cannot be understood" in page


@pytest.mark.parametrize(
    "line", ['"><script>alert(1)</script>', "tag:<script>", "is:\"'<x>", "<u>:x", "\x00", "a" * 3000]
)
def test_whatever_is_typed_is_shown_as_text(desk: Client, line: str) -> None:
    answer = desk.get("/tickets/", {"q": line})
    assert answer.status_code == 200 or (line == "\x00" and answer.status_code == 400)
    assert "<script>alert" not in answer.content.decode() and "<x>" not in answer.content.decode()


def test_where_nothing_fits_the_page_says_what_to_do_next(desk: Client) -> None:
    assert "Nobody said “okapi” where you looked. Try fewer words" in page_of(desk, "/tickets/?q=okapi+is:open")
    assert "Take away one of the conditions above." in page_of(desk, "/tickets/?q=is:closed")


def test_an_open_page_keeps_its_search(desk: Client) -> None:
    zebra = said("A zebra")
    said("A giraffe")
    assert 'data-parts="/tickets/rows/?q=zebra"' in page_of(desk, "/tickets/?q=zebra")
    assert [t.pk for g in desk.get("/tickets/rows/?q=zebra").context["groups"] for t in g.tickets] == [zebra.pk]


def test_pages_of_a_search_follow_each_other(desk: Client) -> None:
    tickets = [said("A zebra", last_message_at=NOW + timedelta(minutes=n)) for n in range(53)]
    first = desk.get("/tickets/?q=zebra")
    after = first.context["page"].after
    assert after and shown(desk, q="zebra") == [ticket.pk for ticket in tickets[:2:-1]]
    assert shown(desk, q="zebra", after=after) == [ticket.pk for ticket in tickets[2::-1]]
    assert desk.get("/tickets/?q=zebra&after=x~y").status_code == 404


def test_a_stranger_finds_no_search(strangers_desk: Client) -> None:
    assert strangers_desk.get("/tickets/?q=zebra").status_code == 404


@pytest.mark.parametrize("line", ["zebra", "zebra is:open queue:support from:ana tag:t", "is:open", "-giraffe"])
def test_a_search_asks_no_more_for_many_rows(desk: Client, line: str) -> None:
    """Above a list: the planner's estimate, names, tickets, their rows, excerpts, what a term names, and the
    menu's saved views."""
    tag = Tag.objects.create(name="t")
    said("A zebra").tags.add(tag)
    few = _statements(desk, line)
    for number in range(20):
        said("A zebra", identity=make_customer(f"90000000000000{number:04}", name=f"Ana {number}")).tags.add(tag)
    assert _statements(desk, line) == few
    assert few <= 20


def _statements(desk: Client, line: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert desk.get("/tickets/", {"q": line, "since": timezone.now().isoformat()}).status_code == 200
    return len(found)
