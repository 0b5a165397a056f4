"""How an account stands, from our own rows: what the card on its page, the doctor and /metrics tell. Asks X nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Min

from kapture.figures import counted
from twitter_integration import budgets
from twitter_integration.auditing import troubles
from twitter_integration.choices import DeliveryState, Product, TokenState
from twitter_integration.connecting import shortfall
from twitter_integration.hourly import newest_events
from twitter_integration.inbox import dead_of_nobody
from twitter_integration.models import Cursor, Delivery, OAuth2Grant, PartnerAccount, Webhook, XApp
from twitter_integration.registering.table import DIALECTS, dialect_name

# X challenges at least once a day, and gives up four hours later (x-api 2.4).
CHALLENGE_OVERDUE = timedelta(hours=25)
DELIVERY_LAG = timedelta(minutes=5)
_MOST_COUNTED = 1000
DEAD_OF_NOBODY = "Dead letters of no account"
# X's migration guide (x-api 0.1).
ACCOUNT_ACTIVITY_ENDS = datetime(2027, 1, 1, tzinfo=UTC)
TOLD_BEFORE = timedelta(days=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One line of the card. `trouble` with its remedy makes it a finding; `fatal`: something must be mended."""

    label: str
    value: str
    trouble: str = ""
    remedy: str = ""
    fatal: bool = True


def signs(account: PartnerAccount, *, now: datetime) -> list[Sign]:
    """The whole card, in the order a person looks for a fault."""
    if account.purged_at is not None:
        return [_purged(account.purged_at)]  # nothing of it is wanted any more, so nothing of it can be at fault
    return [
        *_token(account),
        *_webhook(account, now=now),
        *_orders(account, now=now),
        *_deliveries(account, now=now),
        *_streams(account, now=now),
        *_budget(account, now=now),
        *_audit(account.app),
    ]


def challenge_age(app: XApp, *, now: datetime) -> float | None:
    """Seconds since a challenge of X's was last known to be answered well."""
    return (now - app.last_challenge_at).total_seconds() if app.last_challenge_at else None


def ago(moment: datetime | None, *, now: datetime) -> str:
    if moment is None:
        return "never"
    seconds = max(0, int((now - moment).total_seconds()))
    for size, word in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {word} ago"
    return f"{seconds} s ago"


def _purged(at: datetime) -> Sign:
    kept = f"on {at:%Y-%m-%d %H:%M} UTC; until it is connected again, nothing X tells of it is kept"
    return Sign(label="Purged", value=kept)


def _token(account: PartnerAccount) -> Iterator[Sign]:
    again = "Press “Connect with X” on its page."
    if not account.is_connected:
        why = account.address.banner or "It is disconnected from X."
        yield Sign(label="Token", value=account.token_word, trouble=why, remedy=again, fatal=False)
        return
    value = " · ".join(filter(None, (account.token_word, _level(account))))
    dead = "X refuses its token." if account.token_state == TokenState.DEAD else ""
    lacking = shortfall(account.access_level)
    yield Sign(label="Token", value=value, trouble=dead or lacking, remedy=again if dead else "", fatal=bool(dead))
    grant = OAuth2Grant.objects.filter(account=account).defer("access_token", "refresh_token").first()
    if grant is not None:
        broken = f"OAuth 2.0: {grant.broken}" if grant.broken else ""
        yield Sign(label="OAuth 2.0", value="broken" if broken else "in place", trouble=broken, remedy=again)


def _level(account: PartnerAccount) -> str:
    return str(account.get_access_level_display()) if account.access_level else ""


def _webhook(account: PartnerAccount, *, now: datetime) -> Iterator[Sign]:
    hooks = list(Webhook.objects.filter(app=account.app_id).order_by("-checked_at"))
    if not hooks:
        wanted = bool(account.products)
        yield Sign(
            label="Webhook",
            value="none",
            trouble="X has no webhook of ours, though this account wants one." if wanted else "",
            remedy="Press “Compare with X and mend” on the app's page." if wanted else "",
        )
        return
    for hook in hooks:
        state = "valid" if hook.valid else "invalid"
        yield Sign(
            label="Webhook",
            value=f"{state}, looked at {ago(hook.checked_at, now=now)}",
            trouble="" if hook.valid else "X holds the webhook invalid: the challenge failed.",
            remedy="Make it reachable from outside, then have X challenge it on the app's page.",
        )
    age = challenge_age(account.app, now=now)
    late = age is not None and age > CHALLENGE_OVERDUE.total_seconds()
    yield Sign(
        label="Last challenge",
        value=ago(account.app.last_challenge_at, now=now),
        trouble="X has not been known to challenge the webhook for more than a day." if late else "",
        remedy="Have X challenge it on the app's page.",
        fatal=False,
    )


def _orders(account: PartnerAccount, *, now: datetime) -> Iterator[Sign]:
    if account.is_connected and not account.products:
        yield Sign(label="Subscriptions", value="0: only what is read by polling comes in. Press “Subscribe”.")
    for product in account.products:
        dialect = DIALECTS[dialect_name(account.app.registration, product)]
        wanted = sum(1 for _ in dialect.wanted(account.page_id))
        placed = account.subscriptions.filter(product=product).count()
        refused = len(account.refused_orders) if product == Product.X_ACTIVITY else 0
        short = placed + refused < wanted
        yield Sign(
            label=str(Product(product).label),
            value=f"{placed} of {wanted} subscriptions" + (f", {refused} refused by X" if refused else ""),
            trouble=f"Missing at X: {counted(wanted - placed - refused, 'subscription')}." if short else "",
            remedy="Press “Subscribe”, or wait for the next audit.",
        )
    yield from _ending(account, now=now)
    if account.crossing_since is not None:
        yield Sign(label="Crossing over", value=f"both products since {account.crossing_since:%Y-%m-%d %H:%M} UTC")


def _ending(account: PartnerAccount, *, now: datetime) -> Iterator[Sign]:
    """Account Activity's end, told in time to cross over."""
    if account.products == [Product.ACCOUNT_ACTIVITY] and now > ACCOUNT_ACTIVITY_ENDS - TOLD_BEFORE:
        over = now >= ACCOUNT_ACTIVITY_ENDS
        yield Sign(
            label="Account Activity",
            value=f"{'ended' if over else 'ends'} on {ACCOUNT_ACTIVITY_ENDS:%Y-%m-%d}",
            trouble=f"X {'ended' if over else 'ends'} Account Activity on 1 January 2027.",
            remedy=(
                f"Press “Cross over to X Activity” on its page, or run manage.py x_subscribe migrate {account.page_id}."
            ),
            fatal=over,
        )


def _deliveries(account: PartnerAccount, *, now: datetime) -> Iterator[Sign]:
    yield Sign(label="Last event", value=ago(account.last_event_at, now=now))
    rows = Delivery.objects.filter(lane=account.page_id)
    oldest = rows.filter(state=DeliveryState.NEW).aggregate(oldest=Min("received_at"))["oldest"]
    late = oldest is not None and now - oldest > DELIVERY_LAG
    yield Sign(
        label="Lag",
        value=f"oldest unworked delivery {ago(oldest, now=now)}" if oldest else "none",
        trouble=f"A delivery has been waiting since {ago(oldest, now=now)}." if late else "",
        remedy="Look whether the worker runs.",
    )
    dead = rows.filter(state=DeliveryState.DEAD)[:_MOST_COUNTED].count()
    yield Sign(
        label="Dead letters",
        value=f"{dead}" if dead < _MOST_COUNTED else f"{dead} or more",
        trouble=f"Could not be worked: {counted(dead, 'delivery', 'deliveries')}." if dead else "",
        remedy="See why under Webhook deliveries, and replay them.",
        fatal=False,
    )
    yield from _of_nobody(account.app)


def _of_nobody(app: XApp) -> Iterator[Sign]:
    """What X delivered to the account's app and no account's card counts."""
    dead = dead_of_nobody().filter(app=app)[:_MOST_COUNTED].count()
    if dead:
        yield Sign(
            label=DEAD_OF_NOBODY,
            value=f"{dead}" if dead < _MOST_COUNTED else f"{dead} or more",
            trouble=f"The app's webhook was told what no account here is named by: {counted(dead, 'dead letter')}.",
            remedy="See why under Webhook deliveries; set the account up, then replay them.",
            fatal=False,
        )


def _streams(account: PartnerAccount, *, now: datetime) -> Iterator[Sign]:
    """What is told by webhook or read by polling, stream by stream."""
    dead = account.token_state == TokenState.DEAD  # told with the token, and not once more for every stream
    newest = newest_events(account.page_id)
    cursors = {cursor.stream: cursor for cursor in Cursor.objects.filter(account=account)}
    for stream in sorted(newest.keys() | cursors.keys()):
        cursor = cursors.get(stream)
        parts = [f"last event {ago(newest[stream], now=now)}"] if stream in newest else []
        parts += _polled(cursor, now=now) if cursor else []
        failed = cursor is not None and cursor.failures > 0 and not dead
        yield Sign(
            label=stream.replace("_", " ").capitalize(),
            value=" · ".join(parts) or "nothing yet",
            trouble=f"Reading {stream} failed {_times(cursor.failures)}: {cursor.result}" if cursor and failed else "",
            remedy="It is tried again by itself.",
            fatal=False,
        )


def _polled(cursor: Cursor, *, now: datetime) -> list[str]:
    parts = [f"read {ago(cursor.polled_at, now=now)}"]
    if cursor.complete_until:
        parts.append(f"complete up to {cursor.complete_until:%Y-%m-%d %H:%M} UTC")
    if cursor.window_left is not None and cursor.window_ends_at and cursor.window_ends_at > now:
        parts.append(
            f"{cursor.window_left} of {cursor.window_limit} calls left until {cursor.window_ends_at:%H:%M} UTC"
        )
    return parts


def _budget(account: PartnerAccount, *, now: datetime) -> Iterator[Sign]:
    left = budgets.left(account, now=now)
    yield Sign(
        label="Budget",
        value=f"{left.used} % of today's used, ${left.cost_per_day - left.cost:.2f} of ${left.cost_per_day:.2f}",
        trouble=left.warning,
        remedy="See what it went for under Costs, or allow more under Daily allowances.",
        fatal=False,
    )


def _audit(app: XApp) -> Iterator[Sign]:
    if app.audited_at is None:
        return
    failed = troubles(app)
    yield Sign(
        label="Last audit",
        value=f"{app.audited_at:%Y-%m-%d %H:%M} UTC",
        trouble=f"The audit could not mend: {failed[0]}" if failed else "",
        remedy="It tries again every half hour; “Compare with X and mend” on the app's page does it now.",
    )


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
