"""Words of a routing rule are typed in one box: commas part them, and what stood as one stays and is marked."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.admin.test_routing_rules import ADD, CHANGE, LIST, asks, form, group, saved
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
