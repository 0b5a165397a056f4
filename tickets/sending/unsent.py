"""What did not go out, or of which nobody knows: which tickets have such answers, how many posts on none; for lists and
counts. Reads only."""

from dataclasses import dataclass
from functools import cache

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from kapture.prepared import prepared
from tickets.choices import UNDONE_STATUSES, UNSAID_STATES, Direction, SendState, Status
from tickets.models import Message, OutboxEntry
from tickets.permissions import Rights, rights_of, visible_outbox

TROUBLE = (SendState.FAILED, SendState.UNKNOWN)
# An answer may fail after its ticket was resolved; what is closed or ignored is let be.
STATUSES = (*UNDONE_STATUSES, Status.RESOLVED)


@dataclass(frozen=True, slots=True)
class Unsent:
    """A ticket with such an answer. `failed`: at least one was refused, not only unanswered."""

    ticket_id: int
    queue_id: int
    folder_id: int | None
    failed: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """All of it: by ticket; and how many posts on no ticket were refused."""

    tickets: dict[int, Unsent]
    posts: int


def find_unsent(user: User) -> dict[int, Unsent]:
    """By ticket, what this person may see. One statement."""
    return find_trouble(user).tickets


def find_trouble(user: User) -> Trouble:
    """What this person may see. One statement; it walks what is in trouble only, not what was sent."""
    rows = _troubled(rights_of(user), person=user.pk)
    found: dict[int, Unsent] = {}
    posts = 0
    for ticket, queue, folder, state in rows:
        if not ticket:  # a post
            posts += state == SendState.FAILED
            continue
        before = found.get(ticket)
        failed = state == SendState.FAILED or (before is not None and before.failed)
        found[ticket] = Unsent(ticket, queue, folder, failed)
    return Trouble(found, posts)


@prepared
def _troubled(rights: Rights) -> QuerySet[OutboxEntry, tuple[int | None, int, int | None, str]]:
    where = Q(message__ticket=None) | Q(message__ticket__status__in=STATUSES)
    rows = visible_outbox(rights).filter(where, state__in=TROUBLE, left_at=None).exclude(_made_up_for()).order_by()
    return rows.values_list("message__ticket_id", "message__ticket__queue_id", "message__ticket__folder_id", "state")


@cache
def _made_up_for() -> Exists:
    """Whether a later answer is out, or on its way."""
    later = (
        Message.objects.filter(
            ticket=OuterRef("message__ticket"), direction=Direction.OUT, sent_at__gt=OuterRef("message__sent_at")
        )
        .exclude(outbox__state__in=TROUBLE)
        # A part of a thread that waits for the one before it makes up for nothing.
        .exclude(outbox__follows__isnull=False, outbox__state__in=(SendState.HELD, SendState.QUEUED))
        .exclude(outbox__state__in=UNSAID_STATES)
        .order_by()
    )
    return Exists(later)
