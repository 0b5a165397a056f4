"""Which days a report speaks of, as somebody asks for them, and the points of its lines. Pure; `today` is passed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHORT = {"today": (0, 0), "yesterday": (1, 1), "7d": (6, 0), "30d": (29, 0), "90d": (89, 0), "365d": (364, 0)}
USUAL = "7d"
LONGEST = 732  # days
_MOST_DAYS = 45  # as points of a line; a longer period has weeks


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included. `name`: one of SHORT, or empty for days somebody chose."""

    first: date
    last: date
    name: str = ""

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def after(self) -> date:
        """The day after the last."""
        return self.last + timedelta(days=1)

    @property
    def step(self) -> int:
        """Days to a point."""
        return 1 if self.days <= _MOST_DAYS else 7

    @property
    def points(self) -> Sequence[date]:
        """The first day of each, the last one shorter where the days do not come out even."""
        return [self.first + timedelta(days=n) for n in range(0, self.days, self.step)]

    @property
    def span(self) -> str:
        """In the words of a search."""
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"


class NoPeriod(ValueError):
    """`code`: what is wrong with it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def period_of(name: str, first: str = "", last: str = "", *, today: date) -> Period:
    """Of a name, or of two days (2026-11-05). Raises NoPeriod."""
    if not first and not last:
        if (name or USUAL) not in SHORT:
            raise NoPeriod("unknown")
        from_ago, to_ago = SHORT[name or USUAL]
        return Period(today - timedelta(days=from_ago), today - timedelta(days=to_ago), name or USUAL)
    try:
        begins, ends = date.fromisoformat(first or last), date.fromisoformat(last or first)
    except ValueError:
        raise NoPeriod("no_day") from None
    if begins > ends:
        raise NoPeriod("backwards")
    if (ends - begins).days >= LONGEST:
        raise NoPeriod("long")
    if not 1990 <= begins.year <= 2200:
        raise NoPeriod("no_day")
    return Period(begins, ends)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When that day begins there; where the clocks jump over midnight, when they do."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
