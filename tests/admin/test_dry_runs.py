"""A dry run is ordered in the admin, and its page says how far it is and what would be different."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.admin.conftest import configurator
from tests.factories import make_address, make_agent, make_queue, make_rule
from tests.tickets.said import says, take_in, writes
from tickets.models import DryRun, Message, RoutingRule, Ticket
from tickets.rules.rehearsing import rehearse_due

pytestmark = pytest.mark.django_db
REFUND = {"field": "text", "is": "has_any", "value": ["refund"]}


@pytest.fixture(autouse=True)
def _somebody_wants_a_refund() -> None:
    make_address(queue=make_queue("Support"))
    take_in(says("A refund, please"))
    now = timezone.now()
    Ticket.objects.update(last_inbound_at=now, opened_at=now - timedelta(hours=1))
    Ticket.objects.get().messages.update(sent_at=now)


def test_it_is_ordered_from_the_list_of_rules_and_shown_with_its_progress(boss: Client) -> None:
    rule = make_rule("Refunds", REFUND, on=False, queue=make_queue("Refunds"))
    url = reverse("admin:tickets_routingrule_changelist")
    page = boss.post(url, {"action": "try_out", "_selected_action": [rule.pk]}, follow=True).content.decode()
    assert "Nothing was looked at yet." in page and "0 tickets" not in page
    assert "Waiting" in page and 'http-equiv="refresh"' in page
    rehearse_due(clock=timezone.now, at_most=timedelta(seconds=5))
    page = boss.get(reverse("admin:tickets_dryrun_change", args=[DryRun.objects.get().pk])).content.decode()
    assert "1 ticket would be different." in page and "queue: Support → Refunds (Refunds)" in page
    assert "A refund, please" in page and "Refunds (version 1): held: 1 text has any of, found: refund." in page
    assert f"#{Ticket.objects.get().pk}" in page and 'http-equiv="refresh"' not in page


def test_it_is_ordered_with_other_days(boss: Client) -> None:
    rule = make_rule("Refunds", REFUND, on=False, tags=["money"])
    url = reverse("admin:tickets_dryrun_add")
    assert boss.get(url).status_code == 200
    answer = boss.post(url, {"days": 30, "chosen": [rule.pk]})
    run = DryRun.objects.get()
    assert answer["Location"] == reverse("admin:tickets_dryrun_change", args=[run.pk]) and run.days == 30
    refused = boss.post(url, {"days": 0, "chosen": []}).context["adminform"].form.errors
    assert sorted(refused) == ["chosen", "days"]
    empty = RoutingRule.objects.create(name="Empty")
    assert "says something" in str(boss.post(url, {"days": 1, "chosen": [empty.pk]}).context["errors"])


def test_its_differences_are_listed(boss: Client) -> None:
    rule = make_rule("Refunds", REFUND, on=False, tags=["money"])
    boss.post(reverse("admin:tickets_dryrun_add"), {"days": 7, "chosen": [rule.pk]})
    rehearse_due(clock=timezone.now, at_most=timedelta(seconds=5))
    page = boss.get(reverse("admin:tickets_dryrunline_changelist")).content.decode()
    assert "tags: none → money (Refunds)" in page and "A refund, please" in page


def test_nobody_orders_one_who_may_not_change_rules(client: Client) -> None:
    client.force_login(make_agent("ward", is_staff=True))
    assert client.post(reverse("admin:tickets_dryrun_add"), {"days": 7}).status_code == 403
    assert not DryRun.objects.exists()


def test_who_may_not_read_private_messages_is_told_nothing_of_them(client: Client, boss: Client) -> None:
    take_in(writes("A refund for Zoe"))
    now = timezone.now()
    Ticket.objects.update(last_inbound_at=now, opened_at=now - timedelta(hours=1))
    Message.objects.update(sent_at=now)
    rule = make_rule("Refunds", REFUND, on=False, tags=["money"])
    boss.post(reverse("admin:tickets_dryrun_add"), {"days": 7, "chosen": [rule.pk]})
    rehearse_due(clock=timezone.now, at_most=timedelta(seconds=5))
    run, private = DryRun.objects.get(), Ticket.objects.get(private=True)
    addresses = [
        reverse("admin:tickets_dryrun_change", args=[run.pk]),
        reverse("admin:tickets_dryrunline_changelist"),
        reverse("admin:tickets_dryrun_changelist"),
    ]
    everything, columns = boss.get(addresses[0]).content.decode(), boss.get(addresses[2]).context["cl"].list_display
    assert "2 tickets would be different." in everything and "2 messages on 2 of 2 tickets" in everything
    assert {"done", "messages"} <= set(columns)
    client.force_login(configurator("view_dryrun", "view_dryrunline"))
    pages = [client.get(address).content.decode() for address in addresses]
    assert "1 ticket would be different." in pages[0] and "A refund, please" in pages[1]
    assert not any("Zoe" in page or f"#{private.pk}<" in page or f">{private.pk}<" in page for page in pages)
    assert "1 messages on 1 of 1 tickets" in pages[0]
    listing = client.get(addresses[2]).context["cl"]
    assert listing.result_list[0].may_see == 1 and not {"done", "messages"} & set(listing.list_display)
