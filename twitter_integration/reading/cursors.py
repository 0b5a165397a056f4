"""Where reading stands per account and stream: who may read now, what the last answer or refusal means for the next.

Writes cursors and stops accounts whose tokens died. What is read, and what becomes of it, is polling's and searching's.
"""

from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

from django.apps import apps

from kapture.session_locks import hold
from tickets import intake
from twitter_integration.accounts import mark_token
from twitter_integration.choices import TokenState
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import Cursor, PartnerAccount, Subscription
from twitter_integration.models.cursor import Stream
from twitter_integration.outgoing.rates import Rates

_LOCK_SPACE = 0x0C05
# How often each stream is read: as a safety net beside a webhook, and as the only way in. Messages allow 15 calls in
# 15 minutes (docs.x.com, "Rate limits"), which several pages must share.
PACE = {
    Stream.MENTIONS: (timedelta(minutes=15), timedelta(minutes=1)),
    Stream.MESSAGES: (timedelta(minutes=15), timedelta(minutes=2)),
    Stream.POSTS: (timedelta(minutes=30), timedelta(minutes=5)),
    Stream.ANSWERS: (timedelta(minutes=30), timedelta(minutes=5)),
}
# Placing orders takes seconds, and up to ten more pass before the first event (x-api 2.6); X's lists are late, too.
SETTLING = timedelta(seconds=60)
_SLACK = timedelta(seconds=10)  # a schedule's minute is not exact
_NO_MOMENT = timedelta(minutes=15)  # X's window, for a 429 that names none
_NOT_ALLOWED = timedelta(hours=6)  # the tier or the token must change first
_OUT_OF_CREDITS = timedelta(hours=1)
_LADDER = tuple(timedelta(minutes=m) for m in (1, 2, 5, 10, 20, 30))


def cursor_of(account: PartnerAccount, stream: str) -> Cursor:
    return Cursor.objects.get_or_create(account=account, stream=stream)[0]


def has_webhook(account: PartnerAccount) -> bool:
    """Whether X tells us of this account by itself."""
    return Subscription.objects.filter(account=account, webhook__valid=True, unwanted_since=None).exists()


def is_due(cursor: Cursor, *, told: bool, now: datetime, wanted_at: datetime | None = None) -> bool:
    """`told`: X tells by webhook as well. `wanted_at`: since when somebody wants it read, whatever its turn: once, and
    once more when new orders work at X."""
    if cursor.wait_until is not None and now < cursor.wait_until:
        return False
    if cursor.polled_at is None or cursor.page:
        return True
    wanted = (wanted_at, wanted_at + SETTLING) if wanted_at is not None else ()
    if any(cursor.polled_at < moment <= now for moment in wanted):
        return True
    slow, fast = PACE[Stream(cursor.stream)]
    return now - cursor.polled_at >= (slow if told else fast) - _SLACK


def may_read(account: PartnerAccount) -> bool:
    """Whether anything is read of it. A paused account sends nothing, and reads."""
    return account.enabled and has_token(account)


def has_token(account: PartnerAccount) -> bool:
    """Whether there is a token worth trying."""
    return account.is_connected and account.token_state != TokenState.DEAD


def held(account: PartnerAccount, stream: str) -> AbstractContextManager[bool]:
    """One reader per account and stream."""
    return hold(_LOCK_SPACE, f"{account.pk}:{stream}")


def held_app(app: int, work: str) -> AbstractContextManager[bool]:
    """One worker per app and kind of work."""
    return hold(_LOCK_SPACE, f"app {app}:{work}")


def note_rates(cursor: Cursor, rates: Rates) -> None:
    """Keep X's window, unsaved. A window that is spent is waited for, before X has to refuse."""
    if rates.window is None:
        return
    cursor.window_limit, cursor.window_left = rates.window.limit, rates.window.remaining
    cursor.window_ends_at = datetime.fromtimestamp(rates.window.reset, tz=UTC)
    cursor.wait_until = cursor.window_ends_at if rates.window.remaining <= 0 else None


def note_success(cursor: Cursor, *, now: datetime, result: str = "") -> None:
    cursor.polled_at, cursor.failures, cursor.result = now, 0, result[:300]
    cursor.save()


def note_failure(cursor: Cursor, error: XError, *, now: datetime) -> None:
    """Wait as long as the refusal means; a stream that is refused holds up no other."""
    cursor.polled_at, cursor.failures = now, min(cursor.failures + 1, 1000)
    cursor.result = error.sentence[:300]
    cursor.wait_until = now + _wait_for(error, cursor.failures)
    if error.kind == ErrorKind.INVALID:
        cursor.page = cursor.head_id = ""  # a page that X no longer knows: begin the walk anew
    cursor.save()
    if error.stops:
        stop_account(cursor.account, error)


def _wait_for(error: XError, failures: int) -> timedelta:
    if error.kind == ErrorKind.RATE:
        return timedelta(seconds=error.retry_after) if error.retry_after else _NO_MOMENT
    if error.kind == ErrorKind.CREDITS:
        return _OUT_OF_CREDITS
    if error.kind in (ErrorKind.NO_ACCESS, ErrorKind.PERMISSION):
        return _NOT_ALLOWED
    return _LADDER[min(failures, len(_LADDER)) - 1]


def stop_account(account: PartnerAccount, error: XError) -> None:
    """Tokens died or money is gone: nothing goes out either, and people are told. Of an account that was disconnected
    they know the reason already; that its token no longer works only follows from it. Wrong keys of the app say nothing
    of the token: with them it is tried again, ever more seldom, until X takes them."""
    if error.kind == ErrorKind.DEAD_TOKEN:
        mark_token(account.page_id, TokenState.DEAD)
        account.token_state = TokenState.DEAD
    addresses = apps.get_model("tickets", "Address")._default_manager
    connected = addresses.filter(pk=account.address_id, partner_account__disconnected_at=None)
    fresh = connected.exclude(sending_stopped=True, banner=error.sentence[:300])
    if fresh.update(sending_stopped=True, banner=error.sentence[:300]):
        intake.refresh_pages()
