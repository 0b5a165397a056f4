"""An account that was connected by mistake goes again; one that is switched off troubles nobody."""

import io
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import NOW
from tickets.models import Address
from twitter_integration.doctor import findings
from twitter_integration.facts.consequences import withdraw_consent
from twitter_integration.models import Cursor, Event, PartnerAccount
from twitter_integration.setup.connecting import disconnect

pytestmark = pytest.mark.django_db


@pytest.fixture
def mistaken(acme: PartnerAccount) -> PartnerAccount:
    """It was read once and given up again; nothing came."""
    Cursor.objects.create(account=acme, stream="mentions", polled_at=NOW)
    disconnect(acme, now=timezone.now())
    return acme


def delete(boss: Client, account: PartnerAccount) -> Any:
    return boss.post(reverse("admin:twitter_integration_partneraccount_delete", args=[account.pk]), {"post": "yes"})


def test_what_came_to_nothing_is_deleted_with_its_banner(boss: Client, mistaken: PartnerAccount) -> None:
    change = reverse("admin:twitter_integration_partneraccount_change", args=[mistaken.pk])
    assert f"{mistaken.pk}/delete/" in boss.get(change).content.decode()
    assert delete(boss, mistaken).status_code == 302
    assert not PartnerAccount.objects.exists() and not Address.objects.exists()
    assert "was disconnected from X" not in boss.get("/").content.decode()


def test_the_command_removes_it_too(mistaken: PartnerAccount) -> None:
    call_command("x_account", "remove", "@acmehelp_demo", stdout=io.StringIO())
    assert not Address.objects.exists()


def test_a_connected_account_is_disconnected_first(boss: Client, acme: PartnerAccount) -> None:
    page = delete(boss, acme).content.decode()
    assert "@acmehelp_demo is connected to X: disconnect it first." in page and "Untick “Enabled”" in page
    assert PartnerAccount.objects.filter(pk=acme.pk).exists()
    with pytest.raises(CommandError, match="disconnect it first"):
        call_command("x_account", "remove", acme.page_id)


def test_one_of_which_x_told_something_is_purged_first(boss: Client, mistaken: PartnerAccount) -> None:
    facts = {"kind": "like_of_us", "outcome": "counted", "occurred_at": NOW, "received_at": NOW}
    Event.objects.create(account_id=mistaken.page_id, key="like:1", **facts)
    assert "X told of @acmehelp_demo. Remove that first" in delete(boss, mistaken).content.decode()
    with pytest.raises(CommandError, match="x_account purge"):
        call_command("x_account", "remove", mistaken.page_id)


@pytest.mark.parametrize("how", ["disconnected", "revoked"])
def test_one_that_is_switched_off_is_quiet_and_speaks_up_when_it_is_switched_on(
    boss: Client, acme: PartnerAccount, how: str
) -> None:
    give_up = disconnect if how == "disconnected" else lambda account, now: withdraw_consent(account, at=now)
    give_up(acme, now=timezone.now())
    change = reverse("admin:twitter_integration_partneraccount_change", args=[acme.pk])
    facts = {"page_name": "acmehelp_demo", "name": "Acme", "app": acme.app_id, "after_resolution": "reopen"}
    facts |= {"public_window_hours": "24", "private_window_hours": "24"}
    assert boss.post(change, facts).status_code == 302
    assert "sends nothing at the moment" not in boss.get("/").content.decode()
    first = boss.get(reverse("admin:index")).content.decode()
    assert "<b>Disabled</b>" in first and "disconnected from X" not in first and "withdrew" not in first
    assert not [one for one in findings() if one.subject == "@acmehelp_demo" and one.fatal and not one.ok]
    assert boss.post(change, facts | {"enabled": "on"}).status_code == 302
    assert "was disconnected from X. Connect it again" in boss.get("/").content.decode()


def test_one_that_was_switched_off_before_is_quiet_after_the_migration(mistaken: PartnerAccount) -> None:
    PartnerAccount.objects.update(enabled=False)
    assert Address.objects.get().banner
    import_module("twitter_integration.migrations.0246_quiet_when_switched_off").take_banners_down(apps, None)
    assert (Address.objects.get().banner, Address.objects.get().sending_stopped) == ("", True)
