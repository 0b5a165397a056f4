"""Answering on the channel itself, where it takes no answer from here: the ticket is marked as being answered by
somebody, and the answer that then arrives is theirs.

The mark goes with the answer, with a second thought, or after HAND_OFF_MINUTES. What arrives later but was said before
that is still theirs.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kapture.prepared import Given, prepared
from tickets.assignment import take_on
from tickets.channels import channel_named
from tickets.choices import Direction, DraftMode, HandOffOutcome, Visibility
from tickets.composing import drafts
from tickets.composing.answering import tidy
from tickets.composing.targets import answered_by
from tickets.errors import CannotSend
from tickets.history import note_activity, one_gesture
from tickets.inbound import latest_beginning
from tickets.live import announce
from tickets.models import HandOff, Message, Ticket
from tickets.permissions import require, require_on, visible_tickets
from tickets.receiving.filing import Item

# Where a script puts the text into a link.
PLACE = "TEXT-OF-THE-ANSWER"
# A longer link is cut by browsers or by the channel; the text is then only copied.
LONGEST_LINK = 2000
# So long a page may stay open without being asked for anew.
_OF_LATE = timedelta(hours=12)
_OURS = (HandOffOutcome.OPEN, HandOffOutcome.LAPSED)


def link_for(ticket: Ticket, *, private: bool, answered: Message | None, text: str = "") -> str:
    """Where a person answers on the channel, with the text in place; empty where there is no such place."""
    who = answered.identity if answered and answered.identity else ticket.identity
    channel, to = channel_named(ticket.address.channel), answered.external_id if answered else ""
    link = channel.by_hand(private=private, in_reply_to=to or "", recipient=who.external_id, text=text)
    return link if len(link) <= LONGEST_LINK else link_for(ticket, private=private, answered=answered)


def shown_on(ticket: Ticket, *, by: User, now: datetime) -> list[HandOff]:
    """Who is answering it on the channel at this moment, and what this person has answered there of late: a page that
    stayed open since then still shows the words as if they were to be sent. One statement."""
    return _shown(ticket=ticket.pk, person=by.pk, now=now, lately=now - _OF_LATE)


@prepared
def _shown() -> QuerySet[HandOff]:
    at_it = Q(outcome=HandOffOutcome.OPEN, until__gt=Given("now"))
    done = Q(outcome=HandOffOutcome.ANSWERED, by=Given("person"), settled_at__gt=Given("lately"))
    return HandOff.objects.filter(at_it | done, ticket=Given("ticket")).select_related("by").order_by("at")


def hand_over(
    ticket: Ticket, *, text: str, private: bool, by: User, now: datetime, answered: Message | None = None
) -> HandOff:
    """Mark the ticket as being answered there by this person. Whoever was at it before is relieved."""
    require_on(by, "send", ticket)
    if private:
        require(by, "see_private")
    text = tidy(text)
    link = link_for(ticket, private=private, answered=answered, text=text)
    if not visible_tickets(by).filter(pk=ticket.pk).exists() or not link:
        raise CannotSend(_("There is no place where this could be answered by hand."))
    with transaction.atomic():
        Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
        _end(ticket, HandOffOutcome.WITHDRAWN, now=now, private=private)
        made = HandOff.objects.create(
            ticket=ticket,
            by=by,
            private=private,
            answered=answered,
            text=text,
            fingerprint=channel_named(ticket.address.channel).fingerprint(text) if text else "",
            link=link,
            at=now,
            until=now + timedelta(minutes=settings.HAND_OFF_MINUTES),
        )
        note_activity(ticket, "ticket.handed_off", by=by, at=now, private=private)
        announce([ticket.pk])
    return made


def withdraw(ticket: Ticket, *, by: User, now: datetime) -> None:
    """It is not being answered there after all."""
    require_on(by, "send", ticket)
    with transaction.atomic():
        Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
        if _end(ticket, HandOffOutcome.WITHDRAWN, now=now):
            note_activity(ticket, "ticket.taken_back", by=by, at=now)
            announce([ticket.pk])


def lapse(*, now: datetime) -> int:
    """Marks nobody believes any more. Returns how many."""
    with transaction.atomic():
        due = HandOff.objects.select_for_update(skip_locked=True).filter(outcome=HandOffOutcome.OPEN, until__lte=now)
        rows = dict(due.values_list("pk", "ticket_id"))
        HandOff.objects.filter(pk__in=rows).update(outcome=HandOffOutcome.LAPSED, settled_at=now, text="", link="")
        announce(rows.values())
    return len(rows)


def settle(items: Sequence[Item], *, now: datetime) -> None:
    """What we said elsewhere, and somebody was about to: the answer is theirs. Two statements, or none."""
    said = [item for item in items if item.message.by_us]
    if not said:
        return
    waiting = _waiting(said)
    if not waiting:
        return
    heard = {(item.address.pk, item.message.external_id): item.message.heard_at or now for item in said}
    rows = Message.objects.filter(
        ticket__in={one.ticket_id for one in waiting},
        direction=Direction.OUT,
        automated=False,
        external_id__in={external_id for _, external_id in heard},
    )
    for row in sorted(rows, key=lambda one: (one.sent_at, one.pk)):
        heard_at = heard.get((row.address_id, row.external_id or ""))
        found = _of(row, waiting, heard_at=heard_at) if heard_at is not None else None
        if found is not None:
            waiting.remove(found)
            _credit(found, row, now=now)


def _waiting(said: Sequence[Item]) -> list[HandOff]:
    earliest = min(item.message.sent_at for item in said)
    return list(
        HandOff.objects.filter(
            ticket__address__in={item.address.pk for item in said},
            outcome__in=_OURS,
            until__gte=earliest,
            message=None,
        )
        .select_related("by", "ticket")
        .select_for_update(of=("self",))
        .order_by("at")
    )


def _of(row: Message, waiting: Sequence[HandOff], *, heard_at: datetime) -> HandOff | None:
    """Of several, the one in the same words, else the one for the same message, else the earliest."""
    private = row.visibility == Visibility.PRIVATE
    latest = latest_beginning(row.sent_at, heard_at)
    fits = [
        one
        for one in waiting
        if one.ticket_id == row.ticket_id and one.private == private and one.at <= latest and row.sent_at <= one.until
    ]
    words = channel_named(row.address.channel).fingerprint(row.text) if fits else ""
    answered = answered_by(row) if len(fits) > 1 else None

    def nearness(one: HandOff) -> tuple[bool, bool]:
        same = one.answered_id is not None and one.answered_id == (answered.pk if answered else None)
        return one.fingerprint != words, not same

    return min(fits, key=nearness, default=None)


def _credit(found: HandOff, row: Message, *, now: datetime) -> None:
    if row.agent_id is None:
        Message.objects.filter(pk=row.pk).update(agent=found.by)
    HandOff.objects.filter(pk=found.pk).update(
        outcome=HandOffOutcome.ANSWERED, settled_at=now, message=row, text="", link=""
    )
    mode = DraftMode.PRIVATE if found.private else DraftMode.PUBLIC
    drafts.let_go(found.by, found.ticket, mode, said=lambda text: bool(text) and tidy(text) == found.text)
    with one_gesture():
        note_activity(found.ticket, "reply.by_hand", by=found.by, at=row.sent_at, private=found.private)
        take_on(found.ticket, by=found.by, now=now)


def _end(ticket: Ticket, outcome: str, *, now: datetime, private: bool | None = None) -> int:
    which = Q() if private is None else Q(private=private)
    rows = HandOff.objects.filter(which, ticket=ticket, outcome=HandOffOutcome.OPEN)
    return rows.update(outcome=outcome, settled_at=now, text="", link="")
