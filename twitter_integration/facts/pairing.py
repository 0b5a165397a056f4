"""Recognises one fact that X's two products name differently: a follow, block or mute, or its undoing.

Account Activity stamps it with its moment, X Activity with an `event_uuid` and no moment at all (x-api 4.13), so no
natural key can be the same in both. Two tellings are one fact if they come from different products, name the same kind
and the same two people, lie close together, and each product was ordered at the time. What one product tells twice
stays two facts: people do change their minds. Not here: how facts are stored (ledger).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations

from django.db.models import Min, Q

from twitter_integration.choices import RECORDED, Product
from twitter_integration.events import RelationEvent
from twitter_integration.facts.ledger import Telling, likeness
from twitter_integration.facts.moments import SLACK, happened_at
from twitter_integration.models import Event as EventRow
from twitter_integration.models import Subscription

# What X Activity tells is dated by its arrival. X's pages disagree whether a delivery is tried again for five minutes
# or for four hours (x-api 2.6), so it may lie that long after the moment that Account Activity names …
LATEST = timedelta(hours=4, minutes=15)
# … and before it no more than two clocks may differ.
SKEW = SLACK

# A recording is paired like what it records.
_PRODUCTS = {name: product for product, recorded in RECORDED.items() for name in (product, recorded)}

Like = tuple[str, str]  # account, likeness


@dataclass(slots=True, kw_only=True)
class _Fact:
    """Known under one key from one product, and perhaps under another key from the other."""

    key: str
    other_key: str = ""
    products: set[str]
    at: datetime
    stored: bool = False
    tellings: list[Telling] = field(default_factory=list)


def pair(tellings: Sequence[Telling]) -> None:
    """Give every telling of a fact that the other product told the key it has there. Two statements, or none when there
    is nothing to pair; the caller holds the account's lane, so nobody writes the same fact meanwhile."""
    relations = [t for t in tellings if isinstance(t.event, RelationEvent) and t.source in _PRODUCTS]
    if not relations:
        return
    facts = _stored(relations)
    ordered = _ordered(relations)
    alike: dict[Like, list[Telling]] = {}
    for telling in relations:
        alike.setdefault((telling.event.account_id, likeness(telling.event)), []).append(telling)
    for like, told in alike.items():
        _pair_alike(facts.get(like, []), told, ordered.get(like[0], {}))


def _stored(relations: Sequence[Telling]) -> dict[Like, list[_Fact]]:
    """Facts that may be the same: alike and near, or told under one of these very keys before."""
    moments = [_at(telling) for telling in relations]
    near = Q(occurred_at__gte=min(moments) - LATEST, occurred_at__lte=max(moments) + LATEST)
    keys = {telling.event.key for telling in relations}
    rows = EventRow.objects.filter(
        near | Q(key__in=keys) | Q(other_key__in=keys),
        account_id__in={telling.event.account_id for telling in relations},
        likeness__in={likeness(telling.event) for telling in relations},
    ).exclude(likeness="")  # says the condition of the index
    facts: dict[Like, list[_Fact]] = {}
    for row in rows.order_by("pk"):
        products = {_PRODUCTS[source] for source in row.sources if source in _PRODUCTS}
        fact = _Fact(key=row.key, other_key=row.other_key, products=products, at=row.occurred_at, stored=True)
        facts.setdefault((row.account_id, row.likeness), []).append(fact)
    return facts


def _ordered(relations: Sequence[Telling]) -> dict[str, dict[str, datetime]]:
    """Since when each account has had each product: what was before, that product could not tell."""
    pages = {telling.event.account_id for telling in relations}
    rows = Subscription.objects.filter(account__page_id__in=pages).values_list("account__page_id", "product")
    ordered: dict[str, dict[str, datetime]] = {}
    for page, product, since in rows.annotate(since=Min("created_at")):
        ordered.setdefault(page, {})[product] = since
    return ordered


def _pair_alike(facts: list[_Fact], told: Sequence[Telling], ordered: Mapping[str, datetime]) -> None:
    """The nearest first, so that of several equal deeds each finds its own other half."""
    known = {key: fact for fact in facts for key in (fact.key, fact.other_key) if key}
    for telling in told:
        key = telling.event.key
        if key not in known:
            known[key] = _Fact(key=key, products={_PRODUCTS[telling.source]}, at=_at(telling))
            facts.append(known[key])
        known[key].tellings.append(telling)
    single = [fact for fact in facts if len(fact.products) == 1]
    pairs = [(one, other) for one, other in combinations(single, 2) if _may_be_one(one, other, ordered)]
    for one, other in sorted(pairs, key=_distance):
        if not one.products & other.products:
            one.products |= other.products
            other.products |= one.products
            one.tellings += other.tellings
    for fact in facts:
        for telling in fact.tellings:
            if telling.event.key != fact.key:
                telling.same_as = fact.key


def _may_be_one(one: _Fact, other: _Fact, ordered: Mapping[str, datetime]) -> bool:
    """`one` was told first. What is stored as two facts stays two."""
    if other.stored or one.products == other.products:
        return False
    old, new = (one, other) if Product.ACCOUNT_ACTIVITY in one.products else (other, one)
    if not -SKEW <= new.at - old.at <= LATEST:
        return False
    since = {product: moment - SKEW for product, moment in ordered.items()}
    return all(
        product not in since or since[product] <= fact.at
        for product, fact in ((Product.X_ACTIVITY.value, old), (Product.ACCOUNT_ACTIVITY.value, new))
    )


def _distance(pair: tuple[_Fact, _Fact]) -> timedelta:
    return abs(pair[0].at - pair[1].at)


def _at(telling: Telling) -> datetime:
    return happened_at(telling.event, telling.received_at)
