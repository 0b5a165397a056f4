"""From deliveries to the helpdesk: parse, note each fact once, let the handlers turn facts into messages, hand over.

Runs inside the drain's transaction; a fixed number of statements per batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kapture.sets import copy_rows, update_rows
from tickets import intake
from twitter_integration.choices import DeliveryState, Outcome
from twitter_integration.events import UNDATED, Event, UnknownEvent
from twitter_integration.handlers import Handled, handle
from twitter_integration.models import Delivery, PartnerAccount
from twitter_integration.models import Event as EventRow
from twitter_integration.models.delivery import KEY_LENGTH
from twitter_integration.payloads import Parsed, Unreadable, parse

_COLUMNS = (
    *("account_id", "key", "kind", "name", "outcome", "reason"),
    *("sources", "times_told", "delivery", "occurred_at", "received_at"),
)


@dataclass(slots=True)
class Fact:
    """One event of the batch, with the delivery that told it."""

    event: Event
    delivery: Delivery
    handled: Handled | None = None


def hand_over(batch: Sequence[Delivery], *, now: datetime) -> None:
    """Act on every event of the batch and mark the deliveries. Raises whatever intake raises; nothing is half done."""
    facts: list[Fact] = []
    for delivery in batch:
        facts.extend(_read(delivery, now))
    accounts = _accounts(facts)
    for fact in facts:
        account = accounts.get(fact.event.account_id)
        refusal = _refusal(fact, account)
        if refusal:
            _bury(fact.delivery, refusal)
        else:
            fact.handled = handle(fact.event, account, source=fact.event.dialect.value, received_at=now)
    handled = [fact for fact in facts if fact.handled is not None]
    messages = [fact.handled.message for fact in handled if fact.handled and fact.handled.message]
    if messages:
        intake.receive(messages, now=now)
    _note_facts(handled, now)
    _mark(batch, accounts, now)


def _read(delivery: Delivery, now: datetime) -> list[Fact]:
    delivery.state, delivery.finished_at, delivery.reason = DeliveryState.DONE, now, ""
    try:
        parsed: Parsed = parse(bytes(delivery.body))
    except Unreadable as error:
        _bury(delivery, str(error))
        return []
    delivery.dialect = parsed.dialect.value
    if parsed.failures:
        _bury(delivery, f"{len(parsed.failures)} item(s) could not be read: {'; '.join(parsed.failures[:3])}")
    elif parsed.unknown_keys:
        delivery.reason = f"Unknown keys: {', '.join(parsed.unknown_keys[:10])}"[:500]
    return [Fact(event, delivery) for event in parsed.events]


def _bury(delivery: Delivery, reason: str) -> None:
    delivery.state, delivery.reason = DeliveryState.DEAD, reason[:500]


def _accounts(facts: Sequence[Fact]) -> dict[str, PartnerAccount]:
    wanted = {fact.event.account_id for fact in facts} - {""}
    return {a.page_id: a for a in PartnerAccount.objects.filter(page_id__in=wanted)} if wanted else {}


def _refusal(fact: Fact, account: PartnerAccount | None) -> str:
    """Why an event may not be acted on at all; replayable once the configuration is mended."""
    if not fact.event.account_id:
        return ""
    if account is None:
        return f"No partner configuration has the Page ID {fact.event.account_id}."
    if account.app_id != fact.delivery.app_id:
        return f"@{account.page_name} belongs to another X app than the one that signed this."
    return ""


def _note_facts(facts: Sequence[Fact], now: datetime) -> None:
    """One row per fact. What was told before is counted, and takes the newest outcome."""
    told: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        told.setdefault((fact.event.account_id, fact.event.key[:KEY_LENGTH]), []).append(fact)
    rows = EventRow.objects.filter(account_id__in={a for a, _ in told}, key__in={k for _, k in told})
    known = {(row.account_id, row.key): row for row in rows if (row.account_id, row.key) in told}
    for key, row in known.items():
        row.times_told += len(told[key])
        row.outcome, row.reason = _outcome(told[key][-1])
    update_rows(
        EventRow,
        ["id", "times_told", "outcome", "reason"],
        [[row.pk, row.times_told, row.outcome, row.reason] for row in known.values()],
    )
    _note_sources(known, told)
    fresh = [_row(tellings, now) for key, tellings in told.items() if key not in known]
    if fresh:
        copy_rows(EventRow, _COLUMNS, fresh)


def _note_sources(known: dict[tuple[str, str], EventRow], told: dict[tuple[str, str], list[Fact]]) -> None:
    """A statement per combination of dialects: at most a handful."""
    changed: dict[tuple[str, ...], list[int]] = {}
    for key, row in known.items():
        sources = tuple(dict.fromkeys([*row.sources, *(f.event.dialect.value for f in told[key])]))
        if list(sources) != row.sources:
            changed.setdefault(sources, []).append(row.pk)
    for combination, pks in changed.items():
        EventRow.objects.filter(pk__in=pks).update(sources=list(combination))


def _row(tellings: Sequence[Fact], now: datetime) -> list[Any]:
    first = tellings[0]
    event = first.event
    outcome, reason = _outcome(first)
    return [
        event.account_id,
        event.key[:KEY_LENGTH],
        event.kind.value,
        event.name[:60] if isinstance(event, UnknownEvent) else "",
        outcome,
        reason,
        list(dict.fromkeys(f.event.dialect.value for f in tellings)),
        len(tellings),
        first.delivery.pk,
        now if event.occurred_at == UNDATED else event.occurred_at,
        first.delivery.received_at,
    ]


def _outcome(fact: Fact) -> tuple[Outcome, str]:
    assert fact.handled is not None
    return fact.handled.outcome, fact.handled.reason[:300]


def _mark(batch: Sequence[Delivery], accounts: dict[str, PartnerAccount], now: datetime) -> None:
    columns = ["id", "state", "finished_at", "dialect", "reason"]
    update_rows(Delivery, columns, [[getattr(delivery, name) for name in columns] for delivery in batch])
    if accounts:
        PartnerAccount.objects.filter(pk__in=[a.pk for a in accounts.values()]).update(last_event_at=now)
