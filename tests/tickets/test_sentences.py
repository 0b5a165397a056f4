"""Every line that is written into a history is told in a sentence."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.tree import Module, modules, nodes
from tickets.wording.sentences import VERBS, Names, tell

_WRITERS = {"note_activity", "note_activities", "Activity"}
_VERB = re.compile(r"[a-z]+\.[a-z_]+")
_COLUMNS = {"message.ticket_id"}


def _verbs(module: Module) -> Iterator[str]:
    """All that looks like one; those of incidents are put together from what `tell_both` is given."""
    for node in nodes(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _VERB.fullmatch(node.value):
            yield node.value
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tell_both":
            parts = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            yield from (f"incident.{part}" for part in parts if part)


def _writes(module: Module) -> bool:
    return any(isinstance(node, ast.Name) and node.id in {*_WRITERS, "tell_both"} for node in nodes(module))


def test_every_verb_has_a_sentence() -> None:
    written = {verb for module in modules("tickets") if _writes(module) for verb in _verbs(module)} - _COLUMNS
    assert {"message.edited", "message.deleted", "ticket.status", "incident.stated", "incident.left"} <= written
    assert written - set(VERBS) == set()


@pytest.mark.parametrize("verb", ["message.edited", "message.deleted"])
def test_what_became_of_a_message_is_told(verb: str) -> None:
    what = verb.removeprefix("message.")
    assert tell(verb, {"message": 7}, who="", names=Names(channel="X")) == f"A message was {what} on X."


@pytest.mark.parametrize(("numbers", "said"), [([43], "#43 was"), ([43, 44], "#44 were")])
def test_one_ticket_was_and_several_were_resolved(numbers: list[int], said: str) -> None:
    told = re.sub("<[^>]*>", "", tell("incident.reopened", {"tickets": numbers}, who="Alice", names=Names()))
    assert told.endswith(f"{said} resolved with this incident.")
