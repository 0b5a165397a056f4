"""Whose week is prepared by whom, and what became of it: one row of a person and a week, whatever happens.

Until the mail server is asked a claim lapses by itself, and another worker prepares the mail: whoever died had sent
nothing. That it is asked now is committed first. From there on nobody tries it again, for what became of it is not
known unless the server said so: a mail that may be missing is better than one that comes twice.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from tickets.models import WeeklyReport
from tickets.models.notice import LONGEST_REASON
from tickets.notices.mailing import LADDER

LEASE = timedelta(minutes=5)
NOTHING = "Nothing happened in it, nor in the week before."
NOT_KNOWN = "It was handed to the mail server, and nobody knows whether it went."
# By hand also what is over, or waits for its next try; never what somebody has in hand.
_CLAIM = """
    INSERT INTO tickets_weeklyreport AS held (person_id, week, tries, claimed_until)
    VALUES (%(person)s, %(week)s, 1, %(until)s)
    ON CONFLICT (person_id, week) DO UPDATE
        SET tries = held.tries + 1, claimed_until = EXCLUDED.claimed_until, ended_at = NULL, sent_at = NULL, reason = ''
        WHERE (held.ended_at IS NULL AND held.claimed_until <= %(now)s)
           OR (%(again)s AND (CASE WHEN held.ended_at IS NULL THEN held.reason <> ''
                                   ELSE held.claimed_until <= %(now)s END))
    RETURNING id, tries
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """`tries` tells it from what took its place when it had lapsed."""

    pk: int
    tries: int


def claim(person: int, week: date, *, now: datetime, again: bool = False) -> Claim | None:
    """None where somebody else has it, or it is over; `again` takes also what is over."""
    given: dict[str, Any] = {"person": person, "week": week, "until": now + LEASE, "now": now, "again": again}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, given)
        row = cursor.fetchone()
    return Claim(*row) if row else None


def hand_over(held: Claim, *, now: datetime) -> bool:
    """Committed before the mail server is asked. False where the claim lapsed meanwhile: somebody else has it."""
    mine = _row(held).filter(ended_at=None)
    return bool(mine.update(ended_at=now, claimed_until=now + LEASE, reason=NOT_KNOWN))


def note_sent(held: Claim, *, now: datetime) -> None:
    _row(held).update(sent_at=now, claimed_until=now, reason="")


def put_off(held: Claim, reason: str, *, now: datetime) -> None:
    """The mail server did not take it, and may later."""
    wait = LADDER[min(held.tries, len(LADDER)) - 1]
    _row(held).update(ended_at=None, claimed_until=now + wait, reason=reason[:LONGEST_REASON])


def end(held: Claim, reason: str, *, now: datetime) -> None:
    """It goes no more, or nobody knows whether it went."""
    _row(held).update(ended_at=now, claimed_until=now, reason=reason[:LONGEST_REASON])


def _row(held: Claim) -> QuerySet[WeeklyReport]:
    return WeeklyReport.objects.filter(pk=held.pk, tries=held.tries)
