"""Only what a composer showed, and what came along with it, goes out: never a picture somebody did not see."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_message, make_supervisor, make_ticket
from tests.things import picture
from tickets.models import Address, Draft, Message, StoredFile

TOKEN = "3f0c6f1e-9d53-4b5f-8a05-0d8f6a1f2b11"
UNSEEN = "you had not seen"


@pytest.fixture(params=["answer", "post"])
def place(request: pytest.FixtureRequest, acme: Address) -> str:
    """Where the composer's form goes."""
    if request.param == "post":
        return f"/post/{acme.pk}/"
    ticket = make_ticket()
    make_message(ticket)
    return f"/tickets/{ticket.pk}/write/"


@pytest.fixture
def sams_desk(acme: Address) -> Client:
    client = Client()
    client.force_login(make_supervisor("sam"))
    return client


def hand_in(client: Client, place: str, **more: Any) -> Any:
    return client.post(place, {"mode": "public", "began": "public", "text": "See here."} | more)


def kept(place: str) -> str:
    return "post" if place.startswith("/post/") else "public"


def said() -> list[tuple[str, int]]:
    return [(message.text, message.media.count()) for message in Message.objects.filter(direction="out")]


def test_a_picture_added_in_another_window_is_shown_before_it_goes(sams_desk: Client, place: str) -> None:
    hand_in(sams_desk, place, do="draft")
    hand_in(sams_desk, place, text="Another", kept=kept(place), do="add", enclosed=picture("secret.png"))
    refused = hand_in(sams_desk, place, kept=kept(place))
    page, stored = refused.content.decode(), StoredFile.objects.get()
    assert refused.status_code == 422 and UNSEEN in page and not said()
    assert ">See here.</textarea>" in page and f'name="shown" value="{stored.pk}"' in page
    assert hand_in(sams_desk, place, kept=kept(place), shown=stored.pk).status_code == 302
    assert said() == [("See here.", 1)]


def test_a_window_that_knows_of_no_draft_does_not_throw_the_pictures_of_another_away(
    sams_desk: Client, place: str
) -> None:
    hand_in(sams_desk, place, do="add", enclosed=picture("van.png"))
    assert UNSEEN in hand_in(sams_desk, place, text="Hello").content.decode()
    assert Draft.objects.get().files.count() == 1 and not said()


def test_what_came_along_goes_with_what_was_shown(sams_desk: Client, place: str) -> None:
    hand_in(sams_desk, place, do="add", enclosed=picture("van.png"))
    shown = StoredFile.objects.get().pk
    assert hand_in(sams_desk, place, kept=kept(place), shown=shown, enclosed=picture("door.png")).status_code == 302
    assert said() == [("See here.", 2)]


def test_a_sheet_that_died_on_its_way_and_is_handed_in_again_sends_its_pictures_once(
    sams_desk: Client, place: str
) -> None:
    def files() -> list[Any]:
        return [picture("van.png"), picture("door.png", size=(8, 8))]

    hand_in(sams_desk, place, token=TOKEN, enclosed=files(), do="add")  # so far it came: kept, and not sent
    assert hand_in(sams_desk, place, token=TOKEN, enclosed=files()).status_code == 302
    assert said() == [("See here.", 2)] and StoredFile.objects.count() == 2


def test_a_picture_chosen_twice_on_purpose_is_there_twice(sams_desk: Client, place: str) -> None:
    hand_in(sams_desk, place, do="add", enclosed=picture("van.png"))
    hand_in(sams_desk, place, do="add", enclosed=picture("van.png"), shown=StoredFile.objects.get().pk)
    assert Draft.objects.get().files.count() == 2


def test_a_sheet_sent_already_leaves_alone_what_another_window_began_since(sams_desk: Client, place: str) -> None:
    hand_in(sams_desk, place, token=TOKEN)
    hand_in(sams_desk, place, text="And this", do="add", enclosed=picture("door.png"))
    assert hand_in(sams_desk, place, token=TOKEN).status_code == 302
    assert said() == [("See here.", 0)] and Draft.objects.get().files.count() == 1


def test_a_note_takes_no_pictures_and_is_not_asked_of_any(desk: Client, acme: Address, alice: User) -> None:
    ticket = make_ticket()
    place = f"/tickets/{ticket.pk}/write/"
    hand_in(desk, place, do="add", enclosed=picture())
    assert hand_in(desk, place, mode="note", began="note").status_code == 302
    assert Draft.objects.get(person=alice).files.count() == 1


def test_a_picture_forgotten_the_first_time_is_kept_and_not_said_to_be_sent(sams_desk: Client, place: str) -> None:
    hand_in(sams_desk, place, token=TOKEN)
    refused = hand_in(sams_desk, place, token=TOKEN, enclosed=picture("van.png"))
    page, shown = refused.content.decode(), StoredFile.objects.get().pk
    assert refused.status_code == 422 and "from here before." in page and "Left out" not in page
    assert Draft.objects.get().files.get().name == "van.png" and f'name="shown" value="{shown}"' in page
    assert hand_in(sams_desk, place, kept=kept(place), shown=shown).status_code == 302
    assert said() == [("See here.", 0), ("See here.", 1)] and not Draft.objects.exists()


def test_a_sheet_that_was_sent_with_its_picture_is_sent_once_with_it(sams_desk: Client, place: str) -> None:
    for _ in range(3):
        assert hand_in(sams_desk, place, token=TOKEN, enclosed=picture("van.png")).status_code == 302
    assert said() == [("See here.", 1)] and not Draft.objects.exists()


@pytest.mark.parametrize("saved", [True, False])
@pytest.mark.parametrize("mode", ["public", "private"])
def test_a_note_leaves_the_pictures_to_the_answer_they_were_chosen_for(
    desk: Client, acme: Address, alice: User, mode: str, saved: bool
) -> None:
    ticket = make_ticket()
    place, note = f"/tickets/{ticket.pk}/write/", {"mode": "note", "began": mode, "text": "Ask Bob"}
    hand_in(desk, place, mode=mode, began=mode, do="add", enclosed=picture("van.png"))
    if saved:
        hand_in(desk, place, **note, kept=mode, do="draft")
    shown = {"kept": "note" if saved else mode, "shown": StoredFile.objects.get().pk, "token": TOKEN}
    for _ in range(2):
        assert hand_in(desk, place, **note, **shown).status_code == 302
    draft = Draft.objects.get(person=alice)
    assert (draft.mode, draft.text, draft.files.get().name) == (mode, "", "van.png")
    assert Message.objects.get(text="Ask Bob").kind == "note"


def test_a_note_leaves_the_words_of_an_answer_that_were_kept_apart(desk: Client, acme: Address) -> None:
    ticket = make_ticket()
    place = f"/tickets/{ticket.pk}/write/"
    hand_in(desk, place, mode="note", began="note", text="Ask", do="draft")
    hand_in(desk, place, text="On its way.", do="add", enclosed=picture("van.png"))
    shown = StoredFile.objects.get().pk
    hand_in(desk, place, mode="note", text="Ask Bob", kept="public", shown=shown)
    draft = Draft.objects.get()
    assert (draft.mode, draft.text, draft.files.get().pk) == ("public", "On its way.", shown)
