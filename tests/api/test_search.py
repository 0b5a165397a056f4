"""Searching by the API: the words and the mistakes of the desk."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from tests.api.caller import Caller, code_of
from tests.api.test_tickets import ids
from tests.factories import NOW, make_message, make_ticket
from tests.tickets.rights import without
from tickets.finding.entries import index
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def said(text: str, **fields: object) -> Ticket:
    ticket = make_ticket(**fields)  # type: ignore[arg-type]
    index([make_message(ticket, text)])
    return ticket


def test_q_finds_as_the_page_does_and_pages_by_cursor(api: Caller) -> None:
    tickets = [said("A zebra", last_message_at=NOW + timedelta(minutes=n)) for n in range(3)]
    said("A giraffe")
    first = api.get("tickets/", {"q": "zebra is:open", "limit": 2})
    assert ids(first) == [str(tickets[2].pk), str(tickets[1].pk)]
    assert ids(api.client.get(first.json()["next"])) == [str(tickets[0].pk)]


def test_a_view_and_the_other_filters_narrow_it_down(api: Caller, alice: User) -> None:
    mine, other = said("A zebra", assignee=alice), said("A zebra", status="pending")
    assert ids(api.get("tickets/", {"q": "zebra", "view": "mine"})) == [str(mine.pk)]
    assert ids(api.get("tickets/", {"q": "zebra", "status": "pending"})) == [str(other.pk)]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("zebra quue:x", "Did you mean queue:? (at character 7)"),
        ("queue:nowhere", "There is no queue “nowhere”. (at character 7)"),
        ('"open', "This quotation mark is never closed. (at character 1)"),
    ],
)
def test_a_mistake_is_told_with_its_place_in_the_one_shape(api: Caller, line: str, sentence: str) -> None:
    answer = api.get("tickets/", {"q": line})
    assert code_of(answer) == (400, "invalid")
    assert sentence in answer.json()["fields"]["q"][0]


def test_all_mistakes_are_told(api: Caller) -> None:
    told = api.get("tickets/", {"q": "is:opne OR quue:x"}).json()["fields"]["q"]
    assert ["opne" in told[0], "quue" in told[1], len(told)] == [True, True, 2]


def test_alternatives_are_found(api: Caller) -> None:
    giraffe, zebra = said("A giraffe"), said("A zebra", status="closed")
    said("A giraffe", status="closed")
    assert ids(api.get("tickets/", {"q": "zebra OR (giraffe is:open)"})) == [str(zebra.pk), str(giraffe.pk)]


@pytest.mark.django_db(transaction=True)
def test_what_changes_of_what_a_search_finds_can_be_followed(api: Caller) -> None:
    line = "zebra (is:open OR priority:urgent)"
    zebra, giraffe = said("A zebra"), said("A giraffe")
    first = api.get("tickets/", {"q": line, "since": "start"}).json()
    assert [one["id"] for one in first["results"]] == [str(zebra.pk)] and first["gone"] == [str(giraffe.pk)]

    def on(since: str) -> tuple[list[str], list[str], str]:
        """The cursor is signed with the second it was given out, too."""
        told = api.get("tickets/", {"q": line, "since": since}).json()
        return [one["id"] for one in told["results"]], told["gone"], told["since"]

    found, gone, since = on(first["since"])
    assert (found, gone, since.partition(":")[0]) == ([], [], first["since"].partition(":")[0])
    Ticket.objects.filter(pk=zebra.pk).update(status="closed")
    found, gone, since = on(first["since"])
    assert (found, gone) == ([], [str(zebra.pk)])
    Ticket.objects.filter(pk=zebra.pk).update(priority="urgent")
    found, gone, since = on(since)
    assert (found, gone) == ([str(zebra.pk)], [])
    Ticket.objects.filter(pk=giraffe.pk).delete()
    assert on(since)[:2] == ([], [str(giraffe.pk)])


@pytest.mark.parametrize("line", ["due:<2h", "is:late,open", "created:today", "zebra OR -updated:>7d"])
def test_what_fits_by_the_clock_alone_cannot_be_followed(api: Caller, line: str) -> None:
    answer = api.get("tickets/", {"q": line, "since": "start"})
    assert code_of(answer) == (400, "invalid") and "by the clock alone" in answer.json()["fields"]["q"][0]
    for fixed in ("due:none", "created:2026-11-01..", "updated:<2026-11-01", "is:open"):
        assert api.get("tickets/", {"q": fixed, "since": "start"}).status_code == 200, fixed


def test_it_has_an_order_of_its_own(api: Caller) -> None:
    assert code_of(api.get("tickets/", {"q": "zebra", "order": "oldest"})) == (400, "invalid")
    assert code_of(api.get("tickets/", {"q": "zebra", "cursor": "x"})) == (400, "cursor_invalid")


def test_private_words_are_found_by_who_may_read_them_alone(api: Caller, alice: User) -> None:
    secret = said("A secret zebra", private=True)
    assert ids(api.get("tickets/", {"q": "zebra"})) == [str(secret.pk)]
    assert ids(Caller(alice, "tickets:read").get("tickets/", {"q": "zebra"})) == []
    assert ids(Caller(without(alice, "see_private")).get("tickets/", {"q": "zebra"})) == []
