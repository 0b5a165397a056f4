"""Several requests at the same moment, each on its own connection: one does it, the others learn what became of it."""

from base64 import b64encode
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.caller import Caller
from tests.at_once import at_once
from tests.factories import make_agent, make_message, make_ticket
from tests.things import picture
from tests.tickets.pigeon import Wire

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_answer_sent_twice_in_the_same_moment_is_written_once(api: Caller, acme: object, wire: Wire) -> None:
    ticket = make_ticket()
    make_message(ticket)
    body = {"text": "On its way.", "private": False}

    def send() -> Any:
        return api.post(f"tickets/{ticket.pk}/replies/", body, Idempotency_Key="order-77")

    answers = at_once(*[send] * 4)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert ticket.messages.filter(direction="out").count() == 1


@pytest.mark.parametrize("private", [False, True])
def test_of_one_answer_under_two_keys_one_is_written(alice: User, acme: object, wire: Wire, private: bool) -> None:
    ticket, people = make_ticket(private=private), [Caller(alice), Caller(make_agent("bob"))]
    make_message(ticket)
    body = {"text": "On its way.", "private": private}
    answers = at_once(
        *[lambda who=who: who.post(f"tickets/{ticket.pk}/replies/", body, Idempotency_Key="mine") for who in people]
    )
    kept, refused = sorted((answer.json() for answer in answers), key=lambda told: "code" in told)
    assert refused["code"] == "said_before" and refused["message"].startswith(kept["agent"]["name"])
    assert ticket.messages.filter(direction="out").count() == 1
    assert people[0].post(f"tickets/{ticket.pk}/replies/", body | {"repeat": True}).status_code == 201


@pytest.mark.parametrize("text", ["On its way.", ""])
@pytest.mark.parametrize("private", [False, True])
def test_of_three_equal_answers_with_one_picture_one_is_written(
    alice: User, acme: object, wire: Wire, private: bool, text: str
) -> None:
    ticket, people = make_ticket(private=private), [Caller(alice)]
    people += [Caller(make_agent(name)) for name in ("bob", "cem")]
    make_message(ticket)
    body = {"text": text, "private": private, "files": [enclosed(picture())]}
    path = f"tickets/{ticket.pk}/replies/"
    answers = at_once(*[lambda who=who: who.post(path, body) for who in people])
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "said_before"}
    assert ticket.messages.filter(direction="out").count() == 1
    other = body | {"files": [enclosed(picture(size=(40, 20)))]}
    assert [people[0].post(path, one).status_code for one in (other, body | {"repeat": True})] == [201, 201]


@pytest.mark.parametrize("files", [[], ["picture"]])
@pytest.mark.parametrize("private", [False, True])
def test_of_equal_answers_on_two_tickets_of_one_person_one_is_written(
    alice: User, acme: object, wire: Wire, private: bool, files: list[str]
) -> None:
    tickets = [make_ticket(private=private) for _one in range(3)]
    for ticket in tickets:
        make_message(ticket)
    people = [Caller(alice), Caller(make_agent("bob")), Caller(make_agent("cem"))]
    body = {"text": "On its way.", "private": private, "files": [enclosed(picture()) for _one in files]}
    ways = [(people[n], f"tickets/{tickets[n].pk}/replies/") for n in range(3)]
    answers = at_once(*[lambda way=way: way[0].post(way[1], body) for way in ways])
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "said_before"}


def enclosed(file: SimpleUploadedFile) -> dict[str, str]:
    return {"name": str(file.name), "content": b64encode(file.read()).decode(), "alt_text": "The van"}


def test_of_two_who_take_a_ticket_one_wins_and_the_other_learns_who(alice: User) -> None:
    ticket, people = make_ticket(), [Caller(alice), Caller(make_agent("bob"))]
    answers = at_once(*[lambda who=who: who.post(f"tickets/{ticket.pk}/take/") for who in people])
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (200, 409)
    assert won.json()["assignee"]["name"] in lost.json()["message"]


def test_of_two_who_decided_on_one_version_only_the_first_changes_it(api: Caller) -> None:
    ticket = make_ticket()
    seen = api.get(f"tickets/{ticket.pk}/")["ETag"]

    def set_to(priority: str) -> Any:
        return api.post(f"tickets/{ticket.pk}/priority/", {"priority": priority}, If_Match=seen)

    answers = at_once(lambda: set_to("high"), lambda: set_to("low"))
    assert sorted(answer.status_code for answer in answers) == [200, 412]


def test_an_allowance_is_kept_to_the_request_however_many_ask_at_once(alice: User) -> None:
    api = Caller(alice, rate=5)
    answers = at_once(*[lambda: api.get("me/")] * 8)
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [429] * 3
