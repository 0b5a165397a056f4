"""X's word that somebody whom we muted or blocked is so no more, wherever that was done: what was to remind of it is
settled, and the record of acts says so.

Whoever takes it back at the desk settles it there (console/reminding.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from twitter_integration.choices import ActOutcome
from twitter_integration.console import record
from twitter_integration.models import AccountAct, ActReminder, Standing

# Which acts are over when X says that we mute, or block, somebody no more, and what takes them back.
_ENDS = {"muting": (("mute",), "unmute"), "blocking": (("block", "report"), "unblock")}
# A desk's own undoing is in X's hands so long at most; it settles what it ends itself, by name.
_OWN = timedelta(minutes=2)
X = "X"


@dataclass(frozen=True, slots=True, kw_only=True)
class Freed:
    """That X told this at that moment. `word`: of Standing, muting or blocking."""

    account: str
    person: str
    word: str
    at: datetime


def settle_freed(told: Iterable[Freed]) -> None:
    """What was begun after X's word stays; so does what X told otherwise of since. One statement, and few where there
    is something to settle."""
    told = list(told)
    meant = [_meant(one) for one in told if one.word in _ENDS]
    if not meant:
        return
    open_ones = ActReminder.objects.filter(reduce(or_, meant), settled_at=None)
    if open_ones.exists():
        _settle(open_ones, now=max(one.at for one in told))


@transaction.atomic
def _settle(reminders: QuerySet[ActReminder], *, now: datetime) -> None:
    """What somebody settles at this moment is theirs."""
    rows = reminders.select_related("act__account").select_for_update(of=("self",), skip_locked=True)
    found = {row.pk: row for row in rows}
    for row in found.values():
        record.note_heard(row.act, by=X, sentence=gettext("X told that it was taken back there."), at=now)
    ActReminder.objects.filter(pk__in=found).update(settled_at=now, settled_by=X)


def _meant(freed: Freed) -> Q:
    """Open, begun before, and neither told otherwise since nor being taken back at the desk just now."""
    acts, undoing = _ENDS[freed.word]
    still = Standing.objects.filter(account_key=freed.account, person_key=freed.person, **{freed.word: False})
    ours = AccountAct.objects.filter(
        account=OuterRef("account"),
        target=freed.person,
        action=undoing,
        at__gte=freed.at - _OWN,
        outcome__in=(ActOutcome.BEGUN, ActOutcome.DONE),
    )
    about = Q(account__page_id=freed.account, act__target=freed.person, act__action__in=acts)
    return about & Q(act__ended_at__lt=freed.at) & Exists(still) & ~Exists(ours)
