"""What may be done about one message: on the page of its ticket while it is among the latest, else asked for."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from tests.factories import make_agent, make_message, make_older_private, make_outsider, make_ticket
from tickets.models import Message
from tickets.timeline import STEP
from tickets.views.ticket import NEAR

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def older(desk: Client) -> Message:
    """One that so many came after that its ticket's page only leads to what may be done about it."""
    ticket = make_ticket()
    first = make_message(ticket, "The very first")
    for _ in range(NEAR):
        make_message(ticket)
    return first


def test_of_older_messages_the_page_leads_to_what_may_be_done(desk: Client, older: Message) -> None:
    page = desk.get(f"/tickets/{older.ticket_id}/").content.decode()
    assert page.count("data-unfolds") == 1 and f'href="/messages/{older.pk}/deeds/"' in page
    assert page.count('/do/like/" hx-post') == NEAR
    part = desk.get(f"/messages/{older.pk}/deeds/", headers=FRAGMENT).content.decode()
    assert part.startswith('<details class="acts-more" open>') and "/do/like/" in part
    assert f'name="message" value="{older.pk}"' in part


def test_without_a_script_it_is_a_page_that_leads_back(desk: Client, older: Message) -> None:
    page = desk.get(f"/messages/{older.pk}/deeds/").content.decode()
    assert "The very first" in page and f"/tickets/{older.ticket_id}/do/like/" in page
    assert f'href="/tickets/{older.ticket_id}/#m{older.pk}"' in page


def test_where_nothing_is_offered_there_is_nothing(desk: Client, older: Message) -> None:
    unread = make_older_private(make_ticket())
    desk.force_login(reader := make_agent("carol"))
    reader.groups.clear()
    assert desk.get(f"/messages/{older.pk}/deeds/").status_code == 404
    desk.force_login(make_outsider())
    assert desk.get(f"/messages/{unread.pk}/deeds/", headers=FRAGMENT).status_code == 404
    Message.objects.filter(pk=older.pk).update(deleted_at=timezone.now())
    desk.force_login(make_agent("dora"))
    assert desk.get(f"/messages/{older.pk}/deeds/").status_code == 404


def test_on_a_page_of_very_many_all_of_an_older_one_comes_when_it_is_asked_for(desk: Client) -> None:
    ticket = make_ticket()
    first = make_message(ticket, "The very first", permalink="https://x.example/status/1")
    for _ in range(STEP):
        make_message(ticket)
    few = desk.get(f"/tickets/{ticket.pk}/").content.decode()
    assert few.count("Answer this one") == STEP - 1 and "?answer data-unfolds" not in few
    many = desk.get(f"/tickets/{ticket.pk}/?show={2 * STEP}").content.decode()
    row = many[many.index(f"id=m{first.pk}") :].partition("</article>")[0]
    assert "The very first" in row and ">More</a>" in row
    assert "Answer this one" not in row and "Split or move" not in row and first.permalink not in row
    at = f"/messages/{first.pk}/deeds/?answer"
    assert f"href={at} data-unfolds" in row
    for headers in (FRAGMENT, {}):
        told = desk.get(at, headers=headers).content.decode()
        assert all(word in told for word in ("Like", "Answer this one", "Split or move", first.permalink))
        assert f"answer={first.pk}#writer" in told


def test_what_leads_elsewhere_is_there_where_nothing_may_be_done(desk: Client, older: Message) -> None:
    Message.objects.filter(pk=older.pk).update(permalink="https://x.example/status/1")
    desk.force_login(reader := make_agent("carol"))
    reader.groups.set([Group.objects.get(name="Auditors")])
    told = desk.get(f"/messages/{older.pk}/deeds/?all", headers=FRAGMENT).content.decode()
    assert "https://x.example/status/1" in told and "Split or move" not in told and "Like" not in told
