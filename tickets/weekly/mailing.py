"""Sends each who wants it the reports of last week, on Monday from seven on the clock of theirs (weeks); once, whoever
dies on the way (claiming). Not before every day of them is added up as it ended."""

import logging
import smtplib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage, get_connection
from django.db.models import Q
from django.utils import timezone, translation

from tickets.models import NoticeSettings, WeeklyReport
from tickets.permissions import may, who_may
from tickets.reports.keeping import are_added_up
from tickets.reports.periods import Period
from tickets.weekly.claiming import NOT_KNOWN, NOTHING, Claim, claim, end, hand_over, note_sent, put_off
from tickets.weekly.figures import read_week
from tickets.weekly.letters import compose
from tickets.weekly.weeks import both, week_due

log = logging.getLogger(__name__)
_PERMANENT = 500


class Outcome(Enum):
    SENT = "sent"
    NOTHING = NOTHING
    UNWANTED = "unwanted"
    TAKEN = "taken"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = NOT_KNOWN


def send_due(*, clock: Callable[[], datetime] = timezone.now, at_most: timedelta | None = None) -> int:
    """Mail whoever is due; returns how many mails went. Not inside a transaction."""
    stop_at = clock() + at_most if at_most is not None else None
    sent = 0
    for person, week in _due(clock()):
        if stop_at is not None and clock() >= stop_at:
            break
        sent += send(person, week, now=clock()) is Outcome.SENT
    return sent


def send(person: int, week: Period, *, now: datetime, again: bool = False) -> Outcome:
    """This week to this person, be it due or not; `again`: although it was sent, or is known to be sent by nobody. A
    fixed number of statements, however much happened. Not inside a transaction."""
    wish = NoticeSettings.objects.select_related("person").filter(person=person).first()
    if wish is None or why_not(wish):
        return Outcome.UNWANTED
    held = claim(person, week.first, now=now, again=again)
    if held is None:
        return Outcome.TAKEN
    letter = letter_of(wish, week, now=now)
    if letter is None:
        end(held, NOTHING, now=now)
        return Outcome.NOTHING
    return _mail(letter, held, now=now)


def letter_of(wish: NoticeSettings, week: Period, *, now: datetime) -> EmailMessage | None:
    """As it would go, in their language and zone. None where there is nothing to tell."""
    told = read_week(wish.person, wish.zone, week, now=now)
    if told.is_empty:
        return None
    with translation.override(wish.spoken), timezone.override(wish.zone):
        return compose(wish.person, told)


def why_not(wish: NoticeSettings) -> str:
    """Why no report is mailed to them; empty where one is."""
    person = wish.person
    reasons = (
        (not settings.MAIL_ON, "This desk sends no mail: EMAIL_URL is not set."),
        (not sees_reports(person), "They may not see the reports."),
        (not person.email, "They have no e-mail address."),
        (wish.mail_off_at, "They want no mail."),
        (wish.mail_stopped_at, f"Mail to them was given up: {wish.mail_reason}"),
        (not wish.weekly_report, "They have not chosen the weekly report."),
    )
    return next((words for holds, words in reasons if holds), "")


def sees_reports(person: User) -> bool:
    return may(person, "see") and may(person, "report")


def _due(now: datetime) -> list[tuple[int, Period]]:
    """Who is to get which week at this moment, and was not given it yet. Three statements, and one for each zone."""
    if not settings.MAIL_ON:
        return []
    wanting = NoticeSettings.objects.filter(weekly_report=True, mail_off_at=None, mail_stopped_at=None)
    wishes = wanting.filter(person__in=who_may("see", "report")).exclude(person__email="").order_by("person")
    due = [(wish, week) for wish in wishes if (week := week_due(now, wish.zone)) and not wish.is_quiet(now)]
    if not due:
        return []
    rows = WeeklyReport.objects.filter(week__in={week.first for _, week in due}, person__in=[w.pk for w, _ in due])
    over = set(rows.filter(Q(claimed_until__gt=now) | ~Q(ended_at=None)).values_list("person_id", "week"))
    left = [(wish, week) for wish, week in due if (wish.pk, week.first) not in over]
    ready = {(zone, week): are_added_up(zone, both(week)) for zone, week in {(wish.zone, week) for wish, week in left}}
    return [(wish.pk, week) for wish, week in left if ready[wish.zone, week]]


def _mail(letter: EmailMessage, held: Claim, *, now: datetime) -> Outcome:
    """What goes wrong before the mail is handed over, or is told by the server in so many words, did not send it."""
    letter.connection = get_connection()
    try:
        letter.connection.open()
    except OSError as trouble:
        return _put_off(held, trouble, now=now)
    try:
        return _hand_over(letter, held, now=now)
    finally:
        with suppress(OSError):
            letter.connection.close()


def _hand_over(letter: EmailMessage, held: Claim, *, now: datetime) -> Outcome:
    if not hand_over(held, now=now):
        return Outcome.TAKEN
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        code, words = next(iter(refusal.recipients.values()), (_PERMANENT, b""))
        if code < _PERMANENT:
            return _put_off(held, refusal, now=now)
        end(held, f"{code} {words.decode(errors='replace')}", now=now)
        return Outcome.REFUSED
    except smtplib.SMTPResponseException as trouble:
        return _put_off(held, trouble, now=now)
    except OSError as trouble:
        log.warning("Weekly report %s: the mail server broke off: %s", held.pk, type(trouble).__name__)
        end(held, NOT_KNOWN, now=now)
        return Outcome.UNKNOWN
    note_sent(held, now=now)
    return Outcome.SENT


def _put_off(held: Claim, trouble: Exception, *, now: datetime) -> Outcome:
    log.warning("Weekly report %s did not go; it is tried again: %s", held.pk, type(trouble).__name__)
    put_off(held, f"The mail server did not take it ({type(trouble).__name__}).", now=now)
    return Outcome.LATER
