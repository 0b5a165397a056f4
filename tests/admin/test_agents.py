"""Agents in the admin: since when somebody is away, and the work of who has left."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_ticket
from tests.tickets.floor import at_work
from tickets.models import Agent, Ticket

pytestmark = pytest.mark.django_db


def test_since_when_somebody_is_away_is_noted(boss: Client) -> None:
    agent = Agent.objects.get(person=at_work("ana"))
    address = reverse("admin:tickets_agent_change", args=[agent.pk])
    form: dict[str, Any] = {"person": agent.person_id, "skills": []}
    for words, away in ((form | {"away": "on"}, True), (form, False)):
        assert boss.post(address, words).status_code == 302
        agent.refresh_from_db()
        assert (agent.away, agent.away_since is not None) == (away, away)


def test_the_work_of_somebody_is_given_back(boss: Client) -> None:
    ana = at_work("ana")
    ticket, done = make_ticket(assignee=ana), make_ticket(assignee=ana, status="closed")
    chosen = {"action": "release", "_selected_action": [ana.agent.pk]}
    page = boss.post(reverse("admin:tickets_agent_changelist"), chosen, follow=True).content.decode()
    assert "1 ticket went back." in page
    assert Ticket.objects.get(pk=ticket.pk).assignee is None and Ticket.objects.get(pk=done.pk).assignee == ana
