"""manage.py x_subscribe: have X tell our webhook about an account (add), show, withdraw or count what is ordered, and
cross over from Account Activity to X Activity (migrate)."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from kapture.command_base import DeskCommand
from kapture.readable import readable
from twitter_integration.choices import Product
from twitter_integration.management.naming import find_account, find_app, refusals_told
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.setup.clearing import left_at_x
from twitter_integration.setup.crossing import CannotFinish, begin_crossing, finish_crossing, what_comes_next, what_ends
from twitter_integration.setup.crossing_report import report_crossing
from twitter_integration.subscriptions import (
    count_subscriptions,
    list_subscriptions,
    products_in_use,
    subscribe,
    unsubscribe,
    why_it_stays,
)

_HOW_TO_BEGIN = "Start with x_subscribe migrate."
_HOW_TO_FORCE = "See x_subscribe migrate --report; x_subscribe migrate --finish --force drops it all the same."


class Command(DeskCommand):
    help = "Subscribe an account to its own activity, list, remove or count subscriptions, or change the product."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        add = actions.add_parser("add", help="register the webhook if need be and place what is missing")
        listing = actions.add_parser("list", help="what is ordered, row by row")
        remove = actions.add_parser("remove", help="withdraw its orders")
        migrate = actions.add_parser("migrate", help="cross over from Account Activity to X Activity")
        for action in (add, listing, remove, migrate):
            action.add_argument("account", metavar="PAGE", help="the account's Page ID or handle")
        for action in (add, remove):
            action.add_argument(
                "--product",
                action="append",
                choices=Product.values,
                help="which of X's products; may be given twice (add: what it has, else the app's; remove: all)",
            )
        steps = migrate.add_mutually_exclusive_group()
        steps.add_argument("--keep-both", action="store_true", help="order both side by side and report (the default)")
        steps.add_argument("--report", action="store_true", help="only report what each product told since")
        steps.add_argument("--finish", action="store_true", help="drop Account Activity")
        migrate.add_argument(
            "--force", action="store_true", help="finish although X Activity missed something, or nothing is known yet"
        )
        count = actions.add_parser("count", help="how many subscriptions X counts for an app")
        count.add_argument("--app", help="the X app by our name; needed only when there are several")
        count.add_argument("--product", choices=Product.values, help="of this product alone")
        for action in (add, listing, remove, migrate, count):
            action.add_argument("--json", action="store_true", help="the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with refusals_told():
            if options["action"] == "count":
                result: Any = self._count(find_app(options["app"]), options["product"])
            else:
                act = getattr(self, f"_{options['action']}")
                result = act(find_account(options["account"]), options)
        self.stdout.write(json.dumps(result) if options["json"] else readable(result))

    def _count(self, app: XApp, product: str | None) -> dict[str, Any]:
        """Of every product that its accounts have, each where it has more than one."""
        products = [product] if product else products_in_use(app)
        told = {name: asdict(count_subscriptions(app, product=name)) for name in products}
        return told[products[0]] if len(products) == 1 else told

    def _add(self, account: PartnerAccount, options: dict[str, Any]) -> dict[str, Any]:
        ordered = subscribe(account, now=timezone.now(), products=options["product"] or ())
        told = {"account": account.page_id, "products": account.products, **asdict(ordered)}
        stays = "" if options["product"] else why_it_stays(account)
        return told | ({"stays": stays} if stays else {})

    def _list(self, account: PartnerAccount, options: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "product": row.product,
                "event_type": row.event_type,
                "direction": row.direction,
                "webhook_id": row.webhook.x_id,
                "since": row.created_at.isoformat(),
            }
            | ({"unwanted_since": row.unwanted_since.isoformat()} if row.unwanted_since else {})
            for row in list_subscriptions(account)
        ]

    def _remove(self, account: PartnerAccount, options: dict[str, Any]) -> dict[str, Any]:
        withdrawn = unsubscribe(account, now=timezone.now(), products=options["product"] or ())
        told = {"account": account.page_id, "products": account.products, "withdrawn": withdrawn}
        left = left_at_x(account)
        return told | ({"left_at_x": left} if left else {})

    def _migrate(self, account: PartnerAccount, options: dict[str, Any]) -> dict[str, Any]:
        now = timezone.now()
        try:
            if options["finish"]:
                report = finish_crossing(account, now=now, force=options["force"])
            elif options["report"]:
                report = report_crossing(account, now=now)
            else:
                report = begin_crossing(account, now=now)
        except CannotFinish as error:
            begin = _HOW_TO_BEGIN if error.report.since is None else ""
            raise CommandError(f"{error} {_HOW_TO_FORCE if error.forcible else begin}".strip()) from None
        told = {"account": account.page_id, "products": account.products, **report.as_dict()}
        if options["finish"]:
            told |= {"ends": what_ends(report), "next_accounts": what_comes_next(account.app)}
        return told
