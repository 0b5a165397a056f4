"""What each customer would be told, before anybody is: whether it can go, and what it costs. A fixed number of
statements, however many; nothing is written."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from tickets.channels import channel_named
from tickets.composing.answering import measure, nothing_public
from tickets.composing.targets import answerable_of, earlier_of
from tickets.incidents.choosing import Told
from tickets.models import Message, Ticket
from tickets.outbound import Asked, Foreseen
from tickets.permissions import may_on


def look_at(tickets: Sequence[Ticket], texts: Mapping[int, str], *, by: User, now: datetime) -> list[Told]:
    """Public tickets in public and private ones in private, as their own answers go."""
    answered = answerable_of(tickets)
    seen = _foresee([_asked(one, texts[one.pk], answered.get(one.pk)) for one in tickets], tickets, now=now)
    _look_back(tickets, texts, answered, seen, now=now)
    return [_told(ticket, texts[ticket.pk], answered.get(ticket.pk), seen[ticket.pk], by=by) for ticket in tickets]


def _foresee(asked: Sequence[Asked], tickets: Iterable[Ticket], *, now: datetime) -> dict[int, Foreseen]:
    """What the channels say."""
    found: dict[int, Foreseen] = {}
    channels = {ticket.address.key: ticket.address.channel for ticket in tickets}
    for name in sorted(set(channels.values())):
        of_it = [one for one in asked if channels[one.address_key] == name]
        found |= channel_named(name).foresee(of_it, now=now)
    return found


def _look_back(
    tickets: Sequence[Ticket],
    texts: Mapping[int, str],
    answered: dict[int, Message],
    seen: dict[int, Foreseen],
    *,
    now: datetime,
) -> None:
    """Where the latest cannot be answered, an earlier one may be, as when each is answered alone (targets.aim)."""
    shut = [one for one in tickets if one.pk in answered and not (one.private or seen[one.pk].permission.allowed)]
    before = earlier_of({one.pk: answered[one.pk] for one in shut}) if shut else {}
    asked = [_asked(one, texts[one.pk], message, key=message.pk) for one in shut for message in before.get(one.pk, ())]
    told = _foresee(asked, shut, now=now) if asked else {}
    for one in shut:
        found = next((m for m in before.get(one.pk, ()) if told[m.pk].permission.allowed), None)
        if found is not None:
            answered[one.pk], seen[one.pk] = found, told[found.pk]


def _asked(ticket: Ticket, text: str, answered: Message | None, *, key: int | None = None) -> Asked:
    who = answered.identity if answered and answered.identity else ticket.identity
    return Asked(
        key=ticket.pk if key is None else key,
        address_key=ticket.address.key,
        private=ticket.private,
        text=text,
        recipient=who.external_id,
        in_reply_to=(answered.external_id or "") if answered else "",
    )


def _told(ticket: Ticket, text: str, answered: Message | None, seen: Foreseen, *, by: User) -> Told:
    reason = "" if seen.permission.allowed else seen.permission.reason
    if not reason and answered is None and not ticket.private:
        reason = nothing_public(ticket)
    if not may_on(by, "send", ticket):
        reason = _("You may not answer in its queue.")
    limits = measure(ticket.address, text, private=ticket.private)
    if not reason and limits.remaining < 0:
        words = _("The text is {n} too long: {length} of {most}.")
        reason = words.format(n=-limits.remaining, length=limits.length, most=limits.maximum)
    return Told(ticket=ticket, text=text, reason=reason, price=Decimal(0) if reason else seen.price)
