"""A row of the configuration is deleted at the very moment somebody begins to use it: it is in use, or it is gone, and
either is told as it would be a second later."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.admin.test_at_once import people
from tests.api.caller import Caller, code_of
from tests.at_once import at_once
from tests.factories import make_agent, make_folder, make_queue, make_supervisor, make_ticket
from tickets import assignment, lifecycle
from tickets.models import Folder, Tag, Ticket
from twitter_integration.admin.accounts import PartnerAccountAdmin
from twitter_integration.models import PartnerAccount

pytestmark = pytest.mark.django_db(transaction=True)


def delete(boss: Client, row: Model) -> Any:
    address = reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_delete", args=[row.pk])
    return boss.post(address, {"post": "yes"})


def meanwhile(patch: pytest.MonkeyPatch, where: Any, name: str, other: Callable[[], Any], *, first: bool) -> None:
    """Another one does something, on a connection of their own, while that is called: before it or after it, and once.
    What it does is not committed by then."""
    real, left = getattr(where, name), [other]

    @transaction.atomic
    def both(*args: Any, **kwargs: Any) -> Any:
        if first and left:
            at_once(left.pop())
        found = real(*args, **kwargs)
        if left:
            at_once(left.pop())
        return found

    patch.setattr(where, name, both)


@pytest.mark.parametrize("_time", range(3))
@pytest.mark.parametrize("kind", ["queue", "folder", "folders"])
def test_what_is_deleted_and_begins_to_be_used_at_once_is_in_use_or_gone(kind: str, _time: int) -> None:
    [boss], ticket, api, before = people(1), make_ticket(), Caller(make_supervisor()), Ticket.objects.values().get()
    verb, row = kind.removesuffix("s"), make_queue("Night") if kind == "queue" else make_folder("Night")
    chosen = {"action": "delete_selected", "_selected_action": [row.pk, make_folder("Empty").pk], "post": "yes"}

    def deletes() -> Any:
        many = reverse("admin:tickets_folder_changelist")
        return boss.post(many, chosen) if kind == "folders" else delete(boss, row)

    deleted, *used = at_once(deletes, *[lambda: api.post(f"tickets/{ticket.pk}/{verb}/", {verb: str(row.pk)})] * 3)
    ticket.refresh_from_db()
    if type(row)._default_manager.filter(pk=row.pk).exists():
        assert getattr(ticket, verb) == row and "in use" in deleted.content.decode()
        assert not LogEntry.objects.exists() and Folder.objects.filter(name="Empty").exists()
    else:
        assert deleted.status_code == 302 and Ticket.objects.values().get() == before
        assert {answer.status_code for answer in used} == {400}


def test_an_account_that_is_connected_while_it_is_deleted_stays(
    monkeypatch: pytest.MonkeyPatch, acme: PartnerAccount
) -> None:
    [boss] = people(1)
    accounts = PartnerAccount.objects.filter(pk=acme.pk)
    accounts.update(disconnected_at=timezone.now())
    connects = lambda: accounts.update(disconnected_at=None)  # noqa: E731
    meanwhile(monkeypatch, PartnerAccountAdmin, "delete_model", connects, first=True)
    assert "is connected to X: disconnect it first." in delete(boss, acme).content.decode()


# The verb, what it is called with, and what it says of a row that is gone.
USES: dict[str, tuple[Any, str, Callable[[], Model], str]] = {
    "queue": (lifecycle, "move", lambda: make_queue("Night"), "queue"),
    "folder": (lifecycle, "file", lambda: make_folder("Night"), "folder"),
    "assign": (assignment, "assign", lambda: make_agent("bob"), "assignee"),
}


@pytest.mark.parametrize("verb", USES)
def test_what_is_deleted_while_it_comes_into_use_is_gone(monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    where, name, make, field = USES[verb]
    [boss], ticket, row = people(1), make_ticket(), make()
    api, before = Caller(make_supervisor()), Ticket.objects.values().get()
    meanwhile(monkeypatch, where, name, lambda: delete(boss, row), first=False)
    answer = api.post(f"tickets/{ticket.pk}/{verb}/", {field: str(row.pk)})
    assert code_of(answer) == (400, "invalid") and set(answer.json()["fields"]) == {field}
    assert Ticket.objects.values().get() == before and not type(row)._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("verb", USES)
def test_a_page_says_so_too(monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    where, name, make, field = USES[verb]
    [boss], ticket, row, desk = people(1), make_ticket(), make(), Client()
    desk.force_login(make_supervisor())
    before = Ticket.objects.values().get()
    meanwhile(monkeypatch, where, name, lambda: delete(boss, row), first=False)
    address = reverse({"queue": "move", "folder": "file"}.get(verb, verb), args=[ticket.pk])
    answer = desk.post(address, {field: str(row.pk)})
    assert answer.status_code == 302 and answer["Location"] == f"/tickets/{ticket.pk}/"
    assert [str(said) for said in get_messages(answer.wsgi_request)] == [
        "That choice is not there any more. The page now shows what is."
    ]
    assert Ticket.objects.values().get() == before


def test_a_tag_that_is_deleted_while_it_is_put_on_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    [boss], ticket, tag = people(1), make_ticket(), Tag.objects.create(name="late")
    meanwhile(monkeypatch, lifecycle, "add_tag", lambda: delete(boss, tag), first=False)
    answer = Caller(make_supervisor()).post(f"tickets/{ticket.pk}/tags/", {"names": ["late"]})
    assert answer.status_code == 200 and list(ticket.tags.exclude(pk=tag.pk)) == list(Tag.objects.all())
