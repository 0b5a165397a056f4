"""A mute whose day has come: seen by who set it, on their home, the person's card and the console; undone or kept."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client
from django.utils import timezone

from tests.factories import ACME, ANA, make_agent, make_customer, make_outsider, make_supervisor, make_ticket
from tests.twitter_integration.conftest import acme, sandbox
from tickets.models import Ticket
from tickets.reminding import tell_due
from twitter_integration.console import doing, reminding
from twitter_integration.console.actor import as_actor
from twitter_integration.console.fields import BadInput
from twitter_integration.console.recalling import choose, recall
from twitter_integration.facts.knowing import Lesson, learn
from twitter_integration.models import AccountAct, ActReminder, PartnerAccount, Standing
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.sandbox.users import related

__all__ = ["acme", "sandbox"]
DUE = "to be thought of again"


@pytest.fixture
def alice(db: None) -> User:
    return make_agent("alice")


@pytest.fixture
def desk(alice: User, client: Client) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def ticket(acme: PartnerAccount) -> Ticket:
    return make_ticket(make_customer(ANA), address=acme.address)


@pytest.fixture
def reminder(acme: PartnerAccount, ticket: Ticket, alice: User) -> ActReminder:
    """Alice muted Ana for a week, and the week is over."""
    now = timezone.now()
    week = now + timedelta(days=7)
    order = doing.Order(action="mute", values={"person": ANA}, reason="Floods the thread", until=week)
    doing.perform(acme, order, actor=as_actor(alice, via="page"), now=now)
    ActReminder.objects.update(due_at=now - timedelta(minutes=1))
    return ActReminder.objects.get()


def muted(sandbox: ThreadedSandbox) -> bool:
    return related(sandbox.world.store, "mute", source_id=int(ACME), target_id=int(ANA))


def home(client: Client) -> str:
    return client.get("/").content.decode()


def answer(client: Client, reminder: ActReminder, word: str, **told: Any) -> str:
    return client.post(f"/reminders/twitter/{reminder.pk}/{word}/", told, follow=True).content.decode()


def press_in_console(client: Client, *, due: int) -> str:
    told = {"due": due, "tab": "people"}
    return client.post(f"/accounts/{ACME}/do/unmute/", told, follow=True).content.decode()


def test_what_is_not_due_yet_is_not_told(desk: Client, reminder: ActReminder) -> None:
    ActReminder.objects.update(due_at=timezone.now() + timedelta(hours=1))
    assert DUE not in home(desk)


def test_who_set_it_sees_it_on_home_on_the_card_and_in_the_console(
    desk: Client, ticket: Ticket, reminder: ActReminder
) -> None:
    for address in ("/", "/parts/", f"/tickets/{ticket.pk}/", f"/accounts/{ACME}/people/"):
        told = desk.get(address).content.decode()
        assert DUE in told and "Floods the thread" in told and "Undo now" in told and "Keep it" in told, address
    assert "1 reminder" in desk.get("/accounts/").content.decode()


def test_undone_from_home_it_is_undone_on_x_and_stands_in_the_record(
    desk: Client, reminder: ActReminder, sandbox: ThreadedSandbox
) -> None:
    assert muted(sandbox)
    assert "No longer muted." in answer(desk, reminder, "undo")
    assert not muted(sandbox) and DUE not in home(desk)
    assert list(AccountAct.objects.order_by("pk").values_list("action", "by_name")) == [
        ("mute", "alice"),
        ("unmute", "alice"),
    ]


def test_kept_from_the_card_it_stays_on_x_and_the_ticket_tells(
    desk: Client, ticket: Ticket, reminder: ActReminder, sandbox: ThreadedSandbox
) -> None:
    assert "It stays: @ana_demo, muted." in answer(desk, reminder, "keep", ticket=ticket.pk)
    assert muted(sandbox) and DUE not in home(desk)
    assert AccountAct.objects.latest("pk").action == "keep"
    assert "“Muted” stays" in desk.get(f"/tickets/{ticket.pk}/").content.decode()


def test_answered_twice_it_is_done_once(desk: Client, reminder: ActReminder) -> None:
    answer(desk, reminder, "keep")
    assert "This was answered already. alice was first." in answer(desk, reminder, "undo")
    assert AccountAct.objects.filter(action="unmute").count() == 0


def test_it_is_settled_before_x_is_asked_and_open_again_where_x_refuses(
    desk: Client, acme: PartnerAccount, reminder: ActReminder, sandbox: ThreadedSandbox
) -> None:
    """Who keeps it, or undoes it as well, while X is still answering comes too late: they are told who was first."""
    row = ActReminder.objects.get()
    assert reminding.settle(row, by="alice", now=timezone.now())
    assert not reminding.settle(row, by="bob", now=timezone.now())
    assert "alice was first." in press_in_console(desk, due=row.pk) and muted(sandbox)
    reminding.reopen(row)
    sandbox.world.faults.plan("status", status=403, path="/2/users/*", code=226)
    press_in_console(desk, due=row.pk)
    assert DUE in home(desk)
    assert "No longer muted." in press_in_console(desk, due=row.pk)
    assert ActReminder.objects.get().settled_by == "alice" and not muted(sandbox)


def test_an_undo_that_was_cut_off_is_asked_for_again(
    desk: Client, acme: PartnerAccount, reminder: ActReminder, sandbox: ThreadedSandbox
) -> None:
    begun = timezone.now()
    assert reminding.take(reminder, by="bob", now=begun)  # and Bob's process died before X had answered
    assert "bob is answering it." in answer(desk, reminder, "keep")
    assert tell_due(now=begun + timedelta(minutes=1)) == 0 and DUE not in home(desk)
    assert tell_due(now=begun + timedelta(minutes=3)) == 1 and DUE in home(desk)
    assert "No longer muted." in answer(desk, reminder, "undo") and not muted(sandbox)
    assert tell_due(now=begun + timedelta(minutes=9)) == 0 and DUE not in home(desk)


@pytest.mark.parametrize("told", [True, False])
def test_an_undo_that_was_cut_off_ends_by_what_x_told(
    desk: Client, acme: PartnerAccount, reminder: ActReminder, told: bool
) -> None:
    begun = timezone.now()
    reminding.take(reminder, by="bob", now=begun)
    AccountAct.objects.create(
        account=acme, page_name=acme.page_name, action="unmute", target=ANA, by_name="bob", via="page", at=begun
    )
    Standing.objects.update_or_create(
        account_key=ACME, person_key=ANA, defaults={"muting": not told, "known_at": begun + timedelta(seconds=2)}
    )
    assert tell_due(now=begun + timedelta(minutes=3)) == (0 if told else 1)
    assert AccountAct.objects.get(action="unmute").outcome == ("done" if told else "unsettled")
    assert (DUE in home(desk)) != told


def test_an_undo_that_ended_is_not_asked_for_again(desk: Client, reminder: ActReminder) -> None:
    answer(desk, reminder, "undo")
    ActReminder.objects.update(undo_since=F("settled_at"))  # its process died right after X
    assert tell_due(now=timezone.now() + timedelta(minutes=3)) == 0 and DUE not in home(desk)
    assert "alice was first." in answer(desk, reminder, "keep")


def test_the_console_answers_it_too(desk: Client, reminder: ActReminder, sandbox: ThreadedSandbox) -> None:
    asked = {"person": ANA, "confirmed": "yes", "tab": "people"}
    told = desk.post(f"/accounts/{ACME}/do/unmute/", asked, follow=True).content.decode()
    assert "No longer muted." in told and DUE not in told and not muted(sandbox)


def test_colleagues_are_not_told_and_supervisors_only_when_who_set_it_is_gone(
    client: Client, alice: User, reminder: ActReminder
) -> None:
    client.force_login(make_agent("bob"))
    assert DUE not in home(client)
    client.force_login(make_supervisor())
    assert DUE not in home(client)
    alice.is_active = False
    alice.save()
    assert DUE in home(client)


@pytest.mark.parametrize("gone", ["role", "row"])
def test_supervisors_are_told_where_the_person_lost_their_role_or_was_deleted(
    client: Client, alice: User, reminder: ActReminder, gone: str
) -> None:
    alice.groups.clear() if gone == "role" else alice.delete()
    client.force_login(make_supervisor())
    assert DUE in home(client)
    client.force_login(make_agent("bob"))
    assert DUE not in home(client)


def test_an_outsider_answers_nothing_and_nothing_is_answered_by_looking(
    client: Client, desk: Client, reminder: ActReminder
) -> None:
    assert desk.get(f"/reminders/twitter/{reminder.pk}/undo/").status_code == 405
    assert desk.post(f"/reminders/twitter/{reminder.pk}/forget/").status_code == 404
    assert desk.post(f"/reminders/carrier/{reminder.pk}/keep/").status_code == 404
    client.force_login(make_outsider())
    assert client.post(f"/reminders/twitter/{reminder.pk}/keep/").status_code == 404
    assert ActReminder.objects.get().settled_at is None


def test_without_a_token_of_the_form_nothing_is_answered(alice: User, reminder: ActReminder) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert strict.post(f"/reminders/twitter/{reminder.pk}/keep/").status_code == 403
    assert ActReminder.objects.get().settled_at is None


def test_a_report_that_blocked_is_undone_by_unblocking(
    desk: Client, acme: PartnerAccount, ticket: Ticket, alice: User, sandbox: ThreadedSandbox
) -> None:
    acme.app.tier = sandbox.world.switches.tier = "enterprise"
    acme.app.save()
    now = timezone.now()
    told: dict[str, Any] = {
        "values": {"person": ANA, "block": "yes"},
        "reason": "Threats",
        "until": now + timedelta(days=7),
    }
    order = doing.Order(action="report", confirmed=True, **told)
    doing.perform(acme, order, actor=as_actor(alice, via="page"), now=now)
    ActReminder.objects.update(due_at=now - timedelta(minutes=1))
    assert "Reported and blocked" in home(desk) and "Undo now" in home(desk)
    assert "No longer blocked." in answer(desk, ActReminder.objects.get(), "undo")
    assert DUE not in home(desk) and not related(sandbox.world.store, "block", source_id=int(ACME), target_id=int(ANA))


def test_a_report_alone_has_no_end(acme: PartnerAccount, sandbox: ThreadedSandbox, alice: User) -> None:
    acme.app.tier = sandbox.world.switches.tier = "enterprise"
    acme.app.save()
    now = timezone.now()
    order = doing.Order(
        action="report", values={"person": ANA}, reason="Threats", until=now + timedelta(days=7), confirmed=True
    )
    with pytest.raises(BadInput, match="taken back some day"):
        doing.perform(acme, order, actor=as_actor(alice, via="page"), now=now)
    assert not AccountAct.objects.exists()


def test_each_is_told_once_however_many_workers_look(reminder: ActReminder) -> None:
    now: datetime = timezone.now()
    assert [tell_due(now=now), tell_due(now=now)] == [1, 0]
    assert ActReminder.objects.get().told_at == now


def hears(*, mutes: bool = False, at: datetime) -> None:
    learn([Lesson(at=at, account=ACME, person=ANA, facts={"muting": mutes})])


def test_unmuted_in_x_s_own_app_nothing_is_left_to_be_reminded_of(
    desk: Client, acme: PartnerAccount, reminder: ActReminder
) -> None:
    hears(at=timezone.now() + timedelta(seconds=5))
    assert DUE not in home(desk) and ActReminder.objects.get().settled_by == "X"
    assert "This was answered already. X was first." in answer(desk, reminder, "keep")
    (told,) = recall(choose(acme, private=False, kind="ended"))
    assert (told.words, told.about, told.act.by_name) == ("End of a reminder", "@ana_demo", "X")
    assert told.sentence == "X told that it was taken back there."


def test_what_x_told_before_the_mute_or_of_one_that_stands_ends_no_reminder(
    desk: Client, reminder: ActReminder
) -> None:
    hears(at=reminder.act.at - timedelta(seconds=5))
    hears(mutes=True, at=timezone.now() + timedelta(seconds=5))
    hears(at=timezone.now() + timedelta(seconds=2))  # older than what X told last
    assert DUE in home(desk) and not AccountAct.objects.filter(action="ended").exists()


def test_the_echo_of_our_own_undoing_leaves_the_reminder_to_who_undid_it(
    desk: Client, acme: PartnerAccount, reminder: ActReminder
) -> None:
    facts = {"page_name": acme.page_name, "action": "unmute", "target": ANA, "by_name": "bob", "via": "page"}
    AccountAct.objects.create(account=acme, at=timezone.now(), **facts)
    hears(at=timezone.now() + timedelta(seconds=5))
    assert ActReminder.objects.get().settled_at is None
