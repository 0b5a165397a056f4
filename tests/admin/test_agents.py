"""Agents in the admin: since when somebody is away, and the work of who has left."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from tests.admin.test_two_administrators import address_of, typed_on
from tests.factories import make_agent, make_person, make_team, make_ticket, staff
from tests.tickets.floor import at_work
from tickets.models import Agent, DeskLimit, Queue, Ticket

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


def test_a_limit_and_none_at_once_is_refused(boss: Client) -> None:
    agent = Agent.objects.get(person=at_work("ana"))
    address = reverse("admin:tickets_agent_change", args=[agent.pk])
    both = {"person": agent.person_id, "skills": [], "capacity": "5", "no_limit": "on"}
    answer = boss.post(address, both)
    assert answer.context["errors"] and "A number is named as well." in answer.content.decode()
    for words, told in ((both | {"no_limit": ""}, (5, False)), (both | {"capacity": ""}, (None, True))):
        assert boss.post(address, words).status_code == 302
        agent.refresh_from_db()
        assert (agent.capacity, agent.no_limit) == told


def test_there_is_one_limit_of_the_desk_to_change(boss: Client) -> None:
    assert DeskLimit.objects.get().capacity == 20
    assert boss.get(reverse("admin:tickets_desklimit_add")).status_code == 403
    address = reverse("admin:tickets_desklimit_change", args=[1])
    assert boss.post(address, {"capacity": "0"}).status_code == 200
    assert boss.post(address, {"capacity": "12"}).status_code == 302
    assert DeskLimit.objects.get().capacity == 12


def test_who_was_just_made_is_followed_by_what_comes_next(boss: Client) -> None:
    words = {"username": "nina", "first_name": "Nina", "usable_password": "true"}
    words |= dict.fromkeys(("password1", "password2"), "correct horse battery")
    page = boss.post(reverse("admin:auth_user_add"), words, follow=True).content.decode()
    assert "They have no role yet" in page and reverse("admin:tickets_team_changelist") in page
    assert "The desk sends them no mail" in page and User.objects.get(username="nina").first_name == "Nina"
    words |= {"username": "nora", "groups": str(Group.objects.get(name="Agents").pk)}
    page = boss.post(reverse("admin:auth_user_add"), words, follow=True).content.decode()
    assert "They have no role yet" not in page and User.objects.get(username="nora").groups.get().name == "Agents"


def test_saving_who_may_work_and_is_in_no_team_warns(boss: Client) -> None:
    nora, word = at_work("nora"), "No queue is open to Nora yet"
    pages = [address_of(nora), address_of(nora.agent)]

    def saved() -> list[bool]:
        asks = [(page, typed_on(boss, row)) for page, row in zip(pages, (nora, nora.agent), strict=True)]
        return [word in boss.post(page, typed, follow=True).content.decode() for page, typed in asks]

    assert saved() == [False, False]  # no queue there is is staffed
    Queue.objects.exclude(pk=staff("Bookings", "Flights").queue_id).delete()
    assert saved() == [True, True]
    make_team("Flights", nora)
    assert saved() == [False, False]


def test_a_team_is_chosen_from_people_by_name_and_programs_are_marked(boss: Client) -> None:
    alice = make_agent("alice", last_name="Moreau")
    make_agent("gone", is_active=False)
    make_person("robot", role="API clients", first_name="")
    page = boss.get(reverse("admin:tickets_team_change", args=[make_team("Flights", alice).pk])).content.decode()
    for told in ("Alice Moreau (alice)", "Gone (gone) – deactivated", "robot – a program (API client)"):
        assert f">{told}</option>" in page
    assert "queues it staffs" in page.lower() and "staffed by" not in page.lower()
