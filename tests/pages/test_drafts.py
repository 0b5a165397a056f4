"""Drafts and files in the composer, without JavaScript and with; and who is given a stored file."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_message, make_supervisor, make_ticket
from tests.things import film, picture
from tests.tickets.rights import without
from tickets.models import Draft, Message, OutboxEntry, StoredFile, Ticket

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def ticket(acme: object) -> Ticket:
    ticket = make_ticket()
    make_message(ticket)
    return ticket


def write(desk: Client, ticket: Ticket, text: str = "See here.", mode: str = "public", **more: Any) -> Any:
    headers = more.pop("headers", {})
    data = {"mode": mode, "began": mode, "text": text} | more
    return desk.post(f"/tickets/{ticket.pk}/write/", data, headers=headers)


def save(desk: Client, ticket: Ticket, text: str, mode: str = "public", **more: Any) -> Any:
    data = {"mode": mode, "began": mode, "text": text} | more
    return desk.post(f"/tickets/{ticket.pk}/draft/", data, headers=SCRIPT)


def page_of(desk: Client, ticket: Ticket) -> str:
    return desk.get(f"/tickets/{ticket.pk}/").content.decode()


def test_a_draft_saved_by_its_button_stands_there_again(desk: Client, ticket: Ticket) -> None:
    answer = write(desk, ticket, "I am not su", "private", do="draft")
    assert answer.status_code == 200 and ticket.messages.count() == 1
    page = page_of(desk, ticket)
    assert ">I am not su</textarea>" in page and 'value="private" checked' in page and "Draft saved" in page


def test_a_script_saves_while_somebody_types(desk: Client, ticket: Ticket) -> None:
    answer = save(desk, ticket, "I am not su")
    assert answer.status_code == 200 and 'name="kept" value="public"' in answer.content.decode()
    save(desk, ticket, "I am not sure", kept="public")
    assert Draft.objects.get().text == "I am not sure"


def test_of_several_saves_of_one_window_the_latest_holds_in_whatever_order_they_arrive(
    desk: Client, ticket: Ticket
) -> None:
    here, there = str(uuid4()), str(uuid4())
    save(desk, ticket, "I am not sure", window=here, edit=20)
    answer = save(desk, ticket, "I am not su", window=here, edit=19)
    assert answer.status_code == 200 and 'name="kept" value="public"' in answer.content.decode()
    save(desk, ticket, "I am", "note", window=here, edit=18)  # it was a note before
    assert Draft.objects.get().text == "I am not sure"
    save(desk, ticket, "I am sure", window=there, edit=1)  # another window, whose clock may differ
    assert Draft.objects.get().text == "I am sure"
    assert save(desk, ticket, "I", window="here", edit=30).status_code == 422


@pytest.mark.parametrize(
    ("right", "mode"), [("send_reply", "public"), ("see_private", "private"), ("work_ticket", "note")]
)
def test_what_somebody_could_not_send_is_not_kept_for_them(
    desk: Client, alice: User, ticket: Ticket, right: str, mode: str
) -> None:
    without(alice, right)
    assert save(desk, ticket, "I am not su", mode).status_code == 422
    assert write(desk, ticket, "I am not su", mode, do="draft").status_code == 422
    assert not Draft.objects.exists()


def kept() -> dict[str, str]:
    return {draft.mode: draft.text for draft in Draft.objects.all()}


@pytest.fixture
def both(desk: Client, ticket: Ticket) -> dict[str, str]:
    """What is begun in two ways."""
    save(desk, ticket, "INTERNAL: never on time", "note")
    save(desk, ticket, "On its w", to_public=ticket.messages.get().pk)
    return kept()


def test_going_to_another_way_to_answer_brings_what_is_kept_of_it(
    desk: Client, ticket: Ticket, both: dict[str, str]
) -> None:
    page = page_of(desk, ticket)
    assert ">On its w</textarea>" in page and 'data-mode="public" data-others="note"' in page
    aim = {"to_public": ticket.messages.get().pk}
    turned = write(desk, ticket, "On its way.", "note", began="public", kept="public", turn="public", **aim)
    page = turned.content.decode()
    assert turned.status_code == 200 and ">INTERNAL: never on time</textarea>" in page
    assert 'data-mode="note" data-others="public"' in page and 'name="began" value="note"' in page
    assert kept() == both | {"public": "On its way."}
    assert Draft.objects.get(mode="public").answers == ticket.messages.get()
    page = write(desk, ticket, "INTERNAL: never", "public", began="note", kept="note", turn="note", headers=SCRIPT)
    assert ">On its way.</textarea>" in page.content.decode() and "<html" not in page.content.decode()
    assert kept() == {"public": "On its way.", "note": "INTERNAL: never"}
    assert ticket.messages.count() == 1


def test_where_nothing_is_kept_of_it_the_words_go_along(desk: Client, ticket: Ticket) -> None:
    save(desk, ticket, "On its w")
    page = write(desk, ticket, "On its w", "note", began="public", kept="public", turn="public").content.decode()
    assert ">On its w</textarea>" in page and 'data-others=""' in page and kept() == {"note": "On its w"}


def test_no_save_goes_over_what_is_kept_of_another_way_to_answer(
    desk: Client, ticket: Ticket, both: dict[str, str]
) -> None:
    answer = save(desk, ticket, "On its way", "note", began="public", kept="public")
    assert 'name="kept" value="public"' in answer.content.decode()
    assert kept() == both | {"public": "On its way"}


@pytest.mark.parametrize("more", [{}, {"do": "draft"}])
def test_without_a_script_the_next_button_brings_it_and_sends_nothing(
    desk: Client, ticket: Ticket, both: dict[str, str], more: dict[str, str]
) -> None:
    answer = write(desk, ticket, "On its way.", "note", began="public", kept="public", **more)
    page = answer.content.decode()
    assert answer.status_code == 422 and ">INTERNAL: never on time</textarea>" in page and "begun this already" in page
    assert kept() == both | {"public": "On its way."} and ticket.messages.count() == 1
    assert write(desk, ticket, both["note"], "note", began="note", kept="note").status_code == 302
    assert kept() == {"public": "On its way."}


def test_after_sending_there_is_no_draft(desk: Client, ticket: Ticket) -> None:
    save(desk, ticket, "On its w")
    assert write(desk, ticket, "On its way.", kept="public").status_code == 302
    assert not Draft.objects.exists()
    assert "On its w</textarea>" not in page_of(desk, ticket)


def test_a_draft_is_nobody_elses(desk: Client, ticket: Ticket, bob: User) -> None:
    save(desk, ticket, "A half thought")
    client = Client()
    client.force_login(bob)
    assert "A half thought" not in page_of(client, ticket)
    assert "A half thought" not in client.get("/").content.decode()


def test_home_lists_my_drafts(desk: Client, ticket: Ticket, alice: User) -> None:
    save(desk, ticket, "A half thought"), save(desk, ticket, "A secret thought", "private")
    page = desk.get("/").content.decode()
    assert "A half thought" in page and "A secret thought" in page and f"/tickets/{ticket.pk}/#writer" in page
    without(alice, "see_private")
    assert "A secret thought" not in desk.get("/").content.decode()


def test_an_outsider_saves_nothing(strangers_desk: Client, ticket: Ticket) -> None:
    assert save(strangers_desk, ticket, "x").status_code in (302, 403, 404)
    assert not Draft.objects.exists()


def test_a_picture_is_added_described_and_sent(desk: Client, ticket: Ticket) -> None:
    page = write(desk, ticket, enclosed=picture(), do="add").content.decode()
    stored = StoredFile.objects.get()
    assert f'src="/files/{stored.pk}/"' in page and "No description yet" in page
    assert ">See here.</textarea>" in page and 'name="kept" value="public"' in page
    write(desk, ticket, kept="public", shown=stored.pk, **{f"alt-{stored.pk}": "The van"})
    message = ticket.messages.get(direction="out")
    assert message.media.get().alt_text == "The van" and StoredFile.objects.get().media == message.media.get()
    assert f'src="/files/{stored.pk}/" alt="The van"' in page_of(desk, ticket)


def test_a_picture_chosen_with_the_answer_goes_at_once(desk: Client, ticket: Ticket) -> None:
    assert write(desk, ticket, "", enclosed=picture()).status_code == 302
    assert ticket.messages.get(direction="out").media.count() == 1


def test_a_refused_answer_loses_no_picture(desk: Client, ticket: Ticket) -> None:
    page = write(desk, ticket, "x" * 300, enclosed=[picture(), picture()]).content.decode()
    assert "20 too long" in page and page.count('name="take_out"') == 2


def test_a_picture_is_taken_out_again(desk: Client, ticket: Ticket) -> None:
    write(desk, ticket, enclosed=picture(), do="add")
    page = write(desk, ticket, kept="public", take_out=str(StoredFile.objects.get().pk)).content.decode()
    assert 'name="take_out"' not in page and Draft.objects.get().files.count() == 0


def test_a_file_that_cannot_be_sent_is_said_beside_the_field(desk: Client, ticket: Ticket) -> None:
    answer = write(desk, ticket, enclosed=[picture(), film()])
    assert answer.status_code == 422 and "goes alone" in answer.content.decode()
    assert ticket.messages.count() == 1 and StoredFile.objects.get().kind == "photo"


def test_of_two_pictures_for_one_message_the_first_stays_with_all_words(desk: Client, ticket: Ticket) -> None:
    page = write(desk, ticket, enclosed=[picture("van.png"), picture("door.png")], mode="private", do="add")
    told = page.content.decode()
    assert page.status_code == 422 and "No more than one file" in told and "Left out: “door.png”." in told
    assert ">See here.</textarea>" in told and "Remove van.png" in told and "Remove door.png" not in told
    shown = StoredFile.objects.get().pk
    assert write(desk, ticket, mode="private", kept="private", shown=shown).status_code == 302
    assert Message.objects.get(direction="out").media.count() == 1


def test_what_was_left_out_is_said_until_the_files_change(desk: Client, ticket: Ticket) -> None:
    first = write(desk, ticket, enclosed=[picture("van.png"), picture("door.png")], mode="private", do="add")
    said = first.context["writer"].left_out
    kept = {"kept": "private", "shown": StoredFile.objects.get().pk}
    refused = write(desk, ticket, "x" * 10_001, mode="private", left_out=said, **kept)
    assert refused.context["writer"].left_out == said and "too long" in refused.context["writer"].error
    taken_out = {"take_out": str(StoredFile.objects.get().pk), "left_out": said}
    assert write(desk, ticket, mode="private", kept="private", **taken_out).context["writer"].left_out == ""


def test_files_chosen_before_it_is_sure_that_words_become_public_are_kept(desk: Client, ticket: Ticket) -> None:
    two = [picture("van.png"), picture("door.png")]
    shown = write(desk, ticket, began="private", kept="private", enclosed=two, do="add")
    assert shown.status_code == 200 and shown.context["writer"].error == ""
    assert {file.name for file in shown.context["writer"].files} == {"van.png", "door.png"}
    refused = write(desk, ticket, began="private", kept="public")
    assert "may become public" in refused.context["writer"].error and len(refused.context["writer"].files) == 2


def test_files_chosen_with_words_that_are_not_sure_yet_are_kept(desk: Client, ticket: Ticket) -> None:
    refused = write(desk, ticket, began="private", enclosed=[picture("van.png")])
    assert refused.status_code == 422 and refused.context["writer"].files[0].name == "van.png"
    shown = StoredFile.objects.get().pk
    assert write(desk, ticket, began="private", kept="public", sure="yes", shown=shown).status_code == 302


@pytest.mark.parametrize("more", [{"send_at": "soon"}, {"text": "x" * 30_001}, {"instead": "1"}])
def test_files_that_could_not_be_kept_are_told_by_name(desk: Client, ticket: Ticket, more: dict[str, str]) -> None:
    shown = write(desk, ticket, enclosed=[picture("van.png"), picture("door.png")], do="add", **more)
    assert shown.context["writer"].left_out == "Left out: “van.png”, “door.png”. Choose them again."


def test_what_was_left_out_is_said_after_a_reload_until_the_files_change(desk: Client, ticket: Ticket) -> None:
    write(desk, ticket, enclosed=[picture("van.png"), picture("door.png")], mode="private", do="add")
    save(desk, ticket, "See here. Soon.", "private", kept="private")
    assert "Left out: “door.png”." in page_of(desk, ticket)
    write(desk, ticket, mode="private", kept="private", take_out=str(StoredFile.objects.get().pk))
    assert "Left out" not in page_of(desk, ticket)


@pytest.fixture
def talk(ticket: Ticket) -> Ticket:
    """Where the customer writes in private."""
    talk = make_ticket(ticket.identity, private=True)
    make_message(talk, "It was 14C", visibility="private", kind="direct")
    return talk


def test_what_is_to_be_said_on_another_ticket_goes_there_as_a_draft(desk: Client, ticket: Ticket, talk: Ticket) -> None:
    assert f"Go to #{talk.pk}" in page_of(desk, ticket)
    gone = write(desk, ticket, "Thank you!", "private", do="go_to", enclosed=picture())
    assert gone["Location"] == f"/tickets/{talk.pk}/#writer"
    assert ">Thank you!</textarea>" in page_of(desk, talk) and "Thank you!" not in page_of(desk, ticket)
    assert Draft.objects.get().files.count() == 1
    assert write(desk, ticket, "", "private", do="go_to", headers=SCRIPT)["HX-Redirect"] == gone["Location"]


def test_what_was_begun_there_is_never_overwritten(desk: Client, ticket: Ticket, talk: Ticket) -> None:
    save(desk, talk, "One mo", "private")
    write(desk, ticket, "Thank you!", "private", do="go_to")
    assert f"Your words stay in #{ticket.pk}." in (there := page_of(desk, talk)) and ">One mo</textarea>" in there
    assert ">Thank you!</textarea>" in page_of(desk, ticket)


def test_pictures_move_along_to_a_private_answer(desk: Client, ticket: Ticket) -> None:
    write(desk, ticket, enclosed=picture(), do="add")
    shown = StoredFile.objects.get().pk
    assert write(desk, ticket, mode="private", kept="public", shown=shown).status_code == 302
    assert Message.objects.get(direction="out").media.count() == 1


def test_taking_back_brings_the_pictures_back(desk: Client, ticket: Ticket) -> None:
    write(desk, ticket, enclosed=picture())
    message = ticket.messages.get(direction="out")
    page = desk.post(f"/messages/{message.pk}/undo/").content.decode()
    assert ">See here.</textarea>" in page and 'name="take_out"' in page


def stored_on(ticket: Ticket, desk: Client, mode: str = "public") -> StoredFile:
    write(desk, ticket, enclosed=picture("a “van”.png"), mode=mode)
    return StoredFile.objects.get()


def test_a_file_is_given_to_whoever_may_read_its_message(desk: Client, ticket: Ticket) -> None:
    stored = stored_on(ticket, desk)
    answer = desk.get(f"/files/{stored.pk}/")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer["Content-Disposition"].startswith("inline") and "sandbox" in answer["Content-Security-Policy"]
    assert answer.content[:4] == b"\x89PNG" and len(answer.content) == stored.size
    assert desk.get(f"/files/{stored.pk}/", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_a_private_file_is_not_given_to_others(desk: Client, strangers_desk: Client, ticket: Ticket, bob: User) -> None:
    stored = stored_on(ticket, desk, "private")
    assert desk.get(f"/files/{stored.pk}/").status_code == 200
    client = Client()
    client.force_login(without(bob, "see_private"))
    for other in (client, strangers_desk):
        assert other.get(f"/files/{stored.pk}/").status_code in (403, 404)
    assert "/sign-in/" in Client().get(f"/files/{stored.pk}/")["Location"]


def test_a_file_of_a_draft_is_its_writers_alone(desk: Client, ticket: Ticket, bob: User) -> None:
    write(desk, ticket, enclosed=picture(), do="add")
    client, address = Client(), f"/files/{StoredFile.objects.get().pk}/"
    client.force_login(bob)
    assert (desk.get(address).status_code, client.get(address).status_code) == (200, 404)


def test_what_is_no_picture_is_handed_over_as_a_file(desk: Client, ticket: Ticket) -> None:
    stored = stored_on(ticket, desk)
    StoredFile.objects.update(content_type="text/html", name="page.html")
    answer = desk.get(f"/files/{stored.pk}/")
    assert answer["Content-Type"] == "application/octet-stream"
    assert re.match(r"attachment; filename=\"page.html\"", answer["Content-Disposition"])


@pytest.mark.parametrize(
    ("asked", "status", "length"),
    [("bytes=0-9", 206, 10), ("bytes=10-", 206, -10), ("bytes=9-3", 200, 0), ("x", 200, 0)],
)
def test_a_player_may_ask_for_a_stretch(desk: Client, ticket: Ticket, asked: str, status: int, length: int) -> None:
    stored = stored_on(ticket, desk)
    answer = desk.get(f"/files/{stored.pk}/", headers={"Range": asked})
    expected = length if length > 0 else stored.size + length
    assert (answer.status_code, len(answer.content)) == (status, expected)


def test_a_file_of_a_published_post_is_shown_to_who_may_see_the_desk(desk: Client, ticket: Ticket) -> None:
    stored = stored_on(ticket, desk)
    Message.objects.update(ticket=None)
    OutboxEntry.objects.update(state="sent")
    make_supervisor()
    assert desk.get(f"/files/{stored.pk}/").status_code == 200
