"""Which refusals of messages are over: what changed since at the account, its tier, the post answered or the person.

What X would say now nobody knows before it is asked; here is only what we were told since. What nothing was told of
(deleted posts, words X does not take) is never over.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from tickets.outbound import Refused
from twitter_integration.errors import MEANINGS, ErrorKind
from twitter_integration.outgoing.sendable import judge, terms_of
from twitter_integration.outgoing.sendable_facts import Facts, facts_of

# Asked of nothing but the table of what X offers and the account's own state.
_OWN_CODES = ("tier", "no_account")
# Of the account, its keys and its app: connected anew, or something went out since.
_OF_THE_ACCOUNT = (ErrorKind.PERMISSION, ErrorKind.NO_ACCESS)
# Of X, the network or this server: something went out since.
_PASSING = (
    ErrorKind.CLOCK,
    ErrorKind.LOCKED,
    ErrorKind.OVERLOADED,
    ErrorKind.UNREACHABLE,
    ErrorKind.REDIRECTED,
)
_TOLD_OTHERWISE = (
    ErrorKind.NOT_SUMMONED,
    ErrorKind.REPLIES_RESTRICTED,
    ErrorKind.CANNOT_MESSAGE,
    ErrorKind.DUPLICATE,
)
_MAY_END = frozenset((*_OF_THE_ACCOUNT, *_PASSING, *_TOLD_OTHERWISE))


def over(refused: Sequence[Refused], *, now: datetime) -> set[int]:
    """Their keys. Four statements."""
    kinds = {one.key: _kind_of(one) for one in refused}
    asked = [one for one in refused if one.code in _OWN_CODES or kinds[one.key] in _MAY_END]
    facts = facts_of(asked) if asked else {}
    return {one.key for one in asked if _is_over(one, kinds[one.key], facts.get(one.key), now=now)}


def _kind_of(one: Refused) -> ErrorKind | None:
    """By its words: v2 tells most refusals apart by nothing else, and its code is the same for all."""
    return next((kind for kind, meaning in MEANINGS.items() if one.reason.startswith(meaning.sentence)), None)


def _is_over(one: Refused, kind: ErrorKind | None, facts: Facts | None, *, now: datetime) -> bool:
    if facts is None or not _has_changed(one, kind, facts, now=now):
        return False
    told = judge(facts, private=one.private, in_reply_to=one.in_reply_to, quote_of=one.quote_of, now=now)
    return told.allowed and not told.code


def _has_changed(one: Refused, kind: ErrorKind | None, facts: Facts, *, now: datetime) -> bool:
    if one.code in _OWN_CODES:
        return True
    if kind in _OF_THE_ACCOUNT:
        return _since(one, facts["connected_at"]) or _since(one, one.worked_at)
    if kind in _PASSING:
        return _since(one, one.worked_at)
    return kind is not None and _is_told_otherwise(kind, one, facts, now=now)


def _is_told_otherwise(kind: ErrorKind, one: Refused, facts: Facts, *, now: datetime) -> bool:
    if kind == ErrorKind.NOT_SUMMONED:
        return terms_of(facts).answers_anybody
    if kind == ErrorKind.REPLIES_RESTRICTED:  # the refusal left a rule (`knowing`), which goes when everybody may
        return not facts["rule"] or _since(one, facts["rule"]["known_at"])
    if kind == ErrorKind.CANNOT_MESSAGE:
        standing = facts["standing"]
        return bool(standing and standing["receives_dm"]) and _since(one, standing["dm_known_at"])
    return kind == ErrorKind.DUPLICATE and one.at + timedelta(hours=settings.X_REPEAT_HOURS) <= now


def _since(one: Refused, moment: datetime | None) -> bool:
    return moment is not None and moment > one.at
