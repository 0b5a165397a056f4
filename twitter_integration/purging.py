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

from django.apps import apps
from django.db import connection, transaction
from django.db.models import F, Q, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Coalesce, Concat

from tickets import intake
from tickets.happenings import Retraction
from twitter_integration.accounts import CHANNEL, save_account
from twitter_integration.connecting import disconnect
from twitter_integration.holdings import (
    PURGED,
    count_content,
    count_kept,
    drafts,
    facts,
    known_people,
    naming_acts,
    raw_deliveries,
    rows_of,
)
from twitter_integration.lanes import wait_for
from twitter_integration.models import (
    AccountView,
    Charge,
    Collection,
    Cursor,
    PartnerAccount,
    PostCheck,
    Reaction,
    SearchQuery,
    Standing,
    UnfinishedPurge,
)
from twitter_integration.proving import Say, Traces, find_traces, gather_needles
from twitter_integration.sealing import CannotOpen

_BATCH = 500
_TOLD_EVERY = 5_000
_AN_ID = '"[0-9-]{12,}"'  # of a post, a person or a conversation, as a value in JSON
_UNSETTLED = ("scheduled", "held", "queued", "sending", "unknown")  # tickets.choices.UNSETTLED_STATES


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
    first run would have looked for as well.
    """
    troubles = _close(account, now=now)
    needles = _remember_needles(account)
    before = count_content(account)
    _retract_all(account, now=now, say=say)
    intake.close_all(CHANNEL, account.page_id, now=now)
    for step in (
        _empty_messages,
        _drop_happenings,
        _stop_outbox,
        _scrub_history,
        _forget_people,
        _drop_raw,
        _empty_acts,
        _forget_answers,
    ):
        with transaction.atomic():
            step(account, now)
    traces = find_traces(account, needles, say=say)
    UnfinishedPurge.objects.filter(account=account).delete()
    return Proof(
        account=account.page_name,
        at=now,
        before=before,
        after=count_content(account),
        kept=count_kept(account),
        traces=traces,
        troubles=troubles,
    )


def _close(account: PartnerAccount, *, now: datetime) -> list[str]:
    """Nothing may come in behind our back. Returns what X could not be told."""
    account.enabled, account.purged_at = False, now
    PartnerAccount.objects.filter(pk=account.pk).update(enabled=False, purged_at=now)
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


def _empty_messages(account: PartnerAccount, now: datetime) -> None:
    """Notes and answers too: they may quote. The ids go last, for the steps above find messages by them."""
    own = rows_of("Message").filter(Q(address=account.address_id) | Q(ticket__address=account.address_id))
    keys = list(own.values_list("pk", flat=True))
    rows_of("Media").filter(message__in=keys).delete()
    drafts(account).delete()
    intake.drop_files()
    rows_of("MessageVersion").filter(address=account.address_id).delete()
    PostCheck.objects.filter(message__in=keys).delete()
    blank = {"text": "", "original_text": "", "permalink": "", "in_reply_to": "", "conversation": "", "language": ""}
    rows_of("Message").filter(pk__in=keys).update(
        **blank, spans=[], quoted=None, external_id=None, deleted_at=Coalesce("deleted_at", now)
    )
    rows_of("Ticket").filter(address=account.address_id).update(last_text="")


def _drop_happenings(account: PartnerAccount, now: datetime) -> None:
    rows_of("Happening").filter(address=account.address_id).delete()


def _stop_outbox(account: PartnerAccount, now: datetime) -> None:
    """What waits is never sent: its text is gone."""
    entries = rows_of("OutboxEntry").filter(address=account.address_id)
    entries.filter(state__in=_UNSETTLED).update(state="failed", settled_at=now, code="purged")
    entries.update(fingerprint="", reason="")
    rows_of("SendAttempt").filter(entry__address=account.address_id).update(reason="")


def _scrub_history(account: PartnerAccount, now: datetime) -> None:
    """Verbs, states and our own numbers stay; ids of X in the reasons go."""
    table = connection.ops.quote_name(apps.get_model("tickets", "Activity")._meta.db_table)
    tickets = connection.ops.quote_name(apps.get_model("tickets", "Ticket")._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET data = regexp_replace(data::text, %s, '\"\"', 'g')::jsonb"  # noqa: S608  (our tables)
            f" WHERE data::text ~ %s AND ticket_id IN (SELECT id FROM {tickets} WHERE address_id = %s)",
            [_AN_ID, _AN_ID, account.address_id],
        )


def _forget_people(account: PartnerAccount, now: datetime) -> None:
    """People known through this account only become nobody in particular; their tickets stay countable by person."""
    people = list(known_people(account).values_list("pk", flat=True))
    customers = set(rows_of("Identity").filter(pk__in=people).values_list("customer_id", flat=True))
    rows_of("HandleChange").filter(identity__in=people).delete()
    blank = {"handle": "", "name": "", "avatar_url": "", "bio": "", "location": ""}
    unknown = {"followers": None, "verified": None, "protected": None, "joined_at": None}
    # In one order, so that two who change the same people at once wait for each other instead of both for ever.
    list(rows_of("Identity").filter(pk__in=people).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    number = Concat(Value(PURGED), Cast(F("pk"), CharField()))
    rows_of("Identity").filter(pk__in=people).update(**blank, **unknown, external_id=number)
    elsewhere = rows_of("Identity").filter(customer__in=customers).exclude(external_id__startswith=PURGED)
    nobody = customers - set(elsewhere.values_list("customer_id", flat=True))
    rows_of("Customer").filter(pk__in=nobody).update(name="")


def _drop_raw(account: PartnerAccount, now: datetime) -> None:
    """No worker has these deliveries in hand meanwhile: it marks and drops them too, in an order of its own."""
    wait_for(account.page_id)
    wait_for("")
    raw_deliveries(account).delete()
    facts(account).delete()
    Charge.objects.filter(account_key=account.page_id).delete()  # the sums of each day stay
    Standing.objects.filter(account_key=account.page_id).delete()
    Reaction.objects.filter(account_key=account.page_id).delete()
    Cursor.objects.filter(account=account).delete()
    SearchQuery.objects.filter(account=account).update(since_id="")


def _empty_acts(account: PartnerAccount, now: datetime) -> None:
    """That somebody acted, when and with what outcome stays; on whom and why goes, as do collections."""
    naming_acts(account).update(target="", target_name="", reason="", sentence="", result="")
    Collection.objects.filter(account=account).delete()
    AccountView.objects.filter(account=account).delete()


def _forget_answers(account: PartnerAccount, now: datetime) -> None:
    """What programs were answered lately may repeat anybody's words; all of it goes, and costs them a replay."""
    apps.get_model("kapture", "ApiAnswer")._default_manager.all().delete()
