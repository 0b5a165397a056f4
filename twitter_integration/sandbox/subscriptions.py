"""Who is subscribed to what: Account Activity (webhook, user) and X Activity (one row per event type)."""

from dataclasses import dataclass

from twitter_integration.sandbox.apps import App
from twitter_integration.sandbox.ids import Snowflakes, as_id, now_ms
from twitter_integration.sandbox.store import Row, Store
from twitter_integration.sandbox.webhooks import Webhook


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitySubscription:
    id: int
    app_id: int
    event_type: str
    user_id: int | None
    direction: str
    keyword: str
    tag: str
    webhook_id: int | None
    created_ms: int
    updated_ms: int


def subscribe_account(store: Store, webhook: Webhook, *, user_id: int) -> bool:
    """False when the user was subscribed already."""
    sql = "INSERT OR IGNORE INTO account_subscription VALUES (?, ?, ?)"
    return store.run(sql, (webhook.id, user_id, now_ms())) > 0


def unsubscribe_account(store: Store, webhook: Webhook, *, user_id: int) -> bool:
    sql = "DELETE FROM account_subscription WHERE webhook_id = ? AND user_id = ?"
    return store.run(sql, (webhook.id, user_id)) > 0


def is_subscribed(store: Store, webhook: Webhook, *, user_id: int) -> bool:
    sql = "SELECT count(*) FROM account_subscription WHERE webhook_id = ? AND user_id = ?"
    return store.number(sql, (webhook.id, user_id)) > 0


def accounts_of(store: Store, webhook: Webhook) -> list[int]:
    sql = "SELECT user_id FROM account_subscription WHERE webhook_id = ? ORDER BY at_ms, user_id"
    return [int(row[0]) for row in store.rows(sql, (webhook.id,))]


def count_accounts(store: Store, app: App) -> int:
    sql = "SELECT count(*) FROM account_subscription JOIN webhook ON webhook.id = webhook_id WHERE app_id = ?"
    return store.number(sql, (app.id,))


def listening_accounts(store: Store) -> list[tuple[int, int]]:
    """(webhook id, user id) of every Account Activity subscription whose webhook is valid."""
    sql = (
        "SELECT webhook_id, user_id FROM account_subscription JOIN webhook ON webhook.id = webhook_id"
        " WHERE valid ORDER BY webhook_id, user_id"
    )
    return [(int(row[0]), int(row[1])) for row in store.rows(sql)]


def is_anybody_listening(store: Store) -> bool:
    """Whether any subscription of either kind leads to a valid webhook."""
    leading = "SELECT count(*) FROM activity_subscription JOIN webhook ON webhook.id = webhook_id WHERE valid"
    return bool(listening_accounts(store)) or store.number(leading) > 0


def drop_user(store: Store, *, app_id: int, user_id: int) -> None:
    """X itself ends all subscriptions of a user who removes the app."""
    store.run(
        "DELETE FROM account_subscription WHERE user_id = ?"
        " AND webhook_id IN (SELECT id FROM webhook WHERE app_id = ?)",
        (user_id, app_id),
    )
    store.run("DELETE FROM activity_subscription WHERE user_id = ? AND app_id = ?", (user_id, app_id))


def _row(row: Row) -> ActivitySubscription:
    return ActivitySubscription(**dict(row))


def add_activity(
    store: Store,
    ids: Snowflakes,
    *,
    app: App,
    event_type: str,
    user_id: int | None,
    direction: str = "",
    keyword: str = "",
    tag: str = "",
    webhook_id: int | None = None,
) -> ActivitySubscription:
    subscription_id, at = ids.draw(), now_ms()
    store.add(
        "activity_subscription",
        id=subscription_id,
        app_id=app.id,
        event_type=event_type,
        user_id=user_id,
        direction=direction,
        keyword=keyword,
        tag=tag,
        webhook_id=webhook_id,
        created_ms=at,
        updated_ms=at,
    )
    found = find_activity(store, subscription_id, app=app)
    assert found is not None
    return found


def find_activity(store: Store, subscription_id: int | str, *, app: App) -> ActivitySubscription | None:
    sql = "SELECT * FROM activity_subscription WHERE id = ? AND app_id = ?"
    row = store.row(sql, (as_id(subscription_id), app.id))
    return _row(row) if row else None


def activity_of(store: Store, app: App) -> list[ActivitySubscription]:
    sql = "SELECT * FROM activity_subscription WHERE app_id = ? ORDER BY id"
    return [_row(row) for row in store.rows(sql, (app.id,))]


def same_activity(store: Store, subscription: ActivitySubscription) -> int:
    """How many rows of the app ask for the same thing, this one included."""
    sql = (
        "SELECT count(*) FROM activity_subscription WHERE app_id = ? AND event_type = ?"
        " AND user_id IS ? AND direction = ? AND keyword = ?"
    )
    values = (subscription.app_id, subscription.event_type, subscription.user_id)
    return store.number(sql, (*values, subscription.direction, subscription.keyword))


def change_activity(store: Store, subscription: ActivitySubscription, *, tag: str, webhook_id: int | None) -> None:
    sql = "UPDATE activity_subscription SET tag = ?, webhook_id = ?, updated_ms = ? WHERE id = ?"
    store.run(sql, (tag, webhook_id, now_ms(), subscription.id))


def remove_activity(store: Store, subscription: ActivitySubscription) -> None:
    store.run("DELETE FROM activity_subscription WHERE id = ?", (subscription.id,))


def listening_activity(store: Store, event_type: str) -> list[ActivitySubscription]:
    """Rows for that event type that lead to a valid webhook."""
    sql = (
        "SELECT activity_subscription.* FROM activity_subscription"
        " JOIN webhook ON webhook.id = webhook_id WHERE valid AND event_type = ? ORDER BY 1"
    )
    return [_row(row) for row in store.rows(sql, (event_type,))]
