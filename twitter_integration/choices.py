"""Enumerations of X's side. Stored as words. Imports nothing of ours."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Tier(TextChoices):
    """What X sold us (x-api 3.5): decides what may be sent and what a webhook may be."""

    SELF_SERVE = "self-serve", _("Self-serve (pay per use)")
    ENTERPRISE = "enterprise", _("Enterprise")
    PREMIUM = "premium", _("Premium (legacy)")


class Product(TextChoices):
    ACCOUNT_ACTIVITY = "account_activity", _("Account Activity")
    X_ACTIVITY = "x_activity", _("X Activity")


# Recordings that X did not sign are taken in on an operator's word: their tellings carry the product's dialect, and are
# no evidence that X delivered them or knows them. What X itself replays is signed, and counts as the product's own.
RECORDED = {str(product): f"replay:{product}" for product in Product.values}
# By which messages reach us: what X delivers, what is read of it again, and what is fetched.
STREAMS = (*map(str, Product.values), "poll", "search", "reconcile", "recheck", *RECORDED.values())


class TokenState(TextChoices):
    UNTRIED = "untried", _("Not tried yet")
    ALIVE = "alive", _("Works")
    DEAD = "dead", _("Refused by X")


class DeliveryState(TextChoices):
    NEW = "new", _("New")
    DONE = "done", _("Done")
    DEAD = "dead", _("Dead letter")


class Outcome(TextChoices):
    ACTED = "acted", _("Acted on")
    COUNTED = "counted", _("Counted")
    KEPT = "kept", _("Kept, not yet acted on")
    IGNORED = "ignored", _("Ignored")
    FAILED = "failed", _("Failed")


class Came(TextChoices):
    """What came of an activity, as a stream tells it."""

    TICKET = "ticket", _("On a ticket")
    OUT_OF_SIGHT = "out_of_sight", _("On a ticket out of sight")
    LOOSE = "loose", _("Kept on no ticket")
    IGNORED = "ignored", _("Ignored")
    TIMELINE = "timeline", _("On the customer's timeline")
    COUNTED = "counted", _("Counted")
    NOTHING = "nothing", _("Nothing")
    ACTED = "acted", _("Acted on")
    KEPT = "kept", _("Kept")
    GONE = "gone", _("Deleted on X")
    FAILED = "failed", _("Failed")


class ActOutcome(TextChoices):
    """What came of an act with an account. Begun and nothing else: our process ended before it knew."""

    BEGUN = "begun", _("Begun")
    DONE = "done", _("Done")
    ALREADY = "already", _("It was so already")
    QUEUED = "queued", _("Handed to the outbox")
    REFUSED = "refused", _("Refused by Kapture")
    FAILED = "failed", _("Not done")
    UNSETTLED = "unsettled", _("No answer came")


class Fate(TextChoices):
    """What became of an act, as far as is known now: pages, API and commands say it in these words.

    Of what was handed to the outbox it is what became of it there; of what was not done, who would not.
    """

    BEGUN = "begun", _("Begun")
    DONE = "done", _("Done")
    ALREADY = "already", _("It was so already")
    SCHEDULED = "scheduled", _("Scheduled")
    QUEUED = "queued", _("Waits to be sent")
    SENDING = "sending", _("Being sent")
    CHECKING = "checking", _("No answer came: it is being looked for")
    SENT = "sent", _("Sent")
    PARTLY = "partly", _("Sent in part")
    UNSENT = "unsent", _("Not sent")
    CANCELLED = "cancelled", _("Taken back")
    REMOVED = "removed", _("Its content was removed")
    REFUSED = "refused", _("Refused by Kapture")
    FAILED = "failed", _("Refused by X")
    UNREACHED = "unreached", _("X was not reached")
    TROUBLE = "trouble", _("Trouble in Kapture")
    UNSETTLED = "unsettled", _("No answer came")


class UploadStage(TextChoices):
    """How far a file is on its way to X."""

    BEGUN = "begun", _("On its way")
    WORKING = "working", _("X works on it")
    READY = "ready", _("Ready")
