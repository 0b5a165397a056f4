"""The desk without a mouse: every menu opens, is gone through and closes by keys; the button to send is in sight."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories import make_answer, make_message, make_ticket
from tests.journeys.conftest import Open

pytestmark = pytest.mark.usefixtures("alice", "acme")


@pytest.fixture
def page(open_desk: Open) -> Page:
    """A ticket of one message and a planned answer, as its agent sees it."""
    ticket = make_ticket()
    make_message(ticket)
    make_answer(ticket, state="scheduled")
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    return page


def test_the_button_to_send_is_in_sight_on_every_screen_however_long_the_text(page: Page) -> None:
    page.get_by_label("Your answer or note").fill("A long story.\n" * 60)
    for width, height in ((1280, 720), (1280, 800), (1024, 768), (1366, 768)):
        page.set_viewport_size({"width": width, "height": height})
        for mode, button in (("Public", "Post"), ("Private DM", "Send privately"), ("Note", "Save note")):
            page.locator("#writer .seg label", has_text=mode).click()
            expect(page.locator(".cmp-foot").get_by_role("button", name=button)).to_be_in_viewport(ratio=1)
        expect(page.locator("#timeline .msg").last).to_be_in_viewport()


def test_one_s_own_menu_is_reached_from_the_narrow_sidebar(page: Page) -> None:
    button, last = page.get_by_label("your menu"), page.get_by_role("link", name="Keys")
    button.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#me").get_by_role("button").first).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Sign out")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(last).to_be_focused()
    page.keyboard.press("Escape")
    expect(last).to_be_hidden()
    expect(button).to_be_focused()


@pytest.mark.parametrize("words", ["React", "Send later"])
def test_escape_folds_up_what_was_unfolded(page: Page, words: str) -> None:
    summary = page.locator("summary", has_text=words).first
    summary.press("Enter")
    expect(summary.locator("..")).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(summary.locator("..")).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()


def test_s_opens_the_moments_to_put_a_ticket_aside_but_not_while_typing(page: Page) -> None:
    page.get_by_label("Your answer or note").press("s")
    offered = page.get_by_role("button", name="For an hour")
    expect(offered).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("s")
    expect(offered).to_be_focused()
    offered.press("Enter")
    expect(page.locator(".asleep")).to_contain_text("Put aside until")
    page.get_by_role("button", name="Bring back").click()
    expect(page.locator(".asleep")).to_have_count(0)


def test_the_arrows_go_through_a_menu_and_round_its_ends(page: Page) -> None:
    summary = page.locator("#card-properties summary", has_text="Normal")
    offered = page.locator("#card-properties .menu[open] .pop-item")
    summary.press("ArrowDown")
    expect(offered.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(offered.last).to_be_focused()
    page.keyboard.press("Home")
    expect(offered.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(offered).to_have_count(0)
    expect(summary).to_be_focused()
