"""A real Chromium counts what is written as the server does, and asks it only for what it cannot know."""

from itertools import islice
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, Request, expect

from tests.factories import BEN, make_message, make_ticket
from tests.house.tree import ROOT
from tests.journeys.conftest import Open
from tests.twitter_integration.conforming import at_random, every_emoji, lengths, links
from tickets.models import Address, ApprovalRule, OutboxEntry, Ticket
from twitter_integration.channel import TwitterChannel
from twitter_integration.models import XApp
from twitter_integration.text import has_link

LONG = "We are sorry that your parcel is late. " * 9
AT_RANDOM = 3_000


@pytest.fixture
def ticket(alice: User, acme: Address) -> Ticket:
    ticket = make_ticket()
    make_message(ticket)
    return ticket


@pytest.fixture
def counting(chromium: Browser) -> Page:
    page = chromium.new_page()
    script = (ROOT / "static" / "js" / "counting.js").read_text()
    page.add_script_tag(type="module", content=f"{script}\nObject.assign(globalThis, {{ count, named }});")
    page.wait_for_function("typeof globalThis.count === 'function'")
    return page


def count(page: Page, texts: list[str], *, private: bool = False) -> list[dict[str, Any] | None]:
    """As the browser counts each; None where it says that the server knows."""
    rules = TwitterChannel().counts_by()["private" if private else "public"]
    counted: list[dict[str, Any] | None] = page.evaluate(
        "([rules, texts]) => texts.map((text) => count(rules, text))", [rules, texts]
    )
    return counted


def test_a_browser_counts_x_own_examples_as_x_does(counting: Page) -> None:
    cases = {text: told for text, told in lengths().items() if len(text) < 2_800}  # what is hopeless is not weighed
    counted = dict(zip(cases, count(counting, list(cases)), strict=True))
    known = {text: one["length"] for text, one in counted.items() if one}
    assert known == {text: cases[text][0] for text in known} and len(known) >= len(cases) - 3


def test_a_browser_counts_as_the_server_does_whatever_is_written(counting: Page) -> None:
    texts = [text for text, _ in links()] + every_emoji() + list(islice(at_random(1006), AT_RANDOM))
    counted = list(zip(texts, count(counting, texts), strict=True))
    measure = TwitterChannel().measure
    known = [(text, one["length"]) for text, one in counted if one]
    assert [(text, length) for text, length in known if measure(text, private=False).length != length] == []
    assert len(known) > 0.8 * len(texts)
    # Only a dot between other letters than a to z makes it ask.
    assert not any("." not in text or text.isascii() for text, one in counted if one is None)


def test_a_browser_sees_whether_there_is_a_link(counting: Page) -> None:
    texts = [text for text, _ in links() if len(text) < 280]
    told = [(text, bool(one["links"])) for text, one in zip(texts, count(counting, texts), strict=True) if one]
    assert told == [(text, has_link(text)) for text, _ in told]


def test_a_browser_sees_whom_a_text_names_as_the_server_does(counting: Page) -> None:
    texts = [
        *(text for text, _ in links()),
        *islice(at_random(1007), AT_RANDOM),
        "Hi.@Ana_demo @ana_DEMO ＠ben a@b",
        "@a@b",
    ]
    rules = TwitterChannel().counts_by()["public"]
    seen = counting.evaluate("([rules, texts]) => texts.map((text) => named(rules, text))", [rules, texts])
    told = [[one.handle.lower() for one in TwitterChannel().notified(text, own="")] for text in texts]
    assert seen == told and ["ana_demo", "ben"] in told


def test_a_private_text_counts_its_letters(counting: Page) -> None:
    texts = ["日本語 👋", "https://acme.example", "e\u0301"]
    assert count(counting, texts, private=True) == [{"length": n, "links": 0} for n in (5, 20, 1)]


@pytest.mark.parametrize("text", ["a." * 1400, "日." * 1400, "https://日" + "a." * 1300, "@a " * 900, "a.de " * 560])
def test_a_text_made_to_be_slow_does_not_hold_up_who_writes(counting: Page, text: str) -> None:
    counting.set_default_timeout(5_000)
    [told] = count(counting, [text])
    assert told is None or told["length"] == TwitterChannel().measure(text, private=False).length


def asked_of(page: Page) -> list[str]:
    """What the counter asks the server, from now on."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/measure/"):
            asked.append(request.post_data or "")

    page.on("request", note)
    return asked


def test_while_one_types_nobody_is_asked_until_it_is_too_long(open_desk: Open, ticket: Ticket) -> None:
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    with page.expect_response("**/counting/twitter/"):
        page.locator("#text").click()
    asked, left = asked_of(page), page.locator("#ring [data-remaining]")
    page.keyboard.type("See example.com 👍🏽 日本")
    expect(left).to_have_text("245")
    page.wait_for_timeout(600)
    assert asked == []
    page.locator("#text").fill(LONG)
    expect(page.locator("#thread li")).to_have_count(2)
    expect(page.locator("#ring")).to_have_text("2 posts")
    assert len(asked) == 1
    page.locator("#text").fill("Short after all")
    expect(page.locator("#thread")).to_be_hidden()
    expect(left).to_have_text("265")


def test_what_only_the_server_knows_is_asked_for(open_desk: Open, ticket: Ticket) -> None:
    ApprovalRule.objects.create(name="Money", words="refund*")
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    page.locator("#text").fill("You will be refunded, {first_name}")
    expect(page.locator("#foretold .for-public")).to_be_visible()
    expect(page.get_by_text("Still to be filled in: {first_name}")).to_be_visible()
    page.locator("#text").fill("You are welcome")
    expect(page.locator("#foretold .for-public")).to_have_count(0)
    expect(page.get_by_text("Still to be filled in")).to_be_hidden()


def test_whom_it_notifies_and_what_it_costs_follow_what_is_typed(open_desk: Open, ticket: Ticket) -> None:
    XApp.objects.update(tier="self-serve")
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    line = page.locator("#notifies-public")
    expect(line).to_have_text("Notifies@ana_demoabout US$ 0.010")
    with page.expect_response("**/counting/twitter/"):
        page.locator("#text").click()
    asked = asked_of(page)
    page.keyboard.type("See acme.com")
    expect(line).to_have_text("Notifies@ana_demoabout US$ 0.200")
    page.keyboard.type(", and ask @carla_demo for more")
    expect(line).to_have_text("Notifies@ana_demo@carla_demoabout US$ 0.200")
    assert 2 <= len(asked) <= 4  # as far as one types within the delay, the name may be seen half written
    page.get_by_text("Private DM").click()
    expect(line).to_be_hidden()
    expect(page.locator("#notifies-private")).to_have_text("Notifies @ana_demo. Nobody else sees itabout US$ 0.015")


def test_somebody_is_left_out_by_the_keyboard_and_stays_so_when_it_is_drawn_anew(
    open_desk: Open, ticket: Ticket
) -> None:
    named = {"start": 0, "end": 9, "kind": "mention", "target": "https://x.com/ben_demo", "id": BEN}
    ticket.messages.update(text="@ben_demo said so", spans=[named])
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    box = page.get_by_label("Do not notify @ben_demo")
    box.press("Space")
    page.locator("#text").fill("Ask @carla_demo")
    expect(page.locator("#notifies-public")).to_contain_text("@carla_demo")
    expect(box).to_be_checked()
    page.get_by_role("button", name="Post publicly").click()
    expect(page.get_by_text("Goes out in")).to_be_visible()
    assert OutboxEntry.objects.get().spares == [BEN]


def test_where_the_rules_do_not_come_the_server_counts(open_desk: Open, ticket: Ticket) -> None:
    page = open_desk()
    page.route("**/counting/**", lambda route: route.abort())
    page.goto(f"/tickets/{ticket.pk}/")
    page.locator("#text").fill("你好")
    expect(page.locator("#ring [data-remaining]")).to_have_text("276")
