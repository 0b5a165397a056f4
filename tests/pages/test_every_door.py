"""Every page and every address of the API, tried by those who may not: an outsider, a colleague of another team, an
auditor. docs/rules.md, "Who may do what"."""

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from kapture.api_views import description
from tests.api.caller import Caller
from tests.factories import (
    ACME,
    NOW,
    make_agent,
    make_answer,
    make_media,
    make_message,
    make_note,
    make_outsider,
    make_person,
    make_ticket,
    staff,
)
from tickets import merging
from tickets.models import (
    Activity,
    CustomerNote,
    Draft,
    Gesture,
    HandOff,
    Message,
    OutboxEntry,
    Queue,
    StoredFile,
    Tag,
    Ticket,
    TicketLink,
)
from tickets.regrouping import linking
from tickets.urls import urlpatterns

pytestmark = pytest.mark.django_db
WORDS = "My number is 5521"
# What somebody sets for themselves alone, or reads by POST.
OWN = (
    "theme/",
    "settings/",
    "sign-in/",
    "sign-out/",
    "notices/",
    "watch/",
    "measure/",
    "canned-replies/",
    "live/",
    "counting/",
)
# What a row of the desk is, whoever changed it.
KEPT = (
    Ticket,
    CustomerNote,
    Message,
    OutboxEntry,
    Activity,
    Draft,
    HandOff,
    TicketLink,
    Gesture,
    StoredFile,
    Ticket.tags.through,
)


@dataclass(frozen=True)
class Hidden:
    """A ticket in a queue that others staff, and everything that hangs on it."""

    ticket: Ticket
    names: dict[str, Any]


@pytest.fixture
def hidden(acme: object) -> Hidden:
    fiona = make_agent("fiona")
    staff("Bookings", "Flights", fiona)
    place = Queue.objects.get(name="Bookings")
    ticket, other = make_ticket(queue=place, last_text=WORDS), make_ticket(queue=place, last_text=WORDS)
    message = make_message(ticket, WORDS)
    make_message(other, WORDS), make_note(ticket, WORDS, agent=fiona)
    linking.link(ticket, make_ticket(queue=place), by=fiona, now=NOW)
    gesture = merging.merge([other.pk], into=ticket.pk, by=fiona, now=NOW)
    media, answer = make_media(message), make_answer(ticket, WORDS, state="failed", agent=fiona)
    stored = StoredFile.objects.create(
        media=media, name="a.png", kind="photo", size=3, content_type="image/png", created_at=NOW
    )
    tag = Tag.objects.create(name="vip")
    ticket.tags.add(tag)
    names = {"number": ticket.pk, "key": gesture.pk, "name": "like", "deed": "try-again", "channel": "twitter"}
    about = CustomerNote.objects.create(customer=ticket.customer, author=fiona, text=WORDS, at=NOW)
    names |= {"token": "nobody", "note": about.pk, "by": "queue"}
    names |= {"message": message.pk, "answer": answer.pk, "entry": answer.outbox.pk, "media": media.pk}
    return Hidden(ticket, names | {"file": stored.pk, "tag": tag.pk, "customer": ticket.customer_id})


def pk_for(route: str, names: dict[str, Any]) -> Any:
    if route.startswith("outbox/accounts/"):  # everybody knows of those
        return 10**6
    kinds = {
        "customers/<int:pk>/": "customer",
        "messages/": "answer",
        "outbox/": "entry",
        "media/": "media",
        "files/": "file",
        "posts/": "answer",
    }
    return next((names[kind] for begins, kind in kinds.items() if route.startswith(begins)), 10**6)


def doors(hidden: Hidden) -> list[str]:
    found = []
    for route in (str(pattern.pattern) for pattern in urlpatterns):
        filled = hidden.names | {"pk": pk_for(route, hidden.names)}
        found.append("/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route).format_map(filled))
    return found


def form(hidden: Hidden) -> dict[str, Any]:
    """Something for every form there is."""
    there = make_ticket(queue=Queue.objects.get(name="Bookings"))
    said = {"text": "Hello", "mode": "note", "began": "note", "token": str(uuid4()), "seen": "0", "what": "message"}
    place = {"status": "resolved", "priority": "high", "queue": there.queue_id, "folder": "", "assignee": ""}
    merge = {"t": [hidden.ticket.pk, there.pk], "into": hidden.ticket.pk, "sure": "yes", "other": there.pk}
    return said | place | merge | {"name": "red", "tag": hidden.names["tag"], "until": "customer", "state": "failed"}


def rows() -> dict[str, list[Any]]:
    return {str(model): list(model._default_manager.order_by("pk").values_list()) for model in KEPT}


def browser(person: User) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(person)
    return client


def is_own(door: str) -> bool:
    return any(door.endswith(own) or door.startswith(f"/{own}") for own in OWN)


def test_an_outsider_finds_no_page(hidden: Hidden) -> None:
    client, given = browser(make_outsider()), form(hidden)
    before = rows()
    for door in doors(hidden):
        if door.startswith(("/sign-", "/theme/", "/live/", "/reminders/", "/notices/mail-off/")):
            continue
        for answer in (client.get(door), client.post(door, given)):
            assert answer.status_code in (404, 405), door
            assert WORDS not in answer.content.decode(), door
    assert rows() == before


def test_a_colleague_of_another_team_finds_nothing_of_it(hidden: Hidden) -> None:
    bob, given = make_agent("bob"), form(hidden)
    client, before = browser(bob), rows()
    for door in doors(hidden):
        if is_own(door) and str(hidden.ticket.pk) not in door:
            continue
        for answer in (client.get(door), client.post(door, given)):
            of_it = any(f"/{pk}/" in door for pk in hidden.names.values()) and not door.startswith("/reminders/")
            assert not of_it or answer.status_code in (404, 405), door
            told = b"".join(answer) if answer.streaming else answer.content
            assert WORDS not in told.decode(), door
    assert rows() == before


def test_an_auditor_reads_every_page_and_changes_nothing(hidden: Hidden) -> None:
    client, given = browser(make_person("nora", role="Auditors")), form(hidden)
    before = rows()
    for door in doors(hidden):
        if not is_own(door):
            client.post(door, given)
    assert rows() == before
    page = client.get(f"/tickets/{hidden.ticket.pk}/").content.decode()
    assert WORDS in page and 'name="status"' not in page and 'name="text"' not in page
    assert WORDS in client.get("/tickets/").content.decode()


def fill(path: str, hidden: Hidden) -> str:
    kinds = {"messages": "answer", "customers": "customer", "outbox": "entry"}
    kind = path.removeprefix("/api/v1/").split("/")[0]
    ids = {"id": hidden.names.get(kinds.get(kind, "number"), 0), "other": hidden.ticket.pk, "tag": hidden.names["tag"]}
    named = defaultdict(lambda: 0, {"key": hidden.names["key"], **ids})
    return path.removeprefix("/api/v1/").format_map(named)


def of_the_desk() -> list[tuple[str, str]]:
    paths = description()["paths"]
    found = [
        (path, method) for path, methods in paths.items() for method in methods if method in ("get", "post", "delete")
    ]
    kinds = ("tickets", "messages", "gestures", "outbox", "customers", "activities")
    return [(path, method) for path, method in found if path.split("/")[3] in kinds]


def call(api: Caller, method: str, path: str, body: dict[str, Any]) -> Any:
    if method == "post":
        return api.post(path, body, Idempotency_Key=str(uuid4()))
    return api.get(path) if method == "get" else api.delete(path)


def body_for(path: str, hidden: Hidden) -> dict[str, Any]:
    """What this address takes, by its last word."""
    number = str(hidden.ticket.pk)
    given: dict[str, dict[str, Any]] = {
        "replies": {"text": "Hello", "private": False},
        "notes": {"text": "Hello"},
        "tags": {"names": ["red"]},
        "status": {"status": "resolved"},
        "priority": {"priority": "high"},
        "queue": {"queue": str(hidden.ticket.queue_id)},
        "assign": {"assignee": None},
        "folder": {"folder": None},
        "merge": {"tickets": [number]},
        "links": {"ticket": number},
        "move": {"ticket": number},
        "split": {"messages": [str(hidden.names["message"])]},
    }
    return given.get(path.strip("/").split("/")[-1], {})


def test_the_api_tells_an_outsider_and_another_team_nothing_and_lets_them_do_nothing(hidden: Hidden) -> None:
    before = rows()
    for person in (make_outsider(), make_agent("bob")):
        api = Caller(person)
        for path, method in of_the_desk():
            there = fill(path, hidden)
            answer = call(api, method, there, body_for(path, hidden))
            assert answer.status_code in (404, 403, 400) or "{" not in path, (there, answer.content)
            assert WORDS not in json.dumps(answer.json()), there
    assert rows() == before


def test_the_api_reads_everything_to_an_auditor_and_changes_nothing(hidden: Hidden) -> None:
    api, before = Caller(make_person("nora", role="Auditors")), rows()
    for path, method in of_the_desk():
        there = fill(path, hidden)
        if method == "get":
            assert api.get(there).status_code in (200, 400), there
        elif not there.endswith(("measure/", "watch/")):
            assert call(api, method, there, body_for(path, hidden)).status_code >= 400, there
    assert rows() == before and ACME
