"""Words for routing rules: what fields and questions are called; a condition, an outcome, a log as people read them.
No queries: what rows are called is looked up by the caller (Names)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.choices import MessageKind, Priority
from tickets.rules.comparing import Change
from tickets.rules.conditions import Group, Mode, Test, WrongCondition, read_condition, tests_of
from tickets.rules.deciding import Outcome
from tickets.rules.fields import FIELDS, Sort, is_typed
from tickets.rules.languages import LANGUAGES
from tickets.rules.typed import is_one_phrase

RowNames = Mapping[tuple[str, int], str]  # (table, key) → name

GROUPS = {
    "message": gettext_lazy("The message"),
    "shape": gettext_lazy("Its shape"),
    "customer": gettext_lazy("The customer"),
    "place": gettext_lazy("Where and when"),
    "ticket": gettext_lazy("The ticket, as rules before decided"),
}
FIELD_WORDS = {
    "text": gettext_lazy("text"),
    "language": gettext_lazy("language"),
    "sentiment": gettext_lazy("mood, -100 to 100"),
    "kind": gettext_lazy("kind"),
    "private": gettext_lazy("private"),
    "search": gettext_lazy("found by search"),
    "source": gettext_lazy("told by stream"),
    "new_ticket": gettext_lazy("opens a ticket"),
    "follow_up": gettext_lazy("follows up an older ticket"),
    "length": gettext_lazy("characters"),
    "only_emoji": gettext_lazy("only emoji"),
    "only_links": gettext_lazy("only links"),
    "mentions": gettext_lazy("people named"),
    "links": gettext_lazy("links"),
    "hashtags": gettext_lazy("hashtags"),
    "emoji": gettext_lazy("emoji"),
    "media": gettext_lazy("pictures and films"),
    "numbers": gettext_lazy("numbers"),
    "repeated_by": gettext_lazy("people who say the same within a day"),
    "list": gettext_lazy("on list"),
    "followers": gettext_lazy("followers"),
    "verified": gettext_lazy("verified"),
    "protected": gettext_lazy("protected"),
    "handle": gettext_lazy("handle"),
    "name": gettext_lazy("name"),
    "bio": gettext_lazy("bio"),
    "location": gettext_lazy("location"),
    "account_age": gettext_lazy("age of their account, days"),
    "first_contact": gettext_lazy("never wrote before"),
    "account": gettext_lazy("our account"),
    "open_hours": gettext_lazy("within business hours"),
    "queue": gettext_lazy("queue"),
    "folder": gettext_lazy("folder"),
    "priority": gettext_lazy("priority"),
    "tag": gettext_lazy("tag"),
}
OPERATOR_WORDS = {
    "has_any": gettext_lazy("has any of"),
    "has_all": gettext_lazy("has all of"),
    "has_none": gettext_lazy("has none of"),
    "is_exactly": gettext_lazy("is exactly one of"),
    "little_besides": gettext_lazy("says little besides"),
    "made_only_of": gettext_lazy("is made only of"),
    "at_least": gettext_lazy("at least"),
    "at_most": gettext_lazy("at most"),
    "exactly": gettext_lazy("exactly"),
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
    "any_of": gettext_lazy("is any of"),
    "all_of": gettext_lazy("is all of"),
    "none_of": gettext_lazy("is none of"),
}
MODE_WORDS = {
    Mode.ALL: gettext_lazy("all of this"),
    Mode.ANY: gettext_lazy("any of this"),
    Mode.NONE: gettext_lazy("none of this"),
}
SHOWN = 6  # words of a long list


def words_of(node: Group | Test, names: RowNames, *, most: int | None = SHOWN) -> str:
    """One line: “text has any of: “refund”, “money back”; any of this (followers at least 10000; verified: yes)”. Of
    each list so many (`most`); None: all of it."""
    if isinstance(node, Test):
        return _question(node, names, most)
    if not node.parts:
        return _("every message")
    parts = "; ".join(_within(part, names, most) for part in node.parts)
    return parts if node.mode == Mode.ALL else f"{MODE_WORDS[node.mode]}: {parts}"


def _within(part: Group | Test, names: RowNames, most: int | None) -> str:
    if isinstance(part, Test):
        return _question(part, names, most)
    return f"{MODE_WORDS[part.mode]} ({'; '.join(_within(inner, names, most) for inner in part.parts)})"


def _question(test: Test, names: RowNames, most: int | None) -> str:
    field, operator = FIELD_WORDS[test.field], OPERATOR_WORDS[test.operator]
    if test.about.sort == Sort.YES_NO:
        return f"{field}: {operator}"
    if test.about.sort == Sort.NUMBER:
        return f"{field} {operator} {test.value}"
    values = [_apart(test, value_word(test.field, value, names)) for value in test.value]
    return f"{field} {operator}: {_first(values, most)}"


def _first(words: Sequence[str], most: int | None) -> str:
    return ", ".join(words[:most]) + (" …" if most is not None and len(words) > most else "")


def _apart(test: Test, word: str) -> str:
    """What was typed stands in quotes: where it ends is seen."""
    return f"“{word}”" if is_typed(test.about) else word


def phrases_told(condition: object, *, most: int | None = SHOWN) -> str:
    """Of what is stored, the words that read as one phrase although commas stand in them; nothing where none does."""
    try:
        tests = list(tests_of(read_condition(condition)))
    except WrongCondition:
        return ""
    words = (str(word) for test in tests if is_typed(test.about) for word in test.value)
    found = [f"“{word}”" for word in dict.fromkeys(words) if is_one_phrase(word)]
    return _("{phrases}: reads as one phrase").format(phrases=_first(found, most)) if found else ""


def value_word(field: str, value: Any, names: RowNames) -> str:
    """One value as people call it."""
    if isinstance(value, int):
        return row_word(field, value, names)
    if field == "language":
        return str(LANGUAGES.get(value, value))
    if field == "kind" and value in MessageKind.values:
        return str(MessageKind(value).label)
    return str(Priority(value).label) if field == "priority" and value in Priority.values else str(value)


def difference_words(change: Change, names: RowNames) -> dict[str, Any]:
    """One question that two conditions ask differently: what it is, whether only one asks it, what came and went."""
    note = _("asked anew") if change.is_new else _("not asked any more") if change.is_gone else ""
    return {
        "question": f"{FIELD_WORDS[change.field]} {OPERATOR_WORDS[change.operator]}",
        "note": note,
        "added": [_valued(change, value, names) for value in change.added],
        "removed": [_valued(change, value, names) for value in change.removed],
    }


def _valued(change: Change, value: Any, names: RowNames) -> str:
    is_number = FIELDS[change.field].sort == Sort.NUMBER
    return str(value) if is_number else value_word(change.field, value, names)


def outcome_words(outcome: Outcome, names: RowNames) -> list[str]:
    """What follows, each by itself; nothing where a rule only stops or does nothing."""
    return list(_outcome_words(outcome, names))


def _outcome_words(outcome: Outcome, names: RowNames) -> Iterator[str]:
    rows = (
        ("queue", outcome.queue, _("queue {name}")),
        ("folder", outcome.folder, _("folder {name}")),
        ("policy", outcome.policy, _("promises of {name}")),
        ("person", outcome.assignee, _("assigned to {name}")),
    )
    for table, key, words in rows:
        if key:
            yield words.format(name=row_word(table, key, names))
    if outcome.priority:
        yield _("priority {name}").format(name=str(outcome.priority.label).lower())
    if outcome.tags:
        yield _("tags {names}").format(names=", ".join(outcome.tags))
    if outcome.skills:
        yield _("needs {names}").format(names=", ".join(row_word("skill", pk, names) for pk in outcome.skills))
    if outcome.ignore:
        yield _("ignored")
    if outcome.leave_resolved:
        yield _("left resolved")
    if outcome.note:
        yield _("a note")
    if outcome.notify:
        yield _("{names} told").format(names=", ".join(row_word("person", pk, names) for pk in outcome.notify))


def row_word(table: str, key: int, names: RowNames) -> str:
    return names.get((table, key)) or _("something deleted since")


def step_words(step: Mapping[str, Any], names: RowNames) -> str:
    """One rule in a ticket's log: “Refund words (version 3): held, text has any of: refund.”"""
    grounds = "; ".join(_ground_words(ground, names) for ground in step.get("grounds", []))
    if step.get("guarded"):
        became = _("held once too often, passed over")
    elif step.get("held"):
        became = _("held and stopped the round") if step.get("stopped") else _("held")
    else:
        became = _("did not hold")
    if person := step.get("unable"):
        became += _(", but {name} may not work it").format(name=row_word("person", person, names))
    version = _("version")
    told = f"{step.get('name')} ({version} {step.get('version')}): {became}"
    return f"{told}: {grounds}." if grounds else f"{told}."


def _ground_words(ground: Mapping[str, Any], names: RowNames) -> str:
    field, operator = str(ground.get("field", "")), str(ground.get("is", ""))
    asked = f"{FIELD_WORDS.get(field, field)} {OPERATOR_WORDS.get(operator, operator)}"
    found = ground.get("found")
    values: Sequence[Any] = found if isinstance(found, list) else [] if found is None else [found]
    there = ", ".join(
        _("yes") if one is True else _("no") if one is False else _found(field, one, names) for one in values
    )
    held, shown = "" if ground.get("held") else _(" (not so)"), _("found")
    return f"{ground.get('path')} {asked}{held}" + (f", {shown}: {there}" if there else "")


def _found(field: str, value: Any, names: RowNames) -> str:
    is_row = field in ("list", "account", "open_hours", "queue", "folder")
    return value_word(field, value, names) if is_row or not isinstance(value, int) else str(value)
