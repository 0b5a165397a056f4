"""Approval rules are tried on a text before anybody writes one."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from tests.factories import make_agent, make_message, make_supervisor, make_team, make_ticket
from tickets.models import Approval, ApprovalRule, Message, Notice

pytestmark = pytest.mark.django_db


def test_a_text_is_tried_on_every_rule_and_nothing_comes_of_it(boss: Client) -> None:
    ApprovalRule.objects.create(name="Money", words="refund*\nvoucher")
    ApprovalRule.objects.create(name="New people", enabled=False).teams.add(make_team("New"))
    ApprovalRule.objects.create(name="Trainees").roles.add(Group.objects.get(name="Agents"))
    place = reverse("admin:tickets_approvalrule_try_text")
    assert place in boss.get(reverse("admin:tickets_approvalrule_changelist")).content.decode()
    assert "Would this text have to be approved?</h2>" in boss.get(place).content.decode()
    page = boss.post(place, {"text": "You will be <b>refunded</b>"}).content.decode()
    assert "found: “refund*”" in page and "asks for none" in page and "(off)" in page and "team New" in page
    assert "written by somebody with the role Agents" in " ".join(page.split())
    assert "not found" in boss.post(place, {"text": "Hello"}).content.decode()
    assert not Message.objects.exists() and not Approval.objects.exists() and not Notice.objects.exists()


def test_with_a_ticket_and_a_writer_it_says_what_would_happen_there(boss: Client) -> None:
    alice, sam, ticket = make_agent(), make_supervisor(), make_ticket()
    make_message(ticket)
    ApprovalRule.objects.create(name="Money", words="refund*", said="public")
    place, words = reverse("admin:tickets_approvalrule_try_text"), {"text": "Refunded", "ticket": ticket.pk}
    page = boss.post(place, words | {"writer": alice.pk}).content.decode()
    assert "by the rule ‘Money’" in page and "Sam may let it go." in page and "it goes without approval" in page
    assert "by the rule" not in boss.post(place, words | {"writer": sam.pk}).content.decode()
    assert "There is no such ticket." in boss.post(place, words | {"ticket": ticket.pk + 1}).content.decode()


def test_only_who_may_change_rules_tries_them(client: Client) -> None:
    client.force_login(make_agent(is_staff=True))
    assert client.get(reverse("admin:tickets_approvalrule_try_text")).status_code == 403
