"""Words of a routing rule are typed in one box: commas part them, and what stood as one stays and is marked."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.admin.test_roles import enter
from tests.admin.test_routing_rules import ADD, CHANGE, LIST, asks, fields_of, form, group, saved
from tests.factories import make_rule

pytestmark = pytest.mark.django_db


def test_commas_part_the_words_of_a_list(boss: Client) -> None:
    tree = group("all", asks("text", "has_any", 'order, pedido\n"sorry, but"'), asks("handle", "any_of", "@Ana, ben"))
    boss.post(reverse(ADD), form(tree))
    assert [one["value"] for one in saved().condition["all"]] == [["order", "pedido", "sorry, but"], ["ana", "ben"]]
    page = boss.get(reverse(LIST)).content.decode()
    assert "text has any of: “order”, “pedido”, “sorry, but”" in page


def test_the_list_tells_what_a_rule_that_is_off_would_do() -> None:
    make_rule("Off", {"field": "text", "is": "has_any", "value": ["refund"]}, on=False, priority="high")
    out = StringIO()
    call_command("rules", "list", stdout=out)
    assert "Off: off" in out.getvalue() and "“refund” → priority high" in out.getvalue()


def test_a_phrase_with_a_comma_stays_and_is_marked(boss: Client) -> None:
    rule = make_rule("Old", {"field": "text", "is": "has_any", "value": ["order, pedido"]})
    url, mark = reverse(CHANGE, args=[rule.pk]), "“order, pedido”: reads as one phrase"
    page = boss.get(url).content.decode()
    assert "“order, pedido” reads as one phrase" in page and "separated by commas" in page
    assert mark in page and mark in boss.get(reverse(LIST)).content.decode()
    out = StringIO()
    call_command("rules", "list", stdout=out)
    assert mark in out.getvalue()
    shown_again = group("all", asks("text", "has_any", '"order, pedido"'))
    boss.post(url, form(shown_again))
    assert saved().condition["all"][0]["value"] == ["order, pedido"]


LONG = [f"word{number}" for number in range(9)]


def long_rule() -> str:
    """The page of one that asks for nine words now, and once asked for nine others."""
    rule = make_rule("Long", {"field": "text", "is": "has_any", "value": [f"{word}, once" for word in LONG]})
    make_rule("Long", {"field": "text", "is": "has_any", "value": LONG})
    assert rule.versions.count() == 2
    return reverse(CHANGE, args=[rule.pk])


@pytest.mark.parametrize("role", ["Auditors", "Administrators"])
def test_every_word_of_a_long_list_can_be_read_in_every_version(client: Client, role: str) -> None:
    page = enter(client, role).get(long_rule()).content.decode()
    versions = page[page.index("rule-versions") :]
    assert versions.count("<details><summary>") == 2
    assert ", ".join(f"“{word}”" for word in LONG) in versions
    assert "; " + ", ".join(f"“{word}, once”" for word in LONG) + ": reads as one phrase" in versions


def test_what_another_one_changed_late_in_a_long_list_is_told(boss: Client) -> None:
    url = long_rule()
    opened = fields_of(boss.get(url))
    boss.post(url, form(group("all", asks("text", "has_any", ", ".join([*LONG, "late"]))), **opened))
    answer = boss.post(url, form(group("all", asks("text", "has_any", "mine")), **opened))
    assert "“word8”, “late”" in " ".join(answer.context["adminform"].form.non_field_errors())
