"""The list: which tickets, in which order, and what a row says."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import BEN, make_address, make_agent, make_customer, make_folder, make_queue, make_ticket
from tickets.models import Address, Folder, Ticket
from tickets.reading.listing import choose, group, read_page


def due(minutes: int, **fields: Any) -> Ticket:
    return make_ticket(next_due_at=timezone.now() + timedelta(minutes=minutes), **fields)


def shown(desk: Client, query: str = "") -> list[int]:
    """The tickets of a page in the order they stand there."""
    page = desk.get(f"/tickets/{query}")
    assert page.status_code == 200
    return [ticket.pk for one in page.context["groups"] for ticket in one.tickets]


def test_tickets_stand_by_due_moment_and_those_without_a_clock_last(desk: Client) -> None:
    quiet, later, late, soon = make_ticket(), due(300), due(-10), due(30)
    assert shown(desk) == [late.pk, soon.pk, later.pk, quiet.pk]
    headings = [one.code for one in desk.get("/tickets/").context["groups"]]
    assert headings == ["late", "soon", "later", "none"]


def test_each_view_shows_what_its_name_says(desk: Client, alice: User) -> None:
    mine, late, soon = due(500, assignee=alice), due(-10), due(30)
    done = make_ticket(status="resolved")
    assert shown(desk, "?view=mine") == [mine.pk]
    assert shown(desk, "?view=unassigned") == [late.pk, soon.pk]
    assert shown(desk, "?view=soon") == [soon.pk]
    assert shown(desk, "?view=late") == [late.pk]
    assert shown(desk, "?view=resolved") == [done.pk]
    assert shown(desk, "?view=closed") == []


def test_a_queue_and_a_folder_are_views_of_their_own(desk: Client) -> None:
    billing, orders = make_queue("Billing"), make_folder("Orders")
    in_billing, in_orders = due(10, queue=billing), due(20, folder=orders)
    assert shown(desk, "?queue=billing") == [in_billing.pk]
    assert shown(desk, f"?folder={orders.pk}") == [in_orders.pk]
    assert shown(desk, "?view=late&queue=billing") == []


@pytest.mark.parametrize("query", ["?view=nonsense", "?queue=nowhere", "?folder=99999", "?after=x", "?after=x~y"])
def test_an_address_that_means_nothing_is_not_found(desk: Client, query: str) -> None:
    assert desk.get(f"/tickets/{query}").status_code == 404


def test_pages_follow_each_other_without_a_gap_or_a_double(desk: Client, alice: User) -> None:
    moment = timezone.now() + timedelta(hours=5)
    tickets = [make_ticket(next_due_at=moment if n < 4 else None) for n in range(7)]
    chosen = choose(alice, "all", now=timezone.now(), queue=None, folder=None)
    after, seen = "", []
    for _ in range(4):
        page = read_page(chosen, "all", after=after, size=2)
        seen += [ticket.pk for ticket in page.tickets]
        after = page.after
    assert seen == [ticket.pk for ticket in tickets]
    assert after == ""


def test_finished_tickets_come_latest_first_and_page_likewise(desk: Client, alice: User) -> None:
    now = timezone.now()
    tickets = [make_ticket(status="resolved", last_message_at=now - timedelta(hours=n // 2)) for n in range(5)]
    chosen = choose(alice, "resolved", now=now, queue=None, folder=None)
    first = read_page(chosen, "resolved", size=3)
    second = read_page(chosen, "resolved", after=first.after, size=3)
    order = sorted(tickets, key=lambda t: (t.last_message_at, t.pk), reverse=True)
    assert [*first.tickets, *second.tickets] == order


def test_a_group_that_goes_on_is_not_counted(desk: Client, alice: User) -> None:
    for _ in range(3):
        make_ticket()
    now = timezone.now()
    chosen = choose(alice, "all", now=now, queue=None, folder=None)
    assert group(read_page(chosen, "all", size=2), "all", now=now)[-1].count is None
    assert group(read_page(chosen, "all", size=5), "all", now=now)[-1].count == 3


def test_the_next_page_is_a_link(desk: Client) -> None:
    for n in range(51):
        second = due(10 + n)
    page = desk.get("/tickets/?view=unassigned").content.decode()
    link = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert shown(desk, link.removeprefix("/tickets/")) == [second.pk]


def test_a_row_says_who_what_and_until_when(desk: Client) -> None:
    bob = make_agent("bob")
    due(-25, assignee=bob, priority="urgent", private=True, next_due_metric="next_response", message_count=7)
    row = desk.get("/tickets/").content.decode()
    for words in (
        "Ana",
        "@ana_demo",
        "Where is my order?",
        "DM",
        "Urgent",
        "25 min late",
        "Next reply",
        "Bob",
        "7 messages",
    ):
        assert words in row


@pytest.mark.parametrize(
    ("view", "status", "waits"),
    [("all", "new", True), ("all", "open", True), ("all", "pending", False), ("resolved", "resolved", False)],
)
def test_a_row_waits_for_us_where_we_are_to_act_and_the_last_word_is_theirs(
    desk: Client, view: str, status: str, waits: bool
) -> None:
    make_ticket(status=status)
    make_ticket(status=status, last_by_us=True)
    page = desk.get(f"/tickets/?view={view}").content.decode()
    assert page.count("Waits for us:") == page.count("is-unread") == int(waits)


def test_the_sidebar_counts_undone_tickets_by_place(desk: Client, alice: User) -> None:
    billing = make_queue("Billing")
    due(-5, queue=billing, assignee=alice)
    due(30, queue=billing)
    make_ticket(queue=billing, status="resolved")
    total = desk.get("/tickets/").context["desk"].total
    assert total == {"all": 2, "late": 1, "soon": 1, "mine": 1, "mine_late": 1, "unassigned": 1, "snoozed": 0}
    place = next(one for one in desk.get("/").context["desk"].queues if one.slug == "billing")
    assert (place.all, place.late, place.unassigned) == (2, 1, 1)


def test_the_sidebar_shows_folders_as_a_tree_and_says_which_are_queues(desk: Client) -> None:
    make_queue("Refunds")
    zoo, air = make_folder("Zoo"), make_folder("Air")
    for name, parent in (("Refunds", zoo), ("Late", air), ("Early", air)):
        make_folder(name, parent=parent)
    make_folder("First", position=1)
    found = [one.title for one in desk.get("/").context["desk"].folders]
    assert found == ["First", "Air", "Air / Early", "Air / Late", "Zoo", "Zoo / Refunds"]
    page = desk.get("/tickets/").content.decode()
    assert 'title="Queue: Refunds"' in page and 'title="Folder: Zoo / Refunds"' in page


def test_folders_inside_each_other_are_all_shown(desk: Client) -> None:
    one = make_folder("One")
    two = make_folder("Two", parent=one)
    Folder.objects.filter(pk=one.pk).update(parent=two)
    assert {place.name for place in desk.get("/").context["desk"].folders} == {"One", "Two"}


def test_home_shows_my_tickets_and_what_waits_in_the_queues(desk: Client, alice: User) -> None:
    due(20, assignee=alice, last_text="It is for Alice")
    due(10, last_text="It is for nobody")
    page = desk.get("/").content.decode()
    assert "It is for Alice" in page
    assert "It is for nobody" not in page
    assert "Waiting in the queues" in page


def test_an_account_in_trouble_raises_its_banner_on_every_page(desk: Client, acme: Address) -> None:
    Address.objects.update(banner="X withdrew its token.", sending_stopped=True)
    ticket = make_ticket()
    for page in ("/", "/tickets/", f"/tickets/{ticket.pk}/"):
        assert "X withdrew its token." in desk.get(page).content.decode()


@pytest.mark.parametrize("view", ["mine", "unassigned", "soon", "late", "all", "resolved"])
def test_an_empty_view_says_what_to_do(desk: Client, view: str) -> None:
    page = desk.get(f"/tickets/?view={view}").content.decode()
    assert 'class="empty"' in page


def test_ben_is_shown_with_his_picture_and_letters_under_it(desk: Client) -> None:
    make_ticket(make_customer(BEN, avatar_url="https://pbs.twimg.com/profile_images/ben.jpg"))
    page = desk.get("/tickets/").content.decode()
    assert 'src="https://pbs.twimg.com/profile_images/ben.jpg" alt>' in page
    assert " data-av=B><img" in page


def test_a_row_names_the_account_where_there_are_several(desk: Client) -> None:
    make_ticket()
    assert "to @acmehelp_demo" not in desk.get("/tickets/").content.decode()
    make_ticket(address=make_address("900000000000000009", handle="second_demo"))
    rows = desk.get("/tickets/").content.decode()
    assert rows.count("to @acmehelp_demo") == 1 and rows.count("to @second_demo") == 1
