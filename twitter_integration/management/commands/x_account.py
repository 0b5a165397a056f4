"""manage.py x_account: set up, connect and operate a brand's X account without the admin; its app's bearer token."""

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from kapture.command_base import DeskCommand
from twitter_integration.accounts import webhook_path
from twitter_integration.choices import Tier
from twitter_integration.console.table import ACTIONS
from twitter_integration.management.operating import add_actions, list_actions, operate
from twitter_integration.management.purge import purge_account
from twitter_integration.management.recalling import add_acts, list_acts
from twitter_integration.management.removing import remove_account
from twitter_integration.management.resuming import resume_account
from twitter_integration.management.sign_in import Told, connect_by_pin, disconnect_account, handle_bearer
from twitter_integration.models import PartnerAccount
from twitter_integration.registering.choices import Registration
from twitter_integration.setup.provisioning import AccountFacts, AppFacts, CannotProvision, provision

# Option → environment variable. A secret on the command line is seen by everybody on the machine.
SECRETS = {
    "consumer_key": "X_CONSUMER_KEY",
    "consumer_secret": "X_CONSUMER_SECRET",
    "access_token": "X_ACCESS_TOKEN",
    "access_token_secret": "X_ACCESS_TOKEN_SECRET",
    "bearer_token": "X_BEARER_TOKEN",
}
ACTS = {
    "connect": connect_by_pin,
    "disconnect": disconnect_account,
    "bearer": handle_bearer,
    "resume": resume_account,
    "purge": purge_account,
    "remove": remove_account,
}


class Command(DeskCommand):
    help = (
        "Set up a brand's X account (add, list), connect or disconnect it, have it send again (resume), fetch or"
        " invalidate the bearer token, and do with it what X allows (actions lists that, acts what was done);"
        " remove everything X gave us"
        " about it (purge), or an account of which nothing ever came (remove)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        add_actions(actions.add_parser)
        add_acts(actions.add_parser)
        add = actions.add_parser("add", help="create or update an app and an account of it; prints JSON")
        add.add_argument("--app", required=True, help="our name for the X app")
        add.add_argument("--page-id", required=True, help="X's numeric id of the brand's account")
        add.add_argument("--page-name", help="the account's handle")
        add.add_argument("--display-name", help="how the desk calls the account")
        for name, variable in SECRETS.items():
            option = f"--{name.replace('_', '-')}"
            add.add_argument(option, help=f"or {variable} in the environment")
            add.add_argument(f"{option}-file", help=f"a file holding it; or {variable}_FILE in the environment")
        add.add_argument("--environment", help="label of the old premium Account Activity API")
        add.add_argument("--registration", choices=Registration.values, help="the dialect of webhook and subscriptions")
        add.add_argument("--tier", choices=Tier.values, help="what X sold us")
        add.add_argument("--queue", help="where new tickets go, by name")
        add.add_argument("--folder", help="where new tickets are filed, by name or outer/inner")
        add.add_argument("--sla", help="the SLA policy, by name")
        add.add_argument("--move-app", action="store_true", help="take an account of another app over to this one")
        listing = actions.add_parser("list", help="the accounts there are")
        listing.add_argument("--json", action="store_true", help="as a JSON list")
        connect = actions.add_parser(
            "connect", help="sign in to X with a PIN; the address is printed, the PIN asked for"
        )
        connect.add_argument("who", metavar="PAGE_OR_APP", help="an account, or the app to which one is added")
        connect.add_argument("--yes", action="store_true", help="add whoever approved, without asking")
        connect.add_argument("--expect", metavar="HANDLE", help="add the account only if it is this one, unasked")
        disconnect = actions.add_parser("disconnect", help="give up and delete its tokens; history and settings stay")
        disconnect.add_argument("who", metavar="PAGE", help="the account's Page ID or handle")
        resume = actions.add_parser("resume", help="send again, once what stopped the account is mended")
        resume.add_argument("who", metavar="PAGE", help="the account's Page ID or handle")
        purge = actions.add_parser("purge", help="remove all of X's content that came through an account, with proof")
        purge.add_argument("who", metavar="PAGE", help="the account's Page ID or handle")
        purge.add_argument("--yes", action="store_true", help="really do it; without it only the counts are printed")
        remove = actions.add_parser("remove", help="remove a disconnected account of which nothing ever came")
        remove.add_argument("who", metavar="PAGE", help="the account's Page ID or handle")
        bearer = actions.add_parser("bearer", help="fetch the app's own token from X, or have X forget it")
        bearer.add_argument("who", metavar="APP", nargs="?", help="the X app by our name; the only one when not given")
        bearer.add_argument("--invalidate", action="store_true", help="have X forget it, and forget it here")
        for action in (connect, disconnect, resume, purge, remove, bearer):
            action.add_argument("--json", action="store_true", help="the outcome as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "add":
            self._add(options)
        elif options["action"] == "list":
            self._list(as_json=options["json"])
        elif options["action"] in ACTIONS:
            self._tell(operate(options, say=self._say), options)
        elif options["action"] == "actions":
            self._tell(list_actions(options), options)
        elif options["action"] == "acts":
            self._tell(list_acts(options), options)
        else:
            told = ACTS[options["action"]](options, say=self._say)
            self._tell(told, options)
            if told.failure:
                raise CommandError(told.failure)

    def _say(self, line: str) -> None:
        self.stderr.write(line, ending="\n")

    def _tell(self, told: Told, options: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(told.facts) if options["json"] else told.sentence)

    def _add(self, options: dict[str, Any]) -> None:
        secrets = {name: _read_secret(name, options) for name in SECRETS}
        app = AppFacts(
            name=options["app"],
            environment=options["environment"],
            registration=options["registration"],
            tier=options["tier"],
            consumer_key=secrets["consumer_key"],
            consumer_secret=secrets["consumer_secret"],
            bearer_token=secrets["bearer_token"],
        )
        facts = AccountFacts(
            page_id=options["page_id"],
            page_name=options["page_name"],
            display_name=options["display_name"],
            access_token=secrets["access_token"],
            access_token_secret=secrets["access_token_secret"],
            queue=options["queue"],
            folder=options["folder"],
            sla_policy=options["sla"],
        )
        try:
            account = provision(app, facts, now=timezone.now(), may_move=options["move_app"])
        except CannotProvision as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(_summary(account)))

    def _list(self, *, as_json: bool) -> None:
        # Without the sealed columns: the list must also come when their key is lost.
        accounts = PartnerAccount.objects.select_related(
            "app", "address__queue", "address__folder", "address__sla_policy"
        ).defer(*PartnerAccount.SEALED_WITH_APP)
        rows = [_summary(account) for account in accounts]
        if as_json:
            self.stdout.write(json.dumps(rows))
            return
        for row in rows:
            state = "paused" if row["paused"] else "enabled" if row["enabled"] else "disabled"
            state = "stopped" if row["sending_stopped"] and state == "enabled" else state
            state = "purged" if row["purged"] else state
            state = "purge not finished" if row["purge_unfinished"] else state
            shown = f"token {row['token']}".replace("token none", "no token")
            self.stdout.write(f"{row['account']}  @{row['page_name']}  {row['app']}  {state}  {shown}")
        if not rows:
            self.stdout.write("No account is set up yet: manage.py x_account add --help")


def _summary(account: PartnerAccount) -> dict[str, Any]:
    address = account.address
    return {
        "account": account.page_id,
        "webhook_path": webhook_path(account.app),
        "page_name": account.page_name,
        "app": account.app.name,
        "tier": account.app.tier,
        "queue": address.queue.name if address.queue else None,
        "folder": address.folder.name if address.folder else None,
        "sla": address.sla_policy.name if address.sla_policy else None,
        "enabled": account.enabled,
        "paused": account.paused,
        "purged": account.purged_at is not None and not account.is_purge_unfinished,
        "purge_unfinished": account.is_purge_unfinished,
        "sending_stopped": address.sending_stopped,
        "token": account.token_state if account.is_connected else "none",
    }


def _read_secret(name: str, options: dict[str, Any]) -> str | None:
    """From the option, the option's file, the environment, or the environment's file, in this order."""
    if options[name] is not None:
        return str(options[name])
    variable = SECRETS[name]
    path = options[f"{name}_file"] or (None if variable in os.environ else os.environ.get(f"{variable}_FILE"))
    if path is None:
        return os.environ.get(variable)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The {name.replace('_', ' ')} cannot be read from {path}: {error}") from None
