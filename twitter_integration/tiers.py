"""Which dialect an app may use for an operation, the sentence when none, and the way by hand. Pure.

The table itself is offers/; an app that X treats otherwise than its tier says so in `changes`. Not here: what the post
answered allows (capabilities.py), whether the account is in order (sendable.py).
"""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from django.utils.translation import gettext as _

from twitter_integration.choices import Tier
from twitter_integration.offers import OFFERS, Dialect

# Operation → the dialects to use, best first: what X told one app, beyond the table.
Changes = Mapping[str, Sequence[str]]


def dialects(operation: str, tier: str, *, changes: Changes | None = None) -> list[Dialect]:
    """In which dialects an app of this tier may do it, the preferred one first; empty: in none."""
    offer = OFFERS[operation]
    if changes is not None and operation in changes:
        return [Dialect(name) for name in changes[operation] if offer.call(Dialect(name)) is not None]
    calls = {dialect: offer.call(dialect) for dialect in Dialect}
    return [dialect for dialect, call in calls.items() if call is not None and tier in call.tiers]


def refusal(operation: str, tier: str, *, changes: Changes | None = None) -> str:
    """Why an app of this tier may not do it, in a sentence; empty when it may."""
    if dialects(operation, tier, changes=changes):
        return ""
    words = _(OFFERS[operation].words)
    others = [other for other in Tier if dialects(operation, other)]
    if not others:
        return _("X offers apps no way to %(words)s.") % {"words": words}
    access = _(" or ").join(str(other.label) for other in others)
    return _("X lets only apps with %(access)s access %(words)s; this app's access is: %(own)s.") % {
        "access": access,
        "words": words,
        "own": Tier(tier).label,
    }


def path_by_hand(operation: str, **known: str) -> str:
    """Where on X's own site a person can do it; empty where there is no such place or it needs what is not known."""
    template = OFFERS[operation].by_hand
    told = {"text": ""} | {name: quote(value, safe="") for name, value in known.items() if value}
    try:
        return template.format_map(told)
    except KeyError:
        return ""
