"""Who is on a ticket: said by open pages, shown to who may see it, and never for longer than it holds."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import NOW, make_agent, make_ticket
from tickets.choices import NoticeEvent
from tickets.hub import Notice as Word
from tickets.hub import Page, read_payload
from tickets.models import Notice, Presence, Ticket
from tickets.notices.presence import FRESH, SHOWN, forget_presences, others_on, say_gone, say_here
from tickets.notices.telling import tell


def shown(desk: Client, ticket: Ticket) -> str:
    return desk.get(f"/tickets/here/?t={ticket.pk}").content.decode()


def test_who_looks_and_who_writes_is_shown_to_others_alone(desk: Client, alice: User, bob: User) -> None:
    ticket = make_ticket()
    say_here(ticket, by=bob, now=timezone.now())
    assert "Bob is looking" in shown(desk, ticket)
    say_here(ticket, by=bob, now=timezone.now(), typing=True)
    assert "Bob is writing" in shown(desk, ticket)
    assert desk.post(f"/tickets/{ticket.pk}/here/").status_code == 200
    assert "Alice" not in shown(desk, ticket) and Presence.objects.filter(person=alice).exists()


def test_who_leaves_is_gone_at_once_and_who_is_silent_soon(alice: User, bob: User) -> None:
    ticket = make_ticket()
    say_here(ticket, by=bob, now=NOW)
    assert others_on([ticket.pk], reader=alice, now=NOW + SHOWN - timedelta(seconds=1))
    assert not others_on([ticket.pk], reader=alice, now=NOW + SHOWN)
    say_gone(ticket, by=bob)
    assert not others_on([ticket.pk], reader=alice, now=NOW) and timedelta(minutes=1) > SHOWN


def test_nobody_hears_of_it_who_may_not_see_the_ticket(strangers_desk: Client, alice: User, bob: User) -> None:
    ticket = make_ticket(private=True)
    say_here(ticket, by=bob, now=timezone.now())
    reader = User.objects.get(pk=make_agent("dora").pk)
    assert others_on([ticket.pk], reader=reader, now=timezone.now())
    reader.groups.clear()
    assert not others_on([ticket.pk], reader=User.objects.get(pk=reader.pk), now=timezone.now())
    assert strangers_desk.get(f"/tickets/here/?t={ticket.pk}").status_code == 404
    assert strangers_desk.post(f"/tickets/{ticket.pk}/here/").status_code == 404


@pytest.mark.parametrize(("private", "hears"), [(False, True), (True, False)])
def test_a_list_of_who_reads_no_private_tickets_hears_of_public_ones_alone(private: bool, hears: bool) -> None:
    word = read_payload(f'{{"here": [5], "private": {str(private).lower()}, "queue": 3}}')
    assert word == Word(tickets=frozenset(), here=frozenset({5}), here_private=private, here_queue=3)
    page, of_another = Page(None), Page(6, private=True)
    for listener in (page, of_another):
        listener.tell(word)
    assert page._news.here is hears and not of_another._news.here


@pytest.mark.parametrize(("queues", "hears"), [(None, True), (frozenset({3}), True), (frozenset({4}), False)])
def test_a_list_hears_of_the_queues_its_reader_may_look_into(queues: frozenset[int] | None, hears: bool) -> None:
    page = Page(None, queues=queues)
    page.tell(read_payload('{"here": [5], "private": false, "queue": 3}'))
    assert page._news.here is hears


def test_it_is_written_at_most_every_so_often(bob: User) -> None:
    ticket = make_ticket()
    say_here(ticket, by=bob, now=NOW)
    with CaptureQueriesContext(connection) as found:
        say_here(ticket, by=bob, now=NOW + FRESH - timedelta(seconds=1))
    assert len(found) == 1 and "SELECT" in found.captured_queries[0]["sql"]
    say_here(ticket, by=bob, now=NOW + FRESH)
    assert Presence.objects.get().seen_at == NOW + FRESH


def test_having_a_ticket_open_reads_what_one_was_told_of_it(desk: Client, alice: User) -> None:
    ticket, other = make_ticket(), make_ticket()
    for one in (ticket, other):
        tell([alice], NoticeEvent.ASSIGNED, ticket=one, now=NOW)
    desk.post(f"/tickets/{ticket.pk}/here/")
    assert [one.ticket for one in Notice.objects.filter(read_at=None)] == [other]
    desk.post(f"/tickets/{ticket.pk}/here/", {"gone": "1"})
    assert not Presence.objects.exists()


def test_odd_questions_are_answered_with_nothing(desk: Client, bob: User) -> None:
    answer = desk.get("/tickets/here/?t=x&t=-1&t=99999999999999999999&t=0")
    assert answer.status_code == 200 and "data-left" not in answer.content.decode()


def test_old_rows_are_swept(bob: User) -> None:
    say_here(make_ticket(), by=bob, now=NOW)
    assert forget_presences(now=NOW + timedelta(hours=2)) == 1
