"""Asks X how people stand to our accounts, where nothing has told us yet and somebody is about to answer them.

Each person costs a read, so only the customers of tickets that somebody took up are asked for, and the first thing to
wait when a day's budget runs out is this. What comes by itself with posts and messages is learned for nothing
(knowing.py).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from kapture.sealing import CannotOpen
from twitter_integration.accounts import keys_of
from twitter_integration.capabilities import FRESH_FOR
from twitter_integration.client import XClient
from twitter_integration.errors import XError
from twitter_integration.facts.knowing import learn, lesson_of
from twitter_integration.metering import budgets
from twitter_integration.metering.precedence import PEOPLE, READERS
from twitter_integration.models import PartnerAccount, Standing
from twitter_integration.payloads import rows
from twitter_integration.reading import cursors, reads
from twitter_integration.tiers import dialects

# Whoever wrote longer ago is not about to be answered.
LATELY = timedelta(days=2)
# Somebody X says nothing of (gone, suspended) is asked for again after so long.
ASK_AGAIN = timedelta(days=1)
_UNDONE = ("open", "pending", "on_hold")


def refresh_due(*, now: datetime) -> int:
    """Returns of how many people X told us."""
    return sum(
        _refresh(account, now=now) for account in PartnerAccount.objects.filter(enabled=True).select_related("app")
    )


def _refresh(account: PartnerAccount, *, now: datetime) -> int:
    """One call of up to a hundred people. A refusal is another time's luck: nothing waits for this."""
    if not cursors.may_read(account) or not dialects("people.read", account.app.tier, changes=account.app.offers):
        return 0
    with cursors.held(account, "standings") as held:
        return _ask(account, now=now) if held else 0


def _ask(account: PartnerAccount, *, now: datetime) -> int:
    people = _unknown(account, now=now)
    if not people or budgets.refusal(account, READERS["standings"][PEOPLE], now=now):
        return 0
    try:
        with XClient(keys_of(account)) as client:
            told, _ = rows.read_people(reads.read_people(client, people).document)
    except (XError, CannotOpen):
        told = []
    learn(lesson_of(account.page_id, person, at=now) for person in told)
    _note_asked(account, people, now=now)
    return len(told)


def _unknown(account: PartnerAccount, *, now: datetime) -> Sequence[str]:
    """Customers of public tickets that somebody took up, of whose direct messages we know nothing certain."""
    tickets = apps.get_model("tickets", "Ticket")._default_manager
    known = Standing.objects.filter(account_key=account.page_id, person_key=OuterRef("identity__external_id"))
    certain = (
        Q(receives_dm=True) | Q(dm_known_at__gte=now - FRESH_FOR, receives_dm=False) | Q(asked_at__gte=now - ASK_AGAIN)
    )
    waiting = tickets.filter(
        address=account.address_id,
        private=False,
        status__in=_UNDONE,
        assignee__isnull=False,
        last_inbound_at__gte=now - LATELY,
    ).exclude(Exists(known.filter(certain)))
    people = waiting.order_by("-last_inbound_at").values_list("identity__external_id", flat=True)
    return list(dict.fromkeys(people[: reads.PAGE]))


def _note_asked(account: PartnerAccount, people: Sequence[str], *, now: datetime) -> None:
    asked = [Standing(account_key=account.page_id, person_key=person, asked_at=now) for person in sorted(people)]
    Standing.objects.bulk_create(
        asked, update_conflicts=True, unique_fields=["account_key", "person_key"], update_fields=["asked_at"]
    )
