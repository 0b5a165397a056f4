"""Open streams of accounts are told that there is something new."""

from collections.abc import Iterable

from tickets import intake
from twitter_integration.facts.ledger import Telling
from twitter_integration.stream.kinds import PRIVATE


def tell_streams(fresh: Iterable[Telling]) -> None:
    """Of what nobody told before. One statement, or none; typing is in no stream."""
    told = [(t.account, t.event.kind) for t in fresh if t.account is not None and t.handled.typing is None]
    public = {account.address_id for account, kind in told if kind not in PRIVATE}
    intake.refresh_streams(public, {account.address_id for account, kind in told if kind in PRIVATE} - public)
