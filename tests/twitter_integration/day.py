"""A made-up day of webhook bodies for two accounts: mostly new conversations, in both dialects, with repetitions."""

import random
from dataclasses import dataclass, field
from typing import Any

from tests.factories import ACME, NOW
from tests.twitter_integration.bodies import CLASSIC, MODERN, direct, post

SECOND = "900000000000000009"
NEW, REPLY, ANSWER, DIRECT = 0.60, 0.13, 0.10, 0.10  # the rest is told twice
_FIRST_ID = int(NOW.timestamp() * 1000) - 1288834974657 << 22


@dataclass
class Talk:
    """One conversation: its posts or messages in order, with who said each."""

    us: str
    customer: str
    private: bool
    said: list[tuple[str, str]] = field(default_factory=list)  # id, person


@dataclass(frozen=True)
class Told:
    """One body with the conversation it belongs to; `number` is its post's or message's id."""

    body: bytes
    talk: int
    us: str
    number: str


class Day:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.talks: list[Talk] = []
        self.minute = 0.0
        self._last = _FIRST_ID

    def events(self, count: int) -> list[Told]:
        told: list[Told] = []
        while len(told) < count:
            chance = self.random.random()
            if chance < NEW or not self.talks:
                told.append(self._begin())
            elif chance < NEW + REPLY:
                told.append(self._go_on(self._some(private=False), by_us=False))
            elif chance < NEW + REPLY + ANSWER:
                told.append(self._go_on(self._some(private=False), by_us=True))
            elif chance < NEW + REPLY + ANSWER + DIRECT:
                told.append(self._go_on(self._some(private=True), by_us=self.random.random() < 0.4))
            else:
                told.append(self.random.choice(told[-200:]))
        return told

    def _begin(self) -> Told:
        us = ACME if self.random.random() < 0.7 else SECOND
        customer = str(940000000000000000 + len(self.talks))
        self.talks.append(Talk(us, customer, private=self.random.random() < 0.2))
        return self._go_on(len(self.talks) - 1, by_us=False)

    def _some(self, *, private: bool) -> int:
        fitting = [number for number, talk in enumerate(self.talks) if talk.private == private]
        return self.random.choice(fitting[-100:]) if fitting else 0

    def _go_on(self, number: int, *, by_us: bool) -> Told:
        talk = self.talks[number]
        self._last += 1
        self.minute += 0.01
        who, ident = (talk.us if by_us else talk.customer), str(self._last)
        body = self._direct(talk, who, ident) if talk.private else self._post(talk, who, ident)
        talk.said.append((ident, who))
        return Told(body, number, talk.us, ident)

    def _post(self, talk: Talk, who: str, ident: str) -> bytes:
        root = talk.said[0][0] if talk.said else ident
        answers = self.random.choice(talk.said) if talk.said else None
        # Account Activity names no conversation: a middle that comes last could not be tied (docs/rules.md).
        dialect = MODERN if answers and answers[0] != root else self.random.choice([CLASSIC, MODERN])
        told: dict[str, Any] = {"who": who, "number": ident, "us": talk.us, "dialect": dialect, "conversation": root}
        return post(f"@acmehelp_demo number {ident}", minute=self.minute, answers=answers, **told)

    def _direct(self, talk: Talk, who: str, ident: str) -> bytes:
        to = talk.customer if who == talk.us else talk.us
        dialect = self.random.choice([CLASSIC, MODERN])
        return direct(f"number {ident}", who=who, to=to, minute=self.minute, number=ident, dialect=dialect, us=talk.us)
