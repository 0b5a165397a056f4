"""What happens in every week whatever the dice say: each scene has its moments, and a person nobody else is.

Plain data; `play` sees to it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bench.week.world import BERLIN, START


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """`sayings`: when the customer writes, since the start; `apart`: each is a concern of its own. `ready`: until then
    no agent looks at it. `deed`: what the first who looks then does; all else is answered and resolved."""

    person: str
    sayings: tuple[timedelta, ...]
    ready: timedelta
    deed: str = "answer"
    apart: bool = False
    account: str = BERLIN.key

    @property
    def opens(self) -> datetime:
        return START + self.ready


def _at(day: int, hour: int, minute: int = 0) -> timedelta:
    return timedelta(days=day, hours=hour, minutes=minute)


# Days are counted from Saturday, hours are of UTC: Berlin is an hour ahead on the first, two from the second on.
SCENES: Final = (
    Scene(person="9200000000000000001", sayings=(_at(0, 22, 31),), ready=_at(1, 4)),  # the night clocks go forward
    Scene(
        person="9200000000000000002", sayings=(_at(5, 17, 31),), ready=_at(7, 0)
    ),  # Thursday evening before the holiday
    Scene(
        person="9200000000000000003", sayings=(_at(2, 8, 1), _at(2, 8, 3)), ready=_at(2, 8, 5), deed="merge", apart=True
    ),
    Scene(
        person="9200000000000000004", sayings=(_at(2, 9, 1), _at(2, 9, 3)), ready=_at(2, 9, 5), deed="undo", apart=True
    ),
    Scene(person="9200000000000000005", sayings=(_at(2, 10, 1), _at(2, 10, 3)), ready=_at(2, 10, 5), deed="split"),
    Scene(person="9200000000000000006", sayings=(_at(4, 8, 1),), ready=_at(4, 8, 2), deed="take back"),
    Scene(person="9200000000000000007", sayings=(_at(4, 9, 1), _at(5, 9, 1)), ready=_at(4, 9, 2)),  # reopens
    # Escalates, in German, while nobody is there who reads it; di comes at 14 o'clock.
    Scene(person="9200000000000000008", sayings=(_at(4, 7, 1),), ready=_at(4, 15)),
    Scene(person="9200000000000000009", sayings=(_at(4, 12, 1),), ready=_at(4, 12, 2), deed="hold"),
    Scene(
        person="9200000000000000010", sayings=(_at(4, 10, 1),), ready=_at(4, 10, 2), deed="snooze"
    ),  # until its moment
    Scene(
        person="9200000000000000011", sayings=(_at(5, 7, 1), _at(5, 8, 41)), ready=_at(5, 7, 2), deed="snooze"
    ),  # they write first
    # Comes again the next day at the same hour: to whom they know.
    Scene(person="9200000000000000013", sayings=(_at(2, 12, 1), _at(3, 12, 1)), ready=_at(2, 12, 2), apart=True),
    # Reopens in the evening, when who had it in the morning is not there.
    Scene(person="9200000000000000014", sayings=(_at(4, 5, 1), _at(4, 17, 31)), ready=_at(4, 5, 2)),
    # Before seven ada is alone, and takes two of three; nor does she take whom she knows.
    *(Scene(person=f"92000000000000000{n}", sayings=(_at(3, 4, 31),), ready=_at(3, 8, 30)) for n in (15, 17, 18)),
    Scene(person="9200000000000000019", sayings=(_at(2, 5, 1), _at(3, 4, 32)), ready=_at(2, 5, 2), apart=True),
)
