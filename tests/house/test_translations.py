"""The German catalogue is whole, and what is marked can be translated (docs/rules.md, "Languages")."""

import ast
import re

import pytest
from django.utils import translation

from tests.house.catalogue import LOCALE, MARKS, Entry, calls, compiled, compiling, entries, marked
from tests.house.tree import PACKAGES, Module, modules, nodes
from tickets.choices import BulkDeed, FileKind
from tickets.models import CustomerMerge, SlaClock

_PLACE = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*(?:![rs])?(?::[^{}]*)?\}")
AGAIN = "make messages, and translate what came in"


def code() -> list[Module]:
    return [one for package in PACKAGES for one in modules(package)]


def places(words: str) -> set[str]:
    """What is filled in. A plural may leave the number out where there is one of it."""
    return set(_PLACE.findall(words))


def fits(entry: Entry) -> bool:
    if not entry.plural:
        return places(entry.said[0]) == places(entry.words)
    known = places(entry.words) | places(entry.plural)
    return places(entry.said[-1]) == places(entry.plural) and all(places(said) <= known for said in entry.said)


def test_every_sentence_has_its_german_one() -> None:
    assert len(entries()) > 4000
    assert [one.words for one in entries() if one.fuzzy or not all(one.said)] == [], AGAIN


def test_german_fills_in_what_english_does() -> None:
    assert [(one.words, one.said) for one in entries() if not fits(one)] == []


@pytest.mark.parametrize(
    ("marked_as", "said"),
    [
        (FileKind.OTHER.label, "Datei"),
        (BulkDeed.FOLDER.label, "Ablegen"),
        (SlaClock._meta.get_field("met").verbose_name, "eingehalten"),
        (CustomerMerge._meta.get_field("kept").verbose_name, "behalten"),
    ],
)
def test_one_english_word_for_two_things_is_two_in_german(marked_as: object, said: str) -> None:
    with translation.override("de"):
        assert str(marked_as) == said


def test_the_compiled_catalogue_is_that_of_the_words() -> None:
    assert compiled() == compiling(), f"compile {LOCALE.name}: make messages"


def test_what_is_marked_is_in_the_catalogue() -> None:
    known = {one.key for one in entries()}
    assert {words: where for (context, words), where in marked().items() if (context, words) not in known} == {}, AGAIN


def test_what_is_in_the_catalogue_is_still_marked() -> None:
    assert [one.words for one in entries() if one.key not in marked()] == [], AGAIN


@pytest.mark.parametrize("module", code(), ids=lambda module: module.name)
def test_marks_are_such_that_make_messages_finds_them(module: Module) -> None:
    """By the names it looks for, on a sentence that stands there: none that is put together, and none within another
    string, where it does not look."""
    for node in nodes(module):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            assert {one.asname for one in node.names} <= {None, "_"}, module.name
        if isinstance(node, ast.JoinedStr):
            inside = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
            assert not [one.id for one in inside if isinstance(one, ast.Name) and one.id in MARKS], module.name
    for name, call in calls(module):
        assert call.args, f"{module.name}, line {call.lineno}"
        assert not isinstance(call.args[MARKS[name][1]], ast.JoinedStr), f"{module.name}, line {call.lineno}"
