"""What an account also listens for, in X's own operators, and what came of it."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.choices import Priority
from twitter_integration.models.partner_account import PartnerAccount
from twitter_integration.reading.search_grammar import MAX_LENGTH, WrongQuery, check, compose

MOST_PER_HOUR = 5000


class SearchQuery(models.Model):
    """The upper half is what people set, the lower what the runs keep up to date."""

    account = models.ForeignKey(
        PartnerAccount, models.CASCADE, related_name="search_queries", verbose_name=_("partner configuration")
    )
    label = models.CharField(_("label"), max_length=60)
    query = models.CharField(
        _("query"),
        max_length=512,
        validators=[MaxLengthValidator(512)],
        help_text=_("X's operators, 512 characters with the language."),
    )
    language = models.CharField(
        _("language"), max_length=8, blank=True, help_text=_("X's code, such as en; empty for all.")
    )
    queue = models.ForeignKey("tickets.Queue", models.SET_NULL, null=True, blank=True, verbose_name=_("queue"))
    folder = models.ForeignKey("tickets.Folder", models.SET_NULL, null=True, blank=True, verbose_name=_("folder"))
    sla_policy = models.ForeignKey(
        "tickets.SlaPolicy", models.SET_NULL, null=True, blank=True, verbose_name=_("SLA policy")
    )
    priority = models.CharField(
        _("priority"), max_length=8, choices=Priority, blank=True, help_text=_("Empty: as the account's other tickets.")
    )
    cap_per_hour = models.PositiveIntegerField(
        _("most per hour"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PER_HOUR)],
        help_text=_("What comes beyond this within an hour is neither read nor paid for."),
    )
    auto_resolve_after_hours = models.PositiveIntegerField(
        _("resolve by itself after, hours"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 365)],
        help_text=_("Tickets of this query that nobody took up or answered. Empty: never."),
    )
    enabled = models.BooleanField(_("enabled"), default=True)

    since_id = models.CharField(_("read up to"), max_length=32, blank=True, editable=False)
    # A walk that stopped half-way goes on below `until_id`; at its end `since_id` moves to `head_id`.
    until_id = models.CharField(_("walk goes on below"), max_length=32, blank=True, editable=False)
    head_id = models.CharField(_("newest of the walk under way"), max_length=32, blank=True, editable=False)
    hits = models.PositiveIntegerField(_("hits"), default=0, editable=False)
    kept = models.PositiveIntegerField(_("kept"), default=0, editable=False)
    hour_began_at = models.DateTimeField(_("hour began"), null=True, blank=True, editable=False)
    hour_hits = models.PositiveIntegerField(_("hits in this hour"), default=0, editable=False)
    last_run_at = models.DateTimeField(_("last run"), null=True, blank=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, editable=False)
    cost = models.DecimalField(_("cost so far, US$"), max_digits=12, decimal_places=4, default=0, editable=False)

    class Meta:
        verbose_name = _("search query")
        verbose_name_plural = _("search queries")
        ordering = ["label"]
        constraints = [models.UniqueConstraint(fields=["account", "label"], name="query_label_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def composed(self) -> str:
        """What is sent to X. Raises WrongQuery."""
        return compose(self.query, language=self.language)

    def clean(self) -> None:
        """Refuse what X would refuse, naming the place. What its field refused itself is told."""
        if not self.query:
            return
        try:
            check(self.query)
        except WrongQuery as error:
            raise ValidationError({"query": str(error)}) from None
        try:
            check(self.composed, limit=MAX_LENGTH)
        except WrongQuery as error:
            raise ValidationError({"language": str(error)}) from None
