"""The reports: the same figures as on the pages (tickets/reports), by the same definitions."""

from typing import Any, ClassVar, cast

from django.http import Http404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_base import Moment, Query, Row, Words
from tickets.api.base import OfTheDesk
from tickets.permissions import may
from tickets.reports import showing
from tickets.reports.asking import NotAsked, understand
from tickets.reports.offering import sentence
from tickets.reports.periods import SHORT, NoPeriod
from tickets.reports.reading import METRICS, TIMED, By, Figures, read_figures, read_hours, read_ready

_KEY = "The first day of a point; a short name, key, username or name. Empty: of everything, or of who was deleted."
_BY = ("point", "queue", "account", "agent", "tag", "search")


class ReportQuery(Query):
    period = serializers.ChoiceField(sorted(SHORT), required=False, help_text="7d where no days are asked for.")
    to = serializers.DateField(required=False, help_text="The last day.")
    queue = serializers.CharField(required=False, max_length=200, help_text="Its short name.")
    account = serializers.CharField(required=False, max_length=200, help_text="Its key.")
    tag = serializers.CharField(required=False, max_length=200, help_text="Its name; not together with an agent.")
    search = serializers.CharField(
        required=False, max_length=200, help_text="A search query’s label; not together with an agent or a tag."
    )
    agent = serializers.CharField(required=False, max_length=200, help_text="A username.")
    by = serializers.ChoiceField(_BY, default="point", help_text="What `rows` tells apart; point: days, or weeks.")


# "from" is a word of Python's.
ReportQuery._declared_fields["from"] = serializers.DateField(required=False, help_text="The first day, 2026-11-05.")


class TimesRow(Row):
    count = serializers.IntegerField()
    p50 = serializers.IntegerField(allow_null=True, help_text="Seconds, rounded up.")
    p90 = serializers.IntegerField(allow_null=True, help_text="Seconds, rounded up.")


class PromisedRow(Row):
    kept = serializers.IntegerField()
    missed = serializers.IntegerField()
    delayed = serializers.IntegerField(help_text="Missed because the message reached us late.")


class FiguresRow(Row):
    """Of everything, or of one point, queue, account, agent, tag or search query."""

    key = Words(help_text=_KEY)
    name = Words()
    received = serializers.IntegerField()
    answers = serializers.IntegerField()
    automatic = serializers.IntegerField()
    opened = serializers.IntegerField()
    resolved = serializers.IntegerField()
    reopened = serializers.IntegerField()
    times = serializers.DictField(child=TimesRow(), help_text="By `first`, `next`, `resolved`.")
    promises = serializers.DictField(child=PromisedRow(), help_text="By `first`, `next`, `resolution`.")


class ReportRow(Row):
    """The figures of a period."""

    zone = serializers.CharField(help_text="Its days go from midnight to midnight there.")
    first = serializers.DateField()
    last = serializers.DateField()
    as_of = Moment(allow_null=True, help_text="When the oldest of its days was added up.")
    days_ready = serializers.IntegerField(help_text="So many of its days are added up.")
    days = serializers.IntegerField(help_text="Of so many there are.")
    whole = FiguresRow()
    rows = FiguresRow(many=True)
    hours = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text="Messages received, by weekday (Monday first) and hour.",
    )


class Report(OfTheDesk):
    """What came in, was answered and resolved, how long it took and which promises were kept, as far as the caller may
    see: of one queue, account, agent, tag or search query, and told apart by one of them. For who may see the
    reports."""

    title = "Reports"
    scope = "reports:read"
    query: ClassVar[type[Query] | None] = ReportQuery
    answer = ReportRow

    def check_role(self, request: Request) -> None:
        super().check_role(request)
        if not may(request.user, "report"):
            raise Http404

    def get(self, request: Request) -> Response:
        asked = self.asked(request)
        by = cast(By, asked.pop("by"))
        words = {name: str(told) for name, told in asked.items()}
        try:
            question = understand(words, user=self.user, now=timezone.now())
            whole, rows = read_figures(question, by)
        except (NotAsked, NoPeriod) as mistake:
            field = mistake.field if isinstance(mistake, NotAsked) else "period"
            raise serializers.ValidationError({field: [sentence(mistake)]}) from None
        ready = read_ready(question)
        told = {
            "zone": str(question.zone),
            "first": question.period.first,
            "last": question.period.last,
            "as_of": ready.as_of,
            "days_ready": ready.days,
            "days": ready.of,
            "whole": _figures(whole, ("", "")),
            "rows": [_figures(one, called) for one, called in showing.named(question, by, rows)],
            "hours": read_hours(question).rows,
        }
        return self.tell(told)


def _figures(figures: Figures, called: tuple[str, str]) -> dict[str, Any]:
    name, key = called
    times = {one: figures.times[one] for one in TIMED}
    promises = {one: figures.promises[one] for one in METRICS}
    return {"key": key, "name": name, **figures.counts, "times": times, "promises": promises}
