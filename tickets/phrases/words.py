"""Words for a ticket's history: a macro that was run. Pure."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


def _ran(who: str, data: Any, names: Any) -> SafeString:
    return format_html(_("{who} ran the macro ‘{name}’."), who=who, name=data.get("name", ""))


TELLERS = {"macro.ran": _ran}
