"""What an agent does all day, in a real browser against a real web process."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.factories import BEN, PASSWORD, make_agent, make_customer, make_message, make_ticket
from tests.journeys.conftest import Open
from tickets.choices import NoticeEvent
from tickets.live import announce
from tickets.models import Message, Ticket
from tickets.notices.telling import tell

pytestmark = pytest.mark.usefixtures("alice", "acme")


def arrive(ticket: Ticket, text: str) -> None:
    """A message comes in, as intake does it: written and announced in one transaction."""
    with transaction.atomic():
        make_message(ticket, text, sent_at=timezone.now())
        Ticket.objects.filter(pk=ticket.pk).update(last_text=text, last_message_at=timezone.now())
        announce([ticket.pk])


def open_ticket(page: Page, ticket: Ticket) -> None:
    """Open the page and wait until its stream says so."""
    with page.expect_response("**/parts/**"):
        page.goto(f"/tickets/{ticket.pk}/")


def new_ticket(**fields: object) -> Ticket:
    ticket = make_ticket(**fields)  # type: ignore[arg-type]
    make_message(ticket)
    return ticket


def test_a_new_message_appears_within_a_second_and_leaves_the_composer_alone(open_desk: Open) -> None:
    ticket, page = new_ticket(), open_desk()
    open_ticket(page, ticket)
    page.get_by_label("Your answer or note").fill("I am just writing")
    arrive(ticket, "One more thing")
    expect(page.get_by_text("One more thing").first).to_be_visible()
    expect(page.get_by_label("Your answer or note")).to_have_value("I am just writing")
    expect(page.get_by_label("Your answer or note")).to_be_focused()


def test_a_message_below_the_fold_is_announced_and_moves_nothing(open_desk: Open) -> None:
    ticket, page = new_ticket(), open_desk()
    for n in range(30):
        make_message(ticket, f"line {n}")
    open_ticket(page, ticket)
    page.locator("#read").evaluate("box => box.scrollTop = 300")
    place = page.get_by_text("line 5", exact=True).bounding_box()
    arrive(ticket, "far below")
    page.get_by_role("button", name="New message").click()
    expect(page.get_by_text("far below").first).to_be_in_viewport()
    page.locator("#read").evaluate("box => box.scrollTop = 300")
    assert page.get_by_text("line 5", exact=True).bounding_box() == place


def test_a_new_ticket_appears_on_an_open_list_and_the_pointed_row_stays(open_desk: Open) -> None:
    for n in range(5):
        make_ticket(next_due_at=timezone.now() + timedelta(minutes=100 + n), last_text=f"waiting {n}")
    page = open_desk()
    with page.expect_response("**/rows/**"):
        page.goto("/tickets/")
    pointed = page.locator(".row", has_text="waiting 3")
    pointed.hover()
    before = pointed.bounding_box()
    with transaction.atomic():
        late = make_ticket(make_customer(BEN), next_due_at=timezone.now() - timedelta(minutes=5))
        announce([late.pk])
    expect(page.locator(".row", has_text="Ben")).to_be_attached()
    assert pointed.bounding_box() == before


def test_a_chosen_row_stays_chosen_when_it_is_drawn_anew_and_comes_to_another_group(open_desk: Open) -> None:
    tickets = [make_ticket(next_due_at=timezone.now() + timedelta(hours=5 + n)) for n in range(2)]
    page = open_desk()
    with page.expect_response("**/rows/**"):
        page.goto("/tickets/")
    for ticket in tickets:
        page.get_by_label(f"Choose #{ticket.pk}").check(force=True)
    arrive(tickets[0], "One more thing.")
    with transaction.atomic():
        Ticket.objects.filter(pk=tickets[1].pk).update(next_due_at=timezone.now() - timedelta(minutes=1))
        announce([tickets[1].pk])
    expect(page.locator(".row", has_text="One more thing.")).to_be_attached()
    expect(page.get_by_text("Late", exact=False).first).to_be_attached()
    for ticket in tickets:
        expect(page.get_by_label(f"Choose #{ticket.pk}")).to_be_checked()


def test_answering_taking_back_and_sending_again(open_desk: Open) -> None:
    ticket, page = new_ticket(), open_desk()
    open_ticket(page, ticket)
    box = page.get_by_label("Your answer or note")
    box.fill("We are on it 👍")
    expect(page.locator("[data-remaining]")).to_have_text("265")
    page.get_by_role("button", name="Post publicly").click()
    expect(page.get_by_text("Goes out in")).to_be_visible()
    expect(box).to_have_value("")
    page.get_by_role("button", name="Undo").click()
    expect(box).to_have_value("We are on it 👍")
    expect(page.get_by_text("Goes out in")).to_have_count(0)


def test_who_is_answered_changes_only_when_the_agent_says_so(open_desk: Open) -> None:
    ticket, page = new_ticket(), open_desk()
    open_ticket(page, ticket)
    box, first = page.get_by_label("Your answer or note"), ticket.messages.get()
    box.fill("We are on it")
    arrive(ticket, "One more thing")
    newer = page.get_by_role("button", name="Answer that one instead")
    expect(newer).to_be_visible()
    expect(page.locator("#to-public")).to_contain_text(first.text)
    expect(page.locator("#newer-public")).to_contain_text("One more thing")
    newer.click()
    expect(page.locator("#to-public")).to_contain_text("One more thing")
    expect(newer).to_have_count(0)
    expect(box).to_have_value("We are on it")
    page.get_by_role("button", name="Post publicly").click()
    expect(page.get_by_text("Goes out in")).to_be_visible()
    answered = ticket.messages.get(text="One more thing")
    assert ticket.messages.get(direction="out").in_reply_to == answered.external_id


def test_switching_from_private_to_public_asks(open_desk: Open) -> None:
    ticket, page = new_ticket(), open_desk()
    open_ticket(page, ticket)
    page.get_by_text("Private DM").click()
    page.get_by_label("Your answer or note").fill("The door code is 1234")
    page.locator("label", has_text="Public").first.click()
    expect(page.get_by_text("Make this text public?")).to_be_visible()
    page.get_by_role("button", name="Post publicly").click()
    expect(page.locator("#text-err")).to_contain_text("Confirm below")
    assert not ticket.messages.filter(direction="out").exists()
    page.get_by_text("Private DM").click()
    page.get_by_role("button", name="Send privately").click()
    expect(page.get_by_text("Goes out in")).to_be_visible()
    assert Message.objects.get(direction="out", ticket__asked_on=ticket).visibility == "private"


def test_changing_what_a_ticket_is(open_desk: Open) -> None:
    ticket, page = new_ticket(), open_desk()
    open_ticket(page, ticket)
    page.get_by_role("button", name="Take it").click()
    expect(page.locator("#card-properties")).to_contain_text("You")
    page.locator("#card-properties summary", has_text="Normal").click()
    page.get_by_role("button", name="Urgent").click()
    expect(page.locator("#t-head")).to_contain_text("Urgent")
    page.locator("#card-properties summary", has_text="Add").click()
    page.get_by_label("New tag").fill("refund")
    page.get_by_label("New tag").press("Enter")
    expect(page.locator(".tagset")).to_contain_text("refund")
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()


def test_what_a_colleague_does_is_seen_at_once(open_desk: Open) -> None:
    ticket = new_ticket()
    make_agent("bob")
    hers, his = open_desk("alice"), open_desk("bob")
    open_ticket(hers, ticket)
    open_ticket(his, ticket)
    his.get_by_role("button", name="Take it").click()
    expect(hers.locator("#card-properties")).to_contain_text("Bob")


def test_the_whole_way_works_without_javascript(open_desk: Open, alice: User) -> None:
    ticket, page = new_ticket(last_text="Is anybody there?"), open_desk(javascript=False)
    page.get_by_role("link", name="Unassigned").click()
    page.get_by_role("link", name="Ana").click()
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_text(f"#{ticket.pk} is yours")).to_be_visible()
    page.get_by_label("Your answer or note").fill("Yes, we are.")
    page.get_by_role("button", name="Post publicly").click()
    expect(page.get_by_text("Goes out in")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Your answer or note")).to_have_value("Yes, we are.")
    page.get_by_text("Note", exact=True).click()
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_text("Note, colleagues only")).to_be_visible()
    page.locator("#card-properties summary", has_text="Open").click()
    page.get_by_role("button", name="Pending").click()
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status) == (alice, "pending")


def test_signing_in_choosing_the_theme_and_signing_out(open_desk: Open, alice: User) -> None:
    # The web process knows the real hashers only, not the quick one of the tests.
    User.objects.filter(pk=alice.pk).update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt"))
    page = open_desk("")
    page.get_by_label("Username").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("your menu").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_label("your menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to the desk")).to_be_visible()


def test_the_bell_keeps_the_focus_when_it_tells_of_something_new(open_desk: Open, alice: User) -> None:
    ticket, page = new_ticket(), open_desk("alice")
    open_ticket(page, ticket)
    page.locator("#bell").focus()
    tell([alice], NoticeEvent.ASSIGNED, now=timezone.now(), ticket=ticket, by=make_agent("bob"))
    expect(page.locator("#bell")).to_have_attribute("aria-label", "Notices, 1 unread")
    expect(page.locator("#bell")).to_be_focused()


def test_what_is_told_while_the_bell_is_counted_is_counted_too(open_desk: Open, alice: User) -> None:
    ticket, page, held = new_ticket(), open_desk("alice"), list[tuple[Route, APIResponse]]()
    page.route("**/bell/**", lambda route: route.continue_() if held else held.append((route, route.fetch())))
    open_ticket(page, ticket)
    while not held:
        page.wait_for_timeout(20)
    page.evaluate("document.body.addEventListener('desk:notices', () => (document.body.dataset.told = 'yes'))")
    tell([alice], NoticeEvent.ASSIGNED, now=timezone.now(), ticket=ticket, by=make_agent("bob"))
    expect(page.locator("body[data-told]")).to_be_attached()
    route, answer = held[0]
    route.fulfill(response=answer)
    expect(page.locator("#bell")).to_have_attribute("aria-label", "Notices, 1 unread", timeout=3_000)


def test_the_live_stream_comes_back_after_the_web_process_forgot_it(open_desk: Open) -> None:
    ticket, page = new_ticket(), open_desk()
    open_ticket(page, ticket)
    page.context.set_offline(True)
    make_message(ticket, "said meanwhile", sent_at=timezone.now())
    page.context.set_offline(False)
    arrive(ticket, "and once more")
    expect(page.get_by_text("said meanwhile").first).to_be_visible()


def long_ticket() -> Ticket:
    ticket = new_ticket()
    for n in range(30):
        make_message(ticket, f"line {n}")
    return ticket


@pytest.mark.parametrize("mode", ["Public", "Private DM", "Note"])
def test_what_was_just_written_is_shown_wherever_one_was_reading(open_desk: Open, mode: str) -> None:
    ticket, page = long_ticket(), open_desk()
    open_ticket(page, ticket)
    page.locator("#read").evaluate("box => box.scrollTop = 100")
    page.locator("#writer label", has_text=mode).first.click()
    page.get_by_label("Your answer or note").fill("Here we are")
    # As after dragging the field's corner: nothing of it may be set again as an inline style.
    page.locator("#text").evaluate("field => field.style.height = '9rem'")
    page.get_by_label("Your answer or note").press("Control+Enter")
    expect(page.locator("#timeline").get_by_text("Here we are")).to_be_in_viewport()
    if mode != "Note":
        expect(page.get_by_role("button", name="Undo")).to_be_in_viewport()


@pytest.mark.parametrize("width", [1440, 390])
def test_without_javascript_the_answer_is_shown_after_sending(open_desk: Open, width: int) -> None:
    ticket, page = long_ticket(), open_desk(javascript=False, width=width)
    page.goto(f"/tickets/{ticket.pk}/")
    page.get_by_label("Your answer or note").fill("Here we are")
    page.get_by_role("button", name="Post publicly").click()
    expect(page.get_by_role("button", name="Undo")).to_be_in_viewport()
    if width > 900:
        expect(page.locator("#t-head")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [768, 320])
def test_whose_ticket_it_is_and_what_to_do_with_it_stay_in_sight_where_a_narrow_page_opens(
    open_desk: Open, width: int
) -> None:
    ticket, page = long_ticket(), open_desk(width=width)
    open_ticket(page, ticket)
    expect(page.locator("#timeline").get_by_text("line 29")).to_be_in_viewport()
    seen = [page.get_by_role("heading", level=1), page.get_by_role("button", name="Resolve")]
    for what in [*seen, page.get_by_role("link", name="Write", exact=True)]:
        expect(what).to_be_in_viewport(ratio=1)
        what.click(trial=True)  # nothing lies over it
    page.get_by_role("link", name="Know", exact=True).click()
    card, jump = page.locator("#know").bounding_box(), page.locator(".jump").bounding_box()
    assert card and jump and card["y"] >= jump["y"] + jump["height"] - 1


def test_a_list_begins_early_on_a_phone(open_desk: Open) -> None:
    new_ticket()
    page = open_desk(width=320)
    page.goto("/tickets/")
    first = page.locator("#main .row").first.bounding_box()
    assert first and first["y"] < 230  # what was 290
    for name in ("Filter", "Newest first"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    expect(page.get_by_role("button", name="Next ticket")).to_be_visible()
    page.locator("summary", has_text="All words").click()
    expect(page.get_by_role("columnheader", name="Word").first).to_be_visible()


def test_a_ticket_opens_at_its_latest_message_on_a_phone(open_desk: Open) -> None:
    ticket, page = long_ticket(), open_desk(width=390)
    open_ticket(page, ticket)
    expect(page.locator("#timeline").get_by_text("line 29")).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")
    head, button = page.locator("#t-head").bounding_box(), page.get_by_role("button", name="Resolve").bounding_box()
    assert head and button
    assert head["height"] < 72
    assert button["y"] - head["y"] < 12


def test_the_field_for_tags_is_whole_and_a_toast_covers_no_button(open_desk: Open) -> None:
    ticket, page = new_ticket(), open_desk(width=1280)
    page.set_viewport_size({"width": 1280, "height": 720})
    open_ticket(page, ticket)
    page.locator("#card-properties summary", has_text="Add").click()
    expect(page.get_by_label("New tag")).to_be_focused()
    expect(page.locator(".tag-add").filter(has=page.get_by_label("New tag"))).to_be_in_viewport(ratio=1)
    page.get_by_label("New tag").fill("refund, hotel")
    page.get_by_label("New tag").press("Enter")
    expect(page.locator(".tagset")).to_contain_text("hotel")
    page.get_by_role("button", name="Post publicly").click(trial=True)
    toast, column = page.locator(".toast").bounding_box(), page.locator("#read").bounding_box()
    assert toast and column
    assert column["x"] < toast["x"] and toast["y"] + toast["height"] < column["y"] + column["height"]
    told = page.locator("#timeline").bounding_box()
    assert told and told["y"] + told["height"] <= toast["y"]  # nor what is new


def test_a_slow_answer_still_finds_its_place_after_the_page_was_brought_up_to_date(open_desk: Open) -> None:
    ticket, page = new_ticket(), open_desk()
    open_ticket(page, ticket)

    def slowly(route: Route) -> None:
        answer = route.fetch()
        page.wait_for_timeout(1_500)
        route.fulfill(response=answer)

    page.route("**/take/", slowly)
    page.get_by_role("button", name="Take it").click()
    expect(page.locator("#card-properties")).to_contain_text("You")
    expect(page.locator(".toast")).to_contain_text("is yours")
    expect(page.get_by_role("button", name="Take it")).to_have_count(0)


def test_what_was_wrong_with_a_text_is_gone_when_it_is_changed(open_desk: Open) -> None:
    page = open_desk()
    open_ticket(page, new_ticket())
    page.get_by_label("Your answer or note").press("Control+Enter")
    expect(page.get_by_text("There is nothing to send yet.")).to_be_visible()
    page.get_by_label("Your answer or note").fill("On its way.")
    expect(page.get_by_text("There is nothing to send yet.")).to_have_count(0)
    expect(page.locator("#text[aria-invalid]")).to_have_count(0)
