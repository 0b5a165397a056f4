"""The supervisor's board: each figure is told to whom it may be told, and leads to just the tickets it counts."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.utils import timezone

from tests.api.caller import Caller
from tests.factories import (
    ACME,
    BEN,
    make_answer,
    make_customer,
    make_person,
    make_queue,
    make_supervisor,
    make_team,
    make_ticket,
    staff,
)
from tests.pages.test_statements import statements
from tests.tickets.floor import at_work
from tickets.models import Address, Membership, Queue, Ticket
from tickets.notices.presence import say_here
from twitter_integration.models import PartnerAccount, Usage

LINK = re.compile(r'href="(/tickets/\?q=[^"]+)"[^>]*>(?:<span class="label">[^<]*</span><b[^>]*>|<i[^>]*></i>)?(\d+)<')
ROW = re.compile(r'<(?:li class="row|div class="row)[^"]*" data-key="?t(\d+)')


@pytest.fixture
def sam(acme: Address) -> User:
    return make_supervisor()


@pytest.fixture
def sams_desk(sam: User) -> Client:
    client = Client()
    client.force_login(sam)
    return client


def board(desk: Client, address: str = "/supervisor/") -> str:
    answer = desk.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def row_of(page: str, key: str) -> str:
    return page.split(f'<tr data-key="{key}">')[1].split("</tr>")[0]


def a_shift(queue: Queue, alice: User) -> dict[str, Ticket]:
    """One of each that the board tells apart."""
    now, people = timezone.now(), iter(range(900000000000005000, 900000000000006000))

    def one(**facts: object) -> Ticket:
        return make_ticket(make_customer(str(next(people))), queue=queue, **facts)

    said = {"last_by_us": True, "status": "pending"}
    made = {
        "oldest": one(last_message_at=now - timedelta(hours=5), next_due_at=now - timedelta(minutes=5)),
        "waits": one(last_message_at=now - timedelta(hours=2), next_due_at=now + timedelta(minutes=30), assignee=alice),
        "asleep": one(last_message_at=now - timedelta(days=9), snoozed_at=now),
        "answered": one(**said, assignee=alice),
        "long ago": one(**said),
        "done": one(status="resolved", resolved_at=now, assignee=alice, last_by_us=True),
        "done before": one(status="resolved", resolved_at=now - timedelta(hours=25), assignee=alice),
    }
    for _ in range(2):  # a ticket counts once
        make_answer(made["answered"], sent_at=now, agent=alice)
    make_answer(made["long ago"], sent_at=now - timedelta(hours=25), agent=alice)
    make_answer(made["waits"], state="failed", sent_at=now, agent=alice)
    make_answer(made["done"], sent_at=now, automated=True, visibility="private", kind="direct")
    return made


def test_each_figure_leads_to_the_tickets_it_counts(sams_desk: Client, alice: User) -> None:
    at_work("alice")
    queue = make_queue("Lost bags")
    made = a_shift(queue, alice)
    make_ticket(make_customer(BEN), queue=make_queue("Empty"), status="closed")
    page = board(sams_desk)
    found = [(unescape(address), int(count)) for address, count in LINK.findall(page)]
    # Six above without what was spent, four of the queue, three of Alice.
    assert len(found) == 5 + 4 + 3
    for address, count in found:
        listed = ROW.findall(sams_desk.get(address).content.decode())
        assert len(listed) == count, address
    row = row_of(page, f"q{queue.pk}")
    assert [int(n) for _, n in LINK.findall(row)] == [2, 1, 1, 1]
    assert f'href="/tickets/{made["oldest"].pk}/"' in row and ">5 h</a>" in row
    assert 'width="100" height="8" rx="3"/></svg>' in row
    assert [int(n) for _, n in LINK.findall(row_of(page, f"p{alice.pk}"))] == [1, 1, 1]
    assert "the oldest 5 h" in page


def test_home_tells_ones_own_figures_of_today(desk: Client, alice: User) -> None:
    assert "none answered" in board(desk, "/") and "none of yours resolved" in board(desk, "/parts/")
    made = a_shift(make_queue(), alice)
    others = make_ticket(assignee=alice)
    make_answer(others, sent_at=timezone.now(), agent=at_work("bob"))
    make_answer(others, sent_at=timezone.now() - timedelta(hours=25), agent=alice)
    make_ticket(assignee=alice, merged_into=others, status="closed", resolved_at=timezone.now())
    for address in ("/", "/parts/"):
        told = board(desk, address).split('id="home-today"')[1].split("</p>")[0]
        found = re.findall(r'href="([^"]+)">([^<]+)</a>', told)
        assert [words for _, words in found] == ["1 ticket answered", "1 of yours resolved"]
    rows = [ROW.findall(board(desk, unescape(at))) for at, _ in found]
    assert rows == [[str(made["answered"].pk)], [str(made["done"].pk)]]


def test_the_parts_of_an_open_board_are_those_of_the_page(sams_desk: Client, alice: User) -> None:
    a_shift(make_queue(), alice)
    parts = re.compile(r'id="(shift-[a-z]+)" data-part')
    told = parts.findall(board(sams_desk))
    assert len(told) == 4 and parts.findall(board(sams_desk, "/supervisor/parts/")) == told


def test_what_somebody_is_at_is_told_of_tickets_that_are_the_readers_to_see(sams_desk: Client, alice: User) -> None:
    at_work("alice")
    seen, hidden = make_ticket(), make_ticket(make_customer(BEN), private=True)
    say_here(seen, by=alice, now=timezone.now(), typing=True)
    say_here(hidden, by=alice, now=timezone.now())
    assert f"writing in #{seen.pk}" in board(sams_desk)
    say_here(seen, by=alice, now=timezone.now() - timedelta(minutes=5))
    assert f"reading #{hidden.pk}" in board(sams_desk)
    bea = make_person("bea", role="Agents")
    bea.groups.clear()
    bea.user_permissions.set(Permission.objects.filter(codename__in=["view_ticket", "work_ticket"]))
    Membership.objects.create(team=make_team("Bags", alice), person=bea, lead=True)
    (beas_desk := Client()).force_login(bea)
    assert f"#{hidden.pk}" not in board(beas_desk)


def test_a_program_is_nobody_of_the_shift(sams_desk: Client, sam: User, alice: User) -> None:
    robot = make_person("robot", role="API clients", first_name="Booking System")
    make_ticket(assignee=robot)
    shown = board(sams_desk)
    assert row_of(shown, f"p{alice.pk}") and f'data-key="p{robot.pk}"' not in shown
    assert "Booking System" not in shown
    people = Caller(sam).get("shift/").json()["people"]
    assert {one["person"]["username"] for one in people} == {"alice", "sam"}
    assert "Booking System" in sams_desk.get("/agents/").content.decode()


def test_who_watches_over_nobody_has_no_board(desk: Client, strangers_desk: Client, alice: User) -> None:
    for address in ("/supervisor/", "/supervisor/parts/"):
        assert desk.get(address).status_code == 404
        assert strangers_desk.get(address).status_code == 404
    assert 'href="/supervisor/"' not in desk.get("/").content.decode()


def test_a_lead_sees_their_team_and_the_queues_that_are_open_to_them(desk: Client, alice: User) -> None:
    """Bea works elsewhere, in a queue that is closed to Alice."""
    bob, bea = at_work("bob"), at_work("bea")
    staff("Bags", "Bags", alice, bob)
    closed = staff("Press", "Press", bea).queue
    make_ticket(queue=closed, assignee=bea, last_message_at=timezone.now() - timedelta(days=3))
    Membership.objects.filter(person=alice).update(lead=True)
    page = board(desk)
    assert 'href="/supervisor/"' in desk.get("/").content.decode()
    assert "Bob" in page and "Bea" not in page and "Press" not in page and "3 d" not in page
    assert "Look after them" in page and 'href="/reports/"' not in page


def test_an_auditor_sees_figures_and_nobody_s_work(acme: Address, alice: User) -> None:
    iris = make_person("iris", role="Auditors")
    iris.user_permissions.set(Permission.objects.filter(codename__in=["view_ticket", "every_queue", "view_reports"]))
    (desk := Client()).force_login(iris)
    page = board(desk)
    assert "shift-queues" in page and "shift-people" not in page and 'href="/reports/"' in page


def test_private_tickets_are_not_counted_for_who_may_not_read_them(desk: Client, alice: User) -> None:
    queue = make_queue()
    made = a_shift(queue, make_person("bob", role="Agents"))
    Ticket.objects.filter(pk__in=[one.pk for one in made.values()]).update(private=True)
    alice.groups.clear()
    alice.user_permissions.set(Permission.objects.filter(codename__in=["view_ticket", "view_reports"]))
    assert LINK.findall(row_of(board(desk), f"q{queue.pk}")) == []


def test_accounts_say_how_they_are_and_what_they_spent(sams_desk: Client) -> None:
    today, yesterday = (timezone.now() - timedelta(days=n) for n in (0, 1))
    for key, day, cost in ((ACME, today, "1.20"), ("", today, "0.30"), (ACME, yesterday, "7.00")):
        Usage.objects.create(account_key=key, day=day.date(), operation="posts.read", cost=cost)
    PartnerAccount.objects.update(paused=True)
    page = board(sams_desk)
    assert "Paused" in page and "<small>US$</small> 1.50</b>" in page and "1.20 " in page and "of 5.00" in page
    assert 'class="stat" href="/costs/?days=7"' in page
    Group.objects.get(name="Supervisors").permissions.remove(Permission.objects.get(codename="view_usage"))
    page = board(sams_desk)
    assert "Paused" in page and "Spent today" not in page and "1.20" not in page


def test_a_board_asks_no_more_for_a_big_desk(sams_desk: Client, alice: User) -> None:
    at_work("alice")
    a_shift(make_queue(), alice)
    board(sams_desk)  # what is remembered between requests is known from here on
    few = statements(sams_desk, "/supervisor/")
    for n in range(6):
        a_shift(make_queue(f"Queue {n}"), at_work(f"agent{n}"))
    assert statements(sams_desk, "/supervisor/") == few
    # Twelve of them tell how the accounts are, eleven who is at work, with what in hand, at what and done with what.
    assert few <= 34
