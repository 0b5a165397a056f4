"""X's published limits on what an account sends, as data with its source, and which of them a message falls under.

X's headers correct them at every answer (`rates`); counting is the helpdesk's (tickets/sending/meters.py). Reads
nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tickets.outbound import Gauge, Window
from twitter_integration.models import PartnerAccount
from twitter_integration.outgoing.rates import Rates
from twitter_integration.outgoing.rates import Window as Told

QUARTER = 15 * 60
DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLimits:
    """Calls per account in 15 minutes and 24 hours, and per app in 24 hours; 0: X names none."""

    what: str
    user_quarter: int
    user_day: int
    app_day: int
    as_of: date
    source: str


POSTS = SendLimits(
    what=gettext_noop("posts"),
    user_quarter=100,
    user_day=10_000,  # X names none; what all accounts of an app may do together bounds each, and refusals tell it
    app_day=10_000,
    as_of=date(2026, 8, 31),
    source="https://docs.x.com/x-api/fundamentals/rate-limits",
)
MESSAGES = SendLimits(
    what=gettext_noop("direct messages"),
    user_quarter=15,
    user_day=1_440,
    app_day=1_440,
    as_of=date(2026, 8, 31),
    source="https://docs.x.com/x-api/fundamentals/rate-limits",
)


def windows_of(account: PartnerAccount, *, private: bool) -> list[Window]:
    """What a direct message, or a post, of this account falls under."""
    limits = MESSAGES if private else POSTS
    quarter, user_day, app_day = _keys(account, private=private)
    listed = (
        (
            quarter,
            limits.user_quarter,
            QUARTER,
            _("X allows {n} {what} per 15 minutes.").format(n=limits.user_quarter, what=_(limits.what)),
        ),
        (
            user_day,
            limits.user_day,
            DAY,
            _("X allows {n:,} {what} of an account per 24 hours.").format(n=limits.user_day, what=_(limits.what)),
        ),
        (
            app_day,
            limits.app_day,
            DAY,
            _("X allows {n:,} {what} of an app per 24 hours.").format(n=limits.app_day, what=_(limits.what)),
        ),
    )
    return [Window(key=key, limit=limit, seconds=length, words=words) for key, limit, length, words in listed if limit]


def gauges_of(account: PartnerAccount, rates: Rates, *, private: bool) -> list[Gauge]:
    """What an answer told of them."""
    told = zip(_keys(account, private=private), (rates.window, rates.user_day, rates.app_day), strict=True)
    return [_gauge(key, window) for key, window in told if window is not None]


def spent(account: PartnerAccount, rates: Rates, *, private: bool, pause: float, now: float) -> Sequence[Gauge]:
    """What a refusal for a limit (429) told; where it told of none that is used up, the one it most likely meant.

    Calls left in the 15 minutes mean that a 24-hour limit is reached (docs.x.com, "Rate limits").
    """
    gauges = gauges_of(account, rates, private=private)
    if any(gauge.remaining <= 0 for gauge in gauges):
        return gauges
    quarter, user_day, _ = _keys(account, private=private)
    limits = MESSAGES if private else POSTS
    of_the_day = bool(rates.window and limits.user_day)
    key, limit = (user_day, limits.user_day) if of_the_day else (quarter, limits.user_quarter)
    until = datetime.fromtimestamp(now + pause, tz=UTC)
    guess = Gauge(key=key, limit=limit, remaining=0, resets_at=until)
    return [*(gauge for gauge in gauges if gauge.key != key), guess]


def _keys(account: PartnerAccount, *, private: bool) -> tuple[str, str, str]:
    what = "messages" if private else "posts"
    own, app = f"twitter:{account.page_id}:{what}", f"twitter:app {account.app_id}:{what}"
    return f"{own}:quarter", f"{own}:day", f"{app}:day"


def _gauge(key: str, told: Told) -> Gauge:
    resets_at = datetime.fromtimestamp(told.reset, tz=UTC)
    return Gauge(key=key, limit=told.limit, remaining=told.remaining, resets_at=resets_at)
