"""One confirmation clicked twice in the same moment, by one person or by two, each on a connection of its own: it is
done once, and nobody is shown an error."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.at_once import at_once
from tests.factories import make_message, make_supervisor, make_ticket
from tests.pages.acting import acme, sandbox
from tests.things import picture
from tickets.models import Message, OutboxEntry, Ticket
from twitter_integration.console import doing, record
from twitter_integration.console.actor import as_actor
from twitter_integration.models import AccountAct, PartnerAccount, XApp
from twitter_integration.sandbox.server import ThreadedSandbox

__all__ = ["acme", "sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)
WRITES = ("POST", "PUT", "DELETE")


@pytest.fixture(autouse=True)
def slow_x(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    """X takes its time, so that the second click comes while the first is being done."""
    XApp.objects.update(tier="enterprise")
    sandbox.world.switches.set("tier", "enterprise")
    for method in WRITES:
        sandbox.world.faults.plan("slow", path="/2/*", method=method, seconds=0.3, count=50)


@pytest.fixture(params=[("sam", "sam"), ("sam", "rita")], ids=["one person", "two people"])
def people(request: pytest.FixtureRequest) -> list[User]:
    made = {name: make_supervisor(name) for name in sorted(set(request.param))}
    return [made[name] for name in request.param]


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def click(people: list[User], path: str, **words: Any) -> list[HttpResponse]:
    """Each presses the same button of the same sheet."""
    windows = [browser(person) for person in people]
    return at_once(*[lambda window=window: window.post(path, words) for window in windows])


def at_console(acme: PartnerAccount, name: str) -> str:
    return reverse("console_act", args=[acme.page_id, name])


def done(name: str) -> list[str]:
    return [act.outcome for act in AccountAct.objects.filter(action=name)]


@pytest.fixture
def said(acme: PartnerAccount, sandbox: ThreadedSandbox) -> Message:
    post = sandbox.act("post", user="ana_demo", text="@acmehelp_demo thanks!")
    ticket = make_ticket(address=acme.address)
    return make_message(ticket, "@acmehelp_demo thanks!", external_id=str(post["id"]))


def test_a_confirmed_sheet_of_the_console_is_one_act(acme: PartnerAccount, people: list[User]) -> None:
    words = {"name": "Partners", "sheet": str(uuid4()), "confirmed": "yes", "tab": "lists"}
    answers = click(people, at_console(acme, "create-list"), **words)
    assert [answer.status_code for answer in answers] == [302, 302] and done("create-list") == ["done"]
    order = doing.Order(action="lists")
    found = doing.perform(acme, order, actor=as_actor(people[0], via="page"), now=timezone.now())
    assert [row.name for row in found.outcome.rows] == ["Partners"]


def test_a_confirmed_post_is_queued_once(acme: PartnerAccount, people: list[User]) -> None:
    words = {"text": "We are open.", "sheet": str(uuid4()), "confirmed": "yes", "tab": "writing"}
    answers = click(people, at_console(acme, "post"), **words)
    assert [answer.status_code for answer in answers] == [302, 302]
    assert OutboxEntry.objects.count() == 1 and done("post") == ["queued"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("repost", {}), ("block", {"reason": "Floods"}), ("quote", {"told-text": "So kind!"})],
)
def test_the_confirmed_sheet_of_a_ticket_s_deed_is_one_act(
    people: list[User], said: Message, name: str, words: dict[str, str]
) -> None:
    about = "" if name == "block" else str(said.pk)
    words = {**words, "message": about, "sure": "yes", "sheet": str(uuid4())}
    answers = click(people, f"/tickets/{said.ticket_id}/do/{name}/", **words)
    assert [answer.status_code for answer in answers] == [302, 302]
    assert len(done(name)) == 1 and history(said.ticket) == [name]
    late = browser(people[1]).post(f"/tickets/{said.ticket_id}/do/{name}/", words)
    assert late.status_code == 302 and len(done(name)) == 1 and history(said.ticket) == [name]


def test_who_is_too_late_to_wait_is_told_that_it_is_being_done(
    people: list[User], said: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "PATIENCE_SECONDS", 0)
    words = {"sure": "yes", "sheet": str(uuid4()), "reason": "Floods"}
    answers = click(people, f"/tickets/{said.ticket_id}/do/block/", **words)
    told = {message.message for answer in answers for message in get_messages(answer.wsgi_request)}  # type: ignore[attr-defined]
    assert [answer.status_code for answer in answers] == [302, 302] and "It is being done." in told
    assert done("block") == ["done"] and history(said.ticket) == ["block"]


def test_of_two_people_s_own_sheets_with_the_same_words_one_goes_out(acme: PartnerAccount) -> None:
    windows = [browser(make_supervisor(name)) for name in ("sam", "rita")]
    words = {"text": "We are open.", "confirmed": "yes", "tab": "writing"}
    path = at_console(acme, "post")
    answers = at_once(*[lambda one=one: one.post(path, words | {"sheet": str(uuid4())}) for one in windows])
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    refused = max(answers, key=lambda answer: answer.status_code).content.decode()
    assert "sent exactly the same words" in refused and "We are open.</textarea>" in refused
    assert OutboxEntry.objects.count() == 1


def test_of_two_people_s_own_sheets_with_the_same_words_and_picture_one_goes_out(
    acme: PartnerAccount, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    windows = [browser(make_supervisor(name)) for name in ("sam", "rita")]
    words = {"text": "We are open.", "confirmed": "yes", "tab": "writing"}
    path = at_console(acme, "post")
    sheets = [words | {"sheet": str(uuid4()), "files": picture()} for _one in windows]
    answers = at_once(*[lambda n=n: windows[n].post(path, sheets[n]) for n in range(2)])
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    assert OutboxEntry.objects.count() == 1 and len(list(tmp_path.glob("files/*/*"))) == 1


def history(ticket: Ticket | None) -> list[str]:
    assert ticket is not None
    return [row.data["deed"] for row in ticket.activities.filter(verb="channel.did")]


def test_two_sheets_for_lists_of_one_name_make_one_list(people: list[User], acme: PartnerAccount) -> None:
    windows = [browser(person) for person in people]
    path = at_console(acme, "create-list")
    words = [{"name": "Partners", "sheet": str(uuid4()), "tab": "lists"} for _window in windows]
    answers = at_once(
        *[lambda window=window, told=told: window.post(path, told) for window, told in zip(windows, words, strict=True)]
    )
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    assert any("There is a list “Partners” already" in answer.content.decode() for answer in answers)
    assert AccountAct.objects.filter(action="create-list", outcome="done").count() == 1
