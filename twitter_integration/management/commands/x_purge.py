"""manage.py x_purge: remove everything X gave us about an account, and print the proof."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from twitter_integration.management.naming import find_account
from twitter_integration.models import PartnerAccount
from twitter_integration.purging import Proof, purge


class Command(BaseCommand):
    help = (
        "Remove all texts, media, people and ids of X that came through an account, for good; numbers and decisions"
        " stay. The account is switched off first. Prints what was removed, what is kept, and a search for traces."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("page", help="the account's Page ID or handle")
        parser.add_argument("--yes", action="store_true", help="really do it; there is no way back")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = PartnerAccount.objects.defer(*PartnerAccount.SEALED_WITH_APP).select_related("address")
        account = find_account(options["page"], rows=rows)
        if not options["yes"]:
            raise CommandError(
                f"This removes every text, picture and person that came through @{account.page_name}, for good."
                " Add --yes to do it."
            )
        proof = purge(account, now=timezone.now())
        self.stdout.write(json.dumps(proof.as_json()) if options["json"] else "\n".join(_lines(proof)))
        if not proof.clean:
            raise CommandError("Something is left; the proof says where.")


def _lines(proof: Proof) -> list[str]:
    lines = [f"@{proof.account} purged at {proof.at:%Y-%m-%d %H:%M} UTC. Removed (before → after):"]
    lines += [f"  {name}: {count} → {proof.after[name]}" for name, count in proof.before.items()]
    lines += ["Kept:", *(f"  {name}: {count}" for name, count in proof.kept.items())]
    lines.append(f"Searched {proof.traces.columns} columns for {proof.traces.needles} texts, ids and links:")
    found = proof.traces.found
    return [*lines, *(f"  found in {place}: {count} row(s)" for place, count in found.items())] + (
        [] if found else ["  nothing found."]
    )
