"""Who of the agents is at work, and what the desk gives them each minute."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from bench.week.world import AGENTS
from tickets.models import Ticket
from tickets.staffing.giving import give_out_waiting
from tickets.staffing.presence import come_back, forget_who_was_heard, go_away, note_seen

BREAK = 4  # hours after a shift began


@dataclass(slots=True)
class Floor:
    agents: dict[str, User]
    log: list[dict[str, Any]]
    away: set[str] = field(default_factory=set)

    def open(self, now: datetime) -> list[str]:
        """Whoever is on shift has a page open, and says so when they go for a break or are back. Returns who works."""
        forget_who_was_heard()
        on_shift = [name for name, shift in AGENTS.items() if _is_in(now.hour, *shift)]
        self.log.append({"do": "here", "who": on_shift, "at": now})
        for name in on_shift:
            note_seen(self.agents[name], now=now)
            begins = AGENTS[name][0] + BREAK
            self._break(name, now, goes=_is_in(now.hour, begins, begins + 1))
        return [name for name in on_shift if name not in self.away]

    def _break(self, name: str, now: datetime, *, goes: bool) -> None:
        by: dict[str, Any] = {"by": self.agents[name], "now": now}
        if goes and name not in self.away:
            go_away(self.agents[name], give_back=False, **by)
            self.away.add(name)
            self.log.append({"do": "away", "who": name})
        elif not goes and name in self.away:
            come_back(self.agents[name], **by)
            self.away.remove(name)
            self.log.append({"do": "back", "who": name})

    def hand_out(self, now: datetime) -> None:
        """As the desk does it each minute, where anything waits at all. Nobody's work is lost in this week."""
        if Ticket.objects.filter(assignee=None, status__in=("new", "open"), snoozed_at=None).exists():
            give_out_waiting(now=now)


def _is_in(hour: int, begins: int, ends: int) -> bool:
    return begins <= hour < ends or begins <= hour + 24 < ends
