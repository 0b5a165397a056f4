"""Whom and what a desk ignores around its accounts, asked before anything is handed to it.

What is ignored opens no ticket and brings none back. It goes to the desk all the same, where it is kept on no ticket;
what belongs to a ticket that goes on joins that.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext as _

from tickets.inbound import InboundMessage
from tickets.intake import Received
from twitter_integration.choices import Outcome
from twitter_integration.facts.ledger import Telling
from twitter_integration.models import Ignored

Held = Mapping[int, Ignored]  # by the place of a telling in its batch, what ignores it


def fold(text: str) -> str:
    """As words are compared: whatever their case, accents' encoding, width and gaps."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def find(rows: Sequence[Ignored], *, person: str, text: str) -> Ignored | None:
    """The author first. Pure."""
    by_author = next((row for row in rows if row.person_key and row.person_key == person), None)
    if by_author is not None or not any(row.folded for row in rows):
        return by_author
    said = fold(text)
    return next((row for row in rows if row.folded and row.folded in said), None)


def set_aside(tellings: Sequence[Telling], *, now: datetime) -> Held:
    """Marks what customers say and is ignored; a deed without a word goes to no ticket then. One statement, or none."""
    said = {n: t for n, t in enumerate(tellings) if t.handled.message is not None and not t.handled.message.by_us}
    rows = _rows({t.account.pk for t in said.values() if t.account is not None}, now=now) if said else {}
    held: dict[int, Ignored] = {}
    for n, telling in said.items() if rows else ():
        message, account = telling.handled.message, telling.account
        assert message is not None and account is not None
        row = find(rows.get(account.pk, ()), person=message.author.external_id, text=message.text)
        if row is not None:
            held[n] = row
            _mark(telling, message, row)
    return held


def settle(
    tellings: Sequence[Telling], held: Held, received: Iterable[Received], fresh: Collection[int], now: datetime
) -> None:
    """What joined a ticket that goes on was not ignored; the rest counts, once however often it is told. `fresh`: the
    ids of tellings nobody told before. A statement for each that held."""
    if not held:
        return
    tickets = {one.external_id for one in received if one.ticket is not None}
    count: Counter[int] = Counter()
    for n, row in held.items():
        telling = tellings[n]
        message = telling.handled.message
        if message is not None and message.external_id in tickets:
            telling.handled = replace(telling.handled, outcome=Outcome.ACTED, reason="")
        elif id(telling) in fresh:
            count[row.pk] += 1
    for pk, number in sorted(count.items()):
        Ignored.objects.filter(pk=pk).update(count=F("count") + number, last_at=now)


def _rows(accounts: Collection[int], *, now: datetime) -> Mapping[int, list[Ignored]]:
    open_ones = Ignored.objects.filter(Q(until=None) | Q(until__gt=now), account__in=accounts, ended_at=None)
    found: dict[int, list[Ignored]] = {}
    for row in open_ones.order_by("pk"):
        found.setdefault(row.account_id, []).append(row)
    return found


def _mark(telling: Telling, message: InboundMessage, row: Ignored) -> None:
    reason = (
        _("{row} is ignored.").format(row=row) if row.person_key else _("What says {row} is ignored.").format(row=row)
    )
    kept = None if message.kind == "reaction" else replace(message, aside=True)
    telling.handled = replace(telling.handled, outcome=Outcome.IGNORED, reason=reason, message=kept)
