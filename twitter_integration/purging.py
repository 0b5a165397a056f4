"""Removes everything X gave us about an account (due ten business days after access ends: x-api 6.2), and proves it.

Kept are numbers and decisions: tickets with their times, states and promises, the history's verbs, daily counts. Gone
are texts, media, people, ids, raw deliveries. May be run again; what is not of this account is not touched.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat

from tickets import intake
from tickets.happenings import Retraction
from twitter_integration.accounts import CHANNEL
from twitter_integration.models import (
    AccountAct,
    AccountView,
    Charge,
    CollectedPost,
    Collection,
    Cursor,
    Delivery,
    Event,
    PartnerAccount,
    PostCheck,
    SearchQuery,
    Standing,
)
from twitter_integration.proving import PURGED, Traces, find_traces, gather_needles

_BATCH = 500
_AN_ID = '"[0-9-]{12,}"'  # of a post, a person or a conversation, as a value in JSON
_UNSETTLED = ("scheduled", "held", "queued", "sending", "unknown")  # tickets.choices.UNSETTLED_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was there, what is there, what stayed on purpose, and where the database was searched for traces."""

    account: str
    at: datetime
    before: Mapping[str, int]
    after: Mapping[str, int]
    kept: Mapping[str, int]
    traces: Traces

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
            "searched": {"columns": self.traces.columns, "for": self.traces.needles, "found": dict(self.traces.found)},
        }


def purge(account: PartnerAccount, *, now: datetime) -> Proof:
    """Switch the account off and remove all content of X. Not to be undone."""
    PartnerAccount.objects.filter(pk=account.pk).update(enabled=False)  # nothing may come in behind our back
    needles = gather_needles(account)
    before = _content(account)
    _retract_all(account, now=now)
    for step in (
        _empty_messages,
        _drop_happenings,
        _stop_outbox,
        _scrub_history,
        _forget_people,
        _drop_raw,
        _empty_acts,
    ):
        with transaction.atomic():
            step(account, now)
    traces = find_traces(account, needles)
    return Proof(
        account=account.page_name, at=now, before=before, after=_content(account), kept=_kept(account), traces=traces
    )


def _rows(model: str) -> "QuerySet[Any]":
    rows: QuerySet[Any] = apps.get_model("tickets", model)._default_manager.all()
    return rows


def _content(account: PartnerAccount) -> dict[str, int]:
    """Everything of X that we hold of the account, by kind."""
    own = {"address": account.address_id}
    messages = _rows("Message").filter(**own)
    return {
        "messages with text": messages.exclude(text="", original_text="").count(),
        "messages with an id of X": messages.filter(external_id__isnull=False).count(),
        "versions": _rows("MessageVersion").filter(**own).count(),
        "media": _rows("Media").filter(message__address=account.address_id).count(),
        "files": _rows("StoredFile").filter(media__message__address=account.address_id).count(),
        "drafts": _drafts(account).count(),
        "tickets with last words": _rows("Ticket").filter(**own).exclude(last_text="").count(),
        "happenings": _rows("Happening").filter(**own).count(),
        "people": _known_people(account).count(),
        "events": Event.objects.filter(account_id=account.page_id).count(),
        "standings": Standing.objects.filter(account_key=account.page_id).count(),
        "deliveries": Delivery.objects.filter(_raw(account)).count(),
        "charges by thing": Charge.objects.filter(account_key=account.page_id).count(),
        "acts that name somebody": _naming_acts(account).count(),
        "collected posts": CollectedPost.objects.filter(collection__account=account).count(),
        "profile and settings": AccountView.objects.filter(account=account).count(),
    }


def _drafts(account: PartnerAccount) -> "QuerySet[Any]":
    return _rows("Draft").filter(Q(address=account.address_id) | Q(ticket__address=account.address_id))


def _kept(account: PartnerAccount) -> dict[str, int]:
    own = {"address": account.address_id}
    return {
        "tickets": _rows("Ticket").filter(**own).count(),
        "messages without content": _rows("Message").filter(**own).count(),
        "lines of history": _rows("Activity").filter(ticket__address=account.address_id).count(),
        "promises kept or missed": _rows("SlaClock").filter(ticket__address=account.address_id).count(),
        "daily counts": _rows("DailyCount").filter(**own).count(),
        "acts without their target": AccountAct.objects.filter(account=account).count(),
    }


def _retract_all(account: PartnerAccount, *, now: datetime) -> None:
    """The way every deletion goes: whatever hangs on a message (search, last words, open pages) goes with it."""
    held = _rows("Message").filter(address=account.address_id, external_id__isnull=False, deleted_at=None)
    while batch := list(held.values_list("external_id", flat=True)[:_BATCH]):
        gone = [Retraction(channel=CHANNEL, address_key=account.page_id, external_id=str(n), at=now) for n in batch]
        intake.retract(gone, now=now)


def _empty_messages(account: PartnerAccount, now: datetime) -> None:
    """Notes and answers too: they may quote. The ids go last, for the steps above find messages by them."""
    own = _rows("Message").filter(Q(address=account.address_id) | Q(ticket__address=account.address_id))
    keys = list(own.values_list("pk", flat=True))
    _rows("Media").filter(message__in=keys).delete()
    _drafts(account).delete()
    intake.drop_files()
    _rows("MessageVersion").filter(address=account.address_id).delete()
    PostCheck.objects.filter(message__in=keys).delete()
    blank = {"text": "", "original_text": "", "permalink": "", "in_reply_to": "", "conversation": "", "language": ""}
    _rows("Message").filter(pk__in=keys).update(**blank, spans=[], quoted=None, external_id=None)
    _rows("Ticket").filter(address=account.address_id).update(last_text="")


def _drop_happenings(account: PartnerAccount, now: datetime) -> None:
    _rows("Happening").filter(address=account.address_id).delete()


def _stop_outbox(account: PartnerAccount, now: datetime) -> None:
    """What waits is never sent: its text is gone."""
    entries = _rows("OutboxEntry").filter(address=account.address_id)
    entries.filter(state__in=_UNSETTLED).update(state="failed", settled_at=now, code="purged")
    entries.update(fingerprint="", reason="")
    _rows("SendAttempt").filter(entry__address=account.address_id).update(reason="")


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
    people = list(_known_people(account).values_list("pk", flat=True))
    customers = set(_rows("Identity").filter(pk__in=people).values_list("customer_id", flat=True))
    _rows("HandleChange").filter(identity__in=people).delete()
    blank = {"handle": "", "name": "", "avatar_url": "", "bio": "", "location": ""}
    unknown = {"followers": None, "verified": None, "protected": None, "joined_at": None}
    number = Concat(Value(PURGED), Cast(F("pk"), CharField()))
    _rows("Identity").filter(pk__in=people).update(**blank, **unknown, external_id=number)
    elsewhere = _rows("Identity").filter(customer__in=customers).exclude(external_id__startswith=PURGED)
    nobody = customers - set(elsewhere.values_list("customer_id", flat=True))
    _rows("Customer").filter(pk__in=nobody).update(name="")


def _known_people(account: PartnerAccount) -> "QuerySet[Any]":
    """Identities that only this account's tickets and messages speak of, and that still have a name or an id."""
    here, elsewhere = Q(address=account.address_id), ~Q(address=account.address_id)
    spoken: Callable[[str, Q], Any] = lambda model, where: (  # noqa: E731
        _rows(model).filter(where, identity__isnull=False).values("identity")
    )
    mine = Q(pk__in=spoken("Message", here)) | Q(pk__in=spoken("Ticket", here)) | Q(pk__in=spoken("Happening", here))
    others = Q(pk__in=spoken("Message", elsewhere)) | Q(pk__in=spoken("Ticket", elsewhere))
    others |= Q(pk__in=spoken("Happening", elsewhere))
    people = _rows("Identity").filter(mine, channel=CHANNEL).exclude(others)
    return people.exclude(external_id__startswith=PURGED)


def _drop_raw(account: PartnerAccount, now: datetime) -> None:
    Delivery.objects.filter(_raw(account)).delete()
    Event.objects.filter(account_id=account.page_id).delete()
    Charge.objects.filter(account_key=account.page_id).delete()  # the sums of each day stay
    Standing.objects.filter(account_key=account.page_id).delete()
    Cursor.objects.filter(account=account).delete()
    SearchQuery.objects.filter(account=account).update(since_id="")


def _empty_acts(account: PartnerAccount, now: datetime) -> None:
    """That somebody acted, when and with what outcome stays; on whom and why goes, as do collections."""
    _naming_acts(account).update(target="", target_name="", reason="", sentence="", result="")
    Collection.objects.filter(account=account).delete()
    AccountView.objects.filter(account=account).delete()


def _naming_acts(account: PartnerAccount) -> "QuerySet[AccountAct]":
    return AccountAct.objects.filter(account=account).exclude(target="", target_name="", reason="", result="")


def _raw(account: PartnerAccount) -> Q:
    return Q(lane=account.page_id) | Q(events__account_id=account.page_id)
