"""The desk without a mouse: every menu opens, is gone through and closes by keys; the button to send is in sight."""

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.factories import make_agent, make_answer, make_message, make_ticket
from tests.journeys.conftest import Open
from tickets.models import ApprovalRule, Message, Ticket

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


def test_a_ticket_is_found_answered_and_resolved_by_keys_alone(open_desk: Open) -> None:
    for text in ("Where is my order?", "And my invoice?"):
        make_message(make_ticket(next_due_at=timezone.now() if "order" in text else None), text)
    page = open_desk()
    page.goto("/tickets/?view=all")
    for key, place in (("j", 0), ("j", 1), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(page.locator("#list .row-name").nth(place)).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("#chosen-count")).to_have_text("1")
    page.keyboard.press("o")
    page.wait_for_url("**/tickets/*/?of=all.t*")
    page.keyboard.press("n")
    expect(page.get_by_label("Note", exact=True)).to_be_checked()
    page.locator("h1").click()
    page.keyboard.press("r")
    field = page.get_by_label("Your answer or note")
    expect(field).to_be_focused()
    page.keyboard.type("just gone, see e-mail")
    # Others do not go on reading that she writes.
    with page.expect_request(lambda one: one.url.endswith("/here/") and '"typing"' not in (one.post_data or "")):
        page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("#timeline .bub", has_text="just gone, see e-mail")).to_be_visible()
    expect(page.locator("#t-head")).to_contain_text("Resolved")
    page.locator("#timeline").get_by_role("button", name="Undo").click()
    expect(field).to_have_value("just gone, see e-mail")
    expect(page.locator("#t-head")).to_contain_text("Open")
    page.locator("h1").click()
    page.keyboard.press("u")
    page.wait_for_url("**/tickets/?view=all")


def test_back_from_a_ticket_is_the_list_one_came_from_with_its_order_and_page(page: Page) -> None:
    where = page.url
    page.keyboard.press("u")
    page.wait_for_url("**/tickets/")
    page.goto("/tickets/?view=unassigned&order=newest")
    page.locator("#list .row-name").first.click()
    page.wait_for_url(f"{where}?of=unassigned.n")
    page.reload()
    page.keyboard.press("u")
    page.wait_for_url("**/tickets/?view=unassigned&order=newest")


def test_another_message_is_answered_with_what_is_written_kept(page: Page) -> None:
    first = Message.objects.get(direction="in")
    make_message(first.ticket, "And my invoice?")
    page.reload()
    page.get_by_label("Your answer or note").fill("It is on its way.")
    page.get_by_role("link", name="Answer this one").click()
    expect(page.locator("[name=to_public]")).to_have_value(str(first.pk))
    expect(page.get_by_label("Your answer or note")).to_have_value("It is on its way.")
    expect(page.locator("#timeline .msg", has_text="Your answer goes here")).to_contain_text(first.text)
    expect(page.get_by_role("link", name="Answer this one")).to_have_count(1)


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


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (1280, 420), (360, 640)])
def test_the_menu_beside_the_button_that_sends_is_whole(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.get_by_label("Send and more").first.click()
    offered = page.locator(".then[open] .pop-item")
    expect(offered).to_have_count(3)
    for one in offered.all():
        expect(one).to_be_in_viewport(ratio=1)
        one.click(trial=True)
    page.keyboard.press("Escape")
    expect(offered.first).to_be_hidden()


def test_escape_leaves_the_composer_and_what_is_written_stays(page: Page) -> None:
    field = page.get_by_label("Your answer or note")
    field.fill("Half a")
    page.keyboard.press("Home")
    page.keyboard.press("Escape")
    expect(page.locator("#read")).to_be_focused()
    page.keyboard.press("r")
    page.keyboard.type(" thought")
    expect(field).to_have_value("Half a thought")
    page.locator("#enclosed").focus()
    page.keyboard.press("s")  # a button to choose files is nothing to type in
    expect(page.get_by_role("button", name="For an hour")).to_be_focused()


def test_back_on_a_list_one_stands_where_one_was_and_the_bar_of_chosen_rows_covers_none(open_desk: Open) -> None:
    for text in range(30):
        make_message(make_ticket(), str(text))
    page = open_desk()
    page.goto("/tickets/?view=all")
    names, bar = page.locator("#list .row-name"), page.locator("#pick")
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/tickets/*/?of=all.t")
    page.go_back()
    expect(names.nth(2)).to_be_focused()
    page.keyboard.press("x")
    for _ in range(20):
        page.keyboard.press("j")
        row, over = page.locator(".row:focus-within").bounding_box(), bar.bounding_box()
        assert row and over and row["y"] + row["height"] <= over["y"]
    page.keyboard.press("b")
    expect(bar.get_by_role("button").first).to_be_focused()
    page.keyboard.press("k")
    expect(names.nth(21)).to_be_focused()


def test_all_that_is_told_at_once_is_shown(page: Page) -> None:
    ApprovalRule.objects.create(name="All")
    page.get_by_label("Your answer or note").fill("On its way.")
    page.keyboard.press("Control+Shift+Enter")
    told = page.locator("#toasts .toast")
    expect(told).to_have_count(2)
    expect(told.filter(has_text="is not resolved").locator(".i-alert")).to_be_visible()
    expect(told.filter(has_text="Somebody else has to let it go")).to_be_visible()


def _names(menu: Locator) -> Locator:
    return menu.locator(".pop-item")


def test_an_open_menu_takes_every_letter_and_finds_by_them(page: Page) -> None:
    for name, last in (("pete", "Brown"), ("bert", "Ångström"), ("berta", "Miller"), ("sam", "Lindqvist")):
        make_agent(name, last_name=last)
    page.reload()
    menu = page.locator("[data-opens=a]")
    for typed, name in (("pete", "Pete Brown"), ("ang", "Bert Ångström"), ("berta", "Berta Miller"), ("lind", "Sam")):
        page.keyboard.press("a")
        page.keyboard.type(typed)
        expect(_names(menu).filter(has_text=name)).to_be_focused()
        page.keyboard.press("Escape")
    page.keyboard.press("a")
    for name in ("Bert Ångström", "Berta Miller", "Pete Brown"):
        page.keyboard.press("b")
        expect(_names(menu).filter(has_text=name)).to_be_focused()
    for key in "ghnruwxe/":
        page.keyboard.press(key)
    expect(_names(menu).filter(has_text="Pete Brown")).to_be_focused()
    page.keyboard.press("Enter")
    expect(menu.locator("summary")).to_contain_text("Pete Brown")
    assert Ticket.objects.values_list("status", "assignee__username").get() == ("new", "pete")


@pytest.mark.parametrize("height", [900, 560, 360])
def test_a_menu_opens_where_it_is_whole_and_scrolls_within(page: Page, height: int) -> None:
    for number in range(30):
        make_agent(f"agent{number}", last_name="Okafor")
    page.reload()
    page.set_viewport_size({"width": 1280, "height": height})
    for key in "apf":
        page.keyboard.press(key)
        menu = page.locator(f"[data-opens={key}] > .pop")
        expect(menu).to_be_in_viewport(ratio=1)
        page.keyboard.press("End")
        expect(_names(menu).last).to_be_in_viewport(ratio=1)
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()


TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
GROWS = """one => {
  const more = document.createElement("div");
  more.style.height = "160px";
  one.prepend(more);
}"""


def test_what_is_told_lies_over_nothing_that_was_just_written(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    for _ in range(8):
        make_message(Ticket.objects.get(), "Where is it?\n" * 6)
    page.reload()
    ApprovalRule.objects.create(name="All")
    page.get_by_label("Your answer or note").fill("On its way.")
    page.keyboard.press("Control+Shift+Enter")
    toasts = page.locator("#toasts")
    expect(toasts.locator(".toast")).to_have_count(2)
    expect(page.locator("#timeline .msg").last).to_contain_text("On its way.")
    page.locator("#write").evaluate(GROWS)  # as it does for what is to go out later
    page.evaluate(TWO_FRAMES)
    newest, over = page.locator("#timeline > :last-child").bounding_box(), toasts.bounding_box()
    assert newest and over and newest["y"] + newest["height"] <= over["y"]
