"""Which tickets and customers a channel's own pages may name to somebody, and lead to. Asks the policy; reads only."""

from collections.abc import Collection
from typing import Any

from tickets.errors import NotAllowed
from tickets.permissions import require, sees_all, visible_customers, visible_tickets


def seen_tickets(numbers: Collection[int], *, user: Any) -> frozenset[int]:
    """Those the person may see. One statement; none where there is nothing to ask, or they see all."""
    if not numbers or sees_all(user):
        return frozenset(numbers)
    return frozenset(visible_tickets(user).filter(pk__in=numbers).values_list("pk", flat=True))


def why_not_work(user: Any) -> str:
    """Why this person may change no ticket; empty when they may."""
    try:
        require(user, "work")
    except NotAllowed as refusal:
        return str(refusal)
    return ""


def seen_customers(keys: Collection[int], *, user: Any) -> frozenset[int]:
    """The same of customers: who was merged with another has no page of their own."""
    if not keys:
        return frozenset()
    return frozenset(visible_customers(user).filter(pk__in=keys).values_list("pk", flat=True))
