"""The condition of a routing rule as a field of a form: the tree with its inputs and buttons."""

from collections.abc import Mapping, Sequence
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

from tickets.admin.outline import GROUP, TREE_BUTTON, Node, check, mark, outline_of, press, read_outline
from tickets.choices import MessageKind, Priority
from tickets.rule_names import choices_of
from tickets.rule_words import FIELD_WORDS, GROUPS, MODE_WORDS, OPERATOR_WORDS, RowNames
from tickets.steering.conditions import DEEPEST, EVERYTHING, Group, WrongCondition, read_condition, write_condition
from tickets.steering.fields import FIELDS, OPERATORS, Sort

_LABELS = {**dict(MessageKind.choices), **dict(Priority.choices)}


class ConditionWidget(forms.Widget):
    """`names`: what can be chosen, given by the form; `fault`: what it found wrong."""

    names: RowNames = {}
    fault: WrongCondition | None = None

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Node:
        root = read_outline(data, name)
        if button := str(data.get(TREE_BUTTON, "")):
            press(root, button, data, name)
        return root

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        root = value if isinstance(value, Node) else outline_of(_stored(value))
        if self.fault is not None:
            mark(root, self.fault)
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
            drawn["new"] = _select(f"{name}-new", "text", _offered(), _("A question to add"))
            drawn["parts"] = [self._drawn(p, f"{name}-{n}", path=(*path, n)) for n, p in enumerate(node.parts)]
            drawn["may_hold_groups"] = len(path) < DEEPEST - 1
            return drawn
        sort = FIELDS[node.sort].sort
        drawn["label"] = FIELD_WORDS[node.sort]
        operators = [(one, OPERATOR_WORDS[one]) for one in OPERATORS[sort]]
        drawn["operator"] = _select(f"{name}-is", node.operator, operators, _("How"))
        drawn["value"] = self._value(node, f"{name}-value", sort)
        return drawn

    def _value(self, node: Node, name: str, sort: Sort) -> Any:
        label = {"aria-label": str(FIELD_WORDS[node.sort]), "id": f"id_{name}"}
        if sort == Sort.YES_NO:
            return ""
        if sort == Sort.NUMBER:
            return UnfoldAdminIntegerFieldWidget().render(name, node.typed, label)
        if node.is_ticked:
            known = [(word, _LABELS.get(word, word)) for word in FIELDS[node.sort].known]
            choices: Sequence[tuple[Any, Any]] = known or choices_of(node.sort, self.names)
            if not choices:
                return _("There is none yet.")
            return UnfoldAdminCheckboxSelectMultipleWidget(choices=choices).render(name, node.typed, label)
        rows = min(8, max(2, str(node.typed).count("\n") + 2))
        return UnfoldAdminTextareaWidget(attrs={"rows": rows}).render(name, node.typed, label)


def _stored(value: Any) -> Group:
    """What cannot be read any more begins anew."""
    try:
        return read_condition(value or write_condition(EVERYTHING))
    except WrongCondition:
        return EVERYTHING


def _select(name: str, value: str, choices: Sequence[tuple[Any, Any]], label: str) -> Any:
    return UnfoldAdminSelectWidget(choices=choices).render(name, value, {"aria-label": label, "id": f"id_{name}"})


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

    def know(self, names: RowNames) -> None:
        self.names = self.widget.names = names

    def clean(self, value: Any) -> dict[str, Any]:
        root = value if isinstance(value, Node) else Node(GROUP)
        known: dict[str, list[int]] = {}
        for table, pk in self.names:
            known.setdefault(table, []).append(pk)
        try:
            return write_condition(check(root, known))
        except WrongCondition as error:
            self.widget.fault = error
            raise forms.ValidationError(f"{error.where}: {error}" if error.path else str(error)) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not isinstance(data, Node) or data.told() != initial
