"""What X lets an app of each access tier do, as data with its source, and the decision for one answer. Pure.

Not here: whether our own account is in order (channel.py), what the helpdesk permits a person (tickets).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tickets.channels import Permission
from tickets.choices import Direction, MessageKind
from twitter_integration.choices import Tier
from twitter_integration.errors import MEANINGS, ErrorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What one tier includes, as X's page said on a day."""

    answers_unsummoned: bool  # reply to a post whose author neither mentioned nor quoted us
    webhooks: int
    account_activity_users: int
    activity_rows: int
    as_of: date
    source: str


_SELF_SERVE = Capabilities(
    answers_unsummoned=False,  # since 23 Feb 2026
    webhooks=1,
    account_activity_users=3,
    activity_rows=1_500,
    as_of=date(2026, 8, 31),
    source="https://docs.x.com/x-api/posts/create-post",
)
CAPABILITIES: dict[str, Capabilities] = {
    Tier.SELF_SERVE: _SELF_SERVE,
    Tier.PREMIUM: _SELF_SERVE,  # what is left of the old subscriptions follows the self-serve rules
    Tier.ENTERPRISE: Capabilities(
        answers_unsummoned=True,
        webhooks=5,
        account_activity_users=5_000,
        activity_rows=75_000,
        as_of=date(2026, 8, 31),
        source="https://docs.x.com/x-api/enterprise-gnip-2.0/introduction",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The message to be answered, as far as its summons goes."""

    kind: str
    direction: str
    mentions: frozenset[str]  # handles in its text, folded


def read_mentions(spans: Sequence[Any]) -> frozenset[str]:
    """The handles mentioned, from spans as the helpdesk stores them: their target is the page of the person."""
    return frozenset(
        str(span.get("target", "")).rpartition("/")[2].lstrip("@").casefold()
        for span in spans
        if isinstance(span, dict) and span.get("kind") == "mention"
    )


def may_answer(tier: str, *, answered: Answered | None, handle: str) -> Permission:
    """May an app of this tier answer that post publicly? `handle` is the brand's.

    A post we do not know is left to X to decide, and so is one of our own (X's pages are silent about
    answering oneself). The mention that X itself puts before a reply counts as a summons here: whether X
    counts it is not documented either.
    """
    if CAPABILITIES[tier].answers_unsummoned or answered is None or answered.direction == Direction.OUT:
        return Permission(allowed=True)
    if answered.kind in (MessageKind.MENTION, MessageKind.QUOTE) or handle.casefold() in answered.mentions:
        return Permission(allowed=True)
    return Permission(allowed=False, reason=MEANINGS[ErrorKind.NOT_SUMMONED].sentence)
