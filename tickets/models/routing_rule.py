"""Routing rules: what is asked and what follows, in versions; lists of customers; what became of each ticket."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.choices import Priority
from tickets.models.departed import Doer

LONGEST_NOTE = 2000


class RoutingRule(models.Model):
    """What people call it and where it stands in the order. What it does is said by its versions."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    position = models.PositiveIntegerField(
        _("position"), default=100, help_text=_("Rules are gone through from the smallest on.")
    )
    live = models.ForeignKey(
        "tickets.RuleVersion",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("in force"),
        help_text=_("The version tickets are routed by. Empty: the rule is off."),
    )

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class RuleVersion(models.Model):
    """One state of a rule; never changed. The newest is the one that is worked on, and need not be in force."""

    rule = models.ForeignKey(RoutingRule, models.CASCADE, related_name="versions", verbose_name=_("rule"))
    number = models.PositiveIntegerField(_("version"))
    condition = models.JSONField(_("condition"))  # as tickets/rules/conditions.py writes it
    queue = models.ForeignKey("tickets.Queue", models.SET_NULL, null=True, blank=True, verbose_name=_("queue"))
    folder = models.ForeignKey("tickets.Folder", models.SET_NULL, null=True, blank=True, verbose_name=_("folder"))
    sla_policy = models.ForeignKey(
        "tickets.SlaPolicy", models.SET_NULL, null=True, blank=True, verbose_name=_("SLA policy")
    )
    priority = models.CharField(_("priority"), max_length=8, choices=Priority, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assign to"),
    )
    tags = ArrayField(models.CharField(max_length=50), verbose_name=_("tags"), default=list, blank=True)
    skills = ArrayField(models.BigIntegerField(), verbose_name=_("skills needed"), default=list, blank=True)  # by key
    ignore = models.BooleanField(_("ignore"), default=False)
    leave_resolved = models.BooleanField(_("leave it resolved"), default=False, db_default=False)
    note = models.TextField(_("note"), max_length=LONGEST_NOTE, blank=True)
    notify = ArrayField(models.BigIntegerField(), verbose_name=_("tell"), default=list, blank=True)  # people, by key
    stop = models.BooleanField(_("stop here"), default=False)
    on_later = models.BooleanField(_("also on later messages"), default=False)
    made_by = Doer(
        settings.AUTH_USER_MODEL,
        null=True,
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made"))
    copy_of = models.PositiveIntegerField(_("copy of version"), null=True, blank=True)

    class Meta:
        verbose_name = _("version of a routing rule")
        verbose_name_plural = _("versions of routing rules")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="rule_version_once")]

    def __str__(self) -> str:
        return f"{self.number}"


class RuleRun(models.Model):
    """The rules gone through for one message of a ticket: which held and why, and which question failed the others."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="rule_runs", verbose_name=_("ticket"))
    message = models.ForeignKey(
        "tickets.Message", models.SET_NULL, null=True, related_name="+", verbose_name=_("message")
    )
    at = models.DateTimeField(_("when"))
    later = models.BooleanField(_("on a later message"), default=False)
    steps = models.JSONField(_("rules"), default=list)
    acted = ArrayField(models.BigIntegerField(), verbose_name=_("rules that held"), default=list)

    class Meta:
        verbose_name = _("routing of a ticket")
        verbose_name_plural = _("routing of tickets")
        ordering = ["-id"]
        indexes = [models.Index(fields=["ticket", "at"], name="rule_run_by_ticket")]


class CustomerList(models.Model):
    """People a rule may ask for by one name, as VIPs."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("list of customers")
        verbose_name_plural = _("lists of customers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ListEntry(models.Model):
    """Somebody on a list: by handle until they first write, from then on by who they are, whatever they are called."""

    list = models.ForeignKey(CustomerList, models.CASCADE, related_name="entries", verbose_name=_("list"))
    handle = models.CharField(_("handle"), max_length=50, help_text=_("In small letters, without @."))
    identity = models.ForeignKey(
        "tickets.Identity", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("customer")
    )

    class Meta:
        verbose_name = _("customer on a list")
        verbose_name_plural = _("customers on lists")
        ordering = ["handle"]
        constraints = [models.UniqueConstraint(fields=["list", "handle"], name="list_entry_once")]
        indexes = [models.Index(fields=["handle"], condition=Q(identity=None), name="list_entry_unmet")]


class Saying(models.Model):
    """That somebody said these words (a digest of them), for counting how many say the same; forgotten after days."""

    digest = models.BigIntegerField()
    identity = models.ForeignKey("tickets.Identity", models.CASCADE, related_name="+", db_index=False)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "identity"], name="saying_once")]
        indexes = [models.Index(fields=["said_at"], name="saying_by_age")]
