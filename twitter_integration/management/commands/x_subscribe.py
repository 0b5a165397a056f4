"""manage.py x_subscribe: have X tell our webhook about an account (add), or show what is ordered (list)."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone

from twitter_integration.choices import Product
from twitter_integration.errors import XError
from twitter_integration.models import PartnerAccount
from twitter_integration.sealing import CannotOpen
from twitter_integration.subscriptions import list_subscriptions, subscribe
from twitter_integration.webhooks import register_webhook


class Command(BaseCommand):
    help = "Subscribe an account to its own activity (add; registers the webhook first), or list its subscriptions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=("add", "list"))
        parser.add_argument("account", help="the account's Page ID or handle")
        parser.add_argument(
            "--product",
            action="append",
            choices=Product.values,
            help="which of X's products; may be given twice (default: account_activity, which ends on 1 January 2027)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        account = find_account(options["account"])
        if options["action"] == "list":
            self.stdout.write(json.dumps([_describe(row) for row in list_subscriptions(account)]))
            return
        products = options["product"] or [Product.ACCOUNT_ACTIVITY.value]
        now = timezone.now()
        try:
            webhook = register_webhook(account.app, now=now)
            ordered = subscribe(account, webhook, now=now, products=products)
        except XError as error:
            raise CommandError(error.sentence) from None
        except CannotOpen as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            json.dumps(
                {
                    "account": account.page_id,
                    "webhook_id": webhook.x_id,
                    "added": ordered.added,
                    "kept": ordered.kept,
                    "refused": ordered.refused,
                }
            )
        )


def find_account(name: str) -> PartnerAccount:
    """By Page ID or handle. Raises CommandError."""
    rows = PartnerAccount.objects.select_related("app", "address")
    found = rows.filter(Q(page_id=name) | Q(page_name__iexact=name.lstrip("@"))).first()
    if found is None:
        known = ", ".join(f"@{row.page_name} ({row.page_id})" for row in rows) or "none"
        raise CommandError(f"There is no account {name!r}. Known: {known}.")
    return found


def _describe(row: Any) -> dict[str, Any]:
    return {
        "product": row.product,
        "event_type": row.event_type,
        "direction": row.direction,
        "webhook_id": row.webhook.x_id,
        "since": row.created_at.isoformat(),
    }
