"""manage.py x_webhook: our webhook at X: register, list, validate, delete."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from twitter_integration.errors import XError
from twitter_integration.models import XApp
from twitter_integration.sealing import CannotOpen
from twitter_integration.webhooks import delete_webhook, refresh_webhooks, register_webhook, validate_webhook


class Command(BaseCommand):
    help = "Register our webhook at X, list what X has on file, have X validate it, or delete a registration."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=("register", "list", "validate", "delete"))
        parser.add_argument("--app", help="the X app by our name; needed only when there are several")
        parser.add_argument("--id", help="X's id of the webhook (for delete; validate takes ours when not given)")

    def handle(self, *args: Any, **options: Any) -> None:
        app = find_app(options["app"])
        try:
            result = self._act(options["action"], app, x_id=options["id"] or "")
        except XError as error:
            raise CommandError(error.sentence) from None
        except CannotOpen as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(result))

    def _act(self, action: str, app: XApp, *, x_id: str) -> Any:
        now = timezone.now()
        if action == "register":
            webhook = register_webhook(app, now=now)
            return {"webhook_id": webhook.x_id, "url": webhook.url, "valid": webhook.valid}
        if action == "list":
            return [
                {"webhook_id": known.x_id, "url": known.url, "valid": known.valid, "ours": known.ours}
                for known in refresh_webhooks(app, now=now)
            ]
        if action == "validate":
            x_id = x_id or _own_id(app)
            return {"webhook_id": x_id, "valid": validate_webhook(app, x_id, now=now)}
        if not x_id:
            raise CommandError("Name the registration to delete with --id (see: manage.py x_webhook list).")
        delete_webhook(app, x_id)
        return {"webhook_id": x_id, "deleted": True}


def find_app(name: str | None) -> XApp:
    """The app of that name, or the only one. Raises CommandError."""
    apps = {app.name: app for app in XApp.objects.all()}
    if name is None and len(apps) == 1:
        return next(iter(apps.values()))
    if name in apps:
        return apps[name]
    if not apps:
        raise CommandError("No X app is set up yet: manage.py x_account add --help")
    what = "Several X apps are set up" if name is None else f"There is no X app {name!r}"
    raise CommandError(f"{what}; name one with --app: {', '.join(sorted(apps))}")


def _own_id(app: XApp) -> str:
    webhook = app.webhooks.order_by("-checked_at").first()
    if webhook is None:
        raise CommandError("This app has no webhook of ours yet: manage.py x_webhook register")
    return webhook.x_id
