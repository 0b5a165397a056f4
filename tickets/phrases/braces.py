"""What in a text stands in braces and is none of the placeholders it may have: asked before such a text is kept or
told, of canned replies and of statements alike. Pure.
"""

import re
from collections.abc import Collection

# A pair of braces and what is between them, else a single one with the word it touches.
_BRACES = re.compile(r"\{[^{}\n]{0,200}\}|\{[^{}\s]{0,40}|[^{}\s]{0,40}\}")


def strange_in(text: str, known: Collection[str], *, fallbacks: bool = False) -> list[str]:
    """As it is written there, each once, in order. `{name}` is a placeholder when `name` is known, letter for letter
    and without blanks; with `fallbacks`, `{name|there}` is one as well."""
    return list(dict.fromkeys(found for found in _BRACES.findall(text) if not _is_known(found, known, fallbacks)))


def _is_known(found: str, known: Collection[str], fallbacks: bool) -> bool:
    if not (found.startswith("{") and found.endswith("}")):
        return False
    name, bar, _ = found[1:-1].partition("|")
    return name in known and (fallbacks or not bar)
