"""manage.py x_poll: read now what X has for an account (or all of them), whether or not it is due."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from kapture.command_base import DeskCommand
from twitter_integration.accounts import why_not_tried
from twitter_integration.management.naming import find_accounts
from twitter_integration.models import PartnerAccount
from twitter_integration.polling import STREAMS, poll


class Command(DeskCommand):
    help = "Read mentions, direct messages and own posts of accounts from X now, from where they were read last."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "page", metavar="PAGE", nargs="?", help="the account's Page ID or handle (default: every enabled account)"
        )
        parser.add_argument("--stream", action="append", choices=[stream.value for stream in STREAMS])
        parser.add_argument("--json", action="store_true", help="one JSON object per stream")

    def handle(self, *args: Any, **options: Any) -> None:
        failed = False
        for account in find_accounts(options["page"]):
            if reason := why_not_tried(account):
                self._skip(account, reason, options)
                continue
            for stream in options["stream"] or STREAMS:
                done = poll(account, stream, now=timezone.now())
                failed |= done.outcome == "failed"
                facts: dict[str, Any] = {"account": account.page_name, "stream": str(stream), "outcome": done.outcome}
                facts |= {"read": done.read, "new": done.fresh, "note": done.sentence}
                self.stdout.write(json.dumps(facts) if options["json"] else _line(facts))
        if failed:
            raise CommandError("Not everything could be read.")

    def _skip(self, account: PartnerAccount, reason: str, options: dict[str, Any]) -> None:
        """There is no token to read with. Raises CommandError for the account that was named."""
        if options["page"] is not None:
            raise CommandError(reason)
        facts = {"account": account.page_name, "outcome": "skipped", "note": reason}
        self.stdout.write(json.dumps(facts) if options["json"] else f"Skipped: {reason}")


def _line(facts: dict[str, Any]) -> str:
    line = f"@{facts['account']} {facts['stream']}: {facts['outcome']}, {facts['read']} read, {facts['new']} new"
    return f"{line}. {facts['note']}" if facts["note"] else f"{line}."
