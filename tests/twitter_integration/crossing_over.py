"""Crossing over as the command does it, and events that one product or another told."""

import io
import json
from datetime import datetime
from typing import Any

from django.core.management import call_command

from twitter_integration.choices import Product
from twitter_integration.models import Event, PartnerAccount
from twitter_integration.registering import x_activity
from twitter_integration.registering.dialect import Order
from twitter_integration.registering.lines import open_line

OLD, NEW = Product.ACCOUNT_ACTIVITY.value, Product.X_ACTIVITY.value


def migrate(*options: str) -> Any:
    output = io.StringIO()
    call_command("x_subscribe", "migrate", "@acmehelp_demo", "--json", *options, stdout=output)
    return json.loads(output.getvalue())


def heard(kind: str, *sources: str, at: datetime) -> None:
    facts = {"account_id": "900000000000000001", "kind": kind, "outcome": "acted", "sources": list(sources)}
    Event.objects.create(key=f"{kind}:{Event.objects.count()}", occurred_at=at, received_at=at, **facts)


def withdraw_at_x(account: PartnerAccount, *event_types: str) -> None:
    """Behind our back: our rows know nothing of it."""
    with open_line(account.app, "x_activity") as line:
        for row in account.subscriptions.filter(product=NEW, event_type__in=event_types):
            x_activity.withdraw(line, row.webhook.x_id, Order(user_id=account.page_id, x_id=row.x_id))
