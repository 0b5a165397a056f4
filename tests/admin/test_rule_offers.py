"""What the form of a routing rule offers: folders by their path, people by name, and to be tried out."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.admin.test_routing_rules import ADD, CHANGE, form, group
from tests.factories import make_agent, make_folder, make_person, make_rule, make_supervisor, make_team
from tickets.models import DryRun, RoutingRule
from twitter_integration.models import PartnerAccount

pytestmark = pytest.mark.django_db


def offered(boss: Client, field: str, rule: RoutingRule | None = None) -> list[str]:
    page = boss.get(reverse(CHANGE, args=[rule.pk]) if rule else reverse(ADD))
    return [str(words) for key, words in page.context["adminform"].form.fields[field].choices if key]


def test_folders_are_offered_by_their_path_in_the_order_of_their_tree(boss: Client) -> None:
    refunds, baggage = make_folder("Refunds", position=2), make_folder("Baggage", position=1)
    make_folder("Cards", parent=refunds, position=1), make_folder("Lost", parent=baggage, position=2)
    tree = ["Baggage", "Baggage / Lost", "Refunds", "Refunds / Cards"]
    assert offered(boss, "folder") == tree
    button: dict[str, Any] = form(group("all"), _tree="add:", **{"condition-new": "folder"})
    page = boss.post(reverse(ADD), button).content.decode()
    asked = page[page.index('name="condition-0-value"') : page.index("What follows")]
    places = [asked.index(one) for one in tree]
    assert places == sorted(places)


def test_so_they_are_on_every_form_with_a_folder(boss: Client, acme: PartnerAccount) -> None:
    baggage = make_folder("Baggage", position=2)
    make_folder("Claims", parent=baggage, position=1)
    forms = {
        reverse("admin:twitter_integration_partneraccount_change", args=[acme.pk]): ("folder", "place_direct_folder"),
        reverse("admin:twitter_integration_searchquery_add"): ("folder",),
        reverse("admin:tickets_macro_add"): ("folder",),
        reverse("admin:tickets_folder_add"): ("parent",),
    }
    for address, fields in forms.items():
        page = boss.get(address)
        for name in fields:
            told = [str(words) for _key, words in page.context["adminform"].form[name].field.widget.choices]
            assert told[1:] == ["Baggage", "Baggage / Claims"], (address, name)
        assert page.content.decode().count("Baggage / Claims</option>") >= len(fields)


def test_people_are_offered_by_name_and_programs_are_not(boss: Client) -> None:
    make_agent("alice", last_name="Moreau"), make_supervisor("sam")
    make_person("iris", role="Auditors"), make_agent("gone", is_active=False)
    robot = make_person("robot", role="API clients")
    assert offered(boss, "assignee") == ["admin", "Alice Moreau", "Sam"]  # where there are no teams
    make_team("Flights", User.objects.get(username="alice"))
    assert offered(boss, "assignee") == ["Alice Moreau", "Sam"]
    assert offered(boss, "notify") == ["admin", "Alice Moreau", "Iris", "Sam"]
    rule = make_rule("Nightly", assignee=robot, notify=[robot.pk])
    assert "Robot" in offered(boss, "assignee", rule) and "Robot" in offered(boss, "notify", rule)


@pytest.mark.parametrize("on", [True, False])
def test_a_rule_is_tried_out_from_its_own_page(boss: Client, on: bool) -> None:
    make_rule("Other")
    rule = make_rule("Refund words", on=on, tags=["money"])
    in_force, address = rule.live_id, reverse(CHANGE, args=[rule.pk])
    assert "Save and try out" in boss.get(address).content.decode()
    pressed = form(tags="press", tickets_routingrule_save_and_try_out="on", seen="1")
    page = boss.post(address, pressed, follow=True)
    run = DryRun.objects.get()
    assert page.redirect_chain[-1][0] == reverse("admin:tickets_dryrun_change", args=[run.pk])
    assert f'href="{address}"' in page.content.decode()
    newest = rule.versions.get(number=2)
    rule.refresh_from_db()
    assert run.rules == [rule.pk] and [rule.pk, newest.pk] in run.draft and rule.live_id == in_force


def test_a_new_rule_is_tried_out_from_its_first_form(boss: Client) -> None:
    answer = boss.post(reverse(ADD), form(tags="money", tickets_routingrule_save_and_try_out="on"))
    assert answer["Location"] == reverse("admin:tickets_dryrun_change", args=[DryRun.objects.get().pk])
    assert RoutingRule.objects.get().live is None
