"""How somebody wants to be told and to see the desk: what stands on their pages of settings, and what they change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tickets.choices import NoticeEvent, NoticeWay
from tickets.errors import CannotChange, UnfitValue
from tickets.models import NoticeSettings
from tickets.notices.wishes import DEFAULTS, way_of
from tickets.permissions import may
from tickets.zones.listed import is_listed

TOLD = ("quiet_from", "quiet_until", "toasts", "watch_mine", "watch_answered", "weekly_report")
FIELDS = ("time_zone", "theme", "language", "single_keys", *TOLD)


@dataclass(frozen=True, slots=True)
class Wish:
    """One event and how it is told. `usual`: where nothing is said."""

    event: NoticeEvent
    way: NoticeWay
    usual: NoticeWay


def settings_of(person: User) -> NoticeSettings:
    """As they are, or as they come."""
    return NoticeSettings.objects.filter(person=person).first() or NoticeSettings(person=person)


def wishes_of(wish: NoticeSettings) -> list[Wish]:
    return [Wish(event, way_of(event, wish.ways), DEFAULTS[event]) for event in NoticeEvent]


def change(
    person: User,
    *,
    now: datetime,
    ways: Mapping[str, str] | None = None,
    mail: bool | None = None,
    **told: time | str | bool | None,
) -> NoticeSettings:
    """Change what is named, of FIELDS and `ways`; `mail`: whether any mail is wanted. Where how they are told is
    changed, mail that was given up is tried anew. Raises CannotChange with what is wrong; UnfitValue where it is a
    value."""
    NoticeSettings.objects.bulk_create([NoticeSettings(person=person)], ignore_conflicts=True)
    wish = NoticeSettings.objects.get(person=person)
    if told.get("weekly_report") and not wish.weekly_report and not may(person, "report"):
        raise CannotChange(_("You may not see the reports."))
    _check(wish, ways or (), told)
    for name, value in told.items():
        setattr(wish, name, value)
    if ways is not None:
        wish.ways = _different({one.event: one.way for one in wishes_of(wish)} | dict(ways))
    if mail is not None:
        wish.mail_off_at = None if mail else (wish.mail_off_at or now)
    if ways is not None or mail is not None or told.keys() & set(TOLD):
        wish.mail_stopped_at, wish.mail_reason = None, ""
    try:
        wish.clean()
    except ValidationError as fault:
        raise CannotChange(" ".join(fault.messages)) from None
    wish.save(update_fields=[*FIELDS, "ways", "mail_off_at", "mail_stopped_at", "mail_reason"])
    return wish


def _check(wish: NoticeSettings, ways: Iterable[str], told: Mapping[str, Any]) -> None:
    zone, language = told.get("time_zone"), told.get("language")
    if zone and zone not in ("UTC", wish.time_zone) and not is_listed(zone):
        raise UnfitValue(_("There is no time zone %(zone)s to choose.") % {"zone": zone[:60]}, field="time_zone")
    if language and language not in dict(settings.LANGUAGES):
        raise UnfitValue(_("There is no language %(value)s to choose.") % {"value": language[:20]}, field="language")
    if unknown := sorted(set(ways) - set(NoticeEvent.values)):
        raise UnfitValue(
            _("There is nothing called %(unknown)s that people are told of.") % {"unknown": unknown[0][:60]},
            field="ways",
        )


def turn_report_off(person: User) -> None:
    """By the link in the weekly report: it alone ends."""
    NoticeSettings.objects.filter(person=person).update(weekly_report=False)


def turn_mail_off(person: User, *, now: datetime) -> None:
    """By the link in a mail; what they chose stays, for when they want mail again."""
    NoticeSettings.objects.bulk_create([NoticeSettings(person=person)], ignore_conflicts=True)
    NoticeSettings.objects.filter(person=person, mail_off_at=None).update(mail_off_at=now, mail_due_at=None)


def _different(ways: Mapping[Any, Any]) -> dict[str, str]:
    """What differs from what comes, so that a better usual way reaches who chose nothing."""
    known = {str(event): str(way) for event, way in ways.items() if event in NoticeEvent.values}
    return {event: way for event, way in known.items() if way != DEFAULTS[NoticeEvent(event)]}
