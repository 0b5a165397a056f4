"""Outgoing webhooks in rounds: for a while the new lines are told, then for a while what is told is sent. However much
there is to tell, no round outlasts its task, and what was told first is not kept waiting for the rest."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from kapture.session_locks import hold
from tickets.bells import answer, ring
from tickets.hooks.delivering import send_due
from tickets.hooks.telling import tell

BELL, TASK = "hooks", "tickets.tasks.hooks"
_SPACE = 0x4002  # advisory locks: one alone


def go_on(*, clock: Callable[[], datetime], tell_for: timedelta, send_for: timedelta) -> None:
    """A round, and a ring for the next where not all is told. One at a time: whoever comes meanwhile leaves it to that
    one, so that no more than one worker is busy with strangers, and none of these is called more than it should be."""
    answer(BELL)
    with hold(_SPACE, BELL) as ours:
        if not ours:
            return
        told = tell(clock=clock, at_most=tell_for)
        send_due(clock=clock, at_most=send_for)
    if not told:
        with transaction.atomic():
            ring(BELL, task=TASK)
