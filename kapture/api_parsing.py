"""JSON as the API takes it: what no client of ours can mean is refused before a field looks at it."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 20  # our own bodies are three deep


class StrictJSONParser(JSONParser):
    """Refuses what is nested deeper than DEEPEST, and half characters (lone surrogates), which no answer and no
    database can hold."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError(_too_deep()) from None
        _look_through(data, DEEPEST)
        return data


def _look_through(data: Any, deeper: int) -> None:
    if isinstance(data, str):
        if any("\ud800" <= sign <= "\udfff" for sign in data):
            raise ParseError(_("A text holds half a character (a lone surrogate)."))
    elif isinstance(data, list | Mapping):
        if not deeper:
            raise ParseError(_too_deep())
        for part in data:
            _look_through(part, deeper - 1)
        if isinstance(data, Mapping):
            _look_through(list(data.values()), deeper)


def _too_deep() -> str:
    return _("The body is nested too deeply.")
