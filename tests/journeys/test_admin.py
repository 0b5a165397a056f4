"""The admin in a real browser: the editor of routing rules with its buttons, and everything without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories import make_agent, make_rule
from tests.journeys.conftest import Open

pytestmark = pytest.mark.usefixtures("alice", "acme")
ADD = "/admin/tickets/routingrule/add/"
# Where a person would go on by keyboard, and whether they see it.
FOCUS = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  return [at.name || at.tagName, box.top >= 0 && box.bottom <= innerHeight];
}"""


@pytest.fixture
def boss(transactional_db: None) -> str:
    return make_agent("ada", is_staff=True, is_superuser=True).username


def press(page: Page, button: str, *, nth: int = -1) -> None:
    page.get_by_role("button", name=button, exact=True).nth(nth).click()
    page.wait_for_load_state()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_rule_is_written_by_buttons_and_one_goes_on_where_one_pressed(
    open_desk: Open, boss: str, javascript: bool
) -> None:
    page = open_desk(boss, javascript=javascript, width=1280)
    page.goto(ADD)
    page.get_by_label("Name").fill("Refunds")
    for _ in range(8):  # until the page is longer than its window
        press(page, "Add question")
    assert page.evaluate("document.querySelector('#id_name').getBoundingClientRect().bottom") < 0
    assert page.evaluate(FOCUS) == ["condition-7-is", True]
    press(page, "Add group")
    assert page.evaluate(FOCUS) == ["condition-8-new", True]
    press(page, "Remove", nth=5)
    assert page.evaluate(FOCUS) == ["condition-new", True]
    for box in page.get_by_role("textbox", name="text").all():
        box.fill("refund")
    press(page, "Remove this group")
    page.get_by_role("textbox", name="text").nth(2).fill("")
    page.get_by_role("textbox", name="text").nth(4).fill("re*und")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".rule-error")).to_have_count(2)
    page.get_by_role("textbox", name="text").nth(2).fill("money back")
    page.get_by_role("textbox", name="text").nth(4).fill("refund*")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="Refunds", exact=True).first).to_be_visible()


def test_without_javascript_one_signs_in_and_finds_everything(open_desk: Open, boss: str) -> None:
    make_rule("Nightly")
    page = open_desk("", javascript=False, width=1280)
    page.goto("/admin/login/")
    page.get_by_label("Username").fill(boss)
    expect(page.get_by_label("Password")).to_be_visible()
    page = open_desk(boss, javascript=False, width=1280)
    page.goto("/admin/tickets/routingrule/")
    page.locator("input.action-select").check()
    page.locator("select[name=action]").select_option("switch_off")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("off", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
