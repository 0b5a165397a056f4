"""Searching at the desk: the list shows what a line finds, and says what of it was not understood."""

from datetime import timedelta
from functools import partial
from html import unescape
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import NOW, make_customer, make_message, make_queue, make_ticket
from tickets.finding.entries import index
from tickets.finding.reading import Reach, find_and_count
from tickets.models import Tag, Ticket
from tickets.reading.listing import PAGE


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
    assert 'href="/tickets/?q=queue%3Abilling+-is%3Adm" aria-label="Remove: Says “zebra”"' in page
    assert 'href="/tickets/?q=zebra+-is%3Adm" aria-label="Remove: Queue is Billing"' in page
    assert "Remove: Is not dm" in page
    assert 'href="/tickets/" aria-label="Remove: Is open"' in page_of(desk, "/tickets/?q=is:open")
    assert 'value="zebra queue:billing -is:dm"' in page


def test_a_mistake_is_told_below_the_box_with_what_may_have_been_meant(desk: Client) -> None:
    said("A zebra")
    page = page_of(desk, "/tickets/?q=zebra+quue:billing")
    assert "<code>zebra <u>quue:</u>billing</code> There is no “quue:” to search by." in page
    assert 'href="/tickets/?q=zebra+queue%3Abilling">Search for zebra queue:billing</a>' in page
    assert 'aria-invalid="true"' in page and "Nothing was looked for" in page


def test_all_mistakes_are_told_each_once(desk: Client) -> None:
    make_queue("Customer care")
    page = page_of(desk, "/tickets/?q=queue:custmer-care+is:opne+OR+is:opne")
    assert "<code>queue:<u>custmer-care</u> is:<u>opne</u> OR is:opne</code>" in page
    assert page.count("“is:” knows no “opne”") == page.count("There is no queue “custmer-care”") == 1
    assert 'href="/tickets/?q=queue%3Acustomer-care+is%3Aopen+OR+is%3Aopne"' in page


def test_a_small_or_is_told_of_and_searched_all_the_same(desk: Client) -> None:
    zebra = said("A zebra or a giraffe")
    page = page_of(desk, "/tickets/?q=zebra+or+giraffe")
    assert "“or” is looked for as a word. To find the one or the other, write OR." in page
    assert 'href="/tickets/?q=zebra+OR+giraffe"' in page and "aria-invalid" not in page
    assert shown(desk, q="zebra or giraffe") == [zebra.pk]


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({"q": "zebra", "with_queue": "Lost bags"}, 'zebra queue:"Lost bags"'),
        ({"view": "late", "queue": "billing", "with_priority": "urgent"}, "is:breached queue:billing priority:urgent"),
        ({"view": "mine", "with_due": "<1h", "with_tag": "refund", "not": "1"}, "is:mine -tag:refund -due:<1h"),
        (
            {"view": "all", "with_language": "de", "with_status": "", "with_assignee": "me"},
            "is:open assignee:me language:de",
        ),
        ({"view": "nonsense"}, ""),
    ],
)
def test_a_filter_is_added_without_knowing_the_language(desk: Client, asked: dict[str, str], line: str) -> None:
    make_queue("Billing"), make_queue("Lost bags")
    make_ticket().tags.add(Tag.objects.create(name="refund"))
    answer = desk.get("/tickets/", {"narrow": "1"} | asked, follow=True)
    assert answer.redirect_chain == [("/tickets/?" + urlencode({"q": line}), 302)]
    assert "Nothing was looked for" not in answer.content.decode()
    assert 'filter=1#filter"' in answer.content.decode() and 'name="with_queue"' not in answer.content.decode()
    page = desk.get("/tickets/", {"q": line, "filter": "1"}).content.decode()
    assert 'name="with_queue"' in page and '<option value="Lost bags">' in page


def test_alternatives_are_found_marked_and_can_be_taken_away(desk: Client) -> None:
    giraffe, zebra = said("A giraffe"), said("A zebra", status="closed")
    assert shown(desk, q="zebra OR (giraffe is:open)") == [zebra.pk, giraffe.pk]
    page = page_of(desk, "/tickets/?q=zebra+OR+(giraffe+is:open)")
    assert "A <mark>zebra</mark>" in page and "A <mark>giraffe</mark>" in page
    assert 'href="/tickets/?q=zebra" aria-label="Remove: (giraffe is:open)"' in page


def test_the_page_says_how_many_there_are(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(PAGE + 3):
        said("A zebra", last_message_at=NOW + timedelta(minutes=number))
    assert f'id="list-count" data-part>{PAGE + 3} tickets</span>' in page_of(desk, "/tickets/?q=zebra")
    assert 'id="list-count" data-part>0 tickets</span>' in page_of(desk, "/tickets/?q=okapi")
    monkeypatch.setattr("tickets.views.searching.find_and_count", partial(find_and_count, reach=Reach(counted=PAGE)))
    assert f">More than {PAGE} tickets</span>" in page_of(desk, "/tickets/?q=zebra")
    reach = Reach(few=-1, far_counted=PAGE + 1)
    monkeypatch.setattr("tickets.views.searching.find_and_count", partial(find_and_count, reach=reach))
    assert f">At least {PAGE + 1} tickets</span>" in page_of(desk, "/tickets/?q=zebra")


def test_a_name_that_was_found_is_marked_too(desk: Client) -> None:
    said("Hello", identity=make_customer("900000000000000055", name="Zoë <Müller>"))
    assert "Zoë &lt;<mark>Müller</mark>&gt;" in desk.get("/tickets/?q=mul").content.decode()


def test_all_words_are_told_below_the_box_and_on_a_page(desk: Client) -> None:
    page, part = (
        desk.get("/tickets/words/all/", headers=headers).content.decode() for headers in ({}, {"HX-Request": "true"})
    )
    assert "<h1>What a search understands</h1>" in page and all("<code>is:open</code>" in one for one in (page, part))
    assert "<html" not in part and page_of(desk, "/tickets/").count('"/tickets/words/all/"') == 2


def test_words_and_names_are_offered_while_one_types(desk: Client) -> None:
    make_queue("Billing <b>")
    answer = desk.get("/tickets/words/", {"q": "zebra queue:bil"})
    assert answer.status_code == 200 and "&lt;b&gt;" in answer.content.decode() and "<b>" not in answer.content.decode()
    assert 'data-text="billing-&lt;b&gt;" data-length="3"' in answer.content.decode()
    assert 'data-offers="/tickets/words/"' in page_of(desk, "/tickets/") and 'data-offers="/tickets/words/"' in page_of(
        desk, "/"
    )


@pytest.mark.parametrize(
    "line", ['"><script>alert(1)</script>', "tag:<script>", "is:\"'<x>", "<u>:x", "\x00", "a" * 3000]
)
def test_whatever_is_typed_is_shown_as_text(desk: Client, line: str) -> None:
    answer = desk.get("/tickets/", {"q": line})
    assert answer.status_code == 200 or (line == "\x00" and answer.status_code == 400)
    assert "<script>alert" not in answer.content.decode() and "<x>" not in answer.content.decode()


def test_where_nothing_fits_the_page_says_what_to_do_next(desk: Client) -> None:
    assert "Nobody said “okapi” where you looked. Try fewer words" in page_of(desk, "/tickets/?q=okapi+is:open")
    assert "Nobody said “blue okapi”" in page_of(desk, '/tickets/?q="blue okapi"')
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
    for address in ("/tickets/?q=zebra", "/tickets/words/?q=is:"):
        assert strangers_desk.get(address).status_code == 404


@pytest.mark.parametrize(
    "line",
    [
        "zebra",
        "zebra is:open queue:support from:ana tag:t",
        "is:open",
        "-giraffe",
        "zebra OR (by:me is:open) OR watching:me -has:note",
    ],
)
def test_a_search_asks_no_more_for_many_rows(desk: Client, line: str) -> None:
    """Above a list: the planner's estimate, names, tickets, their rows, excerpts, what a term names, and the
    menu's saved views. An alternative costs an estimate of its own, at most."""
    tag = Tag.objects.create(name="t")
    said("A zebra").tags.add(tag)
    few = _statements(desk, line)
    for number in range(20):
        said("A zebra", identity=make_customer(f"90000000000000{number:04}", name=f"Ana {number}")).tags.add(tag)
    assert _statements(desk, line) == few
    assert few <= 20 + line.count("OR")


@pytest.mark.parametrize(("line", "more"), [("zebra", 1), ("is:open", 1), ("-giraffe", 1)])
def test_counting_costs_a_statement_where_one_page_does_not_show_all(desk: Client, line: str, more: int) -> None:
    said("A zebra")
    few = _statements(desk, line)
    for number in range(PAGE):
        said("A zebra", identity=make_customer(f"90000000000000{number:04}", name=f"Ana {number}"))
    assert _statements(desk, line) == few + more


def _statements(desk: Client, line: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert desk.get("/tickets/", {"q": line, "since": timezone.now().isoformat()}).status_code == 200
    return len(found)


def test_the_menu_stands_still_and_a_view_is_shared_with_no_team_in_words(desk: Client) -> None:
    assert '<a class="query-box" href="#q">' in page_of(desk, "/tickets/")
    assert 'class="side-search nav-label"' in page_of(desk, "/") and 'href="#q"' not in page_of(desk, "/")
    page = page_of(desk, "/views/")
    assert ">None</option>" in page and "---------" not in page
