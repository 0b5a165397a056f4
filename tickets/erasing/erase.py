"""Erase one customer, for good: what they said and what we wrote to them, with pictures, versions and search entries;
who they are, on every channel; drafts, notes, and what the channels' own books hold of them. Tombstones, decisions and
figures stay. In words: docs/rules.md, "A customer is erased".
"""

import logging
from collections.abc import Mapping
from datetime import datetime

from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from tickets.channels import Forgotten, channel_named
from tickets.composing.files import sweep
from tickets.erasing.holding import Whom, count, tickets_of_others_too, whom
from tickets.erasing.messages import (
    check_under_way,
    empty_hand_offs,
    empty_messages,
    forget_named,
    scrub_rulings,
    stop_outbox,
)
from tickets.erasing.people import forget_answers, forget_mentions, forget_people
from tickets.erasing.tickets import empty_tickets, scrub_history, tell
from tickets.errors import CannotChange, NotAllowed
from tickets.live import announce_everywhere
from tickets.models import Address, Customer, Identity, Ticket
from tickets.permissions import may, require, sees_every_queue
from tickets.receiving.erased import ERASED
from tickets.receiving.turns import take_turns
from tickets.resting.lapsing import close_erased

log = logging.getLogger(__name__)
Counts = Mapping[str, int]


def may_erase(user: User) -> bool:
    """It concerns all that they ever wrote, wherever it is."""
    return may(user, "see") and may(user, "see_private") and may(user, "erase") and sees_every_queue(user)


def asked_words(customer: Customer) -> str:
    """What must be typed to erase them: a handle, or the channel's own id where there is none; "" for who is erased
    already."""
    for one in Identity.objects.filter(customer=customer).exclude(external_id__startswith=ERASED).order_by("pk"):
        return one.handle or one.external_id
    return ""


def look(customer: Customer) -> Counts:
    """What would go. Changes nothing."""
    return count(whom(customer))


def erase(customer: Customer, *, typed: str, by: User | None, now: datetime) -> Counts:
    """Returns what went, by kind. Raises NotAllowed; CannotChange when the handle typed is not theirs, when they are
    erased already or merged into somebody, or an answer is on its way at this moment. `by`: None for the operator's
    command."""
    if by is not None:
        require(by, "see", "see_private", "erase")
        if not sees_every_queue(by):
            raise NotAllowed(_("Only who may look into every queue erases a customer."))
    _check(customer, typed)
    with transaction.atomic():
        counts = _erase(customer, by=by, now=now)
    while sweep():  # the files, when nothing can bring their rows back any more
        pass
    return counts


def _check(customer: Customer, typed: str) -> None:
    wanted = asked_words(customer)
    if customer.merged_into_id is not None:
        raise CannotChange(_("This customer is customer %(home)s. Erase that one.") % {"home": customer.merged_into_id})
    if not wanted:
        raise CannotChange(_("This customer was erased already."))
    theirs = Identity.objects.filter(customer=customer).values("external_id")
    if Address.objects.filter(key__in=theirs).exists():
        raise CannotChange(_("This is an account of our own. Its content is removed by a purge of the account."))
    if typed.strip().lstrip("@").casefold() != wanted.casefold():
        raise CannotChange(_("To erase them for good, type %(shown)s.") % {"shown": _shown(wanted)})


def _shown(words: str) -> str:
    return words if words.isdecimal() else f"@{words}"


def _erase(customer: Customer, *, by: User | None, now: datetime) -> Counts:
    """Nothing is filed meanwhile: it would be filed under whom they were."""
    take_turns(Address.objects.values_list("pk", flat=True))
    them = _held(customer)
    counts, channels = count(them), _by_channel(them)
    stop_outbox(them, now=now)
    alone = set(them.tickets) - set(tickets_of_others_too(them).values_list("pk", flat=True))
    close_erased(alone, now=now)
    empty_messages(them, now=now)
    forget_named(them, now=now)
    empty_hand_offs(them, now=now)
    scrub_rulings(them)
    empty_tickets(them)
    scrub_history(them)
    forget_people(them)
    forget_mentions(them)  # names that nobody has any more
    forget_answers()
    for name, people in channels.items():
        if name in settings.CHANNELS:
            gone = Forgotten(people=frozenset(people), handles=them.handles, messages=them.ids)
            channel_named(name).forget(gone, now=now)
    tell(them, by=by.pk if by is not None else None, now=now)
    _note(customer, counts, by=by)
    announce_everywhere()
    return counts


def _held(customer: Customer) -> Whom:
    """All of it as it is now, locked: outbox before tickets, as everywhere. Nobody answers meanwhile."""
    Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer.pk)
    found = whom(customer)
    check_under_way(found)
    list(Ticket.objects.filter(pk__in=found.tickets).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    return whom(customer)


def _by_channel(them: Whom) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, number in Identity.objects.filter(pk__in=them.identities).values_list("channel", "external_id"):
        found.setdefault(name, []).append(number)
    return found


def _note(customer: Customer, counts: Counts, *, by: User | None) -> None:
    """In the audit and the log: that it was done, by whom and how much went. No word of whom it was about."""
    LogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(Customer),
        object_pk=str(customer.pk),
        object_id=customer.pk,
        object_repr=f"#{customer.pk}",
        action=LogEntry.Action.DELETE,
        changes={kind: [str(number), "0"] for kind, number in counts.items() if number},
        actor=by,
    )
    log.info("Customer %s was erased: %s.", customer.pk, ", ".join(f"{n} {kind}" for kind, n in counts.items() if n))
