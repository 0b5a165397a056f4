"""The record of acts: begun and committed before X is called, completed after. Written here and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from twitter_integration.choices import ActOutcome
from twitter_integration.console.action import Action, Scope
from twitter_integration.console.actor import Actor
from twitter_integration.models import AccountAct, PartnerAccount

# Which field is the target, the first that is given.
TARGETS = ("message", "post", "quote", "person", "list", "collection", "reminder")
_LONGEST = 400
# So long a second click waits for what the first one began, looking so often.
PATIENCE_SECONDS = 3.0
_LOOK_SECONDS = 0.1
# X was given up long before; what still is not ended then, nobody ends.
_YOUNG = timedelta(seconds=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Everything of an act but its outcome."""

    account: PartnerAccount
    action: Action
    given: Mapping[str, Any]
    actor: Actor
    reason: str
    gesture: UUID
    changes: list[dict[str, str | None]] = field(default_factory=list)


def begin(act: Circumstances, *, dialect: str, now: datetime) -> tuple[AccountAct, bool]:
    """A row that stands even if we die while X is answering; or the row of the same sheet, handed in before."""
    row = _row(act, now)
    row.dialect = dialect
    before = _of_this_sheet(row)
    if before is None:
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            before = _of_this_sheet(row)
            if before is None:
                raise
    return (before, True) if before is not None else (row, False)


def _of_this_sheet(row: AccountAct) -> AccountAct | None:
    """What was refused or failed may be asked for again."""
    same = AccountAct.objects.filter(gesture=row.gesture, action=row.action, account=row.account)
    return same.exclude(outcome__in=(ActOutcome.REFUSED, ActOutcome.FAILED)).first()


def await_end(row: AccountAct, *, now: datetime) -> AccountAct:
    """What another request is doing at this moment, for a while; the row as it is then."""
    until = monotonic() + PATIENCE_SECONDS
    while row.outcome == ActOutcome.BEGUN and is_young(row, now=now) and monotonic() < until:
        sleep(_LOOK_SECONDS)
        row.refresh_from_db()
    return row


def is_young(row: AccountAct, *, now: datetime) -> bool:
    return now - row.at < _YOUNG


def complete(
    row: AccountAct,
    outcome: ActOutcome,
    *,
    now: datetime,
    sentence: str = "",
    code: str = "",
    result: str = "",
) -> None:
    row.outcome, row.sentence, row.code, row.result = outcome, sentence[:_LONGEST], code[:40], result[:60]
    row.ended_at = now
    row.save(update_fields=["outcome", "sentence", "code", "result", "target", "target_name", "ended_at"])


def refuse(act: Circumstances, *, code: str, sentence: str, now: datetime) -> None:
    """What was asked for and not allowed."""
    row = _row(act, now)
    row.outcome, row.code, row.sentence, row.ended_at = ActOutcome.REFUSED, code, sentence[:_LONGEST], now
    row.save()


def note(account: PartnerAccount, deed: str, *, by: User, at: datetime, about: str) -> None:
    """What was done at the desk and goes out through the outbox."""
    AccountAct.objects.create(
        account=account,
        page_name=account.page_name,
        action=deed,
        by=by,
        by_name=by.get_username()[:150],
        via="desk",
        outcome=ActOutcome.QUEUED,
        result=about[:60],
        at=at,
        ended_at=at,
    )


def note_heard(about: AccountAct, *, by: str, sentence: str, at: datetime) -> None:
    """What ended an act without us."""
    AccountAct.objects.create(
        account=about.account,
        page_name=about.page_name,
        action="ended",
        target=about.target,
        target_name=f"@{handle}" if (handle := about.target_name.removeprefix("@")) else "",
        by_name=by[:150],
        via=by[:10],
        private=about.private,
        outcome=ActOutcome.DONE,
        sentence=sentence[:_LONGEST],
        at=at,
        ended_at=at,
    )


def target_of(given: Mapping[str, Any]) -> str:
    return next((str(given[name])[:60] for name in TARGETS if given.get(name)), "")


def name_of(given: Mapping[str, Any]) -> str:
    """How people call the target, where it has a name."""
    return str(given.get("handle") or given.get("name") or "")[:100]


def _is_private(act: Circumstances) -> bool:
    """Only who may read private messages is told of it."""
    touches = act.action.touches
    return act.action.scope == Scope.PRIVATE or (touches is not None and touches(act.account, act.given))


def _row(act: Circumstances, now: datetime) -> AccountAct:
    return AccountAct(
        account=act.account,
        page_name=act.account.page_name,
        action=act.action.name,
        target=target_of(act.given),
        target_name=name_of(act.given),
        by=act.actor.user,
        by_name=act.actor.name[:150],
        via=act.actor.via,
        reason=act.reason[:300],
        private=_is_private(act),
        gesture=act.gesture,
        changes=act.changes,
        at=now,
    )
