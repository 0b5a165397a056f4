"""What may be done about one message: on the page of its ticket while it is among the latest, else asked for."""

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import make_agent, make_message, make_older_private, make_outsider, make_ticket
from tickets.models import Message
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
