"""The steps of a purge: each empties some tables of what X gave us about an account. Used by purging alone.

Every table of both apps is named here (REMOVES), or in holdings with the reason why it may stay (STAYS).
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.apps import apps
from django.db import connection
from django.db.models import F, Q, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Coalesce, Concat

from kapture.sets import each_without_key, without_key
from tickets import intake
from twitter_integration.console.kept import drop_of
from twitter_integration.deliveries.lanes import wait_for
from twitter_integration.models import (
    AccountView,
    ActReminder,
    Charge,
    Collection,
    Cursor,
    Ignored,
    KeptReading,
    MediaUpload,
    PartnerAccount,
    PostCheck,
    Reaction,
    SearchQuery,
    Standing,
)
from twitter_integration.purge.holdings import (
    PURGED,
    drafts,
    facts,
    gestures,
    grounded_differences,
    grounded_lines,
    grounded_runs,
    hand_offs,
    handles_of,
    known_people,
    list_entries,
    naming_acts,
    pauses,
    raw_deliveries,
    reply_rules,
    rows_of,
    told_lines,
)

Step = Callable[[PartnerAccount, datetime], None]

_AN_ID = '"[0-9-]{12,}"'  # of a post, a person or a conversation, as a value in JSON
_UNSETTLED = ("awaiting", "scheduled", "held", "queued", "sending", "unknown")  # tickets.choices.UNSETTLED_STATES
_NAMELESS = "Incident"  # in the place of what somebody called it, which may name a person
_NOT_TOLD = "what was said of it was removed"  # in the place of a channel's own words, which may name somebody


def _empty_messages(account: PartnerAccount, now: datetime) -> None:
    """Notes and answers too: they may quote. The ids go last, for the steps above find messages by them."""
    own = rows_of("Message").filter(Q(address=account.address_id) | Q(ticket__address=account.address_id))
    keys = list(own.values_list("pk", flat=True))
    rows_of("Media").filter(message__in=keys).delete()
    drafts(account).delete()
    intake.drop_files()
    rows_of("MessageVersion").filter(address=account.address_id).delete()
    rows_of("SearchEntry").filter(message__in=keys).delete()
    PostCheck.objects.filter(message__in=keys).delete()
    rows_of("AutoReplyCase").filter(address=account.address_id).update(reason="")
    blank = {"text": "", "original_text": "", "permalink": "", "in_reply_to": "", "conversation": "", "language": ""}
    rows_of("Message").filter(pk__in=keys).update(
        **blank, spans=[], quoted=None, external_id=None, deleted_at=Coalesce("deleted_at", now)
    )
    rows_of("ChecklistItem").filter(ticket__address=account.address_id).delete()
    rows_of("Ticket").filter(address=account.address_id).update(last_text="", snooze_reason="")
    rows_of("Incident").filter(ticket__address=account.address_id).update(name=_NAMELESS)
    rows_of("Statement").filter(incident__ticket__address=account.address_id).update(public="", private="")
    rows_of("StatementPart").filter(ticket__address=account.address_id, state="waiting").update(state="refused")
    rows_of("StatementPart").filter(ticket__address=account.address_id).update(reason="")


def _empty_hand_offs(account: PartnerAccount, now: datetime) -> None:
    """Who was at it and when stays; the words and the link that named a post or a person go."""
    nothing = {"text": "", "link": "", "fingerprint": ""}
    hand_offs(account).filter(outcome="open").update(outcome="withdrawn", settled_at=now)
    hand_offs(account).update(**nothing)


def _drop_happenings(account: PartnerAccount, now: datetime) -> None:
    rows_of("Happening").filter(address=account.address_id).delete()
    rows_of("ReadMark").filter(address=account.address_id).delete()


def _stop_outbox(account: PartnerAccount, now: datetime) -> None:
    """What waits is never sent: its text is gone."""
    entries = rows_of("OutboxEntry").filter(address=account.address_id)
    entries.filter(state__in=_UNSETTLED).update(state="failed", settled_at=now, code="purged")
    entries.update(fingerprint="", reason="")
    approvals = rows_of("Approval").filter(address=account.address_id)
    approvals.filter(state="waiting").update(state="expired", decided_at=now)
    approvals.update(word="", reason="", written="", let_go="")
    rows_of("SendAttempt").filter(entry__address=account.address_id).update(reason="")


def _forget_gestures(account: PartnerAccount, now: datetime) -> None:
    """Nothing is put back any more where nothing is left of what was said; that it was merged, the history tells."""
    gestures(account).delete()


def _scrub_rulings(account: PartnerAccount, now: datetime) -> None:
    """Which rules held stays; what they found in somebody's words or profile goes."""
    grounded_runs(account).update(steps=each_without_key("steps", "grounds"))
    grounded_differences(account).update(why=each_without_key("why", "grounds"))
    grounded_lines(account).update(data=without_key("data", "grounds"))


def _scrub_history(account: PartnerAccount, now: datetime) -> None:
    """Verbs, states and our own numbers stay; ids of X go, and so do X's own words why something was not sent.

    What other software was told of it goes.
    """
    told_lines(account).delete()
    pauses(account).update(reason="")
    rows_of("BulkTrace").filter(ticket__address=account.address_id).update(reason="")
    changed = rows_of("BulkTrace").filter(ticket__address=account.address_id).values("run")
    rows_of("BulkRun").filter(pk__in=changed).update(value=without_key("value", "reason"))
    named = rows_of("Activity").filter(verb="incident.named", ticket__address=account.address_id)
    named.update(data=without_key("data", "name"))
    table = connection.ops.quote_name(apps.get_model("tickets", "Activity")._meta.db_table)
    tickets = connection.ops.quote_name(apps.get_model("tickets", "Ticket")._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET data = regexp_replace(data::text, %s, '\"\"', 'g')::jsonb"  # noqa: S608  (our tables)
            f" WHERE data::text ~ %s AND ticket_id IN (SELECT id FROM {tickets} WHERE address_id = %s)",
            [_AN_ID, _AN_ID, account.address_id],
        )
        cursor.execute(
            f"UPDATE {table} SET data = jsonb_set(data, '{{reason}}', to_jsonb(%s::text))"  # noqa: S608  (our tables)
            f" WHERE jsonb_typeof(data -> 'reason') = 'string' AND data ->> 'reason' NOT IN ('', %s)"
            f" AND ticket_id IN (SELECT id FROM {tickets} WHERE address_id = %s)",
            [_NOT_TOLD, _NOT_TOLD, account.address_id],
        )


def _forget_people(account: PartnerAccount, now: datetime) -> None:
    """People known through this account only become nobody in particular; their tickets stay countable by person.

    No list names them any more, for a rule would find nobody by it; nor does a search that is kept.
    """
    handles = handles_of(known_people(account))
    intake.forget_handles(handles)
    names = set(known_people(account).exclude(name="").values_list("name", flat=True))
    people = list(known_people(account).values_list("pk", flat=True))
    list_entries(account).delete()
    rows_of("Saying").filter(identity__in=people).delete()
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
    rows_of("CustomerNote").filter(customer__in=nobody).delete()
    rows_of("Customer").filter(merged_into__in=customers).update(name="")
    intake.forget_names(names | handles)


def _drop_raw(account: PartnerAccount, now: datetime) -> None:
    """No worker has these deliveries in hand meanwhile: it marks and drops them too, in an order of its own."""
    wait_for(account.page_id)
    wait_for("")
    raw_deliveries(account).delete()
    facts(account).delete()
    Charge.objects.filter(account_key=account.page_id).delete()  # the sums of each day stay
    Standing.objects.filter(account_key=account.page_id).delete()
    Reaction.objects.filter(account_key=account.page_id).delete()
    Ignored.objects.filter(account=account).delete()
    reply_rules(account).delete()
    Cursor.objects.filter(account=account).delete()
    SearchQuery.objects.filter(account=account).update(since_id="", until_id="", head_id="", last_error="")
    MediaUpload.objects.filter(account=account).delete()
    drop_of(account)


def _empty_acts(account: PartnerAccount, now: datetime) -> None:
    """That somebody acted, when and with what outcome stays; on whom and why goes, as do collections.

    A day to be reminded of somebody goes with whom it was about: there is nobody to unmute any more.
    """
    ActReminder.objects.filter(account=account).delete()
    naming_acts(account).update(target="", target_name="", reason="", sentence="", result="", changes=[])
    Collection.objects.filter(account=account).delete()
    AccountView.objects.filter(account=account).delete()
    KeptReading.objects.filter(account=account).delete()


def _forget_answers(account: PartnerAccount, now: datetime) -> None:
    """What programs were answered lately may repeat anybody's words; all of it goes, and costs them a replay."""
    apps.get_model("kapture", "ApiAnswer")._default_manager.all().delete()


# Which step deals with which tables. A table that is neither here nor in holdings.STAYS fails a test.
REMOVES: Mapping[Step, tuple[str, ...]] = {
    _empty_messages: (
        *("Message", "MessageVersion", "Media", "MediaFetch", "StoredFile", "Draft", "Ticket", "SearchEntry"),
        *("PostCheck", "AutoReplyCase", "ChecklistItem", "Incident", "Statement", "StatementPart"),
    ),
    _empty_hand_offs: ("HandOff",),
    _drop_happenings: ("Happening", "ReadMark"),
    _stop_outbox: ("OutboxEntry", "SendAttempt", "Approval"),
    _forget_gestures: ("Gesture", "Trace"),
    _scrub_rulings: ("RuleRun", "DryRunLine"),
    _scrub_history: ("Activity", "HookDelivery", "SlaPause", "BulkRun", "BulkTrace"),
    _forget_people: ("Identity", "HandleChange", "Customer", "CustomerNote", "ListEntry", "Saying", "SavedView"),
    _drop_raw: (
        *("Delivery", "Event", "Charge", "Standing", "Reaction", "ReplyRule", "Ignored"),
        *("Cursor", "SearchQuery", "MediaUpload", "KeptFile"),
    ),
    _empty_acts: ("AccountAct", "ActReminder", "Collection", "CollectedPost", "AccountView", "KeptReading"),
    _forget_answers: ("ApiAnswer",),
}
STEPS = tuple(REMOVES)
