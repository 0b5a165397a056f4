"""One person is forgotten: what X told of them and what we noted of what was done to them. Counts and sums stay.

As a purge of an account, by whom instead of by which account (purge.emptying): every table of this app that can name a
person or a post is dealt with here, or in holdings.STAYS. Told by the helpdesk, which erases its own half
(tickets.channels.Channel.forget).
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower

from tickets.channels import Forgotten
from twitter_integration.choices import DeliveryState
from twitter_integration.models import (
    AccountAct,
    ActReminder,
    Charge,
    CollectedPost,
    Cursor,
    Delivery,
    Event,
    Ignored,
    KeptReading,
    Reaction,
    ReplyRule,
    SearchQuery,
    Standing,
)

_WORKED = (DeliveryState.DONE, DeliveryState.DEAD)


class _Names(Func):
    """Whether a natural key, ids between colons, names one of these."""

    template = "(string_to_array(translate(%(expressions)s)"
    arg_joiner = ", '-', ':'), ':') && "
    output_field = BooleanField()


def forget(gone: Forgotten, *, now: datetime) -> int:
    """Within the caller's transaction. What is not worked yet is left to be worked, as if they wrote anew."""
    ids = sorted(gone.people | gone.messages)
    if not ids:
        return 0
    return sum(
        (
            _empty_deliveries(gone, ids, now=now),
            _facts(ids).delete()[0],
            Charge.objects.filter(Q(message__in=ids) | Q(resource__in=ids) | Q(_named("resource", ids))).delete()[0],
            Standing.objects.filter(person_key__in=gone.people).delete()[0],
            Reaction.objects.filter(Q(post_id__in=ids) | Q(repost_id__in=ids)).delete()[0],
            ReplyRule.objects.filter(post_id__in=ids).delete()[0],
            _ignored(gone).delete()[0],
            CollectedPost.objects.filter(post_id__in=ids).delete()[0],
            _empty_acts(gone, ids),
            _move_cursors(gone.messages),
            KeptReading.objects.all().delete()[0],  # whoever is in them: they are read again for some cents
        )
    )


def _named(column: str, ids: Sequence[str]) -> Any:
    return _Names(column, Value(list(ids)))


def _facts(ids: Sequence[str]) -> QuerySet[Event]:
    """By whichever of their keys."""
    columns = ("key", "other_key", "likeness")
    about = Q()
    for column in columns:
        about |= Q(_named(column, ids))
    return Event.objects.filter(about)


def _ignored(gone: Forgotten) -> QuerySet[Ignored]:
    """They themselves, and words that name them."""
    about = Q(person_key__in=gone.people)
    for handle in sorted(gone.handles):
        about |= Q(folded__regex=rf"@{re.escape(handle)}(?![a-z0-9_])")
    return Ignored.objects.filter(about)


def _empty_deliveries(gone: Forgotten, ids: Sequence[str], *, now: datetime) -> int:
    """Bodies that told of these facts, and those that name the person: worked ones and dead letters. The row stays: by
    its digest a redelivery is known."""
    told = {
        number
        for first, later in _facts(ids).values_list("delivery", "later_deliveries")
        for number in (first, *(later or ()))
        if number is not None
    }
    words = "|".join(map(re.escape, sorted(gone.people | gone.handles)))
    shown = Func(F("body"), Value("escape"), function="encode", output_field=TextField())
    kept = Delivery.objects.filter(emptied_at=None, state__in=_WORKED).alias(shown=shown)
    named = Q(shown__iregex=f"(?<![A-Za-z0-9_])({words})(?![A-Za-z0-9_])")
    return kept.filter(named | Q(pk__in=told)).update(body=b"", emptied_at=now)


def _empty_acts(gone: Forgotten, ids: Sequence[str]) -> int:
    """That somebody acted, when and with what outcome stays; on whom and why goes. A day to be reminded of it goes."""
    named = Q(target__in=ids) | Q(result__in=ids) | Q(small__in=[*gone.handles, *(f"@{one}" for one in gone.handles)])
    acts = AccountAct.objects.alias(small=Lower("target_name")).filter(named)
    keys = list(acts.values_list("pk", flat=True))
    ActReminder.objects.filter(act__in=keys).delete()
    blank = {"target": "", "target_name": "", "reason": "", "sentence": "", "result": ""}
    return AccountAct.objects.filter(pk__in=keys).update(**blank, changes=[])


def _move_cursors(posts: frozenset[str]) -> int:
    """How far we read may be told by what they said: then by the number before it, which leads to the same place."""
    moved = 0
    for model, names in ((Cursor, ("newest_id", "head_id")), (SearchQuery, ("since_id", "until_id", "head_id"))):
        about = Q()
        for name in names:
            about |= Q(**{f"{name}__in": posts})
        for row in model._default_manager.filter(about).order_by("pk"):
            fresh = {name: _before(getattr(row, name), posts, name) for name in names}
            moved += model._default_manager.filter(pk=row.pk).update(**fresh)
    for cursor in Cursor.objects.exclude(untold=[]).order_by("pk"):
        left = [one for one in cursor.untold if posts.isdisjoint(str(one[0]).split(":"))]
        if left != cursor.untold:
            moved += Cursor.objects.filter(pk=cursor.pk).update(untold=left)
    return moved


def _before(number: str, posts: frozenset[str], name: str) -> str:
    """`until_id` is where reading ends from above: the number after it."""
    if number not in posts or not number.isdecimal():
        return number
    return str(int(number) + (1 if name == "until_id" else -1))
