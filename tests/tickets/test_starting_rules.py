"""docs/rules.md, "The rules a desk may start with"."""

import pytest

from tests.factories import NOW
from tests.tickets.said import says, take_in
from tests.tickets.sayings import sayings
from tickets.models import Address, RoutingRule, Ticket
from tickets.rules.conditions import read_condition
from tickets.rules.deciding import Outcome, Rule, decide
from tickets.rules.facts import Facts, Standing
from tickets.rules.starting.rules import WORDS, install_starting_rules, starting_rules
from tickets.rules.versions import save_version, switch_on

pytestmark = pytest.mark.django_db


def test_they_are_installed_once_switched_off_and_stay_as_people_changed_them(acme: Address) -> None:
    names = install_starting_rules(now=NOW)
    urgency = [f"Urgency: {name}" for name in ("risk", "cancel", "purchase", "service", "low")]
    assert names == [*urgency, "Thanks: leave it resolved"]
    assert not RoutingRule.objects.exclude(live=None).exists()
    risk = RoutingRule.objects.get(name="Urgency: risk")
    save_version(risk, {"condition": {"all": []}}, by=None, now=NOW)
    assert install_starting_rules(now=NOW) == [] and risk.versions.count() == 2


@pytest.mark.parametrize(
    ("text", "tag", "priority"),
    [
        ("My lawyer will call you about the refund", "risk", "urgent"),
        ("Ich will meinen Vertrag KUNDIGEN, nichts funktioniert", "cancel", "high"),
        ("Combien coûte la livraison ?", "purchase", "high"),
        ("¿Dónde está mi pedido?", "service", "normal"),
        ("返金してください", "service", "normal"),
        ("متى يصل طلبي؟ لم يصل", "service", "normal"),
        ("@acmehelp_demo 👍👍", "low", "low"),
        ("Muito obrigada!", "low", "low"),
    ],
)
def test_the_first_class_that_fits_counts(acme: Address, text: str, tag: str, priority: str) -> None:
    install_starting_rules(now=NOW)
    for rule in RoutingRule.objects.all():
        switch_on(rule)
    take_in(says(text))
    ticket = Ticket.objects.get()
    assert (list(ticket.tags.values_list("name", flat=True)), ticket.priority) == ([tag], priority)


def test_what_is_in_no_class_stays_as_it_is(acme: Address) -> None:
    install_starting_rules(now=NOW)
    for rule in RoutingRule.objects.all():
        switch_on(rule)
    take_in(says("We saw you at the fair"))
    assert (Ticket.objects.get().tags.count(), Ticket.objects.get().priority) == (0, "normal")


def ruled() -> list[Rule]:
    rules = enumerate(starting_rules().items())
    return [
        Rule(
            key=key,
            name=name,
            version=1,
            condition=read_condition(says["condition"]),
            outcome=Outcome(tags=tuple(says.get("tags", ()))),
        )
        for key, (name, says) in rules
    ]


RULES = ruled()


@pytest.mark.parametrize(("text", "name"), sayings())
def test_people_are_understood_in_nine_languages(text: str, name: str) -> None:
    told = decide(RULES, Facts(text=text, said_at=NOW, account=1), Standing(queue=1))
    assert "".join(sorted(told.standing.tags)) == name, [step.verdict.grounds for step in told.steps]


def test_every_class_speaks_the_same_languages(acme: Address) -> None:
    languages = {frozenset(spoken) for spoken in WORDS.values()}
    assert len(languages) == 1 and len(WORDS) == 9
    install_starting_rules(now=NOW)
    for rule in RoutingRule.objects.all():
        assert read_condition(rule.versions.get().condition).parts
