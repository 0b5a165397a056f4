"""The form of an offer: one operation of X with its call in both dialects, the tiers that may make it, page and day."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from twitter_integration.choices import Tier

EVERY = frozenset(Tier.values)
CONTRACT = frozenset({Tier.ENTERPRISE.value})
NOBODY: frozenset[str] = frozenset()

AS_OF = date(2026, 8, 31)
SUMMONED = date(2026, 2, 23)  # since then self-serve replies only where it was mentioned or quoted
REMOVED = date(2026, 4, 30)  # in April 2026 likes, follows, quotes and blocks left self-serve
AUTUMN = date(2026, 10, 31)  # X's description 2.173
PAGES = "https://docs.x.com/"
OLD_PAGES = "https://developer.x.com/en/docs/x-api/v1/"


class Dialect(StrEnum):
    """In the order in which they are preferred."""

    V2 = "v2"
    LEGACY = "v1.1"


@dataclass(frozen=True, slots=True)
class Call:
    """One dialect's way. With no tier at all X has withdrawn it."""

    path: str
    tiers: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """`words` complete "may". `by_hand`: where on X a person does it; what stands in braces the link needs to be told.
    `unsure`: X's pages are silent or contradict each other about the tiers."""

    words: str
    v2: Call | None
    legacy: Call | None
    page: str
    by_hand: str
    as_of: date
    unsure: bool

    @property
    def source(self) -> str:
        if self.v2 is None:
            return OLD_PAGES + self.page
        return PAGES + (self.page if self.page == "changelog" else f"x-api/{self.page}")

    def call(self, dialect: Dialect) -> Call | None:
        return self.v2 if dialect == Dialect.V2 else self.legacy


def offer(
    words: str,
    v2: str,
    old: str,
    page: str,
    by_hand: str = "",
    *,
    tiers: frozenset[str] = EVERY,
    old_tiers: frozenset[str] = CONTRACT,
    as_of: date = AS_OF,
    unsure: bool = False,
) -> Offer:
    """v1.1 answers everybody but Enterprise with 403, code 453; an empty path means that there is no such call."""
    return Offer(
        words=words,
        v2=Call(v2, tiers) if v2 else None,
        legacy=Call(old, old_tiers) if old else None,
        page=page,
        by_hand=by_hand,
        as_of=as_of,
        unsure=unsure,
    )
