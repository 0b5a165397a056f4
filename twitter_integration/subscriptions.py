"""Standing orders at X: our accounts subscribed to what concerns them, in both of X's products.

Everything here may be run again. The webhook the orders lead to is registered in webhooks.py.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from twitter_integration.accounts import keys_of
from twitter_integration.choices import Product
from twitter_integration.client import XClient
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import PartnerAccount, Subscription, Webhook

# X Activity: what a brand's desk lives on, as (event type, direction). The dialect has no order for "everything".
ACTIVITY_TYPES: tuple[tuple[str, str], ...] = (
    ("post.create", ""),
    ("post.delete", ""),
    ("post.mention.create", ""),
    ("post.reply.create", ""),
    ("post.quote.create", ""),
    ("post.repost.create", ""),
    ("like.create", "inbound"),
    ("follow.follow", ""),
    ("follow.unfollow", ""),
    ("dm.received", ""),
    ("dm.sent", ""),
    ("dm.read", ""),
    ("dm.indicate_typing", ""),
    ("chat.received", ""),
    ("profile.update.handle", ""),
    ("block.block", ""),
    ("block.unblock", ""),
    ("mute.mute", ""),
    ("mute.unmute", ""),
)
_ACTIVITY = "/2/activity/subscriptions"


@dataclass(slots=True)
class Ordered:
    """What subscribing did: orders newly placed, found in place, and refused with X's reason."""

    added: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def subscribe(
    account: PartnerAccount,
    webhook: Webhook,
    *,
    now: datetime,
    products: Iterable[str] = (Product.ACCOUNT_ACTIVITY,),
) -> Ordered:
    """Place the account's orders on the webhook. Raises XError when X cannot be asked; a single refused event type of
    X Activity is told in the result (what a tier includes changes often)."""
    ordered = Ordered()
    with XClient(keys_of(account)) as client:
        for product in products:
            if product == Product.ACCOUNT_ACTIVITY:
                _order_everything(client, account, webhook, ordered, now=now)
            else:
                _order_activity(client, account, webhook, ordered, now=now)
    return ordered


def list_subscriptions(account: PartnerAccount) -> list[Subscription]:
    """The account's orders as our rows have them."""
    return list(account.subscriptions.select_related("webhook").order_by("product", "event_type", "direction"))


def _order_everything(
    client: XClient, account: PartnerAccount, webhook: Webhook, ordered: Ordered, *, now: datetime
) -> None:
    """Account Activity: one order for everything, placed by the account itself."""
    path = f"/2/account_activity/webhooks/{webhook.x_id}/subscriptions/all"
    fresh = _place(client, path, body={}) is not None
    (ordered.added if fresh else ordered.kept).append(Product.ACCOUNT_ACTIVITY.value)
    _keep_order(account, webhook, Product.ACCOUNT_ACTIVITY, now=now)


def _order_activity(
    client: XClient, account: PartnerAccount, webhook: Webhook, ordered: Ordered, *, now: datetime
) -> None:
    """X Activity: one order per event type. Live testing by others found that placing a private one takes the account's
    own signature, and listing takes the app's, whatever the published schema says."""
    placed = {(row["event_type"], row["direction"]): row["id"] for row in _placed(client, account, webhook)}
    for event_type, direction in ACTIVITY_TYPES:
        x_id = placed.get((event_type, direction), "")
        if x_id:
            ordered.kept.append(event_type)
        else:
            body = _activity_body(account, webhook, event_type=event_type, direction=direction)
            try:
                answer = _place(client, _ACTIVITY, body=body)
            except XError as error:
                if error.stops or not error.permanent:
                    raise
                ordered.refused[event_type] = error.sentence
                continue
            x_id = next((row["id"] for row in _orders(answer or {})), "")
            ordered.added.append(event_type)
        _keep_order(
            account, webhook, Product.X_ACTIVITY, now=now, event_type=event_type, direction=direction, x_id=x_id
        )


def _activity_body(account: PartnerAccount, webhook: Webhook, *, event_type: str, direction: str) -> dict[str, Any]:
    subject = {"user_id": account.page_id} | ({"direction": direction} if direction else {})
    return {"event_type": event_type, "filter": subject, "webhook_id": webhook.x_id, "tag": "kapture"}


def _place(client: XClient, path: str, *, body: dict[str, Any]) -> dict[str, Any] | None:
    """Place an order as the account; None when X has it already."""
    try:
        return client.request("POST", path, body=body).document
    except XError as error:
        if error.kind != ErrorKind.ALREADY:
            raise
        return None


def _placed(client: XClient, account: PartnerAccount, webhook: Webhook) -> Iterator[dict[str, str]]:
    page = ""
    while True:
        query = {"max_results": "1000"} | ({"pagination_token": page} if page else {})
        answer = client.request("GET", _ACTIVITY, query=query, auth="app")
        for row in _orders(answer.document):
            if row["user_id"] == account.page_id and row["webhook_id"] == webhook.x_id:
                yield row
        page = answer.next_token
        if not page:
            return


def _orders(document: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The orders in an answer. X's schema, its pages and its live answers disagree: an object under `subscription`, a
    flat
    object, or a list of either."""
    data = document.get("data")
    for item in data if isinstance(data, list) else [data]:
        row = item.get("subscription", item) if isinstance(item, dict) else None
        if not isinstance(row, dict):
            continue
        subject = row.get("filter")
        subject = subject if isinstance(subject, dict) else {}
        yield {
            "id": str(row.get("subscription_id") or row.get("id") or ""),
            "event_type": str(row.get("event_type") or ""),
            "direction": str(subject.get("direction") or ""),
            "user_id": str(subject.get("user_id") or ""),
            "webhook_id": str(row.get("webhook_id") or ""),
        }


def _keep_order(
    account: PartnerAccount,
    webhook: Webhook,
    product: Product,
    *,
    now: datetime,
    event_type: str = "",
    direction: str = "",
    x_id: str = "",
) -> None:
    Subscription.objects.update_or_create(
        account=account,
        webhook=webhook,
        product=product,
        event_type=event_type,
        direction=direction,
        defaults={"x_id": x_id},
        create_defaults={"x_id": x_id, "created_at": now},
    )
