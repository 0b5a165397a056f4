"""What we hold of X about an account: content that a purge removes, and what it leaves on purpose. Writes nothing.

Used by purging and proving.
"""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db.models import BigIntegerField, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower

from twitter_integration.accounts import CHANNEL
from twitter_integration.models import (
    AccountAct,
    AccountView,
    ActReminder,
    Charge,
    CollectedPost,
    Delivery,
    Event,
    Ignored,
    KeptFile,
    KeptReading,
    MediaUpload,
    PartnerAccount,
    Reaction,
    ReplyRule,
    Standing,
)

# What stands in the place of an id that was purged; it names nobody, so it is nothing to look for.
PURGED = "purged-"

_SETTINGS = "how the desk is set up"
_FIGURES = "numbers and times, under our own keys"
_LINKS = "only which of our rows belong together"
# Tables of both apps that a purge leaves alone, and why they hold nothing X told of anybody.
STAYS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "Address",
            "ApprovalRule",
            "ApprovalRule_roles",
            "ApprovalRule_tags",
            "ApprovalRule_teams",
            "AutoReply",
            "BusinessHours",
            "CannedReply",
            "CannedReply_teams",
            "CannedText",
            "Checklist",
            "ChecklistLine",
            "Macro",
            "Macro_teams",
            "CustomerList",
            "EscalationStep",
            "Folder",
            "Hook",
            "Placement",
            "Queue",
            "RoutingRule",
            "RuleVersion",
            "SlaPolicy",
            "PauseRule",
            "PolicyRun",
        ),
        _SETTINGS,
    ),
    **dict.fromkeys(
        ("SlaTarget", "Tag", "SearchLabel", "XApp", "Webhook", "Subscription", "Allowance", "Price"), _SETTINGS
    ),
    **dict.fromkeys(
        (
            "Address_speakers",
            "Agent_skills",
            "SendLane_windows",
            "Ticket_tags",
            "Ticket_skills",
            "TicketLink",
            "CustomerMerge",
        ),
        _LINKS,
    ),
    **dict.fromkeys(
        (
            "SlaClock",
            "DailyCount",
            "HourlyCount",
            "ReportDay",
            "ReportLine",
            "ReportReader",
            "Usage",
            "Tombstone",
            "Bell",
        ),
        _FIGURES,
    ),
    **dict.fromkeys(
        ("Agent", "DeskLimit", "LastTurn", "Membership", "Skill", "Staffing", "Team"), "who works here, and on what"
    ),
    "DryRun": "which versions of our rules were tried, and how many tickets they would change",
    "SendLane": "the two ways out of an address, and when each was used",
    "SendWindow": "X's limits for our accounts and apps, and how far they are used up",
    **dict.fromkeys(("Watch", "Presence", "EscalationStep_notify"), _LINKS),
    "Notice": "that something happened on a ticket and who of us was told: our own keys and figures",
    "NoticeReader": "how far our histories were read",
    "NoticeSettings": "how people of ours want to be told, and to see the desk",
    "WeeklyReport": "that a mail of figures went to one of us, and when",
    "Departed": "what people of ours were called who were deleted since",
    "SecondFactor": "what people of ours prove beside their password",
    "Invitation": "that an answer asked for a private message, and when one came: our rows alone",
    "OptOut": "a person's will, by our number for somebody who is nobody in particular by then",
    "PartnerAccount": "our own account; its tokens go when it is disconnected",
    "OAuth2Grant": "our own tokens, which go when the account is disconnected",
    "Backfill": "a stretch of time of an app, and how many events it brought",
    "AuditNote": "what was mended of an app's webhook and orders",
    "UnfinishedPurge": "sealed; goes when the proof is made",
}


def count_content(account: PartnerAccount) -> dict[str, int]:
    """Everything of X that we hold of the account, by kind."""
    own = {"address": account.address_id}
    messages = rows_of("Message").filter(**own)
    return {
        "messages with text": messages.exclude(text="", original_text="").count(),
        "messages with an id of X": messages.filter(external_id__isnull=False).count(),
        "messages that words find": rows_of("SearchEntry").filter(message__address=account.address_id).count(),
        "versions": rows_of("MessageVersion").filter(**own).count(),
        "media": rows_of("Media").filter(message__address=account.address_id).count(),
        "files": rows_of("StoredFile").filter(media__message__address=account.address_id).count(),
        "drafts": drafts(account).count(),
        "pauses with a reason": pauses(account).exclude(reason="").count(),
        "lines told to other software": told_lines(account).count(),
        "answers by hand with text or link": hand_offs(account).exclude(text="", link="", fingerprint="").count(),
        "tickets with last words": rows_of("Ticket").filter(**own).exclude(last_text="", snooze_reason="").count(),
        "happenings": rows_of("Happening").filter(**own).count(),
        "merges, splits and moves to undo": gestures(account).count(),
        "routings with their grounds": grounded_runs(account).count(),
        "dry runs with grounds": grounded_differences(account).count(),
        "lines with grounds": grounded_lines(account).count(),
        "people on lists": list_entries(account).count(),
        "sayings": rows_of("Saying").filter(identity__in=known_people(account)).count(),
        "notes about people": notes(account).count(),
        "people": known_people(account).count(),
        "events": facts(account).count(),
        "standings": Standing.objects.filter(account_key=account.page_id).count(),
        "likes and reposts of ours": Reaction.objects.filter(account_key=account.page_id).count(),
        "authors and words that are ignored": Ignored.objects.filter(account=account).count(),
        "whom authors let answer": reply_rules(account).count(),
        "files on their way to X": MediaUpload.objects.filter(account=account).count(),
        "files of unfinished forms": KeptFile.objects.filter(account=account).count(),
        "readings of the console": KeptReading.objects.filter(account=account).count(),
        "deliveries": raw_deliveries(account).count(),
        "charges by thing": Charge.objects.filter(account_key=account.page_id).count(),
        "acts that name somebody": naming_acts(account).count(),
        "reminders": ActReminder.objects.filter(account=account).count(),
        "collected posts": CollectedPost.objects.filter(collection__account=account).count(),
        "profile and settings": AccountView.objects.filter(account=account).count(),
    }


def count_kept(account: PartnerAccount) -> dict[str, int]:
    """What stays: numbers and decisions."""
    own = {"address": account.address_id}
    return {
        "tickets": rows_of("Ticket").filter(**own).count(),
        "messages without content": rows_of("Message").filter(**own).count(),
        "lines of history": rows_of("Activity").filter(ticket__address=account.address_id).count(),
        "promises kept or missed": rows_of("SlaClock").filter(ticket__address=account.address_id).count(),
        "daily counts": rows_of("DailyCount").filter(**own).count(),
        "acts without their target": AccountAct.objects.filter(account=account).count(),
    }


def drafts(account: PartnerAccount) -> "QuerySet[Any]":
    return rows_of("Draft").filter(Q(address=account.address_id) | Q(ticket__address=account.address_id))


def notes(account: PartnerAccount) -> "QuerySet[Any]":
    """About whom only this account knows."""
    return rows_of("CustomerNote").filter(customer__in=known_people(account).values("customer"))


def told_lines(account: PartnerAccount) -> "QuerySet[Any]":
    return rows_of("HookDelivery").filter(ticket__address=account.address_id)


def pauses(account: PartnerAccount) -> "QuerySet[Any]":
    return rows_of("SlaPause").filter(ticket__address=account.address_id)


def hand_offs(account: PartnerAccount) -> "QuerySet[Any]":
    return rows_of("HandOff").filter(ticket__address=account.address_id)


def gestures(account: PartnerAccount) -> "QuerySet[Any]":
    """By whichever of the tickets they touched."""
    touched = rows_of("Trace").filter(ticket__address=account.address_id)
    return rows_of("Gesture").filter(Q(home__address=account.address_id) | Q(pk__in=touched.values("gesture")))


def grounded_runs(account: PartnerAccount) -> "QuerySet[Any]":
    """With what rules found in somebody's words or profile."""
    return rows_of("RuleRun").filter(ticket__address=account.address_id, steps__contains=[{"grounds": [{}]}])


def grounded_differences(account: PartnerAccount) -> "QuerySet[Any]":
    return rows_of("DryRunLine").filter(ticket__address=account.address_id, why__contains=[{"grounds": [{}]}])


def grounded_lines(account: PartnerAccount) -> "QuerySet[Any]":
    return rows_of("Activity").filter(ticket__address=account.address_id, data__has_key="grounds")


def list_entries(account: PartnerAccount) -> "QuerySet[Any]":
    """Of people known through this account only; also those whom a list knows by handle alone so far."""
    people = known_people(account)
    handles = people.exclude(handle="").values(small=Lower("handle"))
    return rows_of("ListEntry").filter(Q(identity__in=people) | Q(identity=None, handle__in=handles))


def handles_of(people: "QuerySet[Any]") -> frozenset[str]:
    """Those they have, and had before; in small letters."""
    now = people.exclude(handle="").values_list(Lower("handle"), flat=True)
    before = rows_of("HandleChange").filter(identity__in=people).values_list(Lower("before"), flat=True)
    return frozenset((*now, *before))


def reply_rules(account: PartnerAccount) -> "QuerySet[ReplyRule]":
    """Of posts that no other account's messages are, by any version; those of posts we do not hold too."""
    rules = ReplyRule.objects.all()
    for model in ("Message", "MessageVersion"):
        elsewhere = rows_of(model).exclude(address=account.address_id).filter(external_id=OuterRef("post_id"))
        rules = rules.exclude(Exists(elsewhere))
    return rules


def known_people(account: PartnerAccount) -> "QuerySet[Any]":
    """Identities that no other account's tickets, messages and timelines speak of, and that still have a name or an
    id; those that nothing speaks of any more too, for somebody met once is somebody all the same."""
    people = rows_of("Identity").filter(channel=CHANNEL).exclude(external_id__startswith=PURGED)
    for model in ("Message", "Ticket", "Happening"):
        elsewhere = rows_of(model).filter(identity__isnull=False).exclude(address=account.address_id)
        people = people.exclude(pk__in=elsewhere.values("identity"))
    return people


def naming_acts(account: PartnerAccount) -> "QuerySet[AccountAct]":
    return AccountAct.objects.filter(account=account).exclude(
        target="", target_name="", reason="", result="", changes=[]
    )


def raw_deliveries(account: PartnerAccount) -> "QuerySet[Delivery]":
    """Those of its lane, those that told of it, and those of no lane that name it: a withdrawal of consent does."""
    told = facts(account).exclude(delivery=None).values("delivery")
    again = Func(F("later_deliveries"), function="unnest", output_field=BigIntegerField())
    later = facts(account).exclude(later_deliveries=None).annotate(later=again).values("later")
    shown = Func(F("body"), Value("escape"), function="encode", output_field=TextField())
    unnamed = Delivery.objects.filter(lane="").alias(shown=shown).filter(shown__regex=_naming(account.page_id))
    return Delivery.objects.filter(
        Q(lane=account.page_id) | Q(pk__in=told) | Q(pk__in=later) | Q(pk__in=unnamed.values("pk"))
    )


def _naming(page_id: str) -> str:
    """The id as a string or a number, each digit as it is or as JSON's escape of it; not within a longer number.

    For what PostgreSQL shows of bytes, where a backslash is doubled.
    """
    digits = "".join(rf"(?:{digit}|\\\\u003{digit})" for digit in page_id)
    return rf"(?<![0-9]){digits}(?![0-9])"


def facts(account: PartnerAccount) -> "QuerySet[Event]":
    """A withdrawal of consent names the account in its key alone."""
    return Event.objects.filter(
        Q(account_id=account.page_id) | Q(account_id="", kind="revoked", key__contains=f":{account.page_id}:")
    )


def rows_of(model: str) -> "QuerySet[Any]":
    """All rows of a table of the helpdesk, by the model's name."""
    rows: QuerySet[Any] = apps.get_model("tickets", model)._base_manager.all()
    return rows
