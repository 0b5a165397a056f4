"""What is done with an answer in the same breath: the ticket is resolved. All of it or nothing.

An answer that waits, for somebody to let it go or for its day, resolves nothing: the customer has not heard it. Nor
does one that stands on another ticket. What is taken back in time, or is not sent, opens the ticket again
(resting.reopening).
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from tickets.choices import UNSAID_STATES, SendState, Status, Visibility
from tickets.composing.sheets import was_sent
from tickets.lifecycle import change_status
from tickets.models import Message, Ticket


@transaction.atomic
def and_resolve(
    ticket: Ticket, write: Callable[[], Message], *, token: UUID | None, by: User, now: datetime
) -> tuple[Message, str]:
    """What was written, and why the ticket is not resolved; "" where it is. Raises what either raises. A sheet
    (`token`) that is submitted again resolves nothing again: the customer may have written since."""
    again = was_sent(token)
    made = write()
    why = "" if again else _why_not(ticket, made)
    if not (again or why):
        change_status(ticket, Status.RESOLVED, by=by, now=now)
    return made, why


def _why_not(ticket: Ticket, made: Message) -> str:
    if made.visibility == Visibility.INTERNAL:
        return ""
    if made.outbox.state == SendState.AWAITING:
        return _("#{n} is not resolved: somebody has to let the answer go first.").format(n=ticket.pk)
    if made.outbox.state in UNSAID_STATES:
        return _("#{n} is not resolved: the answer goes out later.").format(n=ticket.pk)
    if made.ticket_id != ticket.pk:
        return _("#{n} is not resolved: the answer stands on a private ticket of its own.").format(n=ticket.pk)
    return ""
