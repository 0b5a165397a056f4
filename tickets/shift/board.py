"""The whole board, for a page or a program: everything one of us may know of how the shift goes."""

from collections.abc import Sequence
from dataclasses import dataclass

from tickets.permissions import is_program
from tickets.reading.context import Desk
from tickets.shift.accounts import AccountsNow, accounts_now
from tickets.shift.people import PersonNow, people_now
from tickets.shift.queues import AllNow, QueueNow, all_now, queues_now
from tickets.staffing.board import leads, looked_after_by


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftNow:
    """`looks_after`: whether the reader does at all; `people` is empty where not, and
    programs are none."""

    all: AllNow
    queues: Sequence[QueueNow]
    looks_after: bool
    people: Sequence[PersonNow]
    accounts: AccountsNow

    @property
    def here(self) -> int:
        return sum(one.at_work.state == "here" for one in self.people)


def shift_now(desk: Desk) -> ShiftNow:
    """For somebody who oversees a shift (`Desk.oversees`)."""
    user, queues, looks_after = desk.user, queues_now(desk), leads(desk.user)
    people = looked_after_by(user).exclude(is_program())
    return ShiftNow(
        all=all_now(desk, queues),
        queues=queues,
        looks_after=looks_after,
        people=people_now(people, to=user, now=desk.now) if looks_after else [],
        accounts=accounts_now(to=user, now=desk.now),
    )
