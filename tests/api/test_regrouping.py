"""Merging, splitting, moving, linking and undoing by program."""

import pytest
from django.contrib.auth.models import User

from tests.api.caller import Caller, code_of
from tests.factories import BEN, make_customer, make_message, make_ticket
from tests.tickets.rights import without
from tickets.models import Gesture, Ticket, TicketLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(acme: object) -> tuple[Ticket, Ticket]:
    home, other = make_ticket(), make_ticket()
    make_message(home), make_message(other, "And my invoice?")
    return home, other


def test_tickets_are_merged_and_the_merge_is_undone(api: Caller, two: tuple[Ticket, Ticket]) -> None:
    home, other = two
    told = api.post(f"tickets/{home.pk}/merge/", {"tickets": [str(other.pk)]}).json()
    assert (told["kind"], told["ticket"], told["undone_at"]) == ("merge", str(home.pk), None)
    assert api.get(f"tickets/{other.pk}/").json()["merged_into"] == str(home.pk)
    assert api.get(f"tickets/{home.pk}/activities/").json()["results"][0]["gesture"] == told["id"]
    assert api.post(f"gestures/{told['id']}/undo/", {}).json()["undone_at"]
    assert other.messages.count() == 1
    assert code_of(api.post(f"gestures/{told['id']}/undo/", {})) == (409, "cannot_change")


def test_a_merge_is_done_once_for_a_key(api: Caller, two: tuple[Ticket, Ticket]) -> None:
    home, other = two
    key = {"Idempotency_Key": "merge-1"}
    first = api.post(f"tickets/{home.pk}/merge/", {"tickets": [str(other.pk)]}, **key).json()
    again = api.post(f"tickets/{home.pk}/merge/", {"tickets": [str(other.pk)]}, **key).json()
    assert first == again and Gesture.objects.count() == 1


def test_several_customers_need_a_sure_word(api: Caller, two: tuple[Ticket, Ticket]) -> None:
    bens = make_ticket(make_customer(BEN))
    asked = {"tickets": [str(bens.pk)]}
    assert code_of(api.post(f"tickets/{two[0].pk}/merge/", asked)) == (409, "needs_sure")
    assert api.post(f"tickets/{two[0].pk}/merge/", asked | {"sure": True}).status_code == 200


def test_what_nobody_may_see_is_not_merged(api: Caller, two: tuple[Ticket, Ticket]) -> None:
    assert code_of(api.post(f"tickets/{two[0].pk}/merge/", {"tickets": ["999999"]})) == (403, "not_allowed")
    assert api.post("tickets/999999/merge/", {"tickets": [str(two[0].pk)]}).status_code == 404


def test_a_message_is_split_off_and_another_moved(api: Caller, two: tuple[Ticket, Ticket]) -> None:
    home, other = two
    split, moved = make_message(home, "By the way."), make_message(home, "My invoice.")
    told = api.post(f"tickets/{home.pk}/split/", {"messages": [str(split.pk)]}).json()
    assert Ticket.objects.get(pk=told["ticket"]).messages.get() == split
    assert api.post(f"messages/{moved.pk}/move/", {"ticket": str(other.pk)}).json()["ticket"] == str(other.pk)
    assert other.messages.count() == 2


def test_tickets_are_linked_and_apart_again(api: Caller, two: tuple[Ticket, Ticket]) -> None:
    home, other = two
    assert api.post(f"tickets/{home.pk}/links/", {"ticket": str(other.pk)}).status_code == 200
    assert TicketLink.objects.count() == 1
    assert api.delete(f"tickets/{other.pk}/links/{home.pk}/").status_code == 200
    assert api.delete(f"tickets/{other.pk}/links/{home.pk}/").status_code == 404


def test_linking_tells_nobody_which_numbers_are_private(alice: User, two: tuple[Ticket, Ticket]) -> None:
    hidden = make_ticket(private=True)
    nora = Caller(without(alice, "see_private"))
    answers = [nora.post(f"tickets/{two[0].pk}/links/", {"ticket": key}) for key in (str(hidden.pk), "999999")]
    assert [code_of(answer) for answer in answers] == [(404, "not_found")] * 2
