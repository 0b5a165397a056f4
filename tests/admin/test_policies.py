"""A policy is changed in the admin: a look at what that means first, then saved, alone or for running promises too."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_address, make_policy, make_queue, make_rule
from tests.tickets.said import says
from tickets.intake import receive
from tickets.models import EscalationStep, PolicyRun, SlaClock, SlaPolicy, SlaTarget, Ticket
from tickets.promises.escalating import escalate
from tickets.promises.repromising import go_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy() -> SlaPolicy:
    """A first reply within an hour; Ana asked half an hour ago."""
    policy = make_policy("Gold", minutes={"first_response": 60})
    make_address(queue=make_queue("Support"), sla_policy=policy)
    now = timezone.now()
    receive([says(sent_at=now - timedelta(minutes=30))], now=now)
    return policy


def address(policy: SlaPolicy) -> str:
    return reverse("admin:tickets_slapolicy_change", args=[policy.pk])


def sheet(policy: SlaPolicy, minutes: int) -> dict[str, Any]:
    """What the form holds, with other minutes."""
    told: dict[str, Any] = {"name": policy.name, "business_hours": ""}
    for prefix in ("targets", "pause_rules", "steps"):
        told |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    rows = list(SlaTarget.objects.filter(policy=policy))
    told |= {"targets-TOTAL_FORMS": len(rows), "targets-INITIAL_FORMS": len(rows)}
    for place, row in enumerate(rows):
        facts = {"id": row.pk, "policy": policy.pk, "metric": row.metric, "priority": row.priority, "minutes": minutes}
        told |= {f"targets-{place}-{name}": value for name, value in facts.items()}
    return told


def test_a_change_is_looked_at_before_anything_is_saved(boss: Client, policy: SlaPolicy) -> None:
    due = SlaClock.objects.get().due_at
    answer = boss.post(address(policy), sheet(policy, 15) | {"tickets_slapolicy_preview": "1"})
    page = answer.content.decode()
    assert "1 promise would be late at once" in page and f"#{Ticket.objects.get().pk}" in page
    assert "1 h → 15 min" in page and 'name="targets-0-minutes" value="15"' in page
    assert SlaTarget.objects.filter(minutes=60).count() == 4 and SlaClock.objects.get().due_at == due


def test_from_the_preview_one_goes_back_to_what_was_typed(boss: Client, policy: SlaPolicy) -> None:
    page = boss.post(address(policy), sheet(policy, 15) | {"name": "Gold and more", "_adjust": "1"}).content.decode()
    assert 'name="targets-0-minutes" value="15"' in page and 'value="Gold and more"' in page
    assert "errornote" not in page and "Preview over open tickets" in page
    assert SlaPolicy.objects.get().name == "Gold" and not SlaTarget.objects.filter(minutes=15).exists()


def test_saved_alone_it_holds_for_what_starts_from_then_on(boss: Client, policy: SlaPolicy) -> None:
    boss.post(address(policy), sheet(policy, 15) | {"_save": "1"})
    assert SlaTarget.objects.filter(minutes=15).count() == 4
    assert SlaClock.objects.get().minutes == 60 and not PolicyRun.objects.exists()


def test_it_is_put_on_running_promises_with_its_progress(boss: Client, policy: SlaPolicy) -> None:
    page = boss.post(address(policy), sheet(policy, 45) | {"_apply": "1"}, follow=True).content.decode()
    assert "Under way" in page and 'http-equiv="refresh"' in page
    go_on(clock=timezone.now, at_most=timedelta(seconds=5))
    assert SlaClock.objects.get().minutes == 45
    run = PolicyRun.objects.get()
    page = boss.get(reverse("admin:tickets_policyrun_change", args=[run.pk])).content.decode()
    assert "1 of 1 tickets gone through." in page and 'http-equiv="refresh"' not in page


def test_its_page_says_which_steps_are_reached_by_it_as_the_preview_did(boss: Client, policy: SlaPolicy) -> None:
    EscalationStep.objects.create(policy=policy, share=100, metric="first_response", priority="urgent")
    said = "1 ticket has reached a step, which is taken within a minute: 1 is raised, 0 are put into another queue"
    sent = sheet(policy, 15) | kept_steps(policy)
    assert said in boss.post(address(policy), sent | {"tickets_slapolicy_preview": "1"}).content.decode()
    boss.post(address(policy), sent | {"_apply": "1"})
    go_on(clock=timezone.now, at_most=timedelta(seconds=5))
    page = boss.get(reverse("admin:tickets_policyrun_change", args=[PolicyRun.objects.get().pk])).content.decode()
    assert said in page and Ticket.objects.get().priority == "normal"
    escalate(now=timezone.now())
    assert Ticket.objects.get().priority == "urgent"


def kept_steps(policy: SlaPolicy) -> dict[str, Any]:
    step = policy.steps.get()
    facts = {"id": step.pk, "policy": policy.pk, "share": step.share, "metric": step.metric, "priority": step.priority}
    told: dict[str, Any] = {f"steps-0-{name}": value for name, value in facts.items()}
    return told | {"steps-TOTAL_FORMS": 1, "steps-INITIAL_FORMS": 1}


def test_its_page_says_which_rules_rules_and_accounts_give_it(boss: Client, policy: SlaPolicy) -> None:
    make_rule("Refund words", sla_policy=policy)
    page = boss.get(address(policy)).content.decode()
    assert "Refund words" in page and "Acme" in page and "Preview over open tickets" in page


def test_a_new_policy_begins_with_two_steps(boss: Client) -> None:
    url = reverse("admin:tickets_slapolicy_add")
    page = boss.get(url).content.decode()
    assert 'name="steps-0-share" value="75"' in page and 'name="steps-1-share" value="100"' in page
    told: dict[str, Any] = {"name": "Silver"}
    for prefix, count in (("targets", 0), ("pause_rules", 0), ("steps", 2)):
        told |= {f"{prefix}-TOTAL_FORMS": count, f"{prefix}-INITIAL_FORMS": 0}
    told |= {"steps-0-share": "75", "steps-0-tell_assignee": "on", "steps-1-share": ""}
    assert boss.post(url, told).status_code == 302
    steps = SlaPolicy.objects.get(name="Silver").steps
    assert list(steps.values_list("share", "tell_assignee", "tell_leads")) == [(75, True, False)]
