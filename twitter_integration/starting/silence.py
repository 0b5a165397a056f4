"""Why no ticket has come of the test message yet: what is known of its way in, judged. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# X says up to ten seconds from an order to its first event; a bell is answered within one.
AT_ONCE = timedelta(seconds=30)
WORKED_WITHIN = timedelta(seconds=15)


class Why(StrEnum):
    WAITING = "waiting"  # nothing to worry about yet
    NOTHING = "nothing"  # X has delivered nothing
    NOT_WORKED = "not_worked"  # delivered, and no worker took it up
    DEAD = "dead"  # delivered, and could not be worked
    NO_TICKET = "no_ticket"  # delivered and worked, and no ticket comes of it
    OFF = "off"  # the account is switched off here


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What the inbox has of one account. `waiting_since`: of the oldest delivery nobody has tried. `kind`: of what was
    worked last, with its reason where it was left alone."""

    enabled: bool = True
    since: datetime | None = None  # subscribed
    delivered: int = 0
    waiting_since: datetime | None = None
    dead: str = ""
    kind: str = ""


def why(known: Arrived, *, now: datetime) -> Why:
    if not known.enabled:
        return Why.OFF
    if known.waiting_since is not None:
        return Why.NOT_WORKED if now - known.waiting_since > WORKED_WITHIN else Why.WAITING
    if known.kind:
        return Why.NO_TICKET
    if known.dead:
        return Why.DEAD
    if known.delivered or known.since is None:
        return Why.WAITING
    return Why.NOTHING if now - known.since > AT_ONCE else Why.WAITING
