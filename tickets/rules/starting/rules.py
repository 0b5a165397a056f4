"""The rules a desk may start with: how urgent is it? Installed off, to be changed and switched on by people.

Five classes, the first that fits: risk (harm, press, law), cancel (somebody is leaving), purchase (somebody wants to
buy), service (something does not work), low (nothing is asked). A sixth rule leaves a ticket resolved where nothing
but thanks comes. Their words are in words.json: rather phrases than words, for each is looked for in every language.
Whoever changes what they say adds a line to shipped.json (renewing).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from tickets.choices import Priority
from tickets.models import RoutingRule
from tickets.rules.versions import save_version

_FIRST_POSITION = 1000  # behind what people write themselves

# Words and phrases by class and language; `*` is any ending.
WORDS: Mapping[str, Mapping[str, list[str]]] = json.loads(
    (Path(__file__).parent / "words.json").read_text(encoding="utf-8")
)
# A class and its priority; None: as it is. Each leaves alone what a class before it has.
CLASSES = (
    ("risk", Priority.URGENT),
    ("cancel", Priority.HIGH),
    ("purchase", Priority.HIGH),
    ("service", None),
)
# None that can be meant the other way round: no wink, no laugh, no applause.
_KIND_SIGNS = (
    *("🙏", "👍", "🤝", "🫶", "🙌", "🤗", "😊", "☺", "😀", "😃", "😄", "🥰", "😍", "😘", "🥳", "🎉", "✨", "⭐", "🌟"),
    *(
        "❤",
        "🧡",
        "💛",
        "💚",
        "💙",
        "💜",
        "🤍",
        "🩷",
        "💕",
        "💖",
        "💗",
        "💐",
        "🌹",
        "🌸",
        "🌷",
        ":)",
        ":-)",
        "<3",
        "♪",
        "♥",
    ),
)
NAMES = tuple(name for name, _ in CLASSES)


def words_in(spoken: Mapping[str, list[str]]) -> list[str]:
    """Of all languages, each once."""
    return list(dict.fromkeys(word for words in spoken.values() for word in words))


def starting_rules() -> dict[str, dict[str, Any]]:
    """Name → what its first version says."""
    rules: dict[str, dict[str, Any]] = {}
    for number, (name, priority) in enumerate(CLASSES):
        asked: list[Any] = [{"field": "text", "is": "has_any", "value": words_in(WORDS[name])}]
        if number:
            asked.append(_none_of(NAMES[:number]))
        says: dict[str, Any] = {"condition": {"all": asked}, "tags": [name]}
        rules[f"Urgency: {name}"] = says | ({"priority": priority.value} if priority else {})
    nothing_asked = {
        "any": [
            {"field": "only_emoji", "is": "yes"},
            {"field": "only_links", "is": "yes"},
            {"all": _thanks_alone()},
        ]
    }
    low = {"condition": {"all": [nothing_asked, _none_of(NAMES)]}, "tags": ["low"], "priority": Priority.LOW.value}
    return rules | {"Urgency: low": low, "Thanks: leave it resolved": _left_resolved()}


def _left_resolved() -> dict[str, Any]:
    """Thanks and nothing else, in the words of one language: better too few than a request or a complaint left."""
    thanks, friendly = WORDS["gratitude"], WORDS["friendly"]
    asked = [
        {"field": "text", "is": "has_any", "value": words_in(thanks)},
        {"any": [_made_only_of([*thanks[spoken], *friendly[spoken], *_KIND_SIGNS]) for spoken in thanks]},
        *({"field": field, "is": "exactly", "value": 0} for field in ("links", "media")),
        {"field": "kind", "is": "none_of", "value": ["quote"]},
    ]
    return {"condition": {"all": asked}, "leave_resolved": True, "on_later": True}


def _made_only_of(words: Sequence[str]) -> dict[str, Any]:
    return {"field": "text", "is": "made_only_of", "value": list(dict.fromkeys(words))}


def _thanks_alone() -> list[dict[str, Any]]:
    """Thanks and little else: no request, no question, no irony."""
    thanks = words_in(WORDS["thanks"])
    return [
        {"field": "text", "is": "has_any", "value": thanks},
        {"field": "text", "is": "little_besides", "value": thanks + words_in(WORDS["courtesies"])},
        {"field": "text", "is": "has_none", "value": words_in(WORDS["reservations"])},
    ]


def _none_of(tags: Sequence[str]) -> dict[str, Any]:
    return {"none": [{"field": "tag", "is": "any_of", "value": list(tags)}]}


@transaction.atomic
def install_starting_rules(*, now: datetime) -> list[str]:
    """Those that are not there yet, switched off; returns their names. What somebody changed stays."""
    there = set(RoutingRule.objects.values_list("name", flat=True))
    missing = [(place, name, says) for place, (name, says) in enumerate(starting_rules().items()) if name not in there]
    for place, name, says in missing:
        rule = RoutingRule.objects.create(name=name, position=_FIRST_POSITION + place)
        save_version(rule, says, by=None, now=now)
    return [name for _, name, _ in missing]
