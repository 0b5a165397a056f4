"""Sentences of modules that know no Django: written there, said by whoever shows them (kapture.languages). A leaf:
imports nothing of ours."""

from typing import Any


class Sentence(str):
    """In English, as programs and logs have it, and what it is made of: the `template` that is translated, and the
    `values` put into it, some of which may be sentences themselves."""

    __slots__ = ("template", "values")
    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, **values: Any) -> "Sentence":
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template, made.values = template, values
        return made


def gettext_noop(template: str) -> str:
    """Marks it for `make messages`, as Django's own does."""
    return template
