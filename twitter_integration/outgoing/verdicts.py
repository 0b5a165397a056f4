"""What X's refusal of a message means for the helpdesk: the error half of the channel."""

import time

from tickets.outbound import SendError
from twitter_integration.accounts import mark_token
from twitter_integration.choices import TokenState
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import PartnerAccount
from twitter_integration.outgoing.limits import QUARTER, spent
from twitter_integration.outgoing.rates import Rates

_REFUSED = (ErrorKind.DEAD_TOKEN, ErrorKind.WRONG_KEYS)


def send_error(error: XError, account: PartnerAccount, *, private: bool) -> SendError:
    """Sentence and reaction; remembers a token that died."""
    sentence = error.sentence
    if error.kind == ErrorKind.DEAD_TOKEN:
        mark_token(account.page_id, TokenState.DEAD)
    if error.kind in _REFUSED:
        sentence = _why_disconnected(account) or sentence
    limited = error.kind == ErrorKind.RATE
    pause = error.retry_after or (float(QUARTER) if limited else None)
    rates = error.rates or Rates()
    return SendError(
        sentence,
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


def _why_disconnected(account: PartnerAccount) -> str:
    """Of an account that was disconnected while the call was under way: the reason people were told stays."""
    gone = PartnerAccount.objects.filter(pk=account.pk).exclude(disconnected_at=None)
    return gone.values_list("address__banner", flat=True).first() or ""


def _same_app(account: PartnerAccount) -> list[str]:
    """Credits are the app's: without them none of its accounts sends (docs.x.com, "Pricing")."""
    return list(PartnerAccount.objects.filter(app=account.app_id).values_list("page_id", flat=True))
