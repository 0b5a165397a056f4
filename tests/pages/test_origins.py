"""On and back in the list from which a ticket was opened, from its own page."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factories import NOW, make_message, make_queue, staff
from tests.factories import make_ticket as make
from tickets.finding.entries import index
from tickets.models import Ticket
from tickets.reading.listing import ListView

LISTS = (
    *(f"?view={view}" for view in ("mine", "unassigned", "late", "all", "snoozed", "resolved", "closed")),
    *("?queue=billing", "?view=all&order=newest", "?q=is:open", "?q=order&view=unassigned&queue=billing", "?q=order"),
)


@pytest.fixture
def tickets(acme: object, alice: User) -> list[Ticket]:
    """Of each sort some, with equal moments among them."""
    now, billing, found = timezone.now(), make_queue("Billing"), []
    for n in range(24):
        fields: dict[str, Any] = {"next_due_at": now + timedelta(minutes=n // 4 * 30 - 60) if n % 3 else None}
        fields |= {
            "status": ("new", "open", "resolved", "closed")[n // 2 % 4],
            "assignee": alice if n % 5 < 2 else None,
        }
        fields |= {"queue": billing} if n % 2 else {}
        fields |= (
            {"snoozed_at": now, "snoozed_until": now + timedelta(hours=n % 3) if n % 3 else None} if n > 15 else {}
        )
        ticket = make(last_message_at=NOW + timedelta(minutes=n // 2), **fields)
        index([make_message(ticket, "Where is my order?", sent_at=ticket.last_message_at)])
        found.append(ticket)
    return found


def rows(desk: Client, asked: str) -> list[str]:
    """Where the rows of the list lead, in their order; a search tells the rest by its own address."""
    page = desk.get(f"/tickets/{asked}").content.decode()
    return [urljoin("/tickets/", at) for at in re.findall(r'class=row-name href="([^"]+)"', page)]


def opened(desk: Client, address: str, *, asked: str = "") -> str:
    """The page as a browser that comes from the list gets it."""
    return desk.get(address, headers={"referer": f"http://testserver/tickets/{asked}"}, follow=True).content.decode()


def way(page: str, rel: str) -> str:
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
    return found[1].replace("&amp;", "&") if found else ""


def number(address: str) -> int:
    return int(re.findall(r"/tickets/(\d+)/", address)[0])


def place(page: str) -> str:
    found = re.search(r'<nav class="way".*?<span class="sub num">([^<]+)</span>', page, re.DOTALL)
    return found[1] if found else ""


@pytest.mark.parametrize("asked", LISTS)
def test_every_list_is_gone_through_in_its_order_forth_and_back(
    desk: Client, tickets: list[Ticket], asked: str
) -> None:
    links = rows(desk, asked)
    numbers, gone, page = [number(one) for one in links], [], opened(desk, links[0], asked=asked)
    assert len(numbers) > 1
    address = links[0]
    for count in range(1, len(numbers) + 1):
        gone.append(number(address))
        assert place(page) == f"{count} of {len(numbers)}"
        address = way(page, "next") or address
        page = desk.get(address).content.decode()
    assert gone == numbers and not way(page, "next")
    for earlier in reversed(numbers[:-1]):
        address = way(page, "prev")
        page = desk.get(address).content.decode()
        assert number(address) == earlier
    assert not way(page, "prev") and place(page) == f"1 of {len(numbers)}"


def test_home_leads_on_among_one_s_own(desk: Client, tickets: list[Ticket]) -> None:
    links = re.findall(r'class=row-name href="([^"]+)"', desk.get("/").content.decode())
    assert links and all(link.startswith("/tickets/") for link in links)
    page = desk.get(links[0]).content.decode()
    assert number(way(page, "next")) == number(links[1]) and place(page) == f"1 of {len(links)}"


def test_the_way_back_is_that_list(desk: Client, tickets: list[Ticket]) -> None:
    for asked in ("?view=unassigned&queue=billing", "?view=all&order=newest", "?q=is%3Aopen"):
        page = opened(desk, rows(desk, asked)[0], asked=asked).replace("&amp;", "&")
        assert f'href="/tickets/{asked}" aria-label="Back to the list"' in page


def test_of_a_ticket_that_left_the_list_the_way_on_remains(desk: Client, tickets: list[Ticket]) -> None:
    links = rows(desk, "?view=unassigned")
    left, behind, before = number(links[1]), number(links[2]), number(links[0])
    parts = f"/tickets/{left}/parts/?show=100&of={links[1].partition('of=')[2]}"
    assert parts.split("?")[1].replace("&", "&amp;") in desk.get(links[1]).content.decode()
    for change in ({"status": "resolved", "next_due_at": None}, {"status": "open", "next_due_at": timezone.now()}):
        Ticket.objects.filter(pk=left).update(**change)
        page = desk.get(parts).content.decode()
        assert (number(way(page, "prev")), number(way(page, "next"))) == (before, behind)
        assert place(page) == (
            f"not among {len(links) - 1}" if change["status"] == "resolved" else f"2 of {len(links)}"
        )


def test_a_form_without_a_script_leads_back_to_where_one_stood(desk: Client, tickets: list[Ticket]) -> None:
    address, *_, last = rows(desk, "?view=unassigned")
    behind = way(desk.get(address).content.decode(), "next")
    stood = {"referer": f"http://testserver{address}"}
    led = desk.post(f"/tickets/{number(address)}/status/", {"status": "resolved"}, headers=stood)
    again = desk.get(led["Location"], headers=stood)
    assert (again.status_code, again["Location"]) == (302, address)
    page = desk.get(again["Location"]).content.decode()
    assert way(page, "next") == behind and place(page).startswith("not among")
    assert "class=way" not in desk.get(f"/tickets/{number(last)}/", headers=stood).content.decode()


@pytest.mark.parametrize(
    "of",
    [
        *("", "nonsense", "all.q", "all.q0", f"all.q{'9' * 18}", f"all.q{'9' * 30}", "all.f77", "all.tZZ", "all.t-1"),
        *("all.n.n", "~", "all~", "x~is:open", "~is:nonsense", "~((", "~" + "a " * 400, "\udcff", "all;n"),
        *(f"{view}.t{'z' * 8}" for view in ListView.values),
    ],
)
def test_what_names_no_list_is_left_out(desk: Client, tickets: list[Ticket], of: str) -> None:
    page = desk.get(f"/tickets/{tickets[0].pk}/", {"of": of.encode("utf-8", "replace").decode()}, follow=True)
    assert page.status_code == 200 and '<nav class="way"' not in page.content.decode()


@pytest.mark.parametrize("moment", ["", "0", "z", "zzzzzzz", "00000"])
@pytest.mark.parametrize("view", ListView.values)
def test_any_moment_is_a_place(desk: Client, tickets: list[Ticket], view: str, moment: str) -> None:
    for end in ("", "~order"):
        page = desk.get(f"/tickets/{tickets[0].pk}/", {"of": f"{view}.t{moment}{end}"})
        assert page.status_code == 200 and '<nav class="way"' in page.content.decode()


def test_nobody_learns_of_tickets_they_may_not_see(tickets: list[Ticket], acme: object, bob: User) -> None:
    billing = staff("Billing", "Accounts").queue
    (bobs_desk := Client()).force_login(bob)
    address = rows(bobs_desk, "?view=all")[0]
    seen = {number(one) for one in rows(bobs_desk, "?view=all")}
    met, page = {number(address)}, bobs_desk.get(address).content.decode()
    assert place(page) == f"1 of {len(seen)}"
    while address := way(page, "next"):
        met.add(number(address))
        page = bobs_desk.get(address).content.decode()
    assert met == seen < {one.pk for one in tickets}
    told = bobs_desk.get(f"/tickets/{min(seen)}/", {"of": f"all.q{billing.pk}"}, follow=True).content.decode()
    assert '<nav class="way"' not in told


def test_a_place_is_told_up_to_a_thousand(desk: Client, acme: object) -> None:
    first = make()
    facts = {one.attname: getattr(first, one.attname) for one in Ticket._meta.concrete_fields if not one.primary_key}
    Ticket.objects.bulk_create([Ticket(**facts) for _ in range(1_100)])
    numbers = sorted(Ticket.objects.values_list("pk", flat=True))
    for of in ("all.t", "~is:open"):
        order = numbers if of == "all.t" else numbers[::-1]
        pages = {n: opened(desk, f"/tickets/{order[n - 1]}/?of={of}") for n in (3, 1000, 1050)}
        told = {3: "3 of 1,000+", 1000: "1,000 of 1,000+", 1050: "1,000+ of 1,000+"}
        assert {n: place(page) for n, page in pages.items()} == told
        assert all(number(way(page, "prev")) == order[n - 2] for n, page in pages.items())
        assert all(number(way(page, "next")) == order[n] for n, page in pages.items())
