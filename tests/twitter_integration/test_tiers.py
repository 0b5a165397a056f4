"""What an app of each access tier may do, in which dialect, and what it is told when it may not."""

from typing import Any

import pytest

from twitter_integration import links
from twitter_integration.choices import Tier
from twitter_integration.offers import OFFERS, Dialect
from twitter_integration.tiers import dialects, path_by_hand, refusal


def test_every_tier_may_mute_and_enterprise_may_do_it_in_both_dialects() -> None:
    assert dialects("mutes.create", Tier.SELF_SERVE) == [Dialect.V2]
    assert dialects("mutes.create", Tier.ENTERPRISE) == [Dialect.V2, Dialect.LEGACY]


@pytest.mark.parametrize("operation", ["likes.create", "follows.create", "posts.quote", "blocks.create"])
def test_what_left_self_serve_is_refused_with_who_may(operation: str) -> None:
    assert dialects(operation, Tier.SELF_SERVE) == []
    assert "only apps with Enterprise access" in refusal(operation, Tier.SELF_SERVE)
    assert refusal(operation, Tier.ENTERPRISE) == ""


def test_what_only_the_old_dialect_has_is_left_to_enterprise() -> None:
    assert dialects("reports.create", Tier.PREMIUM) == []
    assert dialects("reports.create", Tier.ENTERPRISE) == [Dialect.LEGACY]


def test_an_app_that_x_treats_otherwise_follows_its_own_words() -> None:
    changes = {"likes.create": ["v2"], "profile.update": ["v1.1"], "mutes.create": []}
    assert dialects("likes.create", Tier.SELF_SERVE, changes=changes) == [Dialect.V2]
    assert dialects("profile.update", Tier.SELF_SERVE, changes=changes) == [Dialect.LEGACY]
    assert refusal("mutes.create", Tier.SELF_SERVE, changes=changes)


def test_the_way_by_hand_needs_to_know_its_target(settings: Any) -> None:
    settings.X_WEB_URL = "https://x.com"
    assert links.by_hand_link("likes.create", post="19") == "https://x.com/intent/like?tweet_id=19"
    assert links.by_hand_link("likes.create") == links.by_hand_link("likes.create", post="") == ""
    assert path_by_hand("posts.create", text="Hi & more") == "/intent/tweet?text=Hi%20%26%20more"


@pytest.mark.parametrize("operation", OFFERS)
def test_every_row_names_its_page_its_day_and_a_call(operation: str) -> None:
    offer = OFFERS[operation]
    assert offer.source.startswith(("https://docs.x.com/", "https://developer.x.com/")) and offer.as_of.year >= 2026
    assert [call for call in (offer.v2, offer.legacy) if call is not None]
    assert refusal(operation, Tier.ENTERPRISE) == ""
