"""The mail of a week: its figures in words, each with that of the week before, and the way to the reports. Sends
nothing. Its language and zone are those in force."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kapture.languages import shape_of
from tickets.notices.letters import LONGEST_SUBJECT, sign_for_report
from tickets.notices.words import one_line
from tickets.reports import drilling
from tickets.reports.definitions import BACKLOG, METRICS, PERCENTILES, PLACES, TIMES, VOLUMES
from tickets.reports.periods import Period
from tickets.reports.reading import Figures, Promised, Times
from tickets.weekly.figures import Side, Week
from tickets.weekly.weeks import before
from tickets.wording.numbers import grouped, lasting, per_cent


@dataclass(frozen=True, slots=True)
class Row:
    """`earlier`: in the week before; empty for what is told as it stands now. `url`: the tickets behind it."""

    name: str
    told: str
    earlier: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: Sequence[Row]
    url: str = ""


def compose(person: User, week: Week) -> EmailMultiAlternatives:
    period = week.asked.period
    counts = {name: grouped(week.told.counts[name]) for name in ("received", "answers")}
    subject = _("Weekly report, {days}: {received} received, {answers} answered").format(days=_days(period), **counts)
    off = settings.PUBLIC_URL + reverse("mail_off", args=[sign_for_report(person)])
    around = _around(week) | {"off": off, "settings_url": settings.PUBLIC_URL + reverse("notice_settings")}
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    letter = EmailMultiAlternatives(
        subject=one_line(subject)[:LONGEST_SUBJECT],
        body=render_to_string("weekly/mail.txt", around),
        to=[person.email],
        headers={
            "Message-ID": f"<weekly.{person.pk}.{period.first}@{host}>",
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{off}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    letter.attach_alternative(render_to_string("weekly/mail.html", around), "text/html")
    return letter


def _around(week: Week) -> dict[str, Any]:
    period = week.asked.period
    return {
        "days": _days(period),
        "earlier_days": _days(before(period)),
        "zone": week.asked.zone.key,
        "sections": [
            _volumes(week),
            _times(week),
            _promises(week),
            _now(week),
            *(_queue(one, week) for one in week.queues),
        ],
        "more": week.more,
        "ready": week.ready,
        "since": week.ready.since if week.ready.since and week.ready.since > before(period).first else None,
        "report_url": _report(week),
        "queues_url": _report(week, "queue"),
        "percentiles": PERCENTILES,
        "places": PLACES,
    }


def _days(period: Period) -> str:
    first, last = (date_format(day, shape_of("j M Y")) for day in (period.first, period.last))
    return _("{first} to {last}").format(first=first, last=last)


def _report(week: Week, by: str = "", **narrowed: str) -> str:
    """Where these days are told at the desk."""
    place = reverse("reports_by", args=[by]) if by else reverse("reports")
    return f"{settings.PUBLIC_URL}{place}?{urlencode(week.asked.words | narrowed)}"


def _volumes(week: Week) -> Section:
    counts = [(str(one.title), one.code) for one in VOLUMES]
    return Section(_("What came and went"), [_row(week, name, _count(code)) for name, code in counts])


def _times(week: Week) -> Section:
    return Section(_("How long it took"), [_row(week, str(one.title), _time(one.code)) for one in TIMES])


def _promises(week: Week) -> Section:
    rows = [_row(week, str(name), _promise(code)) for code, name in METRICS]
    return Section(_("Promises"), rows)


def _now(week: Week) -> Section:
    """As it stands when it is written."""
    searches = drilling.lines(week.asked)
    told = {"waiting": week.waiting, "unfinished": week.unfinished - week.waiting, "unanswered": week.unanswered}
    urls = {name: _tickets(searches[name]) for name in ("waiting", "unanswered")}
    rows = [Row(str(one.title), grouped(told[one.code]), url=urls.get(one.code, "")) for one in BACKLOG]
    return Section(_("Unfinished, now"), rows)


def _tickets(search: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('tickets')}?{urlencode({'q': search})}"


def _queue(side: Side, week: Week) -> Section:
    told: Iterable[tuple[str, Callable[[Figures], str]]] = (
        *((str(one.title), _count(one.code)) for one in VOLUMES if one.code in ("received", "answers", "resolved")),
        *((str(one.title), _time(one.code)) for one in TIMES if one.code == "first"),
        (_("Promises kept"), lambda figures: per_cent(figures.kept)),
    )
    rows = [_row(week, name, say, side.told, side.earlier) for name, say in told]
    return Section(_("Queue {name}").format(name=one_line(side.name)), rows, _report(week, queue=side.word))


def _row(
    week: Week,
    name: str,
    say: Callable[[Figures], str],
    told: Figures | None = None,
    earlier: Figures | None = None,
) -> Row:
    before_that = say(earlier or week.earlier) if week.knows_earlier else "–"
    return Row(name, say(told or week.told), before_that)


def _count(code: str) -> Callable[[Figures], str]:
    return lambda figures: grouped(figures.counts[code])


def _time(code: str) -> Callable[[Figures], str]:
    return lambda figures: _lasted(figures.times[code])


def _promise(code: str) -> Callable[[Figures], str]:
    return lambda figures: _kept(figures.promises[code])


def _lasted(times: Times) -> str:
    if not times.count:
        return "–"
    words = _("p50 {half}, p90 {most}, of {count}")
    return words.format(half=lasting(times.p50), most=lasting(times.p90), count=grouped(times.count))


def _kept(promised: Promised) -> str:
    if not promised.judged:
        return "–"
    words = _("{share} of {judged} kept; {missed} missed, {delayed} delayed by the channel")
    counts = {name: grouped(getattr(promised, name)) for name in ("missed", "delayed", "judged")}
    return words.format(share=per_cent(promised.share), **counts)
