"""What an access tier lets us answer."""

import pytest

from twitter_integration.capabilities import CAPABILITIES, Answered, may_answer, read_mentions
from twitter_integration.choices import Tier


def asked(kind: str, *mentions: str, direction: str = "in") -> Answered:
    return Answered(kind=kind, direction=direction, mentions=frozenset(mentions))


@pytest.mark.parametrize("kind", ["mention", "quote"])
def test_a_mention_and_a_quote_summon_us(kind: str) -> None:
    assert may_answer(Tier.SELF_SERVE, answered=asked(kind), handle="AcmeHelp_demo").allowed


def test_a_reply_summons_us_when_it_names_us() -> None:
    assert may_answer(Tier.SELF_SERVE, answered=asked("reply", "acmehelp_demo"), handle="AcmeHelp_demo").allowed


def test_a_reply_among_others_does_not_summon_us() -> None:
    refused = may_answer(Tier.SELF_SERVE, answered=asked("reply", "ben_demo"), handle="acmehelp_demo")
    assert not refused.allowed and refused.reason


def test_enterprise_may_answer_anybody() -> None:
    assert may_answer(Tier.ENTERPRISE, answered=asked("reply"), handle="acmehelp_demo").allowed


def test_our_own_thread_may_be_continued() -> None:
    assert may_answer(Tier.SELF_SERVE, answered=asked("post", direction="out"), handle="acmehelp_demo").allowed


def test_every_tier_is_described_with_its_source() -> None:
    assert set(CAPABILITIES) == set(Tier)
    assert all(row.source.startswith("https://docs.x.com/") for row in CAPABILITIES.values())


def test_mentions_are_read_from_stored_spans_whatever_else_is_there() -> None:
    spans = [{"kind": "mention", "target": "@AcmeHelp_demo"}, {"kind": "url", "target": "https://t.co/x"}, None]
    assert read_mentions(spans) == {"acmehelp_demo"}
