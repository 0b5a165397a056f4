"""manage.py rules: lists routing rules, installs those a desk may start with, brings these up to date, tries rules on
what was said lately."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from kapture.command_base import DeskCommand
from kapture.figures import counted
from kapture.progress import Progress
from tickets.choices import DryRunState
from tickets.errors import CannotChange
from tickets.models import DryRun, RoutingRule, RuleVersion
from tickets.models.dry_run import LONGEST_DAYS
from tickets.rules.conditions import WrongCondition, read_condition
from tickets.rules.differences import change_words
from tickets.rules.naming import load_row_names
from tickets.rules.rehearsing import order, rehearse_some
from tickets.rules.rulebook import outcome_of
from tickets.rules.starting.renewing import State, look, renew
from tickets.rules.starting.rules import install_starting_rules
from tickets.rules.versions import newest
from tickets.rules.wording import RowNames, difference_words, outcome_words, phrases_told, words_of


class Command(DeskCommand):
    help = (
        "List routing rules, install those a desk may start with and bring them up to date, try the newest versions on"
        " what was said lately."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="every rule in its order, and which version is in force")
        verbs.add_parser("install", help="the rules a desk may start with, switched off; what is there stays")
        renewed = verbs.add_parser("renew", help="what installed rules would say today, where nobody changed them")
        renewed.add_argument("rules", nargs="*", metavar="RULE", help="names; none: every rule")
        renewed.add_argument(
            "--save", action="store_true", help="make new versions of them, which are not in force yet"
        )
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
            if any(one.state == State.OLDER for one in look()):
                self.stdout.write("Of some, newer words are known. See: manage.py rules renew")
        elif verb == "renew":
            self._renew(options["rules"], save=options["save"])
        else:
            self._try_out(options["rules"], days=options["days"], show=options["show"])

    def _list(self) -> None:
        """Of a rule that is off, what its newest version says: it is what would be switched on."""
        names = load_row_names()
        for rule in RoutingRule.objects.select_related("live"):
            state = f"version {rule.live.number}" if rule.live is not None else "off"
            version = rule.live or newest(rule)
            mark = phrases_told(version.condition) if version is not None else ""
            self.stdout.write(f"{rule.position:>4}  {rule.name}: {state}" + (f"; {mark}" if mark else ""))
            if version is not None:
                self.stdout.write(f"      {_asked(version, names)} → {_follows(version, names)}")

    def _renew(self, names: list[str], *, save: bool) -> None:
        chosen = _keys(names)
        if save:
            made = renew(chosen, by=None, now=timezone.now())
            told = ", ".join(f"{version.rule} (version {version.number})" for version in made)
            how = "They are not in force yet: try them, then switch them on."
            self.stdout.write(f"Made: {told}. {how}" if made else "There is nothing to bring up to date.")
            return
        found, row_names = look(chosen), load_row_names()
        if not found:
            raise CommandError("None of them is there that Kapture brings. See: manage.py rules install")
        for one in found:
            self.stdout.write(f"{one.rule} (version {one.number}): {one.state.label}")
            for change in one.changes:
                self._tell_change(difference_words(change, row_names))
        if any(one.state == State.OLDER for one in found):
            self.stdout.write("Nothing is changed. --save makes new versions, which are not in force by that.")

    def _tell_change(self, told: Mapping[str, Any]) -> None:
        self.stdout.write(f"  {told['question']}" + (f" ({told['note']})" if told["note"] else ""))
        for sign, words in (("+", told["added"]), ("-", told["removed"])):
            if words:
                self.stdout.write(f"    {sign} {', '.join(words)}")

    def _try_out(self, names: list[str], *, days: int, show: int) -> None:
        if not 1 <= days <= LONGEST_DAYS:
            raise CommandError(f"--days takes 1 to {LONGEST_DAYS}.")
        if show < 0:
            raise CommandError("--show takes 0 or more.")
        try:
            run = order(_keys(names), days=days, by=None, now=timezone.now())
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
        for line in run.lines.all()[:show]:
            self.stdout.write(f"#{line.ticket_id}  {'; '.join(change_words(line.changes, row_names))}")


def _asked(version: RuleVersion, names: RowNames) -> str:
    try:
        return words_of(read_condition(version.condition), names)
    except WrongCondition as error:
        return f"cannot be read: {error}"


def _follows(version: RuleVersion, names: RowNames) -> str:
    told = outcome_words(outcome_of(version), names) + (["no later rule is looked at"] if version.stop else [])
    return "; ".join(told) or "nothing"


def _keys(names: list[str]) -> list[int]:
    """Of the rules of these names; none named: of all. Raises CommandError for one that is not there."""
    known = dict(RoutingRule.objects.values_list("name", "pk"))
    if unknown := [name for name in names if name not in known]:
        raise CommandError(f"There is no rule “{unknown[0]}”. See: manage.py rules list")
    return [known[name] for name in names or known]
