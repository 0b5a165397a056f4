"""A supervisor's shift in a real browser: what presses is seen on the board, opened, and put right; the day is handed
over as a file."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.factories import (
    BEN,
    make_answer,
    make_approval,
    make_customer,
    make_message,
    make_queue,
    make_supervisor,
    make_ticket,
)
from tests.journeys.conftest import Open
from tests.tickets.floor import at_work
from tickets.live import announce
from tickets.models import Membership, Message, Staffing, Team, Ticket

pytestmark = pytest.mark.usefixtures("acme")


@pytest.fixture
def shift(alice: User) -> dict[str, Ticket]:
    """Bob has a late ticket in hand and has gone home; what Alice wrote waits for somebody to let it go."""
    now = timezone.now()
    at_work("alice", seen_at=now)
    bob = at_work("bob", seen_at=now - timedelta(hours=3))
    team = Team.objects.create(name="Bags")
    Membership.objects.bulk_create(Membership(team=team, person=one) for one in (alice, bob))
    queue = make_queue("Lost bags")
    Staffing.objects.create(queue=queue, team=team)
    make_supervisor()
    late: dict[str, Any] = {
        "opened_at": now,
        "last_message_at": now - timedelta(hours=5),
        "next_due_at": now - timedelta(minutes=20),
    }
    stuck = make_ticket(queue=queue, assignee=bob, **late)
    make_message(stuck, "Where is my bag?")
    asked = make_ticket(make_customer(BEN), queue=queue, assignee=alice, opened_at=now, last_message_at=now)
    make_message(asked, "May I have my money back?")
    make_approval(make_answer(asked, "You get a voucher.", state="awaiting", agent=alice))
    return {"stuck": stuck, "asked": asked}


@pytest.mark.parametrize("javascript", [True, False])
def test_a_supervisors_shift(open_desk: Open, shift: dict[str, Ticket], javascript: bool, tmp_path: Path) -> None:
    page = open_desk("sam", javascript=javascript)
    page.get_by_role("link", name="Supervisor").click()
    queue = page.locator("#shift-queues tr", has_text="Lost bags")
    expect(queue.get_by_role("link", name="5 h")).to_have_attribute("href", f"/tickets/{shift['stuck'].pk}/")
    see_whose_it_is(page, shift["stuck"])
    give_bobs_work_back(page)
    assert Ticket.objects.get(pk=shift["stuck"].pk).assignee is None
    let_the_answer_go(page)
    assert Message.objects.get(text="You get a voucher.").outbox.state in ("held", "queued", "scheduled")
    call_command("figure_reports")
    told = take_the_report(page, tmp_path)
    assert "Lost bags" in told and len(told.splitlines()) > 1


def see_whose_it_is(page: Page, ticket: Ticket) -> None:
    page.locator("#shift-queues tr", has_text="Lost bags").locator("a.late").click()
    expect(page.locator("[data-key^=t]")).to_have_count(1)
    expect(page.locator(f"[data-key=t{ticket.pk}]")).to_be_visible()
    page.get_by_role("link", name="Supervisor").click()


def give_bobs_work_back(page: Page) -> None:
    bob = page.locator("#shift-people tr", has_text="Bob")
    expect(bob).to_contain_text("not there")
    expect(bob.locator("td").first).to_contain_text("1")
    page.get_by_role("link", name="Look after them").click()
    page.locator("#agents tr", has_text="Bob").get_by_role("button", name="Give work back").click()
    page.locator("main").get_by_role("button", name="Give").click()
    page.get_by_role("link", name="Supervisor").click()
    expect(page.locator("#shift-people tr", has_text="Bob").locator("td").first).to_contain_text("0")


def let_the_answer_go(page: Page) -> None:
    page.get_by_role("link", name="To approve").click()
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("article.approval")).to_have_count(0)


def take_the_report(page: Page, folder: Path) -> str:
    page.get_by_role("link", name="Supervisor").click()
    page.locator("main").get_by_role("link", name="Reports").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Figures as CSV").click()
    taken.value.save_as(folder / "figures.csv")
    return (folder / "figures.csv").read_text()


def test_the_board_moves_by_itself(open_desk: Open, shift: dict[str, Ticket]) -> None:
    page = open_desk("sam")
    page.goto("/supervisor/")
    waiting = page.locator("#shift-now .stat", has_text="Waiting for us").locator("b")
    expect(waiting).to_have_text("2")
    Ticket.objects.filter(pk=shift["stuck"].pk).update(last_by_us=True, status="pending")
    announce([shift["stuck"].pk])
    expect(waiting).to_have_text("1")
