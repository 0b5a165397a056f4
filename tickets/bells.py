"""Door 3: bells. Ringing one wakes a worker to look at a table; it carries nothing else.

A bell may be lost, doubled or late (django-q2 promises no more), so whoever answers it looks at the table until there
is nothing left to do, and a schedule rings every bell once a minute as well.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django_q.tasks import async_task

from kapture.broker import delayed

# A bell rung this recently and not yet answered stands for every later one; after that it is taken for lost.
LOST_AFTER = "5 seconds"


def ring(name: str, *, task: str) -> None:
    """Wake `task` now. Call as the last statement of the transaction whose rows it shall find.

    The row lock held until commit makes an answering worker wait for us (see `answer`), so that no row falls between
    "there is a bell already" and "nothing left to do".
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO tickets_bell AS bell (name, rung_at) VALUES (%s, now())
            ON CONFLICT (name) DO UPDATE SET rung_at =
                CASE WHEN bell.rung_at > now() - interval '{LOST_AFTER}' THEN bell.rung_at ELSE now() END
            RETURNING rung_at = now()
            """,  # noqa: S608  (a constant of this module)
            [name],
        )
        (fresh,) = cursor.fetchone()
    if fresh:
        async_task(task)


def ring_later(*, task: str, at: datetime) -> None:
    """Wake `task` at a moment, to a fraction of a second. Not coalesced."""
    async_task(task, broker=delayed(at))


def answer(name: str) -> None:
    """Called first by the task: whatever is committed after this rings anew; whatever was before is now visible."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_bell SET rung_at = NULL WHERE name = %s", [name])


def work_off(
    name: str, *, task: str, some: Callable[[], object], clock: Callable[[], datetime], at_most: timedelta
) -> None:
    """Answer it, and do `some` again and again until nothing is left; rings anew where time ran out."""
    answer(name)
    began = clock()
    while some():
        if clock() - began >= at_most:
            with transaction.atomic():
                ring(name, task=task)
            return
