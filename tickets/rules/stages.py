"""Where a ticket would be after the rules, message by message, and how two outcomes differ: for dry runs. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from tickets.rules.deciding import Decision
from tickets.rules.facts import Standing

_DAY = timedelta(days=1)
_LASTING = ("queue", "folder", "policy", "priority", "assignee")
_SORTS = {"tags": "tag", "skills": "skill"}


@dataclass(slots=True)
class Stage:
    """Where a ticket is by one rulebook, after so many of its messages, and by which rules."""

    standing: Standing
    by: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)  # a text and its rule
    told: dict[int, str] = field(default_factory=dict)
    taken: dict[int, list[datetime]] = field(default_factory=dict)
    left: int = 0  # so many messages left it resolved
    rests: bool = False  # the last one did
    asked_at: datetime | None = None  # when the customer last said what wants an answer
    before: datetime | None = None  # the same, before the last message

    def take(self, decision: Decision, *, at: datetime, later: bool) -> None:
        self.standing = decision.standing
        self.rests = decision.standing.left
        self.left += self.rests
        self.asked_at = self.before if self.rests else self.asked_at
        self.by |= {name: rule.name for name, rule in decision.decided_by.items()}
        self.notes += [(text, rule.name) for rule, text in decision.notes]
        for person, rule in decision.notified.items():
            self.told.setdefault(person, rule.name)
        for rule in decision.acted if later else ():
            self.taken.setdefault(rule.key, []).append(at)

    def finds(self, *, at: datetime, resolved: bool, answered_at: datetime | None) -> None:
        """The next message comes: to a resolved ticket, as it was then, or as the one before left it here; and to what
        was answered last at `answered_at`."""
        waits = self.asked_at is not None and (answered_at is None or answered_at < self.asked_at)
        self.standing = replace(self.standing, resolved=resolved or self.rests, unanswered=waits, left=False)
        self.rests, self.before, self.asked_at = False, self.asked_at, at

    def times(self, at: datetime) -> dict[int, int]:
        """Rule → how often it acted within a day before."""
        return {rule: len(moments) - bisect_left(moments, at - _DAY) for rule, moments in self.taken.items()}

    def shown(self) -> dict[str, Any]:
        told: dict[str, Any] = {name: getattr(self.standing, name) for name in _LASTING}
        told["priority"] = self.standing.priority.value
        told |= {name: sorted(getattr(self.standing, name)) for name in _SORTS}
        told |= {"ignored": self.standing.ignored, "left": self.left}
        return told | {"notes": [text for text, _ in self.notes], "notified": list(self.told)}


def differences(live: Stage, draft: Stage) -> dict[str, list[Any]]:
    """What → as it is, as it would be, and by which rules."""
    before, after = live.shown(), draft.shown()
    return {
        name: [before[name], after[name], ", ".join(dict.fromkeys(_rules(name, live, draft)))]
        for name in before
        if before[name] != after[name]
    }


def rules_of(changes: Mapping[str, list[Any]], live: Stage, draft: Stage) -> frozenset[str]:
    """The names of the rules that made the difference."""
    return frozenset(rule for name in changes for rule in _rules(name, live, draft))


def _rules(name: str, live: Stage, draft: Stage) -> Iterator[str]:
    """Of several things at once only those that differ have a say."""
    if name in _SORTS:
        there, wanted = getattr(live.standing, name), getattr(draft.standing, name)
        keys = [f"{_SORTS[name]}:{one}" for one in sorted(there ^ wanted)]
    elif name == "notes":
        yield from (rule for one, other in ((draft, live), (live, draft)) for rule in _more_notes(one, other))
        return
    elif name == "notified":
        odd = live.told.keys() ^ draft.told.keys()
        yield from (rule for one, rule in (draft.told | live.told).items() if one in odd)
        return
    else:
        keys = [name]
    yield from (rule for key in keys if (rule := draft.by.get(key) or live.by.get(key, "")))


def _more_notes(one: Stage, other: Stage) -> Iterator[str]:
    """The rules of what one stage says and the other does not, each as often."""
    left = list(other.notes)
    for note in one.notes:
        if note in left:
            left.remove(note)
        else:
            yield note[1]
