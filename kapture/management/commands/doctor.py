"""`manage.py doctor`: what is wrong with this installation and how to mend it."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from kapture import database, doctor, postgres
from kapture.advice import make_runnable
from kapture.command_base import DeskCommand
from kapture.figures import Finding


class Command(DeskCommand):
    help = "Say what is wrong with this installation and how to mend it; exits 1 when something must be mended."
    requires_system_checks: list[str] = []  # a broken configuration is what this command is called for

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the findings as one JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = _examine()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
        else:
            for finding in findings:
                self.stdout.write(line(finding))
        if any(finding.fatal and not finding.ok for finding in findings):
            raise SystemExit(1)


def line(finding: Finding) -> str:
    """Return a finding as the person at the terminal reads it."""
    mark = "ok  " if finding.ok else "MEND" if finding.fatal else "note"
    remedy = "" if finding.ok or not finding.remedy else f" {make_runnable(finding.remedy)}"
    return f"{mark}  {finding.subject:<16} {finding.sentence}{remedy}"


def _examine() -> list[Finding]:
    try:
        with database.running():
            return doctor.examine()
    except postgres.ServerError as error:
        return [Finding(False, "database", str(error)), *doctor.examine()]
