"""docs/rules.md, "The palette": what an agent does all day is done by keys alone; and without JavaScript, by a page."""

import json
import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.factories import make_agent, make_message, make_ticket
from tests.journeys.conftest import Open
from tests.journeys.test_looks import AXE, RULES, THEMES
from tickets.models import NoticeSettings, Ticket

pytestmark = pytest.mark.usefixtures("alice", "acme")


def first_offer(page: Page, words: str) -> None:
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text(words)


def ask(page: Page, typed: str, words: str) -> None:
    """By the palette: what is typed, and what is to stand first then."""
    choose(page, "Control+k", typed, words)


def told(page: Page, words: str) -> None:
    expect(page.locator("#toasts .toast", has_text=words).first).to_be_visible()


@pytest.fixture
def three(alice: User) -> list[Ticket]:
    make_agent("bob", last_name="Marsh")
    texts = ("Where is my order?", "And my invoice?", "The lamp hums.")
    found = [make_ticket(last_text=text) for text in texts]
    for ticket, text in zip(found, texts, strict=True):
        make_message(ticket, text)
    return found


def test_a_day_of_an_agent_by_keyboard_alone(open_desk: Open, three: list[Ticket]) -> None:
    page = open_desk()
    ask(page, "unass", "Unassigned")
    page.wait_for_url("**/tickets/?view=unassigned")
    hand_out_what_is_nobodys(page)
    ask(page, "mine", "Mine")
    page.wait_for_url("**/tickets/?view=mine")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/tickets/\d+/\?of=mine\.t\w*$"))
    note_answer_and_resolve(page)
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    page.wait_for_url("**/tickets/?view=mine")
    expect(page.locator("#list .row")).to_have_count(0)
    states = {(one.status, one.assignee and one.assignee.username, one.priority) for one in Ticket.objects.all()}
    assert states == {("resolved", "alice", "normal"), ("new", "bob", "normal"), ("new", None, "urgent")}


def hand_out_what_is_nobodys(page: Page) -> None:
    """One of it is mine, the next somebody else's matter, the last is marked and put aside."""
    keys, rows = page.keyboard, page.locator("#list .row")
    expect(rows).to_have_count(3)
    keys.press("j")
    keys.press("g")
    told(page, "is yours")
    expect(rows).to_have_count(2)
    keys.press("j")
    choose(page, "a", "marsh", "Assign to Bob Marsh")
    told(page, "Assigned to Bob Marsh")
    expect(rows).to_have_count(1)
    keys.press("j")
    choose(page, "t", "hums", "Add a new tag: hums")
    told(page, "Tag added")
    choose(page, "p", "urg", "Urgent")
    told(page, "Urgent")
    choose(page, "s", "", "Snooze for an hour")
    told(page, "put aside until")
    expect(rows).to_have_count(0)


def choose(page: Page, key: str, typed: str, words: str) -> None:
    page.keyboard.press(key)
    page.keyboard.type(typed)
    first_offer(page, words)
    page.keyboard.press("Enter")


def note_answer_and_resolve(page: Page) -> None:
    ask(page, "write", "Write a note")
    expect(page.get_by_label("Note", exact=True)).to_be_checked()
    page.keyboard.type("Called the depot.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline")).to_contain_text("Called the depot.")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.type("It comes tomorrow.")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("#timeline")).to_contain_text("It comes tomorrow.")
    expect(page.locator("#t-head")).to_contain_text("Resolved")


def test_what_is_typed_at_once_is_done_at_once_and_is_nothing_but_typed(open_desk: Open, three: list[Ticket]) -> None:
    page = open_desk()
    page.goto("/tickets/?view=all")
    page.keyboard.press("j")
    page.keyboard.press("Control+k")
    page.keyboard.type("priority: low")
    page.keyboard.press("Enter")  # before it is listed
    told(page, "Low")
    assert sorted(Ticket.objects.values_list("priority", "status")) == [
        ("low", "new"),
        ("normal", "new"),
        ("normal", "new"),
    ]
    page.keyboard.press("j")
    expect(page.locator("#list .row-name").nth(1)).to_be_focused()
    page.keyboard.press("e")
    told(page, "Resolved")
    page.keyboard.press("j")
    expect(page.locator("#list .row-name").nth(1)).to_be_focused()


def test_one_kind_leads_back_and_several_chosen_are_asked_about_together(open_desk: Open, three: list[Ticket]) -> None:
    page = open_desk()
    page.goto("/tickets/?view=all")
    page.keyboard.press("j")
    page.keyboard.press("p")
    first_offer(page, "Priority: Urgent")
    page.keyboard.press("Backspace")
    first_offer(page, "Answer")
    page.keyboard.type("file")
    first_offer(page, "File under…")
    page.keyboard.press("Escape")
    expect(page.locator("#list .row-name").first).to_be_focused()
    for key in "xjx":
        page.keyboard.press(key)
    page.keyboard.press("e")
    expect(page.locator("#palette-list")).to_contain_text("With the 2 chosen tickets")
    first_offer(page, "Resolve")
    page.keyboard.press("Escape")
    choose(page, "p", "hi", "Priority: High")
    page.wait_for_url("**/bulk/?t=*&t=*&deed=priority*")
    expect(page.locator("main .btn-primary")).to_be_focused()  # the button that does it
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/bulk/\d+/$"))
    assert not Ticket.objects.filter(status="resolved").exists()


def test_m_merges_and_a_capital_m_runs_a_macro(open_desk: Open, three: list[Ticket]) -> None:
    page = open_desk()
    for key, chosen, led in (
        ("m", "jxjx", "merge/?t=*&t=*"),
        ("Shift+M", "jxjx", "macros/?t=*&t=*"),
        ("m", "j", "merge/?t=*"),
    ):
        page.goto("/tickets/?view=all")
        for one in chosen:
            page.keyboard.press(one)
        page.keyboard.press(key)
        page.wait_for_url(f"**/{led}")
    page.goto(f"/tickets/{three[0].pk}/")
    page.keyboard.press("m")
    page.wait_for_url(f"**/tickets/merge/?t={three[0].pk}")


def test_with_single_keys_off_the_palette_opens_all_the_same(open_desk: Open, three: list[Ticket], alice: User) -> None:
    NoticeSettings.objects.create(person=alice, single_keys=False)
    page = open_desk()
    page.goto("/tickets/?view=all")
    for key in "j?/":
        page.keyboard.press(key)
    expect(page.locator("#list .row-name:focus, dialog[open], #q:focus")).to_have_count(0)
    ask(page, "resol", "Resolved")
    page.wait_for_url("**/tickets/?view=resolved")


def test_without_javascript_it_is_a_page(open_desk: Open, three: list[Ticket]) -> None:
    page = open_desk(javascript=False)
    page.goto(f"/tickets/{three[0].pk}/")
    page.get_by_role("link", name="Go to, or do…").click()
    page.get_by_label("Go to, or do", exact=True).fill("urgent")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Priority: Urgent").click()
    assert page.url.endswith(f"/tickets/{three[0].pk}/")
    told(page, "Urgent")


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_in_the_open_palette(open_desk: Open, three: list[Ticket], width: int) -> None:
    page = open_desk(width=width)
    page.goto(f"/tickets/{three[0].pk}/")
    page.keyboard.press("Control+k")
    first_offer(page, "Answer")
    page.evaluate(f"() => {{ {AXE} }}")
    found = []
    for typed in ("", "snooze", "nobody says this"):
        page.get_by_role("combobox", name="Go to, or do").fill(typed)
        expect(page.locator("#palette-list")).to_contain_text(typed or "Home", ignore_case=True)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            answer = page.evaluate(f"() => axe.run(document, {json.dumps({'runOnly': RULES})})")
            found += [(typed, theme, one["id"], one["nodes"][0]["html"][:160]) for one in answer["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not found
