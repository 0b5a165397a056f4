"""docs/rules.md, "Bringing them up to date": what installed rules would say today, and what is left alone."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.admin.conftest import boss
from tests.factories import NOW, make_agent, make_queue
from tickets.models import RoutingRule
from tickets.rules.comparing import Change, compare
from tickets.rules.conditions import read_condition
from tickets.rules.starting.renewing import SHIPPED, State, fingerprint, fingerprint_today, look, renew
from tickets.rules.starting.rules import install_starting_rules, starting_rules
from tickets.rules.versions import roll_back, save_version, switch_on

__all__ = ["boss"]
pytestmark = pytest.mark.django_db
RISK = "Urgency: risk"
OLD = {
    "condition": {"all": [{"field": "text", "is": "has_any", "value": ["lawyer*", "volé*"]}]},
    "tags": ["risk"],
    "priority": "urgent",
}


@pytest.fixture
def risk(monkeypatch: pytest.MonkeyPatch) -> RoutingRule:
    """In force, as an earlier Kapture brought it."""
    monkeypatch.setitem(SHIPPED, RISK, [fingerprint(OLD), fingerprint_today(RISK)])
    rule = RoutingRule.objects.create(name=RISK)
    save_version(rule, OLD, by=None, now=NOW)
    switch_on(rule)
    return rule


def test_whoever_changes_what_they_say_keeps_what_they_said() -> None:
    assert {name: marks[-1] for name, marks in SHIPPED.items()} == {n: fingerprint_today(n) for n in starting_rules()}
    assert all(len(set(marks)) == len(marks) for marks in SHIPPED.values())


def test_what_is_installed_says_what_it_would_say_today() -> None:
    install_starting_rules(now=NOW)
    assert [one.state for one in look()] == [State.AS_TODAY] * 6
    assert renew(by=None, now=NOW) == []


def test_an_older_one_gets_a_new_version_that_is_not_in_force(risk: RoutingRule) -> None:
    (found,) = look()
    (change,) = found.changes
    assert (found.state, change.field, change.removed) == (State.OLDER, "text", ("volé*",))
    assert "attorney*" in change.added and "lawyer*" not in change.added
    (version,) = renew(by=None, now=NOW)
    risk.refresh_from_db()
    assert (version.number, version.tags, risk.live.number if risk.live else 0) == (2, ["risk"], 1)
    assert fingerprint_today(RISK) == SHIPPED[RISK][-1] and look()[0].state == State.AS_TODAY


def test_what_somebody_changed_is_left_alone(risk: RoutingRule) -> None:
    save_version(risk, OLD | {"queue": make_queue("Law")}, by=make_agent(), now=NOW)
    assert (look()[0].state, renew(by=None, now=NOW)) == (State.CHANGED, [])


def test_so_is_what_somebody_rolled_back(risk: RoutingRule) -> None:
    renew(by=None, now=NOW)
    roll_back(risk, 1, by=make_agent(), now=NOW)
    assert (look()[0].state, renew(by=None, now=NOW)) == (State.CHANGED, [])


def test_so_is_what_somebody_renamed(risk: RoutingRule) -> None:
    RoutingRule.objects.update(name="Harm and law")
    assert look() == [] and renew(by=None, now=NOW) == []


def test_the_command_shows_the_difference_and_saves_only_when_told(
    risk: RoutingRule, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("rules", "renew")
    told = capsys.readouterr().out
    assert "- volé*" in told and "attorney*" in told and "Nothing is changed." in told
    assert risk.versions.count() == 1
    call_command("rules", "renew", RISK, "--save")
    assert "Made: Urgency: risk (version 2)." in capsys.readouterr().out
    assert risk.versions.count() == 2


def test_the_admin_shows_the_difference_and_makes_the_versions_when_pressed(boss: Client, risk: RoutingRule) -> None:
    url = reverse("admin:tickets_routingrule_changelist")
    sheet = {"action": "renew_rules", "_selected_action": [risk.pk]}
    page = boss.post(url, sheet).content.decode()
    assert "− volé*" in page and "attorney*" in page and risk.versions.count() == 1
    boss.post(url, sheet | {"_renew": "1"})
    assert [version.made_by is not None for version in risk.versions.order_by("number")] == [False, True]


def test_two_conditions_are_compared_question_by_question() -> None:
    before = read_condition({"all": [{"field": "followers", "is": "at_least", "value": 5}]})
    after = read_condition({"any": [{"field": "followers", "is": "at_least", "value": 7}]})
    emoji = read_condition({"all": [{"field": "only_emoji", "is": "yes"}]})
    assert compare(before, before) == []
    assert compare(before, after) == [Change(field="followers", operator="at_least", added=(7,), removed=(5,))]
    assert [(one.field, one.is_new, one.is_gone) for one in compare(before, emoji)] == [
        ("only_emoji", True, False),
        ("followers", False, True),
    ]
