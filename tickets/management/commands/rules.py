"""manage.py rules: lists routing rules, installs those a desk may start with, tries them on what was said lately."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from kapture.command_base import DeskCommand
from kapture.figures import counted
from kapture.progress import Progress
from tickets.change_words import change_words
from tickets.choices import DryRunState
from tickets.errors import CannotChange
from tickets.models import DryRun, RoutingRule
from tickets.models.dry_run import LONGEST_DAYS
from tickets.rehearsing import order, rehearse_some
from tickets.rule_names import load_row_names
from tickets.starting_rules import install_starting_rules


class Command(DeskCommand):
    help = "List routing rules, install those a desk may start with, try the newest versions on what was said lately."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="every rule in its order, and which version is in force")
        verbs.add_parser("install", help="the rules a desk may start with, switched off; what is there stays")
        tried = verbs.add_parser("dry_run", help="what would be different, ticket by ticket; changes nothing")
        tried.add_argument("rules", nargs="*", metavar="RULE", help="names; none: every rule")
        tried.add_argument("--days", type=int, default=7, help=f"1 to {LONGEST_DAYS}; 7 unless told")
        tried.add_argument("--show", type=int, default=20, help="so many differences; 20 unless told")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "list":
            self._list()
        elif verb == "install":
            names = install_starting_rules(now=timezone.now())
            self.stdout.write(f"Installed, switched off: {', '.join(names)}" if names else "They are all there.")
        else:
            self._try_out(options["rules"], days=options["days"], show=options["show"])

    def _list(self) -> None:
        for rule in RoutingRule.objects.select_related("live"):
            state = f"version {rule.live.number}" if rule.live is not None else "off"
            self.stdout.write(f"{rule.position:>4}  {rule.name}: {state}")

    def _try_out(self, names: list[str], *, days: int, show: int) -> None:
        if not 1 <= days <= LONGEST_DAYS:
            raise CommandError(f"--days takes 1 to {LONGEST_DAYS}.")
        known = dict(RoutingRule.objects.values_list("name", "pk"))
        if unknown := [name for name in names if name not in known]:
            raise CommandError(f"There is no rule “{unknown[0]}”. See: manage.py rules list")
        try:
            run = order([known[name] for name in names or known], days=days, by=None, now=timezone.now())
        except CannotChange as error:
            raise CommandError(str(error)) from None
        self._see_through(run)
        run.refresh_from_db()
        if run.state == DryRunState.FAILED:
            raise CommandError(f"It failed ({run.reason}); the log says more.")
        self.stdout.write(
            f"{counted(run.messages, 'message')} on {counted(run.done, 'ticket')}:"
            f" {counted(run.changed, 'ticket')} would be different."
        )
        self._tell(run, show)

    def _see_through(self, run: DryRun) -> None:
        bar = Progress("tickets", total=run.total)
        while rehearse_some(run.pk, clock=timezone.now):
            run.refresh_from_db()
            bar.advance(run.done - bar.done)
        bar.finish()

    def _tell(self, run: DryRun, show: int) -> None:
        row_names = load_row_names()
        for line in run.lines.all()[: max(0, show)]:
            self.stdout.write(f"#{line.ticket_id}  {'; '.join(change_words(line.changes, row_names))}")
