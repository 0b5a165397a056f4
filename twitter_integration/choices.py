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


class ActOutcome(TextChoices):
    """What came of an act with an account. Begun and nothing else: our process ended before it knew."""

    BEGUN = "begun", _("Begun")
    DONE = "done", _("Done")
    ALREADY = "already", _("It was so already")
    QUEUED = "queued", _("Waits to be sent")
    REFUSED = "refused", _("Refused here")
    FAILED = "failed", _("Refused by X")
    UNSETTLED = "unsettled", _("No answer came")


class UploadStage(TextChoices):
    """How far a file is on its way to X."""

    BEGUN = "begun", _("On its way")
    WORKING = "working", _("X works on it")
    READY = "ready", _("Ready")
