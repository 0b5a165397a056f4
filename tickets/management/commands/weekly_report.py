"""manage.py weekly_report: shows somebody's weekly report, or mails it now."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.core.management.base import CommandError
from django.utils import timezone

from kapture.command_base import DeskCommand
from tickets.models import NoticeSettings, WeeklyReport
from tickets.reports.periods import Period
from tickets.weekly.mailing import Outcome, letter_of, sees_reports, send, why_not
from tickets.weekly.weeks import last_week


class Command(DeskCommand):
    help = "Mail somebody the reports of last week now, or show the mail. Workers do it on Monday from 07:00."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER", help="their user name")
        parser.add_argument("--print", action="store_true", dest="show", help="show the mail and send nothing")
        parser.add_argument("--again", action="store_true", help="although it went, or nobody knows whether it did")

    def handle(self, *args: Any, user: str, show: bool, again: bool, **options: Any) -> None:
        person = User.objects.filter(username=user).first()
        if person is None:
            raise CommandError(f"There is no user “{user}”.")
        if not sees_reports(person):
            raise CommandError(f"{user} may not see the reports.")
        wish = NoticeSettings.objects.select_related("person").filter(person=person).first()
        wish = wish or NoticeSettings(person=person)
        week = last_week(timezone.now(), wish.zone)
        if show:
            self._show(letter_of(wish, week, now=timezone.now()), week)
        else:
            self._send(wish, week, again=again)

    def _show(self, letter: EmailMessage | None, week: Period) -> None:
        if letter is None:
            self.stdout.write(f"{_called(week)}: {Outcome.NOTHING.value} No mail goes.")
        else:
            self.stdout.write(f"To: {letter.to[0]}\nSubject: {letter.subject}\n\n{letter.body}")

    def _send(self, wish: NoticeSettings, week: Period, *, again: bool) -> None:
        if reason := why_not(wish):
            raise CommandError(f"No weekly report goes to {wish.person.username}. {reason}")
        outcome = send(wish.person.pk, week, now=timezone.now(), again=again)
        row = WeeklyReport.objects.filter(person=wish.person.pk, week=week.first).first()
        if outcome is Outcome.SENT:
            self.stdout.write(f"{_called(week)}: mailed to {wish.person.email}.")
        elif outcome is Outcome.NOTHING:
            self.stdout.write(f"{_called(week)}: {outcome.value} No mail goes.")
        elif outcome is Outcome.TAKEN and row is not None and row.sent_at is not None:
            raise CommandError(
                f"{_called(week)}: it went at {row.sent_at:%Y-%m-%d %H:%M} UTC. --again sends it once more"
            )
        else:
            reason = row.reason if row is not None else ""
            raise CommandError(f"{_called(week)}: not sent. {reason or 'A worker has it in hand.'} --again tries anew")


def _called(week: Period) -> str:
    return f"The week of {week.first}"
