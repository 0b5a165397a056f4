"""When promises run: the week, the holidays, days of their own."""

from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kapture.languages import say
from tickets.calendars import Calendar, read_days
from tickets.promises.opening import WrongHours, by_name, read_hours, refuse_overlaps
from tickets.promises.public_holidays import PublicHolidays, fault_of


class BusinessHours(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    opening_hours = models.TextField(
        _("opening hours"),
        default="Mon-Fri 09:00-18:00",
        help_text=_("A line a day or span of days, with its breaks: Mon-Fri 09:00-12:30, 13:00-18:00."),
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC", help_text=_("As Europe/Berlin."))
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("Its public holidays are closed: DE. Empty: none are.")
    )
    region = models.CharField(_("region"), max_length=20, blank=True, help_text=_("Its holidays too: BY in DE."))
    own_days = models.TextField(
        _("own days"),
        blank=True,
        help_text=_("A line a day, which wins over all else: 2026-12-24 09:00-12:00, or: 2026-12-31 closed."),
    )

    class Meta:
        verbose_name = _("business hours")
        verbose_name_plural = _("business hours")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def calendar(self) -> Calendar:
        return Calendar(
            week=read_hours(self.opening_hours, ZoneInfo(self.time_zone)),
            days=read_days(self.own_days),
            holidays=PublicHolidays(self.country, self.region),
        )

    def clean(self) -> None:
        faults: dict[str, str] = {}
        self.country, self.region = self.country.strip().upper(), self.region.strip().upper()
        if self.time_zone not in available_timezones():
            faults["time_zone"] = gettext("There is no time zone {time_zone!r}. Write it as Europe/Berlin.").format(
                time_zone=self.time_zone
            )
        try:
            week = read_hours(self.opening_hours, ZoneInfo("UTC"))
            if not week.spans:
                faults["opening_hours"] = gettext("A promise would never be due: name one day at least.")
            refuse_overlaps(by_name(week))
        except WrongHours as error:
            faults["opening_hours"] = say(error.args[0])
        try:
            refuse_overlaps({str(day): spans for day, spans in read_days(self.own_days).items()})
        except WrongHours as error:
            faults["own_days"] = say(error.args[0])
        if fault := fault_of(self.country, self.region):
            faults[fault[0]] = say(fault[1])
        if faults:
            raise ValidationError(faults)
