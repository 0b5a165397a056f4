"""Writing in a real browser: pictures that are pasted and dropped, drafts that save themselves, the length while one
writes, and the text that is copied on the way to the channel's own form."""

import json
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from tests.factories import make_message, make_supervisor, make_ticket
from tests.journeys.conftest import Open
from tests.things import picture
from tests.tickets.said import we_say
from tickets.intake import receive
from tickets.models import Draft, HandOff, Message, Ticket
from twitter_integration.models import XApp

pytestmark = pytest.mark.usefixtures("alice", "acme")
LONG = "We are closed on Monday and open again on Tuesday. " * 8
# As a browser hands over what was pasted or dropped.
_BRING = """([selector, kind, name, bytes]) => {
    const brought = new DataTransfer();
    brought.items.add(new File([new Uint8Array(bytes)], name, {type: "image/png"}));
    const told = {bubbles: true, cancelable: true};
    const event = kind === "paste"
        ? new ClipboardEvent("paste", {...told, clipboardData: brought})
        : new DragEvent("drop", {...told, dataTransfer: brought});
    document.querySelector(selector).dispatchEvent(event);
}"""


def bring(page: Page, kind: str, name: str) -> None:
    """Paste a picture into the text, or drop it on the composer's frame; wait until the composer is back with it."""
    place = "#text" if kind == "paste" else "#writer .cmp"
    page.evaluate(_BRING, [place, kind, name, list(picture(name).read())])
    expect(page.get_by_label(f"Description of {name}")).to_be_visible()


def write_and_wait(page: Page, text: str) -> None:
    """Type, and wait until the draft saved itself."""
    with page.expect_response("**/draft/"):
        page.locator("#text").fill(text)
    expect(page.locator("#draft-state")).to_contain_text("Draft saved")


@pytest.fixture
def ticket() -> Ticket:
    ticket = make_ticket()
    make_message(ticket)
    return ticket


def test_an_answer_is_written_with_pictures_and_survives_leaving_the_page(open_desk: Open, ticket: Ticket) -> None:
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    write_and_wait(page, "Here is the van")
    bring(page, "paste", "van.png")
    bring(page, "drop", "door.png")
    expect(page.locator("#text")).to_have_value("Here is the van")
    page.get_by_label("Description of van.png").fill("The van before the depot")
    write_and_wait(page, "Here is the van, and its door")
    page.goto("/")
    page.goto(f"/tickets/{ticket.pk}/")
    expect(page.locator("#text")).to_have_value("Here is the van, and its door")
    expect(page.get_by_label("Description of van.png")).to_have_value("The van before the depot")
    page.get_by_role("button", name="Remove door.png").click()
    expect(page.get_by_label("Description of door.png")).to_have_count(0)
    page.get_by_role("button", name="Post publicly").click()
    expect(page.locator("#timeline .bub", has_text="and its door")).to_be_visible()
    expect(page.locator("#text")).to_have_value("")
    assert [one.alt_text for one in Message.objects.get(direction="out").media.all()] == ["The van before the depot"]
    assert not Draft.objects.exists()


def test_whoever_types_on_and_leaves_at_once_finds_every_letter(open_desk: Open, ticket: Ticket) -> None:
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    field, said = page.locator("#text"), "We look into it at once. " * 4
    # While they type: no letter is further than a second from the next one.
    with page.expect_response("**/draft/"):
        field.press_sequentially(said, delay=40)
    # By a link, by a key, and by the browser's own button.
    page.get_by_role("link", name="Back").first.click()
    page.wait_for_url("**/tickets/")
    page.goto(f"/tickets/{ticket.pk}/")
    expect(field).to_have_value(said)
    page.locator("#writer .seg label", has_text="Note").click()
    field.press("Control+End")
    field.press_sequentially("By key. ")
    page.locator("h1").click()
    page.keyboard.press("u")
    page.wait_for_url("**/tickets/")
    page.goto(f"/tickets/{ticket.pk}/")
    expect(field).to_have_value(said + "By key. ")
    field.press("Control+End")
    field.press_sequentially("For good.")
    page.go_back()
    page.goto(f"/tickets/{ticket.pk}/")
    expect(field).to_have_value(said + "By key. For good.")
    assert [(one.mode, one.text) for one in Draft.objects.all()] == [("note", said + "By key. For good.")]


def test_a_picture_left_out_is_still_said_while_one_writes_on(open_desk: Open, ticket: Ticket) -> None:
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    page.get_by_text("Private DM").click()
    two = [{"name": n, "mimeType": "image/png", "buffer": picture(n).read()} for n in ("van.png", "door.png")]
    page.locator("#enclosed").set_input_files(two)  # type: ignore[arg-type]  # the names of a FilePayload
    expect(page.locator("#left-out")).to_contain_text("Left out: “door.png”.")
    write_and_wait(page, "See here")
    expect(page.locator("#left-out")).to_be_visible()
    page.get_by_role("button", name="Remove van.png").click()
    expect(page.locator("#left-out")).to_have_count(0)


def test_what_is_brought_the_very_moment_the_composer_is_back_leaves_the_page_where_it_is(
    open_desk: Open, ticket: Ticket
) -> None:
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    page.evaluate("window.stays = true")
    second = ["#text", "paste", "door.png", list(picture("door.png").read())]
    at_once = "document.addEventListener('htmx:afterSwap', () => setTimeout(() => (%s)(%s)), {once: true})"
    page.evaluate(at_once % (_BRING, json.dumps(second)))
    bring(page, "paste", "van.png")
    expect(page.get_by_label("Description of door.png")).to_be_visible()
    assert page.evaluate("window.stays")


def test_what_is_written_while_a_picture_is_sent_on_stays_and_is_kept(open_desk: Open, ticket: Ticket) -> None:
    page, held = open_desk(), list[Route]()
    page.goto(f"/tickets/{ticket.pk}/")
    page.locator("#text").fill("Here is")
    bring(page, "paste", "van.png")
    page.route("**/write/", lambda route: held.append(route))
    page.evaluate(_BRING, ["#text", "paste", "door.png", list(picture("door.png").read())])
    page.get_by_label("Description of van.png").fill("The van before the depot")
    page.locator("#text").fill("Here is the van, and its door")
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('#writer.htmx-request')")
    with page.expect_response("**/draft/"):
        held[0].continue_()
        expect(page.get_by_label("Description of door.png")).to_be_visible()
    page.keyboard.type("Now: ")
    with page.expect_response("**/draft/"):
        expect(page.locator("#text")).to_have_value("Now: Here is the van, and its door")
    expect(page.get_by_label("Description of van.png")).to_have_value("The van before the depot")
    draft = Draft.objects.get()
    assert draft.text == "Now: Here is the van, and its door"
    assert {one.alt_text for one in draft.files.all()} == {"The van before the depot", ""}


def test_the_length_is_told_while_one_writes_and_a_long_text_becomes_a_thread(open_desk: Open, ticket: Ticket) -> None:
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    page.locator("#text").fill("你好 https://acme.com/a/very/long/address")
    expect(page.locator("#ring")).to_contain_text("252")  # two signs of two, a space, an address of 23
    page.locator("#text").fill(LONG)
    expect(page.locator("#thread li")).to_have_count(2)
    page.get_by_role("button", name="Post all 2 publicly").click()
    expect(page.locator("#timeline .out")).to_have_count(2)


def test_what_x_forbids_is_answered_there_with_the_text_copied(open_desk: Open, ticket: Ticket) -> None:
    XApp.objects.update(tier="self-serve")
    make_message(ticket, "I agree", external_id="1950", kind="reply")
    page = open_desk()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.context.route("https://x.com/**", lambda route: route.fulfill(body="X's own form"))
    page.goto(f"/tickets/{ticket.pk}/")
    page.locator("#text").fill("Hello & welcome")
    # The latest that can be answered is, and this one is not: it has to be chosen.
    page.get_by_role("button", name="Answer that one on X").click()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Answer it on X").click()
    assert "text=Hello%20%26%20welcome" in opened.value.url
    opened.value.close()
    assert page.evaluate("navigator.clipboard.readText()") == "Hello & welcome"
    expect(page.get_by_text("You are answering this on X itself.")).to_be_visible()
    assert HandOff.objects.get().text == "Hello & welcome"
    page.locator(".hand-text").click()  # where it cannot be copied by itself
    said = we_say("Hello & welcome", in_reply_to="1950", external_id="1951")
    with page.expect_response("**/draft/"):  # that it is empty is kept at once
        receive([replace(said, sent_at=timezone.now())], now=timezone.now())
        expect(page.get_by_text("You are answering this on X itself.")).to_have_count(0)
        expect(page.locator("#text")).to_have_value("")
    page.reload()
    expect(page.locator("#timeline .out", has_text="Hello & welcome")).to_be_visible()
    expect(page.locator("#text")).to_have_value("")


def test_what_is_written_on_a_new_post_while_a_picture_is_sent_on_stays(open_desk: Open, alice: User) -> None:
    make_supervisor("sam")
    page, held = open_desk("sam"), list[Route]()
    page.goto("/post/")
    page.locator("#text").fill("Here is")
    page.route("**/post/*/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    page.evaluate(_BRING, ["#text", "paste", "van.png", list(picture("van.png").read())])
    page.wait_for_function("document.querySelector('#writer.htmx-request')")
    page.locator("#text").fill("Here is the van")
    with page.expect_response("**/draft/"):
        held[0].continue_()
        expect(page.get_by_label("Description of van.png")).to_be_visible()
    expect(page.locator("#text")).to_have_value("Here is the van")
    expect(page.locator("#draft-state")).to_contain_text("Draft saved")
    draft = Draft.objects.get()
    assert (draft.text, draft.files.count()) == ("Here is the van", 1)


def test_a_new_post_saves_itself_tells_its_price_and_takes_a_pasted_picture(open_desk: Open, alice: User) -> None:
    XApp.objects.update(tier="self-serve")
    make_supervisor("sam")
    page = open_desk("sam")
    page.goto("/post/")
    write_and_wait(page, "Read https://acme.com/news")
    expect(page.locator("#price")).to_have_text("US$ 0.200")
    bring(page, "paste", "van.png")
    page.get_by_label("Who may answer").select_option("verified")
    page.get_by_role("button", name="Post publicly").click()
    expect(page.get_by_text("until then it can be taken back")).to_be_visible()
    expect(page.locator("#latest")).to_contain_text("Verified accounts")


def mode(page: Page, name: str) -> None:
    page.locator(".seg label", has_text=name).click()


def test_what_was_begun_as_a_note_is_asked_about_before_it_leaves_the_desk(open_desk: Open, ticket: Ticket) -> None:
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    mode(page, "Note")
    write_and_wait(page, "INTERNAL: she lies every month")
    mode(page, "Public")
    page.locator("#text").press("Control+Enter")
    expect(page.locator("#writer")).to_contain_text("begun as a note")
    assert not ticket.messages.filter(direction="out").exists()


def test_a_note_begun_is_kept_while_an_answer_is_taken_back(open_desk: Open, ticket: Ticket) -> None:
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    text = page.locator("#text")
    text.fill("Your parcel is on its way")
    text.press("Control+Enter")
    expect(page.locator("#timeline .msg").last).to_contain_text("on its way")
    mode(page, "Note")
    write_and_wait(page, "INTERNAL: she lies every month")
    page.locator("#timeline").get_by_role("button", name="Undo").click()
    expect(text).to_have_value("Your parcel is on its way")
    expect(page.locator("#toasts")).to_contain_text("note is kept")
    mode(page, "Note")
    expect(text).to_have_value("INTERNAL: she lies every month")
    write_and_wait(page, "INTERNAL: twice a month")
    mode(page, "Public")
    expect(text).to_have_value("Your parcel is on its way")
    assert {one.mode: one.text for one in Draft.objects.all()} == {
        "note": "INTERNAL: twice a month",
        "public": "Your parcel is on its way",
    }


def test_what_is_begun_as_a_note_after_all_was_emptied_is_asked_about_too(open_desk: Open, ticket: Ticket) -> None:
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    write_and_wait(page, "Hello")
    mode(page, "Note")
    text = page.locator("#text")
    expect(text).to_have_value("Hello")
    text.press("Control+a")
    text.press("Delete")
    text.press_sequentially("he is a fraud")
    mode(page, "Public")
    expect(page.locator(".ask-public")).to_be_visible()
    text.press("Control+Enter")
    expect(page.locator("#writer")).to_contain_text("begun as a note")
    # Emptied and begun in public, there is nothing to ask.
    text.press("Control+a")
    text.press("Delete")
    text.press_sequentially("Hello Ana")
    expect(page.locator(".ask-public")).to_be_hidden()
    text.press("Control+Enter")
    expect(page.locator("#timeline .bub", has_text="Hello Ana")).to_be_visible()
    assert [one.text for one in ticket.messages.filter(direction="out")] == ["Hello Ana"]


def test_what_was_written_over_an_answer_as_a_note_is_asked_about(open_desk: Open, ticket: Ticket) -> None:
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    write_and_wait(page, "Hello")
    mode(page, "Note")
    with page.expect_response("**/draft/"):
        page.locator("#text").fill("he is a fraud")
    mode(page, "Public")
    page.locator("#text").press("Control+Enter")
    expect(page.locator("#writer")).to_contain_text("begun as a note")
    assert not ticket.messages.filter(direction="out").exists()
