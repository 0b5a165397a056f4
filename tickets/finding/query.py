"""The one language in which tickets are looked for: `queue:billing (is:open OR due:<2h) "exact words" -word`.

Pure: reads a line into terms and groups of them, or says everything that is wrong with it and where. What names mean,
and which tickets fit, is found elsewhere (meaning.py).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tickets.finding.terms import (
    CLOSING,
    UNPRINTABLE,
    Group,
    Node,
    NotUnderstood,
    Problem,
    Reading,
    Term,
    Value,
    hints_of,
)
from tickets.finding.values import checked, near
from tickets.finding.vocabulary import FIELDS
from tickets.finding.words import phrase

LONGEST = 500
MOST_TERMS = 30
MOST_VALUES = 20
MOST_DEPTH = 5
SHORTEST_BEGINNING = 2

_QUOTES = {'"': '"', "“": "”", "„": "”"}
_BETWEEN = re.compile(r"(OR|AND)(?=[\s()]|$)")


@dataclass(slots=True)
class _Branches:
    """What stands between the ORs of one pair of brackets."""

    parts: list[list[Node]] = field(default_factory=lambda: [[]])
    waits: tuple[str, int] | None = None  # OR or AND and its place, with nothing behind it yet
    filled: bool = False


@dataclass(slots=True)
class _Reader:
    line: str
    at: int = 0
    count: int = 0
    over: bool = False
    structured: bool = False
    unopened: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def read(self) -> Group:
        tree = self._group(0, depth=0, negated=False)
        if not tree.parts and not self.problems and self.line.strip():
            self._fault("no_words", 0, len(self.line), told=self.line.strip())
        for place in self.unopened if self.structured else ():
            self._fault("unopened", place, place + 1)
        return tree

    def _group(self, start: int, *, depth: int, negated: bool) -> Group:
        """Up to the bracket that closes it, or the end of the line."""
        found = _Branches()
        while self._goes_on(start, depth=depth):
            if between := _BETWEEN.match(self.line, self.at):
                self._between(found, between[1])
                continue
            faults = len(self.problems)
            node = self._node(depth)
            if node is not None:
                found.parts[-1].append(node)
            if node is not None or len(self.problems) > faults:
                found.waits, found.filled = None, True
        if found.waits is not None and not self.over:
            self._alone(*found.waits)
        if depth and not found.filled and not self.over and not found.waits:
            self._fault("empty", start, self.at)
        return _grouped([part for part in found.parts if part], start, self.at, negated=negated)

    def _goes_on(self, start: int, *, depth: int) -> bool:
        while self.at < len(self.line) and self.line[self.at].isspace():
            self.at += 1
        if self.at >= len(self.line):
            if depth and not self.over:
                opened = start + self.line[start:].index("(")
                self._fault("unclosed_bracket", opened, opened + 1)
            return False
        if depth and self.line[self.at] == ")":
            self.at += 1
            return False
        return True

    def _between(self, found: _Branches, word: str) -> None:
        start, self.at, self.structured = self.at, self.at + len(word), True
        if not found.filled:
            self._alone(*(found.waits or (word, start)))
            found.filled = True  # said once
        found.waits, found.filled = (word, start), False
        if word == "OR":
            found.parts.append([])

    def _alone(self, word: str, start: int) -> None:
        self._fault("alone", start, start + len(word), told=word)

    def _node(self, depth: int) -> Node | None:
        start = self.at
        negated = self.line[start] == "-" and not self._ends(start + 1)
        if self.line[start + negated] == "(":
            return self._bracket(start, start + negated, depth=depth, negated=negated)
        if self.count == MOST_TERMS:
            self._stop("many", start, len(self.line), most=MOST_TERMS)
            return None
        found = self._term(start, depth=depth, negated=negated)
        self.count += found is not None
        return found

    def _bracket(self, start: int, opened: int, *, depth: int, negated: bool) -> Group | None:
        if depth == MOST_DEPTH:
            self._stop("deep", opened, opened + 1, most=MOST_DEPTH)
            return None
        self.at, self.structured = opened + 1, True
        found = self._group(start, depth=depth + 1, negated=negated)
        return found if found.parts else None

    def _term(self, start: int, *, depth: int, negated: bool) -> Term | None:
        self.at += negated
        if self.line[self.at] in _QUOTES:
            quoted = self._quoted()
            return self._words(quoted, start, negated=negated) if quoted else None
        name, colon, _ = self.line[self.at :].partition(":")
        if colon and name.isascii() and name.isalpha() and not self.line.startswith("//", self.at + len(name) + 1):
            return self._field(name.lower(), start, depth=depth, negated=negated)
        value = Value(self._bare("", depth), start + negated)
        if not phrase(value.text):  # a dash between words, three dots
            self.unopened = [place for place in self.unopened if place < start]
            return None
        if value.text.startswith("#") and value.text[1:].isascii() and value.text[1:].isdigit():
            return Term("#", (Value(value.text[1:], value.start),), start, self.at, negated)
        return self._words(value, start, negated=negated)

    def _words(self, value: Value, start: int, *, negated: bool) -> Term | None:
        text = value.text
        prefix = text.endswith("*") and not value.quoted
        if not phrase(text):
            self._fault("no_words", start, self.at, told=text)
        elif prefix and len(text.rstrip("*")) < SHORTEST_BEGINNING and text.isascii():
            self._fault("short", start, self.at, least=SHORTEST_BEGINNING)
        else:
            return Term("", (value,), start, self.at, negated, prefix)
        return None

    def _field(self, name: str, start: int, *, depth: int, negated: bool) -> Term | None:
        begins, self.at = self.at, self.at + len(name) + 1
        if self._ends(self.at) and name not in FIELDS:  # as people write: "Re: hello"
            return self._words(Value(self.line[begins : self.at - 1], begins), start, negated=negated)
        if name not in FIELDS:
            stop = self.at
            self._bare("", depth)
            self._fault("field", begins, stop, meant=near(name, FIELDS, end=":"), told=name)
            return None
        faults = len(self.problems)
        values = tuple(self._values(name, depth))
        return Term(name, values, start, self.at, negated) if len(self.problems) == faults else None

    def _values(self, name: str, depth: int) -> Iterable[Value]:
        first = self.at
        for count in range(1, len(self.line)):
            start = self.at
            quoted = not self._ends(start) and self.line[start] in _QUOTES
            value = self._quoted() if quoted else Value(self._bare(",", depth), start)
            if value is None:
                return
            if not value.text.strip():
                self._fault("no_value", first - len(name) - 1 if count == 1 else start, self.at, field=name)
            else:
                fits, problem = checked(name, value)
                self.problems += [problem] if problem else []
                yield fits
            if count == MOST_VALUES + 1:
                self._fault("many_values", start, self.at, most=MOST_VALUES)
            if self._ends(self.at) or self.line[self.at] != ",":
                return
            self.at += 1

    def _bare(self, ends: str, depth: int) -> str:
        """Brackets within a word are a part of it, as many as were opened there."""
        start, opened = self.at, 0
        while not self._ends(self.at) and self.line[self.at] not in ends:
            opened += self.line[self.at] == "("
            if self.line[self.at] == ")":
                if not opened and depth:
                    break
                if not opened:
                    self.unopened.append(self.at)
                opened -= bool(opened)
            self.at += 1
        return self.line[start : self.at]

    def _quoted(self) -> Value | None:
        start = self.at
        self.at += 1
        while self.at < len(self.line) and self.line[self.at] not in CLOSING:
            self.at += 1
        if self.at >= len(self.line):
            self._stop("unclosed", start, len(self.line))
            return None
        self.at += 1
        return Value(self.line[start + 1 : self.at - 1], start, quoted=True)

    def _ends(self, at: int) -> bool:
        return at >= len(self.line) or self.line[at].isspace()

    def _stop(self, code: str, start: int, stop: int, **facts: object) -> None:
        """Nothing behind it can be read."""
        self.problems.append(Problem(code, start, stop, facts=facts))
        self.at, self.over = len(self.line), True

    def _fault(self, code: str, start: int, stop: int, *, meant: str = "", **facts: object) -> None:
        self.problems.append(Problem(code, start, stop, meant, facts))


def read(line: str) -> Reading:
    if len(line) > LONGEST:
        whole = Problem("long", LONGEST, len(line), facts={"most": LONGEST})
        return Reading(Group((), 0, len(line)), (whole,), ())
    reader = _Reader(UNPRINTABLE.sub(" ", line))
    tree = reader.read()
    return Reading(tree, tuple(reader.problems), tuple(hints_of(tree)))


def parse(line: str) -> Reading:
    """Raises NotUnderstood."""
    reading = read(line)
    if reading.problems:
        raise NotUnderstood(reading.problems)
    return reading


def _grouped(branches: list[list[Node]], start: int, stop: int, *, negated: bool) -> Group:
    if len(branches) == 1:
        return Group(tuple(branches[0]), start, stop, negated=negated)
    parts = [one[0] if len(one) == 1 else Group(tuple(one), one[0].start, one[-1].stop) for one in branches]
    return Group(tuple(parts), start, stop, either=True, negated=negated)
