"""Names, texts and everything else people choose never become markup, wherever they are shown."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import (
    make_activity,
    make_answer,
    make_customer,
    make_folder,
    make_media,
    make_message,
    make_note,
    make_queue,
    make_ticket,
)
from tickets.models import Address, HandleChange, Tag, Ticket

EVIL = '"><script>alert(1)</script>'
LINK = "javascript:alert(1)"


@pytest.fixture
def ticket(alice: User, acme: Address) -> Ticket:
    """Everything a stranger or a careless colleague may have put into it."""
    User.objects.filter(pk=alice.pk).update(first_name=EVIL, last_name=EVIL)
    Address.objects.update(name=EVIL, handle=EVIL, banner=EVIL)
    ana = make_customer(name=EVIL, handle=EVIL, bio=EVIL, location=EVIL, avatar_url=LINK)
    queue, folder = make_queue(EVIL, slug="evil"), make_folder(EVIL)
    ticket = make_ticket(ana, queue=queue, folder=folder, last_text=EVIL, assignee=alice)
    ticket.tags.add(Tag.objects.create(name=EVIL))
    HandleChange.objects.create(identity=ana, before=EVIL, after="x", seen_at=ticket.opened_at)
    quoted = {"author_name": EVIL, "author_handle": EVIL, "text": EVIL, "permalink": LINK}
    spans = [{"start": 0, "end": 3, "kind": EVIL, "target": LINK, "title": EVIL}]
    message = make_message(ticket, EVIL, language='"x', quoted=quoted, spans=spans, permalink=LINK)
    make_media(message, url=LINK, preview_url=LINK, alt_text=EVIL)
    make_media(message, alt_text=EVIL)
    make_note(ticket, EVIL)
    make_answer(ticket, EVIL, state="failed", reason=EVIL, code=EVIL[:40])
    make_activity(ticket, "ticket.tagged", {"tag": EVIL}, actor=alice)
    make_activity(ticket, EVIL, {})
    return ticket


@pytest.mark.parametrize("page", ["/", "/tickets/", "/tickets/rows/", "/tickets/{n}/", "/tickets/{n}/parts/"])
def test_nothing_that_people_write_becomes_markup(desk: Client, ticket: Ticket, page: str) -> None:
    html = desk.get(page.format(n=ticket.pk)).content.decode()
    assert "&lt;script&gt;" in html
    assert "<script>" not in html
    assert 'href="javascript' not in html
    assert 'src="javascript' not in html


def test_what_comes_back_into_the_composer_is_text(desk: Client, ticket: Ticket) -> None:
    data = {"mode": "public", "began": "private", "text": "</textarea>" + EVIL}
    html = desk.post(f"/tickets/{ticket.pk}/write/", data).content.decode()
    assert "&lt;/textarea&gt;" in html
    assert "<script>" not in html


def test_the_pages_forbid_scripts_and_styles_of_others(desk: Client, ticket: Ticket) -> None:
    policy = desk.get(f"/tickets/{ticket.pk}/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_no_page_carries_a_style_or_handler_of_its_own(desk: Client, ticket: Ticket) -> None:
    for page in ("/", "/tickets/", f"/tickets/{ticket.pk}/", "/sign-in/"):
        html = desk.get(page, follow=True).content.decode()
        assert " style=" not in html
        assert " onclick=" not in html
