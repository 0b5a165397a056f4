"""Which refusals of messages are over: what changed since at the account, its tier, the post answered or the person.

What X would say now nobody knows before it is asked; here is only what we were told since. What nothing was told of
(deleted posts, words X does not take) is never over.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings

from tickets.outbound import Refused
from twitter_integration.errors import MEANINGS, ErrorKind
from twitter_integration.models import PartnerAccount, ReplyRule, Standing
from twitter_integration.sendable import ACCOUNT, ADDRESS, STANDING, judge, terms_of

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
Facts = Mapping[str, Any]


def over(refused: Sequence[Refused], *, now: datetime) -> set[int]:
    """Their keys. Four statements."""
    kinds = {one.key: _kind_of(one) for one in refused}
    asked = [one for one in refused if one.code in _OWN_CODES or kinds[one.key] in _MAY_END]
    facts = _facts_of(asked) if asked else {}
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
    if kind == ErrorKind.REPLIES_RESTRICTED:  # the refusal left a rule (knowing.py), which goes when everybody may
        return not facts["rule"] or _since(one, facts["rule"]["known_at"])
    if kind == ErrorKind.CANNOT_MESSAGE:
        standing = facts["standing"]
        return bool(standing and standing["receives_dm"]) and _since(one, standing["dm_known_at"])
    return kind == ErrorKind.DUPLICATE and one.at + timedelta(hours=settings.X_REPEAT_HOURS) <= now


def _since(one: Refused, moment: datetime | None) -> bool:
    return moment is not None and moment > one.at


def _facts_of(refused: Sequence[Refused]) -> dict[int, Facts]:
    """As sendable reads them of one, and when the account was connected."""
    accounts = {
        row["page_id"]: row
        for row in PartnerAccount.objects.filter(page_id__in={one.address_key for one in refused}).values(
            "page_id", "connected_at", *ACCOUNT, *ADDRESS
        )
    }
    said, rules = _said(refused, accounts), _rules(refused)
    people = {one.key: one.recipient or said.get(_post(one), {}).get("person") or "" for one in refused}
    standings = {
        (row["account_key"], row["person_key"]): row
        for row in Standing.objects.filter(account_key__in=accounts, person_key__in=set(people.values())).values(
            "account_key", "person_key", *STANDING
        )
    }
    return {
        one.key: {
            **accounts[one.address_key],
            "person": people[one.key],
            "answered": said.get(_post(one)),
            "standing": standings.get((one.address_key, people[one.key])),
            "rule": rules.get(one.in_reply_to),
        }
        for one in refused
        if one.address_key in accounts
    }


def _post(one: Refused) -> tuple[str, str]:
    return one.address_key, one.in_reply_to


def _said(refused: Sequence[Refused], accounts: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    message = apps.get_model("tickets", "Message")._default_manager
    rows = message.filter(
        address__partner_account__page_id__in=accounts,
        external_id__in={one.in_reply_to for one in refused if one.in_reply_to},
    ).values_list(
        *("address__partner_account__page_id", "external_id", "identity__external_id"),
        *("kind", "direction", "spans", "deleted_at", "in_reply_to"),
    )
    names = ("person", "kind", "direction", "spans", "deleted_at", "answers")
    return {(key, number): dict(zip(names, told, strict=True)) for key, number, *told in rows}


def _rules(refused: Sequence[Refused]) -> dict[str, dict[str, Any]]:
    rows = ReplyRule.objects.filter(post_id__in={one.in_reply_to for one in refused})
    return {row.post_id: {"settings": row.reply_settings, "known_at": row.known_at} for row in rows}
