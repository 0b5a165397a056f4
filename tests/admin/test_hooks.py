"""Outgoing webhooks in the admin: set up, tried, renewed, sent again."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import NOW, make_ticket
from tests.tickets.test_hooks import Receiver, receiver
from tickets.history import note_activity
from tickets.hooks.telling import make, make_test
from tickets.models import Hook, HookDelivery

__all__ = ["receiver"]
pytestmark = pytest.mark.django_db
ADD, LIST = "/admin/tickets/hook/add/", "/admin/tickets/hook/"


def set_up(boss: Client, url: str, **fields: Any) -> str:
    filled = {"name": "CRM", "url": url, "enabled": "on", **fields}
    return boss.post(ADD, filled, follow=True).content.decode()


def act(boss: Client, action: str, *pks: int, model: str = "hook") -> str:
    chosen = {"action": action, "_selected_action": pks}
    return boss.post(reverse(f"admin:tickets_{model}_changelist"), chosen, follow=True).content.decode()


def test_a_new_one_begins_now_and_shows_its_secret_once(boss: Client, receiver: type[Receiver]) -> None:
    page = set_up(boss, receiver.url, verbs=["ticket.opened"])
    hook = Hook.objects.get()
    assert str(hook.secret) in page and hook.read_changed > 0 and hook.verbs == ["ticket.opened"]
    for address in (LIST, reverse("admin:tickets_hook_change", args=[hook.pk])):
        assert str(hook.secret) not in boss.get(address).content.decode()


def test_plain_http_is_refused_outside_the_own_networks(boss: Client) -> None:
    assert "It has to begin with https://" in set_up(boss, "http://crm.example.com/hook")
    assert not Hook.objects.exists()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://10.0.0.1/hook", "inside a network"),
        ("https://[::1]/hook", "inside a network"),
        ("https://crm.localhost/hook", "inside a network"),
        ("http://8.8.8.8/hook", "It has to begin with https://"),
        ("https://crm.example.com:99999/hook", "no such port"),
        ("https://crm.example.com:0/hook", "no such port"),
        ("https://acme:secret@crm.example.com/hook", "No name and password"),
        ("https://acme@crm.example.com/hook", "No name and password"),
    ],
)
def test_an_address_that_is_never_called_is_refused(boss: Client, url: str, words: str) -> None:
    assert words in set_up(boss, url)
    assert not Hook.objects.exists()


def test_with_networks_of_ones_own_the_rest_is_refused_all_the_same(boss: Client, settings: Any) -> None:
    settings.HOOK_NETWORKS = ["10.1.0.0/16"]
    assert "Plain http is only for HOOK_NETWORKS" in set_up(boss, "http://8.8.8.8/hook")
    assert "inside a network" in set_up(boss, "https://10.2.0.1/hook")
    assert "https:// or http://" in set_up(boss, "ftp://10.1.0.1/hook")
    assert not Hook.objects.exists()
    set_up(boss, "http://10.1.0.1/hook")
    assert Hook.objects.get().url == "http://10.1.0.1/hook"


def test_a_test_says_what_came_of_it(boss: Client, receiver: type[Receiver]) -> None:
    set_up(boss, receiver.url)
    hook = Hook.objects.get()
    receiver.answers += [500]
    assert "CRM: It answered 500." in act(boss, "test", hook.pk)
    assert "CRM: It arrived and was taken." in act(boss, "test", hook.pk)
    assert [delivery.verb for delivery in HookDelivery.objects.all()] == ["test", "test"]


def test_a_new_secret_replaces_the_old_one(boss: Client, receiver: type[Receiver]) -> None:
    set_up(boss, receiver.url)
    before = Hook.objects.get()
    page = act(boss, "renew_secret", before.pk)
    after = Hook.objects.get()
    assert str(after.secret) in page and after.secret != before.secret


def test_switched_on_again_it_tells_from_now_on(boss: Client, receiver: type[Receiver]) -> None:
    set_up(boss, receiver.url)
    now = timezone.now()
    Hook.objects.update(enabled=False, stopped_at=now, stopped_reason="Gone.", failing_since=now, read_changed=0)
    hook = Hook.objects.get()
    boss.post(reverse("admin:tickets_hook_change", args=[hook.pk]), {"name": "CRM", "url": hook.url, "enabled": "on"})
    hook.refresh_from_db()
    assert (hook.enabled, hook.stopped_at, hook.stopped_reason, hook.failing_since) == (True, None, "", None)
    assert hook.read_changed > 0


def test_what_was_given_up_is_sent_again(boss: Client, receiver: type[Receiver]) -> None:
    set_up(boss, receiver.url)
    delivery = make_test(Hook.objects.get(), now=timezone.now())
    delivery.state, delivery.tries, delivery.ended_at = "given_up", 8, timezone.now()
    delivery.save()
    assert "Within a minute" in act(boss, "send_again", delivery.pk, model="hookdelivery")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == ("waiting", 0) and not delivery.ended_at


def test_private_tickets_that_wait_are_not_told_once_that_is_unticked(boss: Client, receiver: type[Receiver]) -> None:
    set_up(boss, receiver.url, private="on")
    hook, now = Hook.objects.get(), timezone.now()
    for private in (True, False):
        delivery = make_test(hook, now=now)
        delivery.ticket = make_ticket(private=private)
        delivery.save()
    boss.post(reverse("admin:tickets_hook_change", args=[hook.pk]), {"name": "CRM", "url": hook.url, "enabled": "on"})
    assert [one.ticket.private for one in HookDelivery.objects.select_related("ticket") if one.ticket] == [False]


def make_lines(hook: Hook) -> list[HookDelivery]:
    """Of a public ticket a private line, one that is public, and one that is gone; and a line of a private ticket."""
    public, private = make_ticket(), make_ticket(private=True)
    said = [note_activity(public, "reply.sent", by=None, at=NOW, private=secret) for secret in (True, False, False)]
    said.append(note_activity(private, "ticket.status", by=None, at=NOW))
    made = HookDelivery.objects.bulk_create(make(hook, line.verb, {}, at=NOW, now=NOW, line=line) for line in said)
    said[2].delete()
    return made


def test_private_lines_of_public_tickets_that_wait_are_not_told_either(boss: Client, receiver: type[Receiver]) -> None:
    set_up(boss, receiver.url, private="on")
    hook = Hook.objects.get()
    _, public, _, private = make_lines(hook)
    HookDelivery.objects.filter(pk=private.pk).update(state="delivered")
    boss.post(reverse("admin:tickets_hook_change", args=[hook.pk]), {"name": "CRM", "url": hook.url, "enabled": "on"})
    assert {one.pk for one in hook.deliveries.all()} == {public.pk, private.pk}


def test_what_a_webhook_may_not_be_told_by_now_is_not_sent_again(boss: Client, receiver: type[Receiver]) -> None:
    set_up(boss, receiver.url)
    hook = Hook.objects.get()
    made = make_lines(hook)
    made.append(make_test(hook, now=NOW))
    made[-1].save()
    HookDelivery.objects.update(state="given_up", ended_at=NOW)
    page = act(boss, "send_again", *(one.pk for one in made), model="hookdelivery")
    assert "Within a minute" in page
    assert "CRM: 3 are not sent again. It is told of nothing private any more." in page
    assert set(hook.deliveries.filter(state="waiting").values_list("pk", flat=True)) == {made[1].pk, made[-1].pk}
    Hook.objects.update(private=True)
    assert "not sent again" not in act(boss, "send_again", made[0].pk, model="hookdelivery")


def test_nothing_is_sent_again_to_what_is_switched_off(boss: Client, receiver: type[Receiver]) -> None:
    set_up(boss, receiver.url)
    delivery = make_test(Hook.objects.get(), now=NOW)
    delivery.state = "given_up"
    delivery.save()
    Hook.objects.update(enabled=False)
    page = act(boss, "send_again", delivery.pk, model="hookdelivery")
    assert "CRM: 1 is not sent again. The webhook is switched off." in page and "Within a minute" not in page
    delivery.refresh_from_db()
    assert delivery.state == "given_up"


def test_the_log_says_why_one_waits_and_a_new_address_is_tried_at_once(boss: Client, receiver: type[Receiver]) -> None:
    set_up(boss, receiver.url)
    hook, now = Hook.objects.get(), timezone.now()
    make_test(hook, now=now).save()
    Hook.objects.update(failures=12, failing_since=now, rests_until=now + timedelta(minutes=3))
    log = reverse("admin:tickets_hookdelivery_changelist")
    assert "12 failures in a row" in boss.get(log).content.decode()
    change = reverse("admin:tickets_hook_change", args=[hook.pk])
    boss.post(change, {"name": "CRM", "url": f"{hook.url}/new", "enabled": "on"})
    assert "waits its turn" in boss.get(log).content.decode()
