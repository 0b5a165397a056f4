"""Acts by program: the same actions as the pages, with the same history, checks and sentences."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.api.caller import Caller, code_of
from tests.factories import (
    make_agent,
    make_answer,
    make_folder,
    make_message,
    make_outsider,
    make_policy,
    make_queue,
    make_supervisor,
    make_ticket,
)
from tests.things import picture
from tests.tickets.pigeon import Wire
from tests.tickets.rights import without
from tests.tickets.said import says
from tickets.intake import receive
from tickets.models import Address, AutoReplyCase, Media, Message, OutboxEntry, PauseRule, Ticket
from tickets.outbound import Permission
from tickets.outbox import pump

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme: object) -> Ticket:
    return make_ticket()


def test_a_ticket_is_given_to_somebody_and_back(api: Caller, ticket: Ticket) -> None:
    bob = make_agent("bob")
    told = api.post(f"tickets/{ticket.pk}/assign/", {"assignee": str(bob.pk)}).json()
    assert told["assignee"]["username"] == "bob"
    assert api.post(f"tickets/{ticket.pk}/assign/", {"assignee": None}).json()["assignee"] is None
    assert ticket.activities.filter(verb="ticket.assigned").count() == 2


@pytest.mark.parametrize(("path", "body"), [("status", {"status": "resolved"}), ("priority", {"priority": "urgent"})])
def test_status_and_priority_are_set(api: Caller, alice: User, ticket: Ticket, path: str, body: dict[str, str]) -> None:
    told = api.post(f"tickets/{ticket.pk}/{path}/", body).json()
    assert told[path] == body[path]
    line = ticket.activities.get(verb=f"ticket.{path}")
    assert line.actor == alice and line.data["after"] == body[path]


def test_a_pause_is_given_its_reason_and_told_with_the_policy_and_the_clock(api: Caller, acme: Address) -> None:
    acme.sla_policy = make_policy()
    acme.save()
    PauseRule.objects.create(policy=acme.sla_policy, status="on_hold", needs_reason=True)
    receive([says(sent_at=timezone.now())], now=timezone.now())
    path = f"tickets/{Ticket.objects.get().pk}"
    assert api.post(f"{path}/status/", {"status": "on_hold"}).status_code == 409
    api.post(f"{path}/status/", {"status": "on_hold", "reason": "Waiting for the airport"})
    assert all(clock["paused_at"] for clock in api.get(f"{path}/clocks/").json()["results"])
    told = api.get(f"sla-policies/{acme.sla_policy.pk}/").json()["pauses"]
    assert told == [{"status": "on_hold", "metric": None, "needs_reason": True}]


def test_a_ticket_is_moved_and_filed(api: Caller, ticket: Ticket) -> None:
    billing, refunds = make_queue("Billing"), make_folder("Refunds")
    assert api.post(f"tickets/{ticket.pk}/queue/", {"queue": str(billing.pk)}).json()["queue"]["name"] == "Billing"
    filed = api.post(f"tickets/{ticket.pk}/folder/", {"folder": str(refunds.pk)}).json()
    assert filed["folder"] == {"id": str(refunds.pk), "name": "Refunds"}
    assert api.post(f"tickets/{ticket.pk}/folder/", {"folder": None}).json()["folder"] is None


def test_tags_come_and_go_all_or_none(api: Caller, ticket: Ticket) -> None:
    told = api.post(f"tickets/{ticket.pk}/tags/", {"names": ["Late", " VIP "]}).json()
    assert [tag["name"] for tag in told["tags"]] == ["late", "vip"]
    assert code_of(api.post(f"tickets/{ticket.pk}/tags/", {"names": ["fine", "x" * 60]})) == (409, "cannot_change")
    left = api.delete(f"tickets/{ticket.pk}/tags/{told['tags'][0]['id']}/").json()
    assert [tag["name"] for tag in left["tags"]] == ["vip"]
    assert code_of(api.delete(f"tickets/{ticket.pk}/tags/{told['tags'][0]['id']}/")) == (404, "not_found")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("assign", {"assignee": "999"}, "assignee"),
        ("assign", {"assignee": 5}, "assignee"),
        ("assign", {}, "assignee"),
        ("status", {"status": "new"}, "status"),
        ("priority", {"priority": "extreme"}, "priority"),
        ("queue", {"queue": "999"}, "queue"),
        ("queue", {"queue": None}, "queue"),
        ("folder", {"folder": "1e3"}, "folder"),
        ("tags", {"names": []}, "names"),
        ("notes", {"text": 5}, "text"),
        ("replies", {"text": "Hi"}, "private"),
        ("replies", {"text": "x" * 30_001, "private": False}, "text"),
    ],
)
def test_what_cannot_be_used_is_named(api: Caller, ticket: Ticket, path: str, body: Any, field: str) -> None:
    answer = api.post(f"tickets/{ticket.pk}/{path}/", body)
    assert code_of(answer) == (400, "invalid") and list(answer.json()["fields"]) == [field]


def test_an_outsider_is_no_choice(api: Caller, ticket: Ticket) -> None:
    answer = api.post(f"tickets/{ticket.pk}/assign/", {"assignee": str(make_outsider().pk)})
    assert code_of(answer) == (409, "cannot_change") and "does not work tickets" in answer.json()["message"]


def test_a_note_is_for_colleagues(api: Caller, alice: User, ticket: Ticket) -> None:
    answer = api.post(f"tickets/{ticket.pk}/notes/", {"text": "Called the depot."})
    assert answer.status_code == 201 and answer.json()["visibility"] == "internal"
    assert Message.objects.get(pk=answer.json()["id"]).agent == alice
    assert code_of(api.post(f"tickets/{ticket.pk}/notes/", {"text": " \n"}))[0] in (400, 422)


def test_an_answer_goes_out_as_from_the_composer(api: Caller, ticket: Ticket, wire: Wire, settings: Any) -> None:
    settings.UNDO_SECONDS = 0
    make_message(ticket)
    answer = api.post(f"tickets/{ticket.pk}/replies/", {"text": "On its way.", "private": False})
    assert answer.status_code == 201 and answer.json()["sending"]["state"] == "held"
    pump(clock=timezone.now)
    assert wire.texts == ["On its way."]
    told = api.get(f"messages/{answer.json()['id']}/").json()
    assert told["sending"]["state"] == "sent" and told["external_id"].startswith("77")


def test_an_answer_goes_out_with_a_picture_and_what_it_shows(api: Caller, ticket: Ticket, wire: Wire) -> None:
    make_message(ticket)
    given = {"name": "bag.png", "content": base64.b64encode(picture().read()).decode(), "alt_text": "A brown bag"}
    answer = api.post(f"tickets/{ticket.pk}/replies/", {"text": "", "private": False, "files": [given]})
    assert answer.status_code == 201
    (media,) = Media.objects.filter(message=answer.json()["id"])
    assert (media.alt_text, media.kind, media.file.name) == ("A brown bag", "photo", "bag.png")


@pytest.mark.parametrize("content", ["no base64!", base64.b64encode(b"no picture").decode()])
def test_what_is_no_picture_is_refused_and_nothing_kept(api: Caller, ticket: Ticket, wire: Wire, content: str) -> None:
    make_message(ticket)
    body = {"text": "Look", "private": False, "files": [{"name": "a.png", "content": content}]}
    assert api.post(f"tickets/{ticket.pk}/replies/", body).status_code in (400, 422)
    assert not ticket.messages.filter(direction="out").exists()


def test_the_same_key_answers_once(api: Caller, ticket: Ticket, wire: Wire) -> None:
    make_message(ticket)
    body = {"text": "On its way.", "private": False}
    first, again = (api.post(f"tickets/{ticket.pk}/replies/", body, Idempotency_Key="order-77") for _n in range(2))
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert ticket.messages.filter(direction="out").count() == 1


def test_what_the_channel_forbids_is_refused_with_its_reason(api: Caller, ticket: Ticket, wire: Wire) -> None:
    make_message(ticket)
    wire.permission = Permission(allowed=False, reason="They blocked us.")
    answer = api.post(f"tickets/{ticket.pk}/replies/", {"text": "Hello", "private": False})
    assert code_of(answer) == (422, "cannot_send") and answer.json()["message"] == "They blocked us."
    wire.permission = Permission(allowed=True)
    answer = api.post(f"tickets/{ticket.pk}/replies/", {"text": "x" * 300, "private": False})
    assert code_of(answer) == (422, "cannot_send") and "20 too long" in answer.json()["message"]


def test_a_long_answer_is_shown_in_its_parts_before_it_goes(api: Caller, ticket: Ticket, wire: Wire) -> None:
    make_message(ticket)
    body = {"text": "word " * 100, "private": False}
    answer = api.post(f"tickets/{ticket.pk}/replies/", body)
    assert code_of(answer) == (409, "needs_parts")
    parts = answer.json()["fields"]["parts"]
    assert api.post(f"tickets/{ticket.pk}/replies/", body | {"parts": len(parts)}).status_code == 201
    assert ticket.messages.filter(direction="out").count() == len(parts) > 1


def test_the_same_words_again_are_a_decision(api: Caller, ticket: Ticket, wire: Wire) -> None:
    make_message(ticket)
    wire.memory = timedelta(hours=1)
    body: dict[str, Any] = {"text": "On its way.", "private": False}
    api.post(f"tickets/{ticket.pk}/replies/", body)
    assert code_of(api.post(f"tickets/{ticket.pk}/replies/", body)) == (409, "said_before")
    assert api.post(f"tickets/{ticket.pk}/replies/", body | {"repeat": True}).status_code == 201


def test_nobody_answers_over_the_customers_head(api: Caller, ticket: Ticket, wire: Wire) -> None:
    read = make_message(ticket)
    newer = make_message(ticket, "Never mind, it came.")
    body = {"text": "On its way.", "private": False, "seen": str(read.pk)}
    assert code_of(api.post(f"tickets/{ticket.pk}/replies/", body)) == (409, "news_since")
    body["seen"] = str(newer.pk)
    assert api.post(f"tickets/{ticket.pk}/replies/", body).status_code == 201


def test_an_answer_may_wait_for_its_day(api: Caller, ticket: Ticket, wire: Wire) -> None:
    make_message(ticket)
    day = (timezone.now() + timedelta(days=2)).replace(hour=7, minute=0, second=0, microsecond=0)
    body = {"text": "We are open again.", "private": False, "at": f"{day:%Y-%m-%dT}08:00:00+01:00"}
    told = api.post(f"tickets/{ticket.pk}/replies/", body).json()
    assert told["sending"]["not_before"] == f"{day:%Y-%m-%dT}07:00:00Z"
    assert code_of(api.post(f"tickets/{ticket.pk}/replies/", body | {"at": "2001-01-01T00:00:00Z"}))[0] in (409, 422)


def test_an_answer_goes_to_whom_it_names(api: Caller, ticket: Ticket, wire: Wire) -> None:
    first, _second = make_message(ticket), make_message(ticket)
    body = {"text": "This one.", "private": False, "in_reply_to": str(first.pk)}
    assert api.post(f"tickets/{ticket.pk}/replies/", body).json()["in_reply_to"] == first.external_id
    elsewhere = make_message(make_ticket())
    body["in_reply_to"] = str(elsewhere.pk)
    assert code_of(api.post(f"tickets/{ticket.pk}/replies/", body)) == (422, "cannot_send")


def test_a_private_answer_names_no_public_message(api: Caller, ticket: Ticket, wire: Wire) -> None:
    body = {"text": "In private.", "private": True, "in_reply_to": str(make_message(ticket).pk)}
    refused = api.post(f"tickets/{ticket.pk}/replies/", body)
    assert code_of(refused) == (422, "cannot_send") and "leave out which one it answers" in refused.content.decode()


def test_an_answer_is_taken_back(api: Caller, ticket: Ticket) -> None:
    message = make_answer(ticket, "Too fast.", state="held")
    assert api.post(f"messages/{message.pk}/undo/").json() == {"text": "Too fast.", "ticket": str(ticket.pk)}
    assert code_of(api.post(f"messages/{message.pk}/undo/")) == (404, "not_found")
    sent = make_answer(ticket)
    assert code_of(api.post(f"messages/{sent.pk}/undo/")) == (409, "too_late")


def test_a_private_answer_to_a_public_question_names_the_private_ticket_it_opened(
    api: Caller, ticket: Ticket, wire: Wire
) -> None:
    body = {"text": "Which seat?", "private": True}
    told = [api.post(f"tickets/{ticket.pk}/replies/", body, Idempotency_Key="seat-77").json() for _n in range(2)]
    home = Ticket.objects.get(private=True)
    assert told[0] == told[1] and told[0]["ticket"] == str(home.pk) != str(ticket.pk)
    assert api.get(f"tickets/{home.pk}/").json()["asked_on"] == str(ticket.pk)
    may = api.get(f"tickets/{ticket.pk}/may-send/?private=true").json()
    assert (may["code"], may["ticket"]) == ("elsewhere", str(home.pk))
    assert api.post(f"messages/{told[0]['id']}/undo/").json() == {
        "text": "Which seat?",
        "ticket": str(home.pk),
    }
    assert api.get(f"tickets/{home.pk}/").json()["status"] == "resolved"


def test_the_number_of_a_private_ticket_is_told_to_who_may_read_it(api: Caller, ticket: Ticket, wire: Wire) -> None:
    told = api.post(f"tickets/{ticket.pk}/replies/", {"text": "Which seat?", "private": True}).json()
    bob = Caller(without(make_agent("bob"), "see_private"))
    for path in (f"tickets/{ticket.pk}/activities/", "activities/"):
        hers, his = (
            next(row for row in who.get(path).json()["results"] if row["verb"] == "ticket.went_private")
            for who in (api, bob)
        )
        assert hers["data"]["ticket"] == int(told["ticket"]) and f"#{told['ticket']}" in hers["sentence"]
        assert "ticket" not in his["data"] and his["sentence"].endswith("writes in private.")


def test_an_answer_that_failed_is_sent_again(api: Caller, ticket: Ticket) -> None:
    message = make_answer(ticket, state="failed", reason="No.")
    assert api.post(f"messages/{message.pk}/retry/").json()["sending"]["state"] == "queued"
    assert code_of(api.post(f"messages/{message.pk}/retry/")) == (409, "cannot_change")


def test_an_automatic_answer_nobody_wants_any_more_is_not_sent_again(api: Caller, ticket: Ticket) -> None:
    asked = make_message(ticket, "STOP", visibility="private", kind="direct")
    answer = make_answer(ticket, state="failed", reason="No.", visibility="private", kind="direct", automated=True)
    AutoReplyCase.objects.create(
        address=ticket.address, identity=ticket.identity, asked=asked, answer=answer, at=timezone.now()
    )
    told = api.post(f"messages/{answer.pk}/retry/")
    assert code_of(told) == (422, "cannot_send") and "automatic answers were switched off" in told.content.decode()


def test_an_answer_that_failed_is_left_unsent_and_can_still_be_tried_again(api: Caller, ticket: Ticket) -> None:
    message = make_answer(ticket, state="failed", reason="No.")
    OutboxEntry.objects.update(first_tried_at=timezone.now(), tries=1)
    path = f"messages/{message.pk}/leave/"
    assert api.post(path).json()["sending"]["left_at"]
    assert code_of(api.post(path)) == (409, "cannot_change")
    assert ticket.activities.filter(verb="reply.left").count() == 1
    assert api.post(f"messages/{message.pk}/retry/").json()["sending"]["left_at"] is None


def test_what_was_sent_or_is_the_customers_cannot_be_left(api: Caller, ticket: Ticket) -> None:
    for message in (make_answer(ticket), make_message(ticket)):
        assert code_of(api.post(f"messages/{message.pk}/leave/")) == (409, "cannot_change")


def test_what_a_colleague_said_since_is_sent_again_by_decision(api: Caller, ticket: Ticket, wire: Wire) -> None:
    make_message(ticket)
    path = f"messages/{make_answer(ticket, 'on its way.', state='failed', reason='No.').pk}/retry/"
    Caller(make_agent("bob")).post(f"tickets/{ticket.pk}/replies/", {"text": "On its way.", "private": False})
    assert code_of(api.post(path)) == (409, "said_before")
    assert api.post(path, {"repeat": True}).json()["sending"]["state"] == "queued"


@pytest.fixture
def post(acme: Address) -> Message:
    """Of the account, on no ticket."""
    post = make_answer(make_ticket(), "We are open.", state="held")
    Message.objects.filter(pk=post.pk).update(ticket=None)
    return post


def test_a_post_is_read_and_taken_back_by_who_may_publish_it(api: Caller, post: Message, wire: Wire) -> None:
    path, reader = f"messages/{post.pk}/", Caller(make_supervisor(), "tickets:read", "accounts:act")
    told = reader.get(path).json()
    assert (told["ticket"], told["sending"]["state"]) == (None, "held")
    assert code_of(api.get(path)) == code_of(api.post(f"{path}undo/")) == (404, "not_found")
    assert reader.post(f"{path}undo/").json() == {"text": "We are open.", "ticket": None}
    assert not Message.objects.filter(pk=post.pk).exists()


def test_a_post_that_failed_is_tried_again_with_the_scope_that_posts(post: Message, wire: Wire) -> None:
    OutboxEntry.objects.update(state="failed", first_tried_at=timezone.now(), reason="No.")
    sam, path = make_supervisor(), f"messages/{post.pk}/retry/"
    assert code_of(Caller(sam, "replies:send", "tickets:read").post(path)) == (404, "not_found")
    assert Caller(sam, "accounts:act").post(path).json()["sending"]["state"] == "queued"


def test_a_text_is_measured_as_the_channel_counts(api: Caller, ticket: Ticket, wire: Wire) -> None:
    told = api.post(f"tickets/{ticket.pk}/measure/", {"text": "Hello", "private": False}).json()
    assert told == {"length": 5, "maximum": 280, "remaining": 275, "approval": None}


@pytest.mark.parametrize(
    ("right", "path", "body"),
    [
        ("work_ticket", "tickets/{t}/status/", {"status": "open"}),
        ("work_ticket", "tickets/{t}/notes/", {"text": "Hm."}),
        ("send_reply", "tickets/{t}/replies/", {"text": "Hm.", "private": False}),
        ("send_reply", "messages/{m}/undo/", None),
        ("see_private", "tickets/{t}/replies/", {"text": "Hm.", "private": True}),
    ],
)
def test_each_act_needs_its_right(ticket: Ticket, wire: Wire, right: str, path: str, body: Any) -> None:
    bob = Caller(without(make_agent("bob"), right))
    make_message(ticket)
    message = make_answer(ticket, state="held")
    assert code_of(bob.post(path.format(t=ticket.pk, m=message.pk), body)) == (403, "not_allowed")
    assert ticket.messages.count() == 2


def test_a_private_ticket_is_answered_only_with_the_private_scope(alice: User, wire: Wire) -> None:
    secret = make_ticket(private=True)
    make_message(secret)
    body, path = {"text": "Hello", "private": True}, f"tickets/{secret.pk}/replies/"
    assert code_of(Caller(alice, "replies:send").post(path, body)) == (404, "not_found")
    assert Caller(alice, "replies:send", "private:read").post(path, body).status_code == 201
