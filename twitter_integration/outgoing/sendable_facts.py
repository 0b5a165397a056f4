"""What is known of many answers at once, as sendable reads it of one, and when each account was connected. No secret
opened, no call to X.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.apps import apps

from twitter_integration.models import PartnerAccount, ReplyRule, Standing
from twitter_integration.outgoing.sendable import ACCOUNT, ADDRESS, STANDING

Facts = Mapping[str, Any]


class About(Protocol):
    """An answer: from whom, to whom, to which post."""

    @property
    def key(self) -> int: ...

    @property
    def address_key(self) -> str: ...

    @property
    def recipient(self) -> str: ...

    @property
    def in_reply_to(self) -> str: ...


def facts_of(asked: Sequence[About]) -> dict[int, Facts]:
    """By their keys. Four statements, however many."""
    accounts = {
        row["page_id"]: row
        for row in PartnerAccount.objects.filter(page_id__in={one.address_key for one in asked}).values(
            "page_id", "connected_at", *ACCOUNT, *ADDRESS
        )
    }
    said, rules = _said(asked, accounts), _rules(asked)
    people = {one.key: one.recipient or said.get(_post(one), {}).get("person") or "" for one in asked}
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
        for one in asked
        if one.address_key in accounts
    }


def _post(one: About) -> tuple[str, str]:
    return one.address_key, one.in_reply_to


def _said(asked: Sequence[About], accounts: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    message = apps.get_model("tickets", "Message")._default_manager
    rows = message.filter(
        address__partner_account__page_id__in=accounts,
        external_id__in={one.in_reply_to for one in asked if one.in_reply_to},
    ).values_list(
        *("address__partner_account__page_id", "external_id", "identity__external_id"),
        *("kind", "direction", "spans", "deleted_at", "in_reply_to"),
    )
    names = ("person", "kind", "direction", "spans", "deleted_at", "answers")
    return {(key, number): dict(zip(names, told, strict=True)) for key, number, *told in rows}


def _rules(asked: Sequence[About]) -> dict[str, dict[str, Any]]:
    rows = ReplyRule.objects.filter(post_id__in={one.in_reply_to for one in asked})
    return {row.post_id: {"settings": row.reply_settings, "known_at": row.known_at} for row in rows}
