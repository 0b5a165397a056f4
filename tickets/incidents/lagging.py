"""Whether a part is resolved with its incident without a question. Pure: no queries, no clock."""

from datetime import datetime

from tickets.choices import Lag

FAST = (Lag.AWAITS, Lag.ITEMS)  # nobody can choose these


def why_lagging(
    *, wrote_at: datetime | None, told_at: datetime | None, awaits: bool = False, items: bool = False
) -> Lag | None:
    """None: it is resolved. `told_at`: the latest that its customer was told, by us or with everybody; `wrote_at`: what
    they wrote there last."""
    if awaits or items:
        return Lag.AWAITS if awaits else Lag.ITEMS
    if wrote_at is None:
        return None
    if told_at is None:
        return Lag.UNTOLD
    return Lag.WROTE if wrote_at > told_at else None
