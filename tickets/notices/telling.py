"""The door: who has something to tell people that no line of a ticket's history tells (an approval, a stopped
account). What the history tells is told by tickets/notices/gathering.py and needs no call."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from tickets.choices import NoticeEvent
from tickets.models import Notice, Ticket
from tickets.notices.storing import store


def tell(
    people: Iterable[User],
    event: NoticeEvent,
    *,
    now: datetime,
    ticket: Ticket | None = None,
    by: User | None = None,
    private: bool = False,
    **facts: Any,
) -> int:
    """Tell each once, but never `by` himself, and nobody what they may not see; returns how many are told.

    Call it inside the transaction of what it tells of. `facts` are ids and words of choices (`name`, `why` of what is
    on no ticket are shown), never what a customer said. `private`: on a public ticket, for who may read private words.
    """
    return store(
        [
            Notice(
                person=person,
                event=event,
                ticket=ticket,
                actor=by,
                data=facts,
                private=private or (ticket is not None and ticket.private),
                at=now,
            )
            for person in people
            if by is None or person.pk != by.pk
        ],
        now=now,
    )
