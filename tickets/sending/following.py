"""Entries of the outbox that wait for another one: the parts of a thread learn how the part before them fares."""

from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext_noop

from tickets.bells import ring
from tickets.sending.queueing import BELL, OUTBOX_TASK

# Kept as it stands here, for others look for it (resting.under_way); OutboxEntry.why says it to people.
BEFORE_FAILED = gettext_noop(
    "It goes after the part before it, which was not sent. Try that one again, and this one follows."
)

# Whoever follows them, and whoever follows those.
_TELL = """
    WITH RECURSIVE line AS (
        SELECT id FROM tickets_outboxentry WHERE follows_id = ANY(%s) AND state IN ('held', 'queued')
        UNION SELECT e.id FROM tickets_outboxentry e JOIN line l ON e.follows_id = l.id
        WHERE e.state IN ('held', 'queued')
    )
    UPDATE tickets_outboxentry SET reason = %s, left_at = NULL FROM line
    WHERE tickets_outboxentry.id = line.id RETURNING line.id
"""


def hold_followers(entries: Iterable[int]) -> None:
    """These were not sent: what follows them stays queued and says why."""
    _tell(entries, BEFORE_FAILED)


def free_followers(entries: Iterable[int]) -> None:
    """These are out, or tried once more: what follows them is on its way again. Call last in the transaction."""
    if _tell(entries, ""):
        ring(BELL, task=OUTBOX_TASK)


def _tell(entries: Iterable[int], reason: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TELL, [list(entries), reason])
        return int(cursor.rowcount)
