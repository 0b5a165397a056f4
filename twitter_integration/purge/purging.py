"""Removes everything X gave us about an account (due ten business days after access ends: x-api 6.2), and proves it.

Kept are numbers and decisions: tickets with their times and promises, the history's verbs, daily counts. Undone tickets
are closed, and their promises count neither as kept nor as missed. Gone are texts, media, people, ids, raw deliveries;
the tokens too. May be run again; what is not of this account is not touched.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kapture.sealing import CannotOpen
from tickets import intake
from tickets.happenings import Retraction
from twitter_integration.accounts import CHANNEL, save_account
from twitter_integration.deliveries.lanes import Lane, hold, wait_for
from twitter_integration.models import PartnerAccount, UnfinishedPurge
from twitter_integration.purge.emptying import STEPS
from twitter_integration.purge.holdings import count_content, count_kept, rows_of
from twitter_integration.purge.proving import Say, Traces, find_traces, gather_needles
from twitter_integration.setup.connecting import disconnect

_BATCH = 500
_TOLD_EVERY = 5_000


class PurgeUnderWay(Exception):
    """Two at once would each prove what the other removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was there, what is there, what stayed on purpose, and where the database was searched for traces.

    troubles: what X could not be told (unsubscribing, giving up tokens), in sentences; what it sends on is not kept.
    """

    account: str
    at: datetime
    before: Mapping[str, int]
    after: Mapping[str, int]
    kept: Mapping[str, int]
    traces: Traces
    troubles: Sequence[str] = ()

    @property
    def clean(self) -> bool:
        return not any(self.after.values()) and not self.traces.found

    def as_json(self) -> dict[str, Any]:
        return {
            "account": self.account,
            "at": self.at.isoformat(),
            "clean": self.clean,
            "removed": {name: {"before": count, "after": self.after[name]} for name, count in self.before.items()},
            "kept": dict(self.kept),
            "searched": {
                "columns": self.traces.columns,
                "for": self.traces.needles,
                "found": {place: list(rows) for place, rows in self.traces.found.items()},
            },
            "troubles_at_x": list(self.troubles),
        }


def purge(account: PartnerAccount, *, now: datetime, say: Say = str) -> Proof:
    """Switch the account off, give it up at X, and remove all content of X. Not to be undone.

    From the first moment nothing that X tells of the account is kept any more, until it is connected again; whatever a
    worker has in hand is waited for. `say` is told what is being done. Cut off, it is run again, and looks for what the
    first run would have looked for as well; until then it cannot be connected. Raises PurgeUnderWay.
    """
    with hold(Lane(f"purge of {account.page_id}")) as alone:
        if not alone:
            raise PurgeUnderWay(
                _("A purge of @%(page_name)s is under way already; nothing was begun.")
                % {"page_name": account.page_name}
            )
        return _purge(account, now=now, say=say)


def _purge(account: PartnerAccount, *, now: datetime, say: Say) -> Proof:
    troubles = _close(account, now=now)
    needles = _remember_needles(account)
    before = count_content(account)
    _retract_all(account, now=now, say=say)
    intake.close_all(CHANNEL, account.page_id, now=now)
    for step in STEPS:
        with transaction.atomic():
            step(account, now)
    traces = find_traces(account, needles, say=say)
    after = count_content(account)
    if not any(after.values()):
        _conclude(account)
    return Proof(
        account=account.page_name,
        at=now,
        before=before,
        after=after,
        kept=count_kept(account),
        traces=traces,
        troubles=troubles,
    )


def _close(account: PartnerAccount, *, now: datetime) -> list[str]:
    """Nothing may come in behind our back, and from here on the purge is unfinished. Returns what X could not be
    told."""
    account.enabled, account.purged_at, account.purge_ended_at = False, now, None
    PartnerAccount.objects.filter(pk=account.pk).update(enabled=False, purged_at=now, purge_ended_at=None)
    troubles = disconnect(account, now=now)
    save_account(account, address={"sending_stopped": True, "banner": ""})  # it is meant to be so: nobody need mend it
    with transaction.atomic():
        wait_for(account.page_id)
    return troubles


def _remember_needles(account: PartnerAccount) -> list[str]:
    """What to look for afterwards, with what a run that was cut off had gathered; sealed until the search is done."""
    needles = set(gather_needles(account))
    try:
        unfinished = UnfinishedPurge.objects.filter(account=account).first()
    except CannotOpen:
        unfinished = None
    if unfinished is not None:
        needles |= set(json.loads(unfinished.needles))
    found = sorted(needles)
    UnfinishedPurge.objects.update_or_create(account=account, defaults={"needles": json.dumps(found)})
    return found


def _conclude(account: PartnerAccount) -> None:
    """Until here whoever looks is told that it must be run again."""
    account.purge_ended_at = timezone.now()
    with transaction.atomic():
        UnfinishedPurge.objects.filter(account=account).delete()
        PartnerAccount.objects.filter(pk=account.pk).update(purge_ended_at=account.purge_ended_at)


def _retract_all(account: PartnerAccount, *, now: datetime, say: Say) -> None:
    """The way every deletion goes: whatever hangs on a message (search, last words, open pages) goes with it."""
    held = rows_of("Message").filter(address=account.address_id, external_id__isnull=False, deleted_at=None)
    done, total, last = 0, held.count(), 0
    # From key to key: asked for any 500, the database would walk past all that went before, again for each batch.
    while rows := list(held.filter(pk__gt=last).order_by("pk").values_list("pk", "external_id")[:_BATCH]):
        last, batch = rows[-1][0], [external_id for _, external_id in rows]
        gone = [Retraction(channel=CHANNEL, address_key=account.page_id, external_id=str(n), at=now) for n in batch]
        intake.retract(gone, now=now)
        done += len(batch)
        if done % _TOLD_EVERY == 0 or done >= total:
            say(f"{done:,} of {total:,} messages removed …")
