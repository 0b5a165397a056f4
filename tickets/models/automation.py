"""Automatic answers: what each address says outside its hours, what became of every message, who wants none."""

from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kapture.languages import say
from tickets.choices import AutoReplyCode
from tickets.promises.opening import Hours, WrongHours, by_name, read_hours, refuse_overlaps

LONGEST = 2000


def usual_words() -> dict[str, list[str]]:
    return {
        "en": ["STOP", "UNSUBSCRIBE"],
        "de": ["STOPP", "ABMELDEN"],
        "fr": ["ARRET", "DESABONNER"],
        "es": ["ALTO", "BAJA"],
        "pt": ["PARAR", "SAIR"],
        "it": ["FERMA"],
        "nl": ["STOPPEN"],
        "ja": ["停止"],
        "ar": ["إيقاف"],
    }


class AutoReply(models.Model):
    """What one address answers to private messages outside its opening hours."""

    address = models.OneToOneField(
        "tickets.Address", models.CASCADE, related_name="auto_reply", verbose_name=_("address")
    )
    enabled = models.BooleanField(_("enabled"), default=False)
    text = models.TextField(
        _("text"), max_length=LONGEST, help_text=_("Say that it is automatic, and when somebody will answer.")
    )
    privacy_url = models.URLField(
        _("privacy policy"), max_length=300, help_text=_("Goes along with the first automatic message to a person.")
    )
    opening_hours = models.TextField(
        _("opening hours"),
        default="Mon-Fri 09:00-18:00",
        help_text=_("A line a day or span of days: Mon-Fri 09:00-12:30, 13:00-18:00. Nothing is answered within them."),
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC", help_text=_("As Europe/Berlin."))
    opt_out_words = models.JSONField(
        _("opt-out words"),
        default=usual_words,
        help_text=_(
            'By language: {"en": ["STOP"]}. Whoever writes one of them, and nothing of substance besides, gets none any'
            " more; they are heard also while answers are switched off."
        ),
    )

    class Meta:
        verbose_name = _("automatic answer")
        verbose_name_plural = _("automatic answers")

    def __str__(self) -> str:
        return f"{self.address}"

    @property
    def hours(self) -> Hours:
        return read_hours(self.opening_hours, ZoneInfo(self.time_zone))

    def clean(self) -> None:
        faults: dict[str, str] = {}
        if self.time_zone not in available_timezones():
            faults["time_zone"] = gettext("There is no time zone {time_zone!r}. Write it as Europe/Berlin.").format(
                time_zone=self.time_zone
            )
        try:
            refuse_overlaps(by_name(read_hours(self.opening_hours, ZoneInfo("UTC"))))
        except WrongHours as error:
            faults["opening_hours"] = say(error.args[0])
        if not _are_words(self.opt_out_words):
            faults["opt_out_words"] = gettext('Write them by language: {"en": ["STOP"]}. At least one is needed.')
        if faults:
            raise ValidationError(faults)


def _are_words(value: Any) -> bool:
    lists = list(value.values()) if isinstance(value, dict) else []
    words = [word for one in lists if isinstance(one, list) for word in one]
    return (
        bool(words)
        and all(isinstance(one, list) for one in lists)
        and all(isinstance(word, str) and any(char.isalnum() for char in word) for word in words)
    )


class AutoReplyCase(models.Model):
    """One private message and what the automation made of it: an answer, or a refusal with its reason."""

    address = models.ForeignKey("tickets.Address", models.CASCADE, related_name="+", verbose_name=_("address"))
    identity = models.ForeignKey("tickets.Identity", models.CASCADE, related_name="+", verbose_name=_("customer"))
    asked = models.OneToOneField(
        "tickets.Message", models.CASCADE, related_name="auto_reply_case", verbose_name=_("message")
    )
    code = models.CharField(_("outcome"), max_length=12, choices=AutoReplyCode, default=AutoReplyCode.DUE)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    answer = models.OneToOneField(
        "tickets.Message", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("answer")
    )
    at = models.DateTimeField(_("received"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("automatic answer or refusal")
        verbose_name_plural = _("automatic answers and refusals")
        indexes = [
            models.Index(fields=["id"], condition=Q(code="due"), name="auto_reply_due"),
            models.Index(fields=["address", "identity", "-decided_at"], name="auto_reply_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"


class OptOut(models.Model):
    """Somebody who wants no automatic messages from an address, until an administrator lifts it."""

    address = models.ForeignKey("tickets.Address", models.CASCADE, related_name="+", verbose_name=_("address"))
    identity = models.ForeignKey(
        "tickets.Identity", models.CASCADE, related_name="opt_outs", verbose_name=_("customer")
    )
    message = models.ForeignKey(
        "tickets.Message", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    at = models.DateTimeField(_("since"))
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("lifted by")
    )

    class Meta:
        verbose_name = _("opt-out")
        verbose_name_plural = _("opt-outs")
        constraints = [
            models.UniqueConstraint(fields=["address", "identity"], condition=Q(lifted_at=None), name="opt_out_once")
        ]

    def __str__(self) -> str:
        return f"{self.identity}"
