"""What is answered to a key a second time, to who may not see what it is about any more (docs/api.md)."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kapture.api_models import ApiAnswer
from tests.api.caller import Caller, code_of
from tests.factories import make_agent, make_message, make_queue, make_supervisor, make_ticket, staff
from tests.tickets.pigeon import Wire
from tests.tickets.rights import without
from tickets.api.base import OF_TICKET
from tickets.api.urls import urlpatterns
from tickets.choices import Visibility
from tickets.models import ApprovalRule, Macro, Message, Queue, Ticket
from tickets.replies import reply

pytestmark = pytest.mark.django_db

KEY = {"Idempotency_Key": "once"}


@pytest.fixture
def nora(db: None) -> User:
    return make_agent("nora")


@pytest.fixture
def api(nora: User) -> Caller:
    return Caller(nora)


@pytest.fixture
def ticket(acme: object) -> Ticket:
    return make_ticket()


@pytest.fixture
def closed(db: None) -> Queue:
    """Nora may not look into it."""
    staff("Closed", "Others", make_agent("olga"))
    return make_queue("Closed")


def close(ticket: Ticket, queue: Queue) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(queue=queue)


def test_it_is_not_told_of_a_ticket_that_is_out_of_sight(api: Caller, ticket: Ticket, closed: Queue) -> None:
    place, body = f"tickets/{ticket.pk}/priority/", {"priority": "urgent"}
    home = ticket.queue
    assert api.post(place, body, **KEY).status_code == 200
    close(ticket, closed)
    assert code_of(api.post(place, body, **KEY)) == (404, "not_found")
    assert code_of(api.post(place, {"priority": "low"}, **KEY)) == (409, "key_reused")
    Ticket.objects.filter(pk=ticket.pk).update(queue=home)
    assert api.post(place, body, **KEY)["Idempotent-Replayed"] == "true"


def writes() -> Iterator[tuple[str, str]]:
    """Every address at which something is done to a ticket, and how."""
    for pattern in urlpatterns:
        view: Any = pattern.callback
        for method in ("post", "delete"):
            if OF_TICKET in str(pattern.pattern) and hasattr(view.view_class, method):
                yield method, str(pattern.pattern)


@pytest.mark.parametrize(("method", "route"), [*writes()])
def test_no_verb_tells_again_of_what_is_out_of_sight(
    api: Caller, ticket: Ticket, closed: Queue, method: str, route: str
) -> None:
    path = route.replace("<id:pk>", str(ticket.pk))
    for name in ("tag", "canned", "item", "macro", "part", "other"):
        path = path.replace(f"<id:{name}>", "1")
    words = b"{}" if method == "post" else b""
    digest = hashlib.sha256(f"{method.upper()} /api/v1/{path}\n".encode() + words).hexdigest()
    expires = timezone.now() + timedelta(hours=1)
    facts: dict[str, Any] = {"status": 200, "body": {"text": "Secret", "queue": {"id": "0"}}, "expires_at": expires}
    ApiAnswer.objects.create(caller=f"token:{api.token.pk}", key="once", digest=digest, **facts)
    call = getattr(api, method)
    assert call(path, **KEY)["Idempotent-Replayed"] == "true"
    close(ticket, closed)
    assert code_of(call(path, **KEY)) == (404, "not_found")


@pytest.mark.parametrize("by_macro", [False, True])
def test_where_a_ticket_was_moved_out_of_sight_by_the_caller_is_told_again(
    api: Caller, ticket: Ticket, closed: Queue, by_macro: bool
) -> None:
    place, body, further = f"tickets/{ticket.pk}/queue/", {"queue": str(closed.pk)}, make_queue("Further")
    staff("Further", "Others")
    if by_macro:
        place, body = f"tickets/{ticket.pk}/macros/{Macro.objects.create(name='Away', queue=closed).pk}/", {}
    first = api.post(place, body, **KEY)
    assert first.status_code == 200 and first.json()["queue"]["name"] == "Closed"
    assert api.post(place, body, **KEY).json() == first.json()
    close(ticket, further)
    assert code_of(api.post(place, body, **KEY)) == (404, "not_found")


def test_of_what_a_macro_did_not_move_nothing_is_told_again_out_of_sight(api: Caller, ticket: Ticket) -> None:
    place = f"tickets/{ticket.pk}/macros/{Macro.objects.create(name='Red', tags='red').pk}/"
    assert api.post(place, {}, **KEY).status_code == 200
    staff(ticket.queue.name, "Others")  # and so out of sight, where it is
    assert code_of(api.post(place, {}, **KEY)) == (404, "not_found")


def test_an_answer_that_was_taken_back_is_told_again_while_its_ticket_is_seen(
    api: Caller, nora: User, ticket: Ticket, closed: Queue, wire: Wire
) -> None:
    make_message(ticket)
    made = reply(ticket, text="Soon", private=False, by=nora, now=timezone.now())
    place = f"messages/{made.pk}/undo/"
    assert api.post(place, **KEY).json() == {"text": "Soon", "ticket": str(ticket.pk)}
    assert not Message.objects.filter(pk=made.pk).exists() and api.post(place, **KEY).status_code == 200
    close(ticket, closed)
    assert code_of(api.post(place, **KEY)) == (404, "not_found")


def test_what_was_sent_back_is_told_again_while_its_ticket_is_seen(
    nora: User, ticket: Ticket, closed: Queue, wire: Wire
) -> None:
    ApprovalRule.objects.create(name="All")
    make_message(ticket)
    made = reply(ticket, text="Soon", private=False, by=nora, now=timezone.now())
    sam = Caller(without(make_supervisor(), "every_queue"))
    place, body = f"approvals/{made.approval.pk}/send-back/", {"reason": "Say when."}
    told = sam.post(place, body, **KEY).json()
    assert told["ticket"] == str(ticket.pk) and sam.post(place, body, **KEY).json() == told
    close(ticket, closed)
    assert code_of(sam.post(place, body, **KEY)) == (404, "not_found")


def test_what_was_done_to_many_is_told_again_while_one_of_them_is_seen(
    api: Caller, ticket: Ticket, closed: Queue
) -> None:
    other, macro = make_ticket(), Macro.objects.create(name="Red", tags="red")
    place, body = f"macros/{macro.pk}/run/", {"tickets": [str(ticket.pk), str(other.pk)]}
    first = api.post(place, body, **KEY)
    close(ticket, closed)
    assert first.status_code == 200 and api.post(place, body, **KEY).json() == first.json()
    close(other, closed)
    assert code_of(api.post(place, body, **KEY)) == (404, "not_found")


def test_private_words_are_not_told_again_to_who_may_read_none_any_more(
    api: Caller, nora: User, ticket: Ticket, wire: Wire
) -> None:
    make_message(ticket, visibility=Visibility.PRIVATE, kind="direct")
    place, body = f"tickets/{ticket.pk}/replies/", {"text": "Between us", "private": True}
    first = api.post(place, body, **KEY)
    assert first.status_code == 201 and api.post(place, body, **KEY).json() == first.json()
    without(nora, "see_private")
    assert code_of(api.post(place, body, **KEY)) == (404, "not_found")


def test_what_is_told_once_asks_no_more_than_before(api: Caller, ticket: Ticket) -> None:
    def count(**headers: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert api.post(f"tickets/{ticket.pk}/watch/", **headers).status_code == 200
        return len(found)

    count()
    assert count(Idempotency_Key="first") == count() + 2  # its key is claimed, and the answer kept
