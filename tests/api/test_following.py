"""`since`: a copy of the desk learns of every change and of everything that went, in the order of commits."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from tests.api.caller import Caller, code_of
from tests.factories import make_agent, make_message, make_note, make_queue, make_supervisor, make_ticket, staff
from tests.tickets.rights import without
from tickets.lifecycle import add_tag, change_status, move, remove_tag
from tickets.models import Message, Tag, Ticket, Tombstone
from tickets.reading.changes import START, OtherServer, mend_marks, read_changes

pytestmark = pytest.mark.django_db(transaction=True)


class Copy:
    """Follows a list from its start; `rows` is what it holds, `heard` what the latest look told."""

    def __init__(self, api: Caller, path: str) -> None:
        self.api, self.path = api, path
        self.since = "start"
        self.rows: dict[str, Any] = {}

    def look(self) -> tuple[list[str], list[str]]:
        changed: list[str] = []
        gone: list[str] = []
        following = True
        while following:
            joint = "&" if "?" in self.path else "?"
            told = self.api.get(f"{self.path}{joint}since={self.since}&limit=2").json()
            self.since, following = told["since"], told["next"]
            self.rows |= {row["id"]: row for row in told["results"]}
            changed += [row["id"] for row in told["results"]]
            gone += told["gone"]
            self.rows = {pk: row for pk, row in self.rows.items() if pk not in told["gone"]}
        return changed, gone


def test_every_change_is_told_once_and_in_order(api: Caller, alice: User) -> None:
    first, second, third = (make_ticket() for _n in range(3))
    copy = Copy(api, "tickets/")
    assert copy.look() == ([str(t.pk) for t in (first, second, third)], [])
    assert copy.look() == ([], [])
    change_status(second, "resolved", by=alice, now=timezone.now())
    assert copy.look() == ([str(second.pk)], []) and copy.rows[str(second.pk)]["status"] == "resolved"


def test_tags_are_a_change_of_the_ticket(api: Caller, alice: User) -> None:
    ticket, copy = make_ticket(), Copy(api, "tickets/")
    copy.look()
    add_tag(ticket, "late", by=alice, now=timezone.now())
    assert copy.look() == ([str(ticket.pk)], [])
    remove_tag(ticket, Tag.objects.get(), by=alice, now=timezone.now())
    assert copy.look() == ([str(ticket.pk)], [])


def test_what_was_deleted_is_told_as_gone(api: Caller) -> None:
    ticket = make_ticket()
    note, copy, tickets = make_note(ticket), Copy(api, "messages/"), Copy(api, "tickets/")
    copy.look(), tickets.look()
    Ticket.objects.get(pk=ticket.pk).delete()
    assert copy.look() == ([], [str(note.pk)]) and tickets.look() == ([], [str(ticket.pk)])
    assert tickets.rows == {} and Tombstone.objects.count() == 2


def test_what_left_the_list_is_gone_from_it(api: Caller, alice: User) -> None:
    ticket, copy = make_ticket(status="open"), Copy(api, "tickets/?status=open")
    assert copy.look() == ([str(ticket.pk)], [])
    change_status(ticket, "resolved", by=alice, now=timezone.now())
    assert copy.look() == ([], [str(ticket.pk)])


def test_what_was_never_theirs_to_see_is_not_named_as_gone(api: Caller, alice: User) -> None:
    staff("Bookings", "Flights")
    sam, place = make_supervisor(), make_queue("Bookings")
    hidden, here = make_ticket(queue=place), make_ticket()
    make_message(hidden), make_message(here)
    tickets, messages = Copy(api, "tickets/"), Copy(api, "messages/")
    assert tickets.look()[1] == messages.look()[1] == []
    note = make_note(hidden)
    change_status(hidden, "open", by=sam, now=timezone.now())
    assert tickets.look() == messages.look() == ([], [])
    move(here, place, by=sam, now=timezone.now())
    said = here.messages.get()
    Message.objects.filter(pk=said.pk).update(language="en")
    assert tickets.look() == ([], [str(here.pk)]) and messages.look() == ([], [str(said.pk)])
    number = note.pk
    note.delete()  # whose it was is not known any more
    assert messages.look() == ([], [str(number)])


def test_private_words_are_not_named_as_gone_to_who_reads_none(acme: object) -> None:
    secret = make_message(make_ticket(private=True), visibility="private", kind="direct")
    copy = Copy(Caller(without(make_agent("bob"), "see_private")), "messages/")
    assert copy.look() == ([], [])
    Message.objects.filter(pk=secret.pk).update(language="en")
    assert copy.look() == ([], [])


def test_words_deleted_on_the_channel_are_a_change(api: Caller) -> None:
    message, copy = make_message(), Copy(api, "messages/")
    copy.look()
    message.text, message.deleted_at = "", timezone.now()
    message.save()
    assert copy.look() == ([str(message.pk)], []) and copy.rows[str(message.pk)]["text"] == ""


def test_who_deleted_a_message_for_us_is_told(api: Caller) -> None:
    gone, other = make_message(), make_message()
    Message.objects.filter(pk=gone.pk).update(text="", deleted_at=timezone.now(), deleted_by="Alice Adams")
    copy = Copy(api, "messages/")
    copy.look()
    assert copy.rows[str(gone.pk)]["deleted_by"] == "Alice Adams" and copy.rows[str(other.pk)]["deleted_by"] == ""


def test_nothing_changed_means_nothing_told(api: Caller) -> None:
    ticket, copy = make_ticket(), Copy(api, "tickets/")
    copy.look()
    Ticket.objects.filter(pk=ticket.pk).update(status=ticket.status)
    assert copy.look() == ([], [])


def test_a_transaction_that_began_earlier_and_ends_later_is_not_missed(api: Caller) -> None:
    """The trap of every feed by number or by time: numbers are given before they are seen."""
    slow, quick = make_ticket(), make_ticket()
    copy = Copy(api, "tickets/")
    copy.look()
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("UPDATE tickets_ticket SET last_text = 'slow' WHERE id = %s", [slow.pk])
        Ticket.objects.filter(pk=quick.pk).update(last_text="quick")
        assert copy.look() == ([], [])  # not before everything that may come in between is known
        other.commit()
    finally:
        other.close()
    assert copy.look() == ([str(slow.pk), str(quick.pk)], [])


def test_a_place_on_another_server_is_refused_and_its_marks_are_mended(api: Caller) -> None:
    """A restored copy: marks of a server that had counted much further."""
    ticket, copy = make_ticket(), Copy(api, "tickets/")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tickets_ticket DISABLE TRIGGER mark_change")
        cursor.execute("UPDATE tickets_ticket SET changed = 9000000000000")
        cursor.execute("ALTER TABLE tickets_ticket ENABLE TRIGGER mark_change")
    assert copy.look() == ([], [])
    assert mend_marks() == 1 and mend_marks() == 0
    assert copy.look() == ([str(ticket.pk)], [])
    from_there = START._replace(changed=9_000_000_000_000)
    with pytest.raises(OtherServer, match="Begin again"):
        read_changes("ticket", from_there, size=1)


def test_a_cursor_of_another_list_is_refused(api: Caller) -> None:
    make_ticket()
    copy = Copy(api, "tickets/")
    copy.look()
    assert code_of(api.get(f"messages/?since={copy.since}")) == (400, "cursor_invalid")
    assert code_of(api.get("tickets/?since=yesterday")) == (400, "cursor_invalid")
