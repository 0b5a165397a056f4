"""Placeholders of canned replies: a closed list, filled once, never sent as they stand. Pure: no queries, no clock.

`{first_name}` is filled with what is known; `{first_name|there}` says what stands there when nothing is.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from kapture.words import Sentence, gettext_noop
from tickets.phrases.braces import strange_in

# What may be asked for, with an example of usual length, which the editor measures with.
EXAMPLES: Mapping[str, str] = {
    "handle": "@ana_example",
    "name": "Ana Example",
    "first_name": "Ana",
    "agent": "Alice Okafor",
    "agent_first_name": "Alice",
    "account": "@acmehelp",
    "ticket": "12345",
}
_SPOT = re.compile(r"\{[ ]*([A-Za-z_]{1,30})[ ]*(?:\|([^{}\n]{0,80}))?\}")
# A customer chooses their own name: what would mention somebody, or become a link or a tag, is no name.
_NO_NAME = re.compile(r"[@#$＠＃/\\{}<>|]|\w\.\w")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its placeholders filled. `gaps`: those of which nothing is known; they still stand in the text."""

    text: str
    gaps: tuple[str, ...] = ()


def faults(text: str) -> list[str]:
    """What of a text to be kept is wrong, in words: it may have braces for placeholders of the list only."""
    strange = strange_in(text, EXAMPLES, fallbacks=True)
    whole = [found for found in strange if found.startswith("{") and found.endswith("}")]
    told: list[str] = [
        Sentence(
            gettext_noop("{found} is no placeholder. There are: {examples}."), found=found, examples=", ".join(EXAMPLES)
        )
        for found in whole
    ]
    if len(whole) < len(strange):
        told.append(Sentence(gettext_noop("Braces are for placeholders only, as {first_name} or {first_name|there}.")))
    return told


def fill(text: str, facts: Mapping[str, str]) -> Filled:
    """What is known replaces the placeholder, else its own fallback. Values are put in as they are, once."""
    gaps: list[str] = []

    def one(found: re.Match[str]) -> str:
        name, fallback = found[1], found[2]
        if name not in EXAMPLES:
            return found[0]
        value = facts.get(name, "") or (fallback or "").strip()
        if not value and fallback is None:
            gaps.append(name)
            return found[0]
        return value

    filled = _SPOT.sub(one, text)
    return Filled(filled, tuple(dict.fromkeys(gaps)))


def example(text: str) -> str:
    """As it would read for somebody of whom everything is known."""
    return fill(text, EXAMPLES).text


def left_in(text: str) -> list[str]:
    """What of a text about to be sent is a placeholder nobody filled, or looks like one: as it is written there."""
    found = [one for one in _SPOT.finditer(text) if one[1].lower() in EXAMPLES or one[1].islower()]
    return list(dict.fromkeys(one[0] for one in found))


def as_name(told: str) -> str:
    """A customer's own name, when it is one that may be said in public; else nothing."""
    told = " ".join(told.split())
    return "" if _NO_NAME.search(told) or not any(sign.isalpha() for sign in told) else told


def first_name(name: str) -> str:
    """The first word of a name, without what decorates it."""
    word = as_name(name).split(" ")[0]
    places = [place for place, sign in enumerate(word) if sign.isalnum()]
    if not any(sign.isalpha() for sign in word):
        return ""
    end = places[-1] + 1
    while end < len(word) and unicodedata.category(word[end]) in ("Mn", "Mc"):
        end += 1  # a mark stands on the letter before it, as in Hindi or Thai
    return word[places[0] : end]
