"""Every page, narrow and wide, light and dark: nothing sticks out, and axe finds nothing to blame (WCAG 2.2 AA)."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import axe_playwright_python  # type: ignore[import-untyped]  # carries no types
import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.factories import (
    ACME,
    BEN,
    make_activity,
    make_agent,
    make_answer,
    make_approval,
    make_clock,
    make_customer,
    make_media,
    make_message,
    make_note,
    make_rule,
    make_team,
    make_ticket,
)
from tests.journeys.conftest import NO_PERIOD, NOWHERE, Open
from tests.pages.test_origins import rows
from tests.tickets.floor import at_work, staffed
from tests.twitter_integration.bodies import direct, post, relation
from tests.twitter_integration.installed import deliver, install
from tickets.bulk.ordering import Aim, order
from tickets.choices import NoticeEvent
from tickets.incidents import grouping
from tickets.models import (
    Address,
    Approval,
    ApprovalRule,
    BulkRun,
    CustomerNote,
    Identity,
    Incident,
    Membership,
    RoutingRule,
    Statement,
    StatementPart,
    Tag,
    Ticket,
)
from tickets.notices.telling import tell
from twitter_integration.console import own_lists, remembering
from twitter_integration.console.action import Outcome
from twitter_integration.console.table import ACTIONS as X_ACTIONS
from twitter_integration.deliveries.drain import drain
from twitter_integration.events import Person, Post
from twitter_integration.models import PartnerAccount
from twitter_integration.payloads.rows import XList

pytestmark = pytest.mark.usefixtures("alice", "acme", "bob_at_work")
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Where the last words before a line's link end, and where the link's own do.
BOTTOMS = """() => {
  const link = document.querySelector('.line[data-key] a.link');
  return [link.previousSibling, link.lastChild].map(node => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getBoundingClientRect().bottom;
  });
}"""
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture
def bob_at_work(alice: User) -> User:
    """Of a team that Alice leads, with skills, limits and something in hand."""
    bob = at_work("bob", "German, spoken and written", "Refunds", capacity=1)
    staffed("Billing and reimbursements", alice, bob, capacity=12)
    Membership.objects.filter(person=alice).update(lead=True)
    make_ticket(assignee=bob)
    return bob


@pytest.fixture
def ticket(acme: Address) -> Ticket:
    """A ticket with one of everything on it."""
    Address.objects.update(banner="X withdrew its token at 09:58.")
    ticket = make_ticket(next_due_at=timezone.now(), next_due_metric="first_response", private=False)
    ticket.tags.add(Tag.objects.create(name="lost parcel"))
    Identity.objects.update(location="Lund", protected=True, bio="A cat, mostly.")
    make_media(make_message(ticket, "A word that never ends: " + "o" * 200), alt_text="A door")
    make_note(ticket)
    make_answer(ticket)
    make_message(ticket, "in private", visibility="private", kind="direct")
    make_answer(ticket, state="failed", reason="Ana takes no messages.", visibility="private", kind="direct")
    make_answer(ticket, state="unknown")
    make_message(ticket, deleted_at=timezone.now())
    make_activity(ticket, "ticket.priority", {"before": "low", "after": "high"})
    make_clock(ticket)
    make_answer(ticket, state="held", not_before=timezone.now() + timedelta(hours=1))
    make_reports(User.objects.get(username="alice"))
    make_approvals(ticket)
    make_run(ticket)
    return ticket


def make_run(ticket: Ticket) -> None:
    """A change of two tickets, one of which could not be changed."""
    aim, by, now = Aim((ticket.pk, make_ticket().pk)), User.objects.get(username="alice"), timezone.now()
    run = order(aim, "tag", {"tags": ["a word that never ends " + "o" * 20]}, by=by, now=now, sheet=uuid4())
    run.traces.filter(ticket=ticket).update(mark="refused", reason="A word that never ends: " + "o" * 200)


@pytest.fixture(autouse=True)
def incident(alice: User, acme: Address) -> Incident:
    """With parts, and a statement of which one part is on its way, one was refused and one was taken back."""
    home = make_ticket()
    make_message(home)
    found = grouping.make(home, "Checkout down " + "o" * 80, by=alice, now=timezone.now())
    parts = [make_ticket(make_customer(str(900000000000009000 + n)), private=n == 2) for n in range(3)]
    for part in parts:
        make_message(part, "A word that never ends: " + "o" * 200)
    grouping.add(found, [part.pk for part in parts], by=alice, now=timezone.now())
    made = Statement.objects.create(incident=found, public="o" * 200, private="Mended.", by=alice, at=timezone.now())
    held = make_answer(parts[0], state="held", not_before=timezone.now() + timedelta(hours=1))
    StatementPart.objects.create(statement=made, ticket=parts[0], state="queued", message=held)
    StatementPart.objects.create(statement=made, ticket=parts[1], state="refused", reason="o" * 200)
    StatementPart.objects.create(statement=made, ticket=parts[2], state="queued")
    return found


def make_reports(alice: User) -> None:
    """Alice sees the reports, and there is something in them."""
    alice.user_permissions.add(Permission.objects.get(codename="view_reports"))
    call_command("figure_reports")


def make_approvals(ticket: Ticket) -> None:
    """Alice may let Bob's answers go, and has her own answers approved: one waits for her, one was changed, one went
    back; she is told of the first."""
    alice, bob = (User.objects.get(username=name) for name in ("alice", "bob"))
    alice.user_permissions.add(Permission.objects.get(codename="approve_reply"))
    waiting = make_approval(make_answer(ticket, "You get a voucher.", state="awaiting", agent=bob), word="voucher")
    ApprovalRule.objects.get().teams.add(make_team("New", alice))
    changed = make_answer(ticket, "Soon.", agent=bob)
    make_approval(changed, state="approved", decided_by=alice, written="Very soon, promised! " * 12)
    back = make_approval(make_answer(ticket, "Never!", agent=bob), state="sent_back", written="Never!")
    Approval.objects.filter(pk=back.pk).update(message=None)
    make_activity(ticket, "reply.sent_back", {"to": bob.pk, "reason": "Be kind.", "approval": back.pk}, actor=alice)
    facts: dict[str, Any] = {"message": waiting.message_id, "approval": waiting.pk}
    tell([alice], NoticeEvent.APPROVAL, now=timezone.now(), ticket=ticket, by=bob, **facts)


def fill_stream() -> None:
    """Something of most of what a row may say."""
    long = post("@acmehelp_demo A word that never ends: " + "o" * 200)
    account = install(app="Acme")
    deliver(account, long, direct("My card number is 5521"), relation("follow", who=BEN), post("Sorry!", who=ACME))
    drain()


def console() -> list[str]:
    """With something read, and something to choose from."""
    account, now = PartnerAccount.objects.get(page_id=ACME), timezone.now()
    who = Person(id=BEN, handle="o" * 15, name="A word that never ends: " + "o" * 60, bio="o" * 160, protected=True)
    said = Post(id="1900000000000000001", author=who, created_at=now, text="A word that never ends: " + "o" * 200)
    lists = [XList(id="1700000000000000001", name="Press", description="o" * 100)]
    for reading, found in (("home", [said]), ("followers", [who]), ("lists", lists)):
        remembering.keep(account, X_ACTIONS[reading], {}, Outcome(rows=found), now=now)
    own_lists.keep(account, [("1700000000000000001", "Press")], further=False)
    tabs = ["timelines", "writing", "posts", "people", "profile-and-settings", "lists", "collections", "log"]
    filled = f"lists/?form=add-member&person=@{'o' * 15}"
    return ["/accounts/", *(f"/accounts/{ACME}/{tab}/" for tab in tabs), f"/accounts/{ACME}/{filled}"]


def addresses(ticket: Ticket) -> list[str]:
    about = f"/tickets/{ticket.pk}/"
    desk = ["/", "/tickets/", "/tickets/?view=resolved", "/tickets/?q=late+quee:x", "/outbox/", NOWHERE]
    own = [
        "/notices/",
        "/settings/",
        "/settings/notifications/",
        "/settings/second-factor/",
        "/canned-replies/",
        "/views/",
        "/macros/",
    ]
    own += ["/keys/", "/tickets/words/all/", "/incidents/", f"/incidents/{Incident.objects.get().ticket_id}/"]
    alice = User.objects.get(username="alice")
    alice.user_permissions.add(*Permission.objects.filter(codename__in=["erase_customer", "change_partneraccount"]))
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    CustomerNote.objects.create(
        customer=ticket.customer, text="Deaf: never offer a call. " + "o" * 100, at=timezone.now()
    )
    fill_stream()
    customer = f"/customers/{ticket.customer_id}/"
    agents = ["/supervisor/", "/agents/", f"/agents/{User.objects.get(username='bob').pk}/release/"]
    return [
        *desk,
        *own,
        *agents,
        "/approvals/",
        f"/palette/?t={ticket.pk}&at=/",
        f"/palette/?t={ticket.pk}&q=s",
        "/start/",
        "/reports/?period=30d",
        "/reports/queue/?period=30d",
        NO_PERIOD,
        *(about, from_list(ticket, alice), f"{about}do/block/"),
        f"/messages/{ticket.messages.order_by('pk')[0].pk}/deeds/",
        f"/tickets/merge/?t={ticket.pk}",
        f"/macros/?t={ticket.pk}",
        "/bulk/",
        f"/bulk/?t={ticket.pk}&deed=snooze",
        f"/bulk/?all=1&deed=assign&person={ticket.pk}&look=1",
        f"/bulk/{BulkRun.objects.get().pk}/",
        f"/accounts/{ACME}/stream/",
        f"/accounts/{ACME}/stream/?kind=read",
        f"/accounts/{ACME}/ignored/",
        *console(),
        customer,
        f"{customer}merge/",
        f"{customer}erase/",
    ]


def from_list(ticket: Ticket, user: User) -> str:
    """Where its row leads: to its page with the ways on and back in the list."""
    desk = Client()
    desk.force_login(user)
    return next(at for at in rows(desk, "?view=all") if at.startswith(f"/tickets/{ticket.pk}/"))


def pages_of_the_admin(ada: User) -> list[str]:
    """Every form for something new, two lists, and the page of a rule that has a past."""
    make_rule(note="First.")
    make_rule(note="A word that never ends: " + "o" * 100)
    asked = RequestFactory().get("/")
    asked.user = ada
    ours = [(one._meta, desk) for one, desk in site._registry.items() if one._meta.app_label != "auditlog"]
    forms = [f"/admin/{m.app_label}/{m.model_name}/add/" for m, desk in ours if desk.has_add_permission(asked)]
    desk = "/admin/tickets/"
    return [
        *forms,
        f"{desk}ticket/",
        f"{desk}routingrule/",
        f"{desk}routingrule/{RoutingRule.objects.get().pk}/change/",
    ]


def test_no_page_of_the_admin_is_wider_than_its_window(open_desk: Open, ticket: Ticket) -> None:
    ada = make_agent("ada", is_staff=True, is_superuser=True)
    page = open_desk("ada", width=1280)
    wide = []
    for address in pages_of_the_admin(ada):
        page.goto(address, wait_until="domcontentloaded")
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append((address, width))
    assert not wide


PARTS = 3  # of all pages, each in a time of its own


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing(open_desk: Open, ticket: Ticket, width: int, part: int) -> None:
    page = open_desk(width=width)
    found = []
    for address in addresses(ticket)[part::PARTS]:
        page.goto(address)
        page.evaluate(f"() => {{ {AXE} }}")
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found += [(address, theme, *blamed) for blamed in blamed_by_axe(page)]
    assert not found


def blamed_by_axe(page: Page) -> list[tuple[str, list[str]]]:
    """Each broken rule with the beginnings of what breaks it."""
    answer = page.evaluate(f"() => axe.run(document, {json.dumps({'runOnly': RULES})})")
    return [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in answer["violations"]]


def test_the_link_of_a_line_stands_on_its_words_line(open_desk: Open, ticket: Ticket) -> None:
    liked = {"kind": "reaction", "direction": "internal", "visibility": "internal"}
    make_message(ticket, "likes our post", permalink="https://x.example/acme/status/1", **liked)
    page = open_desk(width=1440)
    page.goto(f"/tickets/{ticket.pk}/")
    words, link = page.evaluate(BOTTOMS)
    assert abs(words - link) < 0.6


@pytest.mark.parametrize(
    ("language", "widths"),
    [("en", (320, 390, 768, 1024, 1440, 1920)), ("de", (320, 768, 1440)), ("ar", (320, 1440))],
)
def test_no_page_is_wider_than_its_window(
    open_desk: Open, ticket: Ticket, language: str, widths: tuple[int, ...]
) -> None:
    page = open_desk(width=320, language=language)
    for address in addresses(ticket):
        page.goto(address)
        assert page.evaluate("document.documentElement.lang") == language
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("innerWidth") == width
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)


def test_what_is_decided_fits_without_javascript(open_desk: Open, ticket: Ticket) -> None:
    page = open_desk(width=320, javascript=False)
    for address in ("/approvals/", f"/tickets/{ticket.pk}/"):
        page.goto(address)
        expect(page.get_by_role("button", name="Approve")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_everything_to_press_is_24_pixels_or_more(open_desk: Open, ticket: Ticket) -> None:
    """But for the places of a drawing (.hits): the table behind it leads to the same, as WCAG 2.5.8 asks."""
    page = open_desk()
    small = """() => [...document.querySelectorAll('a, button, summary, label:is(.choice, .box, .pickone), input')]
        .filter(node => node.type !== 'hidden' && node.checkVisibility() && !node.closest('.say, .seg, .vh, .quoted'))
        .filter(node => !node.closest('.hits'))
        .filter(node => !node.matches('.skip, .row-name, .file-pick > input, .choice input'))
        .filter(node => !node.matches('label:is(.box, .pickone) > input'))
        .map(node => [node, node.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.width < 23.9 || box.height < 23.9))
        .map(([node, box]) => `${node.outerHTML.slice(0, 120)} ${box.width}x${box.height}`)"""
    for address in addresses(ticket):
        page.goto(address)
        assert page.evaluate(small) == [], address


def test_the_focus_is_always_visible(open_desk: Open, ticket: Ticket) -> None:
    page = open_desk()
    page.goto(f"/tickets/{ticket.pk}/")
    ringed = """() => { const s = getComputedStyle(document.activeElement), p = document.activeElement.parentElement;
        return s.outlineStyle !== 'none' || getComputedStyle(p).outlineStyle !== 'none'
            || !!document.activeElement.closest('.cmp') }"""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break  # out at the end of the page
        assert page.evaluate(ringed), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_tab_that_is_open_is_in_sight_on_a_phone(open_desk: Open, ticket: Ticket, language: str) -> None:
    console()
    page = open_desk(width=320, language=language)
    page.goto(f"/accounts/{ACME}/log/")
    expect(page.locator(".console-tabs [aria-current]")).to_be_in_viewport(ratio=0.9)


def test_what_has_a_direction_is_turned_where_pages_run_from_right_to_left(open_desk: Open, ticket: Ticket) -> None:
    turned = """() => [['.shades', 'scale'], ['.behind:not([open]) > summary > .i', 'rotate']].map(
        ([what, how]) => getComputedStyle(document.querySelector(what))[how])"""
    found = []
    for language in ("en", "ar"):
        page = open_desk(language=language)
        page.goto("/reports/?period=30d")
        found.append(page.evaluate(turned))
    assert found == [["none", "-90deg"], ["-1 1", "90deg"]]
