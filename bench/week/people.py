"""What customers do: they ask, go on, come back, and X tells us of it soon, late, or twice."""

import heapq
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bench.week.scenes import SCENES
from bench.week.world import ACCOUNTS, START
from tickets.inbound import InboundMessage, Person

# How busy each hour of the day is (UTC).
_BUSY = (2, 1, 1, 1, 2, 4, 7, 9, 10, 10, 9, 9, 10, 11, 11, 10, 10, 10, 9, 8, 7, 6, 4, 3)
_IN_SCENES = frozenset(scene.person for scene in SCENES)
_WORDS = "where is my order it never came please help the app is broken again and nobody answers thanks"


@dataclass(slots=True)
class Talk:
    """One customer's concern. `last`: what was said in it last, by whomever."""

    account: str
    person: str
    private: bool
    key: str = ""
    last: str = ""
    asked: str = ""  # what the customer said last
    split: bool = False

    @property
    def whose(self) -> tuple[str, str]:
        return self.account, self.person


@dataclass(slots=True)
class Crowd:
    """Everybody who writes. Heaps of what is going to be said, and of what X has still to tell us of."""

    chance: random.Random
    end: datetime
    numbers: int = 0
    sayings: list[tuple[datetime, int, Talk]] = field(default_factory=list)
    deliveries: list[tuple[datetime, int, InboundMessage]] = field(default_factory=list)
    unheard: Counter[tuple[str, str]] = field(default_factory=Counter)
    of_message: dict[str, Talk] = field(default_factory=dict)
    privately: dict[tuple[str, str], Talk] = field(default_factory=dict)

    def begin(self, concerns: int, *, people: int) -> None:
        """So many, of so many people, over the week."""
        for _ in range(concerns):
            account, person = self.chance.choice(ACCOUNTS).key, f"91{self.chance.randrange(people):016}"
            talk = Talk(account, person, private=self.chance.random() < 0.3)
            if talk.private:
                talk = self.privately.setdefault(talk.whose, talk)
            self._plan(talk, self._moment())

        for scene in SCENES:
            talks = [Talk(scene.account, scene.person, private=False) for _ in scene.sayings]
            for place, since in enumerate(scene.sayings):
                self._plan(talks[place if scene.apart else 0], START + since)

    def _moment(self) -> datetime:
        hours = int((self.end - START) / timedelta(hours=1))
        hour = self.chance.choices(range(hours), [_BUSY[n % 24] for n in range(hours)])[0]
        return START + timedelta(hours=hour, seconds=self.chance.randrange(3600))

    def go_on(self, talk: Talk, *, after: datetime, minutes: tuple[int, int]) -> None:
        self._plan(talk, after + timedelta(seconds=self.chance.randint(minutes[0] * 60, minutes[1] * 60)))

    def _plan(self, talk: Talk, at: datetime) -> None:
        if at < self.end:
            heapq.heappush(self.sayings, (at, self._next(), talk))

    def _next(self) -> int:
        self.numbers += 1
        return self.numbers

    def speak(self, *, until: datetime) -> None:
        """All that is said up to then."""
        while self.sayings and self.sayings[0][0] <= until:
            at, _, talk = heapq.heappop(self.sayings)
            if talk.person in _IN_SCENES:
                self.say(talk, at=at, heard=at)
                continue
            self.say(talk, at=at)
            if self.chance.random() < 0.18:
                self.go_on(talk, after=at, minutes=(0, 9))

    def say(self, talk: Talk, *, at: datetime, heard: datetime | None = None) -> None:
        key = str(1_950_000_000_000_000_000 + self._next())
        talk.key = talk.key or key
        message = self._message(talk, key, at)
        talk.last = talk.asked = key
        self.unheard[talk.whose] += 1
        self.of_message[key] = talk
        heapq.heappush(self.deliveries, (heard or self._heard(at), self._next(), message))
        if self.chance.random() < 0.06:  # X tells us twice
            again = self._heard(at) + timedelta(seconds=self.chance.randrange(3000))
            heapq.heappush(self.deliveries, (again, self._next(), message))
            self.unheard[talk.whose] += 1

    def _heard(self, at: datetime) -> datetime:
        late = self.chance.choices(((2, 20), (60, 300), (600, 3600)), (75, 22, 3))[0]
        return at + timedelta(seconds=self.chance.randint(*late))

    def _message(self, talk: Talk, key: str, at: datetime) -> InboundMessage:
        told: dict[str, Any] = {"kind": "direct" if talk.private else "reply" if talk.last else "mention"}
        if not talk.private:
            told |= {"in_reply_to": talk.last, "conversation": talk.key}
        return InboundMessage(
            channel="twitter",
            address_key=talk.account,
            external_id=key,
            author=Person(external_id=talk.person, handle=f"p{talk.person[-6:]}", name=f"Person {talk.person[-6:]}"),
            sent_at=at,
            text=" ".join(self.chance.choices(_WORDS.split(), k=self.chance.randint(4, 14))),
            source="account_activity",
            language="de" if int(talk.person[-2:]) % 4 == 0 else "en",
            private=talk.private,
            **told,
        )

    def hear(self, *, until: datetime) -> list[InboundMessage]:
        """What has reached us by then, in any order."""
        batch = []
        while self.deliveries and self.deliveries[0][0] <= until:
            message = heapq.heappop(self.deliveries)[2]
            self.unheard[self.of_message[message.external_id].whose] -= 1
            batch.append(message)
        self.chance.shuffle(batch)
        return batch
