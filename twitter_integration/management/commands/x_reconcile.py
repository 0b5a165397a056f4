"""manage.py x_reconcile: compare what X has of an account with what we have, and fetch the difference."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kapture.command_base import DeskCommand
from kapture.figures import counted
from twitter_integration.management.naming import find_accounts
from twitter_integration.metering.budgets import RAISED
from twitter_integration.reading.comparison import Compared, Report
from twitter_integration.reading.reconciling import reconcile


class Command(DeskCommand):
    help = "Compare mentions, direct messages and own posts with X, fetch what is missing, say up to when all is here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "page", metavar="PAGE", nargs="?", help="the account's Page ID or handle (default: every enabled account)"
        )
        parser.add_argument("--since", help="how far back: a date or time such as 2026-11-01 or 2026-11-01T08:00")
        parser.add_argument("--beyond-budget", action="store_true", help="this once also when today's budget is used")
        parser.add_argument("--json", action="store_true", help="one JSON object per account")

    def handle(self, *args: Any, **options: Any) -> None:
        since = _moment(options["since"]) if options["since"] else None
        if since is not None and since > timezone.now():
            raise CommandError(f"{options['since']} lies in the future: there is nothing to compare since then.")
        terms: dict[str, Any] = {"since": since, "beyond": options["beyond_budget"]}
        reports = [reconcile(account, now=timezone.now(), **terms) for account in find_accounts(options["page"])]
        for report in reports:
            self.stdout.write(json.dumps(report.as_json()) if options["json"] else "\n".join(_lines(report)))
        if not all(report.complete for report in reports):
            more = " --beyond-budget goes on all the same, this once." if any(map(_lacks_budget, reports)) else ""
            raise CommandError(f"Not everything could be compared or fetched; the report says what.{more}")


def _lacks_budget(report: Report) -> bool:
    return any(stream.problem.endswith(_(RAISED)) for stream in report.streams)


def _moment(text: str) -> datetime:
    try:
        day = parse_date(text)
        moment = datetime(day.year, day.month, day.day) if day else parse_datetime(text)  # noqa: DTZ001  (made aware below)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"{text!r} is no date or time such as 2026-11-01 or 2026-11-01T08:00.")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _lines(report: Report) -> list[str]:
    until = report.complete_until
    state = f"complete up to {_shown(until)}" if until else "not complete"
    lines = [f"@{report.account.page_name}: {state}"]
    if until:
        lines.append(
            f"  What was written or deleted on X after {_shown(until)} may still be missing or standing here: the next"
            f" run looks at it, at {_shown(report.next_due)} by itself, or x_reconcile in a few minutes."
        )
    for stream in report.streams:
        lines.append(f"  {stream.stream}, since {_shown(stream.since)}: {_sentence(stream)}")
        lines += [f"    cannot be compared: {caveat}" for caveat in stream.cannot_compare]
    return lines + _gap(report)


def _gap(report: Report) -> list[str]:
    """What the webhook left out, and whether X sends again what cannot be read: likes, follows, deletions."""
    count = sum(stream.untold for stream in report.streams)
    if not count:
        return []
    refusal = next((stream.no_replay for stream in report.streams if stream.no_replay), "")
    then = (
        f"{refusal} Likes, follows, deletions and the like of that time stay missing."
        if refusal
        else "X is asked to replay that time, for what cannot be read; the admin tells under Replays what comes of it."
    )
    return [f"  The webhook had not told {counted(count, 'event')} of these. {then}"]


def _sentence(stream: Compared) -> str:
    if stream.problem and stream.asked_at is None:
        unasked = ", X was not asked" if stream.problem.endswith(_(RAISED)) else ""
        return f"not compared{unasked}. {stream.problem}"
    parts = [
        f"X lists {stream.on_x}",
        f"{stream.held} were here",
        f"{stream.missing} missing, {stream.fetched} fetched",
    ]
    if stream.vanished:
        parts.append(f"{stream.vanished} gone from X and emptied here")
    if stream.unreadable:
        parts.append(f"{stream.unreadable} could not be read")
    return f"{', '.join(parts)}. {stream.problem}".strip()


def _shown(moment: datetime) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}"
