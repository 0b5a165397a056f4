"""The one or the other, brackets, and what is not: of words, of facts and of what belongs to a ticket, whichever way a
search goes about it."""

from itertools import combinations
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import BEN, NOW, make_answer, make_customer, make_message, make_note, make_queue, make_ticket
from tests.finding.asking import WAYS, find, find_all
from tickets.choices import Visibility
from tickets.finding.entries import index
from tickets.finding.meaning import understand
from tickets.finding.reading import fitting, snippets_of
from tickets.models import Tag, Ticket

pytestmark = pytest.mark.django_db


def said(*texts: str, **fields: Any) -> int:
    ticket = make_ticket(**fields)
    index([make_message(ticket, text) for text in texts])
    return ticket.pk


def found(line: str, by: User, way: str) -> list[int]:
    return find_all(line, by=by, size=10, reach=WAYS[way])


@pytest.fixture
def tickets(alice: User) -> dict[str, int]:
    billing, tag = make_queue("Billing"), Tag.objects.create(name="refund")
    made = {
        "refund": said("I want a refund of the zebra", status="open", queue=billing),
        "koffer": said("Mein Koffer ist weg", status="closed"),
        "both": said("Refund my Koffer", priority="high"),
        "apart": said("A refund", "Der Koffer", status="pending", queue=billing),
        "neither": said("A giraffe", identity=make_customer(BEN)),
        "named": said("Hello", identity=make_customer("900000000000000055", name="Koffer Klaus")),
    }
    Ticket.objects.get(pk=made["neither"]).tags.add(tag)
    index([make_answer(Ticket.objects.get(pk=made["koffer"]), "On its way", agent=alice)])
    index([make_note(Ticket.objects.get(pk=made["named"]), "Ask the depot", agent=alice)])
    return made


ALTERNATIVES = [
    ("refund OR koffer", "refund koffer both apart named"),
    ("refund koffer", "both"),
    ("(refund OR giraffe) is:open", "refund both apart neither"),
    ("(refund OR koffer) (zebra OR weg)", "refund koffer"),
    ("refund is:closed OR koffer is:open", "both apart named"),
    ("queue:billing OR tag:refund", "refund apart neither"),
    ("queue:billing OR giraffe OR by:alice", "refund apart neither koffer"),
    ("-(refund OR koffer)", "neither named"),
    ("-(refund koffer)", "refund koffer apart neither named"),
    ("refund OR -koffer", "refund both apart neither named"),
    ("-(refund is:open)", "koffer neither named"),
    ("-(-refund)", "refund both apart"),
    ("(has:note OR by:me) -queue:billing", "named koffer"),
    ("-(has:note OR by:me OR koffer)", "refund neither"),
    ('"zebra refund" OR priority:high', "both"),
    ("is:vip,closed", "koffer"),
    ("from:@nobody_at_all OR priority:urgent", ""),
]


@pytest.mark.parametrize("way", WAYS)
def test_alternatives_are_found(alice: User, tickets: dict[str, int], way: str, subtests: pytest.Subtests) -> None:
    for line, names in ALTERNATIVES:
        with subtests.test(line):
            assert found(line, alice, way) == sorted((tickets[name] for name in names.split()), reverse=True)


ATOMS = ("refund", "-koffer", "queue:billing", "is:vip,closed", "by:me", "-has:note")


@pytest.mark.parametrize("way", WAYS)
def test_all_either_and_not_are_what_they_are_of_sets(alice: User, tickets: dict[str, int], way: str) -> None:
    alone = {atom: set(found(atom, alice, way)) for atom in ATOMS}
    for one, other in combinations(ATOMS, 2):
        asked = {
            f"{one} OR {other}": alone[one] | alone[other],
            f"({one}) ({other})": alone[one] & alone[other],
            f"-({one} OR {other})": set(tickets.values()) - alone[one] - alone[other],
            f"-({one} {other}) OR {one}": set(tickets.values()) - (alone[one] & alone[other]) | alone[one],
        }
        for line, fits in asked.items():
            assert set(found(line, alice, way)) == fits, line
            assert fitting(understand(line, user=alice, now=NOW), list(tickets.values())) == fits, line


@pytest.mark.parametrize("way", WAYS)
def test_pages_of_alternatives_follow_each_other(alice: User, tickets: dict[str, int], way: str) -> None:
    line = "koffer is:open OR queue:billing OR by:me"
    assert find_all(line, by=alice, size=2, reach=WAYS[way]) == find(line, by=alice)


@pytest.mark.parametrize("way", WAYS)
def test_private_words_are_no_alternative_for_who_may_not_read_them(petra: User, way: str) -> None:
    mixed, dm = make_ticket(), make_ticket(private=True)
    index([make_message(mixed, "A zebra", visibility=Visibility.PRIVATE), make_message(dm, "A giraffe")])
    make_answer(mixed, "In private", agent=petra, visibility=Visibility.PRIVATE)
    for line in ("zebra OR giraffe", "giraffe OR by:me", "(zebra is:open) OR is:dm", "-(-zebra)", "-(-by:me)"):
        assert found(line, petra, way) == [], line
    assert found("-(zebra OR by:me)", petra, way) == [mixed.pk]


def test_an_excerpt_shows_whichever_was_found(alice: User, tickets: dict[str, int]) -> None:
    asked = understand("(giraffe is:open) OR weg", user=alice, now=NOW)
    texts = dict(snippets_of(asked, list(Ticket.objects.filter(pk__in=tickets.values()))))
    assert texts == {tickets["neither"]: "A giraffe", tickets["koffer"]: "Mein Koffer ist weg"}


def test_names_of_one_kind_are_read_once(alice: User, tickets: dict[str, int]) -> None:
    with CaptureQueriesContext(connection) as captured:
        understand("tag:refund OR -tag:refund (tag:refund is:open OR by:alice) assignee:alice", user=alice, now=NOW)
    assert [sum(f'FROM "{table}"' in one["sql"] for one in captured) for table in ("tickets_tag", "auth_user")] == [
        1,
        1,
    ]
