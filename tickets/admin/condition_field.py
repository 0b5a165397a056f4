"""The condition of a routing rule as a field of a form: the tree with its inputs and buttons."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from kapture.languages import say
from tickets.admin.outline import GROUP, TREE_BUTTON, Node, check, mark, outline_of, press, read_outline
from tickets.choices import MessageKind, Priority
from tickets.rules.conditions import DEEPEST, EVERYTHING, Group, WrongCondition, read_condition, write_condition
from tickets.rules.fields import FIELDS, OPERATORS, Field, Sort
from tickets.rules.languages import LANGUAGES
from tickets.rules.naming import ListedWords, choices_of
from tickets.rules.typed import phrases_in
from tickets.rules.wording import FIELD_WORDS, GROUPS, MODE_WORDS, OPERATOR_WORDS, RowNames

_LABELS = {**dict(MessageKind.choices), **dict(Priority.choices), **LANGUAGES}


class ConditionWidget(forms.Widget):
    """`names`, `words`: what can be chosen, given by the form; `faults`: what it found wrong."""

    names: RowNames = {}
    words: ListedWords = {}
    faults: Sequence[WrongCondition] = ()

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Node:
        root = read_outline(data, name)
        if button := str(data.get(TREE_BUTTON, "")):
            press(root, button, data, name)
        return root

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        root = value if isinstance(value, Node) else outline_of(_stored(value))
        mark(root, self.faults)
        return render_to_string("admin/rules/condition.html", {"node": self._drawn(root, name, path=())})

    def _drawn(self, node: Node, name: str, *, path: tuple[int, ...]) -> dict[str, Any]:
        """What the template shows of a node."""
        drawn: dict[str, Any] = {
            "name": name,
            "path": ".".join(map(str, path)),
            "place": ".".join(str(place + 1) for place in path),
            "error": node.error,
            "sort": node.sort,
            "is_group": node.is_group,
        }
        if node.is_group:
            modes = [(mode.value, words) for mode, words in MODE_WORDS.items()]
            drawn["mode"] = _select(f"{name}-mode", node.mode, modes, _("What has to hold"))
            drawn["new"] = _select(f"{name}-new", "text", _offered(), _("A question to add"), focus=node.focus)
            drawn["parts"] = [self._drawn(p, f"{name}-{n}", path=(*path, n)) for n, p in enumerate(node.parts)]
            drawn["may_hold_groups"] = len(path) < DEEPEST - 1
            return drawn
        sort = FIELDS[node.sort].sort
        drawn["label"] = FIELD_WORDS[node.sort]
        operators = [(one, OPERATOR_WORDS[one]) for one in OPERATORS[sort]]
        drawn["operator"] = _select(f"{name}-is", node.operator, operators, _("How"), focus=node.focus)
        drawn["value"] = self._value(node, f"{name}-value", sort)
        drawn["is_typed"] = sort not in (Sort.YES_NO, Sort.NUMBER) and not node.is_ticked
        drawn["phrases"] = phrases_in(node.typed) if drawn["is_typed"] else []
        return drawn

    def _value(self, node: Node, name: str, sort: Sort) -> Any:
        label = {"aria-label": str(FIELD_WORDS[node.sort]), "id": f"id_{name}"}
        if sort == Sort.YES_NO:
            return ""
        if sort == Sort.NUMBER:
            return UnfoldAdminIntegerFieldWidget().render(name, node.typed, label)
        if node.is_ticked:
            choices = self._choices(node)
            if not choices:
                return _("There is none yet.")
            return UnfoldAdminCheckboxSelectMultipleWidget(choices=choices).render(name, node.typed, label)
        rows = min(8, max(2, str(node.typed).count("\n") + 2))
        told = {"aria-describedby": f"hint_{name}"}
        return UnfoldAdminTextareaWidget(attrs={"rows": rows}).render(name, node.typed, label | told)

    def _choices(self, node: Node) -> Sequence[tuple[Any, Any]]:
        """What there is, and what was chosen of it before and is gone."""
        about, listed = FIELDS[node.sort], self.words.get(node.sort, {})
        chosen = node.typed if about.offered or about.listed else ()
        words = dict.fromkeys((*about.known, *about.offered, *listed, *chosen))
        named = [(word, str(listed.get(word) or _LABELS.get(word, word))) for word in words]
        return sorted(named, key=_by_name(about)) or choices_of(node.sort, self.names)


def _stored(value: Any) -> Group:
    """What cannot be read any more begins anew."""
    try:
        return read_condition(value or write_condition(EVERYTHING))
    except WrongCondition:
        return EVERYTHING


def _by_name(about: Field) -> Callable[[tuple[str, str]], str]:
    """Languages and searches by what they are called; what has an order of its own keeps it."""
    return lambda one: one[1].lower() if about.offered or about.listed else ""


def _select(name: str, value: str, choices: Sequence[tuple[Any, Any]], label: str, *, focus: bool = False) -> Any:
    """With `focus` a person goes on there when the page comes again."""
    more = {"autofocus": True} if focus else {}
    return UnfoldAdminSelectWidget(choices=choices).render(
        name, value, {"aria-label": label, "id": f"id_{name}", **more}
    )


def _offered() -> list[tuple[Any, Any]]:
    """Every field under its heading."""
    return [
        (words, [(name, FIELD_WORDS[name]) for name, about in FIELDS.items() if about.group == group])
        for group, words in GROUPS.items()
    ]


class ConditionField(forms.Field):
    """Gives the condition as it is stored."""

    widget: ConditionWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=ConditionWidget(), **kwargs)

    def know(self, names: RowNames, words: ListedWords) -> None:
        self.names = self.widget.names = names
        self.words = self.widget.words = words

    def clean(self, value: Any) -> dict[str, Any]:
        root = value if isinstance(value, Node) else Node(GROUP)
        known: dict[str, list[int | str]] = {field: list(words) for field, words in self.words.items()}
        for table, pk in self.names:
            known.setdefault(table, []).append(pk)
        condition, self.widget.faults = check(root, known)
        if self.widget.faults:
            raise forms.ValidationError(
                [f"{one.where}: {say(one.args[0])}" if one.path else say(one.args[0]) for one in self.widget.faults]
            )
        return write_condition(condition)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not isinstance(data, Node) or data.told() != initial
