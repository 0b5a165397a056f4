"""manage.py x_webhook: our webhook at X: register, list, validate, delete, replay."""

import getpass
import json
import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from kapture.command_base import DeskCommand
from kapture.readable import readable
from twitter_integration.choices import Product
from twitter_integration.errors import XError
from twitter_integration.management.naming import find_app, read_moment, refusals_told
from twitter_integration.models import Webhook, XApp
from twitter_integration.reading.backfill import ask_by_hand, refusal_of
from twitter_integration.registering.choices import Registration
from twitter_integration.registering.table import dialect_name, hook_home
from twitter_integration.setup.stopping import POLLED_FROM_NOW, stop_deliveries
from twitter_integration.setup.webhooks import (
    find_product,
    own_webhook,
    refresh_webhooks,
    register_webhook,
    validate_webhook,
)
from twitter_integration.subscriptions import (
    Ordered,
    product_to_register,
    resubscribe_all,
    why_it_stays,
    willing_accounts,
)

_X_ID = re.compile(r"[0-9A-Za-z]{1,64}")


class Command(DeskCommand):
    help = "Register our webhook at X, list what X has on file, have X validate it, delete one, or have X send again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", metavar="ACTION", choices=("register", "list", "validate", "delete", "replay"))
        parser.add_argument("--app", help="the X app by our name; needed only when there are several")
        parser.add_argument("--id", help="X's id of the webhook (for delete; the others take ours when not given)")
        parser.add_argument(
            "--product", choices=Product.values, help="register for this product (default: the app's, or its accounts')"
        )
        parser.add_argument("--dialect", choices=Registration.values, help="register: only in this dialect")
        parser.add_argument("--from", dest="start", help="replay: first minute, as 2026-03-02T10:00 (UTC)")
        parser.add_argument("--to", dest="end", help="replay: the minute after the last")
        parser.add_argument("--json", action="store_true", help="the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["id"] and not _X_ID.fullmatch(options["id"]):
            raise CommandError(f"{options['id']!r} is no id of X's: they are digits and letters.")
        app = find_app(options["app"])
        act = getattr(self, f"_{options['action']}")
        with refusals_told():
            result = act(app, options)
        self.stdout.write(json.dumps(result) if options["json"] else readable(result))

    def _register(self, app: XApp, options: dict[str, Any]) -> dict[str, Any]:
        now = timezone.now()
        product = options["product"] or product_to_register(app)
        if options["dialect"]:
            product = find_product(app, options["dialect"])
        webhook = register_webhook(app, now=now, product=product)
        accounts = {page_id: _told(done) for page_id, done in resubscribe_all(app, now=now).items()}
        facts = {"webhook_id": webhook.x_id, "url": webhook.url, "valid": webhook.valid, "accounts": accounts}
        stay = [sentence for account in willing_accounts(app) if (sentence := why_it_stays(account))]
        return facts | _dialects(app, webhook, product) | ({"stay": stay} if stay else {})

    def _list(self, app: XApp, options: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "webhook_id": known.x_id,
                "url": known.url,
                "valid": known.valid,
                "ours": known.ours,
                "dialect": known.dialect,
            }
            for known in refresh_webhooks(app, now=timezone.now())
        ]

    def _validate(self, app: XApp, options: dict[str, Any]) -> dict[str, Any]:
        x_id = options["id"] or _own_id(app)
        return {"webhook_id": x_id, "valid": validate_webhook(app, x_id, now=timezone.now())}

    def _delete(self, app: XApp, options: dict[str, Any]) -> dict[str, Any]:
        if not options["id"]:
            raise CommandError("Name the registration to delete with --id (see: manage.py x_webhook list).")
        stopped = stop_deliveries(app, options["id"])
        if stopped is None:
            raise CommandError(f"There was no webhook {options['id']}. `x_webhook list` shows what X has on file.")
        facts = {"webhook_id": options["id"], "deleted": True, "only_polled": stopped}
        return facts | ({"note": f"The webhook is gone: {POLLED_FROM_NOW}."} if stopped else {})

    def _replay(self, app: XApp, options: dict[str, Any]) -> dict[str, Any]:
        if not options["start"] or not options["end"]:
            raise CommandError("Name the gap: --from 2026-03-02T10:00 --to 2026-03-02T10:45 (UTC).")
        x_id = options["id"] or _own_id(app)
        start, end = read_moment(options["start"]), read_moment(options["end"])
        if start >= end:
            raise CommandError("The gap ends before it begins: --to names a later minute than --from.")
        try:
            row = ask_by_hand(app, x_id, start=start, end=end, by=getpass.getuser(), now=timezone.now())
        except XError as error:
            raise CommandError(refusal_of(error)) from None
        return {"webhook_id": x_id, "job_id": row.job_id, "replay": row.pk, "from": f"{start:%Y-%m-%dT%H:%M}Z"} | {
            "to": f"{end:%Y-%m-%dT%H:%M}Z"
        }


def _dialects(app: XApp, webhook: Webhook, product: str) -> dict[str, Any]:
    """In which dialect it was asked for, and in which it was registered once: Enterprise and v2 share their list, so
    that one which is there already may be the other's."""
    asked = dialect_name(app.registration, product)
    facts: dict[str, Any] = {"dialect": asked, "webhook_of": str(webhook.registration)}
    if webhook.registration != hook_home(asked):
        facts["note"] = f"X lists this webhook in both dialects; it was registered as {webhook.registration} before."
    return facts


def _told(done: Ordered | str) -> dict[str, Any]:
    if isinstance(done, str):
        return {"failed": done}
    return {"added": done.added, "kept": done.kept, "refused": done.refused} | (
        {"withdrawn": done.withdrawn} if done.withdrawn else {}
    )


def _own_id(app: XApp) -> str:
    webhook = own_webhook(app)
    if webhook is None:
        raise CommandError("This app has no webhook of ours yet: manage.py x_webhook register")
    return webhook.x_id
