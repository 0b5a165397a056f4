"""Drafts: kept while somebody writes, theirs alone, gone after sending."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from tests.factories import make_message, make_supervisor, make_ticket
from tests.things import picture
from tests.tickets.pigeon import Wire
from tests.tickets.rights import without
from tests.tickets.said import at
from tickets import replies
from tickets.composing.drafts import Words, begun, drop, mine, of, remove_file, write
from tickets.errors import CannotSend
from tickets.models import Address, Draft, StoredFile, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme: Address, wire: Wire) -> Ticket:
    ticket = make_ticket()
    make_message(ticket)
    return ticket


def keep(person: User, ticket: Ticket | Address, text: str, mode: str = "public", **more: object) -> Draft | None:
    words = Words(text=text, began=str(more.pop("began", "")))
    return write(person, ticket, mode, words, now=at(1), **more)  # type: ignore[arg-type]  # the test says which


def test_each_person_has_one_draft_for_each_way_to_answer(ticket: Ticket, alice: User, bob: User) -> None:
    keep(alice, ticket, "Hello"), keep(alice, ticket, "Hello Ana"), keep(alice, ticket, "Psst", "private")
    keep(bob, ticket, "Ana, hello")
    found = of(alice, ticket, "public")
    assert found and (found.text, Draft.objects.count()) == ("Hello Ana", 3)


def test_an_emptied_draft_is_gone(ticket: Ticket, alice: User) -> None:
    keep(alice, ticket, "Hello"), keep(alice, ticket, "  ")
    assert not Draft.objects.exists()


def test_a_draft_follows_its_writer_to_another_way_to_answer(ticket: Ticket, alice: User) -> None:
    keep(alice, ticket, "Hello")
    keep(alice, ticket, "Hello, privately", "private", moved_from="public")
    assert [(d.mode, d.text) for d in mine(alice)] == [("private", "Hello, privately")]


def test_a_draft_that_stands_there_already_is_not_overwritten_by_another(ticket: Ticket, alice: User) -> None:
    keep(alice, ticket, "A secret", "private"), keep(alice, ticket, "Hello")
    keep(alice, ticket, "Hello, privately", "private", moved_from="public")
    assert {(d.mode, d.text) for d in mine(alice)} == {("private", "Hello, privately"), ("public", "Hello")}


def test_the_composer_opens_with_the_latest(ticket: Ticket, alice: User) -> None:
    keep(alice, ticket, "Hello")
    write(alice, ticket, "note", Words(text="Called them."), now=at(2))
    found = next(iter(begun(alice, ticket)), None)
    assert found and found.text == "Called them."


def test_private_words_are_for_those_who_may_read_private_messages(ticket: Ticket, alice: User) -> None:
    keep(alice, ticket, "A secret", "private"), keep(alice, ticket, "Was a secret", "public", began="private")
    alice = without(alice, "see_private")
    assert (of(alice, ticket, "private"), next(iter(begun(alice, ticket)), None), list(mine(alice))) == (None, None, [])


def test_drafts_of_tickets_nobody_shows_them_any_more_are_not_listed(acme: Address, alice: User, wire: Wire) -> None:
    keep(alice, make_ticket(private=True), "A secret", "private")
    assert mine(alice).count() == 1
    assert not mine(without(alice, "view_ticket")).exists()


def test_a_post_has_a_draft_for_those_who_may_publish(acme: Address, wire: Wire) -> None:
    sam = make_supervisor()
    keep(sam, acme, "We are open", "post"), keep(sam, acme, "We are open again", "post")
    assert [d.text for d in mine(sam)] == ["We are open again"]
    assert not mine(without(sam, "publish_post")).exists()


def test_what_was_sent_is_not_kept_again_by_a_late_save(ticket: Ticket, alice: User) -> None:
    token = uuid4()
    replies.reply(ticket, text="Hello", private=False, by=alice, now=at(1), token=token)
    assert keep(alice, ticket, "Hell", token=token) is None
    drop(alice, ticket, "public")
    assert not Draft.objects.exists()


def test_a_file_that_cannot_be_sent_is_left_out_and_all_the_rest_is_kept(ticket: Ticket, alice: User) -> None:
    with pytest.raises(CannotSend, match=r"alone.*Left out: “wave.gif”"):
        keep(alice, ticket, "See", files=[picture("van.png"), picture("wave.gif", form="GIF")])
    with pytest.raises(CannotSend, match=r"one file can go.*Left out: “door.png”, “road.png”\."):
        keep(alice, ticket, "Psst", "private", files=[picture(f"{one}.png") for one in ("van", "door", "road")])
    kept = {(draft.text, *(one.name for one in draft.files.all())) for draft in Draft.objects.all()}
    assert kept == {("See", "van.png"), ("Psst", "van.png")} and StoredFile.objects.count() == 2


def test_what_cannot_hold_files_keeps_its_words_and_nothing_at_all_keeps_nothing(ticket: Ticket, alice: User) -> None:
    for text in ("", "See"):
        with pytest.raises(CannotSend, match="words only"):
            keep(alice, ticket, text, "note", files=[picture()])
    assert Draft.objects.get().text == "See" and not StoredFile.objects.exists()


def test_a_refused_file_loses_no_description_of_what_was_there(ticket: Ticket, alice: User) -> None:
    draft = keep(alice, ticket, "", "private", files=[picture()])
    assert draft is not None
    one = draft.files.get()
    words = Words(descriptions={one.pk: "The van"})
    with pytest.raises(CannotSend):
        write(alice, ticket, "private", words, now=at(2), files=[picture("door.png")], shown=[one.pk])
    assert draft.files.get().alt_text == "The van"


def test_files_add_up_and_nobody_takes_out_anothers(ticket: Ticket, alice: User, bob: User) -> None:
    draft = keep(alice, ticket, "", files=[picture()] * 3)
    assert draft is not None
    with pytest.raises(CannotSend, match="4 pictures"):
        keep(alice, ticket, "", files=[picture()] * 2, shown=[one.pk for one in draft.files.all()])
    one = draft.files.all()[0]
    remove_file(bob, one.pk)
    assert draft.files.count() == 4
    remove_file(alice, one.pk)
    assert draft.files.count() == 3
