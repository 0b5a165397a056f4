"""How far we have read X by ourselves, per account and stream, and what came of looking for gaps."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from twitter_integration.models.app import XApp
from twitter_integration.models.partner_account import PartnerAccount


class Stream(models.TextChoices):
    """What is read of an account, each with a rate limit of its own at X."""

    MENTIONS = "mentions", _("Mentions")
    MESSAGES = "messages", _("Direct messages")
    POSTS = "posts", _("Own posts")
    ANSWERS = "answers", _("Replies and quotes")
    SEARCH = "search", _("Search queries")
    RECHECK = "recheck", _("Re-check of stored posts")
    LOOK_POSTS = "look_posts", _("Looks for own posts of unknown fate")
    LOOK_MESSAGES = "look_direct", _("Looks for direct messages of unknown fate")


class Cursor(models.Model):
    """`newest_id` is complete: everything up to it was read. A walk that stopped half-way (`page`, `head_id`) goes on
    where it was, and moves `newest_id` to its head only at its end."""

    account = models.ForeignKey(
        PartnerAccount, models.CASCADE, related_name="cursors", verbose_name=_("partner configuration")
    )
    stream = models.CharField(_("stream"), max_length=12, choices=Stream)
    newest_id = models.CharField(_("read up to"), max_length=32, blank=True)
    page = models.CharField(_("next page"), max_length=120, blank=True)
    head_id = models.CharField(_("newest of the walk under way"), max_length=32, blank=True)
    walk_began_at = models.DateTimeField(_("walk began"), null=True, blank=True)
    polled_at = models.DateTimeField(_("last poll"), null=True, blank=True)
    result = models.CharField(_("last result"), max_length=300, blank=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    wait_until = models.DateTimeField(_("waits until"), null=True, blank=True)
    complete_until = models.DateTimeField(_("complete up to"), null=True, blank=True)
    reconciled_at = models.DateTimeField(_("last reconciliation"), null=True, blank=True)
    report = models.JSONField(_("its report"), default=dict, blank=True)
    # What reading found first and the webhook may still tell: natural key and moment of each (untold).
    untold = models.JSONField(default=list, db_default=[], blank=True, editable=False)
    window_limit = models.PositiveIntegerField(_("calls per window"), null=True, blank=True)
    window_left = models.PositiveIntegerField(_("calls left"), null=True, blank=True)
    window_ends_at = models.DateTimeField(_("window ends"), null=True, blank=True)
    # Of the re-check: how many posts were overdue for a look, when they were counted last (overdue).
    overdue = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    counted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("polling cursor")
        verbose_name_plural = _("polling cursors")
        constraints = [models.UniqueConstraint(fields=["account", "stream"], name="cursor_once_per_stream")]

    def __str__(self) -> str:
        return f"{self.stream} {self.newest_id}"


class PostCheck(models.Model):
    """When a stranger's post was last seen to be still there."""

    message = models.OneToOneField("tickets.Message", models.CASCADE, related_name="+", verbose_name=_("message"))
    checked_at = models.DateTimeField(_("checked"))

    class Meta:
        verbose_name = _("post check")
        verbose_name_plural = _("post checks")


class ReplayState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    ASKED = "asked", _("Under way at X")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused by X")


class Backfill(models.Model):
    """A stretch of time of which an app's webhook may not have heard, and X's replay of it."""

    app = models.ForeignKey(XApp, models.CASCADE, related_name="backfills", verbose_name=_("X app"))
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("to"))
    reason = models.CharField(_("why"), max_length=200)
    asked_by = models.CharField(
        _("asked for by"), max_length=150, blank=True, default="", db_default=""
    )  # empty: by itself
    brought = models.PositiveIntegerField(_("new events"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ReplayState, default=ReplayState.PLANNED)
    webhook_id = models.CharField(_("webhook"), max_length=32, blank=True)
    job_id = models.CharField(_("job"), max_length=40, blank=True)
    result = models.CharField(_("result"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("noticed"))
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("replay")
        verbose_name_plural = _("replays")
        ordering = ["-since"]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d %H:%M}–{self.until:%H:%M}"


class HourlyCount(models.Model):
    """How many events of a stream happened to an account in one hour: what the silence alarm learns from."""

    account_id = models.CharField(_("account"), max_length=32)
    stream = models.CharField(_("stream"), max_length=12)
    hour = models.DateTimeField(_("hour"))
    count = models.PositiveIntegerField(_("events"), default=0)
    newest_at = models.DateTimeField(_("newest"))
    counted_to = models.BigIntegerField(_("counted up to event"))

    class Meta:
        verbose_name = _("events per hour")
        verbose_name_plural = _("events per hour")
        constraints = [models.UniqueConstraint(fields=["account_id", "stream", "hour"], name="hourly_count_once")]
        indexes = [models.Index(fields=["-counted_to"], name="hourly_count_mark")]
