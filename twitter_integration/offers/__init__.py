"""What X offers: every operation with its call in both dialects, the tiers that may make it, page and day. Pure data.

The next change of X is an edit here. Not here: choosing among them (tiers.py), what the calls carry (console/).
"""

from collections.abc import Mapping

from twitter_integration.offers.lists import LISTS
from twitter_integration.offers.messages import MESSAGES
from twitter_integration.offers.offer import Call, Dialect, Offer
from twitter_integration.offers.people import PEOPLE, PROFILE
from twitter_integration.offers.posts import POSTS, TIMELINES

__all__ = ["OFFERS", "Call", "Dialect", "Offer"]

OFFERS: Mapping[str, Offer] = {**POSTS, **TIMELINES, **PEOPLE, **PROFILE, **MESSAGES, **LISTS}
