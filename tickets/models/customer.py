"""The people who write to us, and how each channel knows them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tickets.models.departed import Doer
from tickets.receiving.erased import ERASED

LONGEST_NOTE = 2_000


class Customer(models.Model):
    name = models.CharField(_("name"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("first seen"))
    # Who everything of them belongs to, where both are one person. Its index holds only those few (Meta).
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("is")
    )

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        permissions = [("erase_customer", "Can erase a customer: words, files and who they are, for good")]
        indexes = [models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="customer_merged")]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"


class Identity(models.Model):
    """Keyed by the channel's own id; the handle is shown and never used as a key, for it changes."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="identities", verbose_name=_("customer"))
    channel = models.SlugField(_("channel"), db_index=False)
    external_id = models.CharField(_("external id"), max_length=64)
    handle = models.CharField(_("handle"), max_length=50, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    avatar_url = models.CharField(_("picture"), max_length=500, blank=True)
    bio = models.TextField(_("bio"), blank=True)
    location = models.CharField(_("location"), max_length=200, blank=True)
    followers = models.PositiveBigIntegerField(_("followers"), null=True, blank=True)
    verified = models.BooleanField(_("verified"), null=True, blank=True)
    protected = models.BooleanField(_("protected"), null=True, blank=True)
    joined_at = models.DateTimeField(_("joined"), null=True, blank=True)
    seen_at = models.DateTimeField(_("profile as of"), null=True, blank=True)  # None: only the number is known

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="identity_once_per_channel")]
        # People look for each other by handle, in whatever case, and for those with few or many followers.
        indexes = [
            models.Index(Upper("handle"), name="identity_by_handle"),
            models.Index(fields=["followers"], name="identity_by_followers"),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}" if self.handle else self.external_id

    @property
    def erased(self) -> bool:
        return self.external_id.startswith(ERASED)

    @property
    def shown_name(self) -> str:
        if self.erased:
            return gettext("Erased customer")
        return self.name or (f"@{self.handle}" if self.handle else self.external_id)


class CustomerNote(models.Model):
    """What one of us wants colleagues to know about somebody, on whatever ticket. Never sent."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, db_index=False, related_name="notes", verbose_name=_("customer")
    )
    author = Doer(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        verbose_name=_("author"),
    )
    text = models.TextField(_("text"), max_length=LONGEST_NOTE)
    at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("note about a customer")
        verbose_name_plural = _("notes about customers")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["customer", "-at", "-id"], name="customer_notes")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class CustomerMerge(models.Model):
    """That two customers were made one: the journal by which they are parted again. `named`: who was kept had no name,
    and took the other's."""

    kept = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("kept"))
    gone = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("merged"))
    identities = ArrayField(models.BigIntegerField(), verbose_name=_("identities that came"), default=list)
    notes = ArrayField(models.BigIntegerField(), verbose_name=_("notes that came"), default=list, db_default=[])
    named = models.BooleanField(default=False, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"))
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("undone by")
    )

    class Meta:
        verbose_name = _("merge of customers")
        verbose_name_plural = _("merges of customers")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"


class HandleChange(models.Model):
    """The handle an identity had before."""

    identity = models.ForeignKey(Identity, models.CASCADE, related_name="handle_changes")
    before = models.CharField(_("before"), max_length=50)
    after = models.CharField(_("after"), max_length=50)
    seen_at = models.DateTimeField(_("seen"))

    class Meta:
        verbose_name = _("handle change")
        verbose_name_plural = _("handle changes")
        ordering = ["-seen_at", "-id"]
        indexes = [models.Index(Upper("before"), name="handle_before")]
