"""What is agreed before the week begins: accounts, hours, promises, people. Plain data, for the desk and the recount.

Berlin puts its clocks forward on Sunday, and Friday is a holiday there; New York has neither.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

START: Final = datetime(2026, 3, 28, 0, 0, tzinfo=UTC)
AGENTS: Final = {"ada": (4, 12), "bo": (7, 15), "cy": (11, 19), "di": (14, 22), "ed": (18, 26)}  # hours of UTC
# Each is away for the fifth hour of their shift. What they may have in hand: None as the queue says, 0 no limit.
LIMITS: Final = {"ada": 2, "bo": None, "cy": 0, "di": None, "ed": 5}
LANGUAGES: Final = {"de": ("di",)}  # who reads and writes them
# How tickets are given out, whether first to whom the customer knows, and the limit; None as the desk says.
QUEUES: Final = {"support": ("round_robin", True, 4), "rescue": ("least_loaded", False, None)}
DESK_LIMIT: Final[int | None] = 3
PRIORITIES: Final = ("low", "normal", "high", "urgent")
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOUR: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`hours`: weekday → from, to, in minutes of the wall clock; `days` win over all else. `promises`: metric → minutes
    by priority, the lowest first. `pauses`: status → what stands still. `steps`: metric or "" → share → acts."""

    key: str
    name: str
    zone: str
    hours: dict[int, list[tuple[int, int]]]
    country: str
    region: str
    holidays: frozenset[str]
    days: dict[str, list[tuple[int, int]]]
    after_resolution: str
    promises: dict[str, tuple[int, int, int, int]]
    pauses: dict[str, tuple[str, ...]]
    steps: dict[str, dict[int, tuple[str, str]]]


METRICS: Final = ("first_response", "next_response", "resolution")
BERLIN: Final = Account(
    key="900000000000000001",
    name="Acme",
    zone="Europe/Berlin",
    hours={day: [(8 * HOUR, 12 * HOUR + 30), (13 * HOUR, 20 * HOUR)] for day in range(5)}
    | {5: [(10 * HOUR, 24 * HOUR)], 6: [(0, 13 * HOUR)]},
    country="DE",
    region="",
    holidays=frozenset({"2026-04-03", "2026-04-06"}),
    days={"2026-03-31": [(9 * HOUR, 12 * HOUR)], "2026-04-05": []},
    after_resolution="reopen",
    promises={
        "first_response": (240, 90, 45, 20),
        "next_response": (300, 120, 60, 30),
        "resolution": (2400, 1200, 600, 300),
    },
    pauses={"pending": ("resolution",), "on_hold": METRICS},
    steps={"": {75: ("", "")}, "first_response": {100: ("high", ""), 200: ("urgent", "rescue")}},
)
NEW_YORK: Final = Account(
    key="900000000000000002",
    name="Acme America",
    zone="America/New_York",
    hours={day: [(7 * HOUR, 22 * HOUR)] for day in range(7)},
    country="",
    region="",
    holidays=frozenset(),
    days={},
    after_resolution="follow_up",
    promises={
        "first_response": (120, 60, 30, 15),
        "next_response": (180, 90, 45, 20),
        "resolution": (1440, 720, 360, 180),
    },
    pauses={"on_hold": ("resolution",)},
    steps={"": {100: ("high", "")}, "resolution": {80: ("", "rescue")}},
)
ACCOUNTS: Final = (BERLIN, NEW_YORK)
# Promises of Berlin's that run over these moments are counted apart.
TURNS: Final = {
    "over the clock change": datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    "over the holiday": datetime(2026, 4, 3, 12, 0, tzinfo=UTC),
}
