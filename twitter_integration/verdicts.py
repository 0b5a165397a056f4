"""What X's refusal of a message means for the helpdesk: the error half of the channel."""

import time

from tickets.outbound import SendError
from twitter_integration.accounts import mark_token
from twitter_integration.choices import TokenState
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.limits import QUARTER, spent
from twitter_integration.models import PartnerAccount
from twitter_integration.rates import Rates

_DEAD = (ErrorKind.DEAD_TOKEN, ErrorKind.WRONG_KEYS)


def send_error(error: XError, account: PartnerAccount, *, private: bool) -> SendError:
    """Sentence and reaction; remembers a token that died."""
    if error.kind in _DEAD:
        mark_token(account.page_id, TokenState.DEAD)
    limited = error.kind == ErrorKind.RATE
    pause = error.retry_after or (float(QUARTER) if limited else None)
    rates = error.rates or Rates()
    return SendError(
        error.sentence,
        code=error.code,
        permanent=error.permanent,
        unsettled=error.unsettled,
        retry_after=pause,
        stop_address=error.stops,
        also_stops=_same_app(account) if error.kind == ErrorKind.CREDITS else (),
        limited=limited,
        unheard=error.kind == ErrorKind.UNREACHABLE,
        gauges=spent(account, rates, private=private, pause=pause or 0, now=time.time()) if limited else (),
    )


def _same_app(account: PartnerAccount) -> list[str]:
    """Credits are the app's: without them none of its accounts sends (docs.x.com, "Pricing")."""
    return list(PartnerAccount.objects.filter(app=account.app_id).values_list("page_id", flat=True))
