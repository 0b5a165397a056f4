"""May this answer be sent at all? The account's own state first, then its token and tier, then what X's rules make of
the post answered and of the person written to, as far as we know them.

One query, no secret opened, no call to X. The rules are in capabilities.py, the tiers in tiers.py.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from kapture.languages import say
from tickets.outbound import Permission
from twitter_integration import links
from twitter_integration.capabilities import (
    Answered,
    Person,
    Terms,
    Verdict,
    judge_private,
    judge_public,
    read_names,
)
from twitter_integration.choices import Tier, TokenState
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.metering.tariff import SAID
from twitter_integration.registering.choices import AccessLevel
from twitter_integration.tiers import dialects, refusal

ACCOUNT = ("enabled", "paused", "purged_at", "token_state", "access_level", "page_name", "app__tier", "app__offers")
ADDRESS = ("address__sending_stopped", "address__banner")
STANDING = (
    "receives_dm",
    "dm_known_at",
    "following",
    "followed_by",
    "blocking",
    "blocked_by",
    "protected",
    "known_at",
)


def _pairs(names: Sequence[str], table: str) -> str:
    """The columns as pairs of a JSON object; `app__tier` is the tier of the app."""
    tables = {"app": "p", "address": table}
    places = (name.rpartition("__")[::2] for name in names)
    columns = (f"{tables.get(owner, table)}.{column}" for owner, column in places)
    return ", ".join(f"'{name}', {column}" for name, column in zip(names, columns, strict=True))


def may_send(
    address_key: str, *, private: bool, in_reply_to: str, now: datetime, recipient: str = "", quote_of: str = ""
) -> Permission:
    """Whether the account is fit to send and X will take it, with the reason and the way by hand."""
    (facts,) = _facts(address_key, [(in_reply_to, recipient)], now=now)
    return _priced(judge(facts, private=private, in_reply_to=in_reply_to, quote_of=quote_of, now=now), facts)


def may_answer(address_key: str, about: Sequence[tuple[str, str]], *, now: datetime) -> list[Permission]:
    """The same of several posts, answered in public: each by its id and its author's."""
    facts = _facts(address_key, about, now=now)
    told = zip(about, facts, strict=True)
    return [
        _priced(judge(known, private=False, in_reply_to=post, quote_of="", now=now), known) for (post, _), known in told
    ]


def _priced(told: Permission, facts: Mapping[str, Any] | None) -> Permission:
    """With what writing costs the account today."""
    rates = (facts or {}).get("rates") or {}
    return replace(told, rates={tariff: Decimal(each) for tariff, each in rates.items()})


def judge(
    facts: Mapping[str, Any] | None, *, private: bool, in_reply_to: str, quote_of: str, now: datetime
) -> Permission:
    """The same of facts that somebody has: as `_facts` names them. Asks nothing."""
    if facts is None:
        return Permission(allowed=False, reason=_("This X account is no longer set up."), code="no_account")
    person_key = str(facts["person"] or "")
    by_hand = _by_hand(person_key, private=private, in_reply_to=in_reply_to)
    by_hand = links.quote_by_hand_link(quote_of) if quote_of else by_hand
    operation = operation_of(private=private, in_reply_to=in_reply_to, quote_of=quote_of)
    code, reason = _unfit(facts, operation, private=private)
    if code:
        by_hand = "" if code == "purged" else by_hand
        return Permission(allowed=False, reason=reason, by_hand_url=by_hand, code=code)
    person = _person(facts["standing"] or {})
    if private:
        return _permission(judge_private(person, now=now), by_hand)
    if not in_reply_to:
        return Permission(allowed=True)
    answered = _answered(facts["answered"] or {}, facts["rule"] or {}, handle=facts["page_name"])
    return _permission(judge_public(answered, person, terms_of(facts)), by_hand)


# Asked with every ticket that is opened, for each way to answer it: to put it together anew costs more than to ask it.
_ASKED = f"""
SELECT CASE WHEN asked.place = 1 THEN
        jsonb_build_object({_pairs(ACCOUNT, "a")}, {_pairs(ADDRESS, "d")}, 'rates', priced.told) END,
    jsonb_build_object('person', who.person, 'answered', said.told, 'standing', stands.told, 'rule', ruled.told)
FROM twitter_integration_partneraccount a
JOIN twitter_integration_xapp p ON p.id = a.app_id
JOIN tickets_address d ON d.id = a.address_id
CROSS JOIN unnest(%(posts)s::text[], %(people)s::text[]) WITH ORDINALITY AS asked(post, person, place)
LEFT JOIN LATERAL (
    SELECT i.external_id AS person, jsonb_build_object('kind', m.kind, 'direction', m.direction, 'spans', m.spans,
        'deleted_at', m.deleted_at, 'answers', m.in_reply_to) AS told
    FROM tickets_message m LEFT JOIN tickets_identity i ON i.id = m.identity_id
    WHERE m.address_id = a.address_id AND m.external_id = asked.post LIMIT 1
) said ON true
CROSS JOIN LATERAL (SELECT COALESCE(NULLIF(asked.person, ''), said.person) AS person) who
LEFT JOIN LATERAL (
    SELECT jsonb_build_object({_pairs(STANDING, "s")}) AS told FROM twitter_integration_standing s
    WHERE s.account_key = a.page_id AND s.person_key = who.person LIMIT 1
) stands ON true
LEFT JOIN LATERAL (
    SELECT jsonb_build_object('settings', r.reply_settings, 'known_at', r.known_at) AS told
    FROM twitter_integration_replyrule r WHERE r.post_id = asked.post LIMIT 1
) ruled ON true
LEFT JOIN LATERAL (
    SELECT jsonb_object_agg(o.tariff, o.each::text) AS told FROM (
        SELECT DISTINCT ON (tariff) tariff, "each" FROM twitter_integration_price
        WHERE tariff = ANY(%(said)s) AND valid_from <= %(day)s ORDER BY tariff, valid_from DESC
    ) o
) priced ON asked.place = 1 AND p.tier = %(priced)s
WHERE a.page_id = %(account)s ORDER BY asked.place
"""  # noqa: S608  (names of columns that stand above)


def _facts(address_key: str, about: Sequence[tuple[str, str]], *, now: datetime) -> list[dict[str, Any] | None]:
    """The account's state, the message answered, and what is known of its author and of the person written to."""
    asked: dict[str, Any] = {
        "account": address_key,
        "posts": [post for post, _ in about],
        "people": [person for _, person in about],
        "said": [tariff.value for tariff in SAID],
        "priced": Tier.SELF_SERVE.value,
        "day": now.astimezone(UTC).date(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, asked)
        rows = cursor.fetchall()
    account: dict[str, Any] = json.loads(rows[0][0]) if rows else {}
    return [account | json.loads(told) for _, told in rows] if rows else [None] * len(about)


def operation_of(*, private: bool, in_reply_to: str, quote_of: str) -> str:
    """What sending this is called in the table of what X offers."""
    if private:
        return "messages.send"
    return "posts.quote" if quote_of else "posts.reply" if in_reply_to else "posts.create"


def _unfit(facts: Mapping[str, Any], operation: str, *, private: bool) -> tuple[str, str]:
    """Why this account can send nothing of the kind at all: the code and the reason; empty when it can."""
    if facts["purged_at"] is not None:
        return "purged", _("Everything of this X account was removed here; it sends nothing any more.")
    if not facts["enabled"]:
        return "switched_off", _("This X account is switched off.")
    if facts["paused"]:
        return "paused", _("Sending is paused for this X account.")
    if facts["token_state"] == TokenState.DEAD:
        return "dead_token", XError(ErrorKind.DEAD_TOKEN).said
    if facts["address__sending_stopped"]:
        return "stopped", facts["address__banner"] or _("Sending is stopped for this X account.")
    level = facts["access_level"]
    if level == AccessLevel.READ or (private and level == AccessLevel.WRITE):
        return "scope", XError(ErrorKind.PERMISSION).said
    told = refusal(operation, facts["app__tier"], changes=facts["app__offers"])
    return ("tier", told) if told else ("", "")


def terms_of(facts: Mapping[str, Any]) -> Terms:
    anybody = dialects("posts.reply_unsummoned", facts["app__tier"], changes=facts["app__offers"])
    return Terms(
        answers_anybody=bool(anybody),
        own_posts=settings.X_OWN_POSTS_ANSWERABLE,
        implicit_summons=settings.X_IMPLICIT_MENTION_SUMMONS,
    )


def _answered(said: dict[str, Any], rule: dict[str, Any], *, handle: str) -> Answered | None:
    if not said:
        return None
    explicit, implicit = read_names(said["spans"] or (), handle, is_reply=bool(said["answers"]))
    return Answered(
        kind=said["kind"],
        direction=said["direction"],
        explicit=explicit,
        implicit=implicit,
        deleted=said["deleted_at"] is not None,
        reply_settings=rule.get("settings", ""),
        rule_known_at=_moment(rule.get("known_at")),
    )


def _person(told: dict[str, Any]) -> Person:
    moments = {name: _moment(told.get(name)) for name in ("dm_known_at", "known_at")}
    return Person(**{name: told.get(name) for name in STANDING} | moments)


def _moment(told: Any) -> datetime | None:
    """Also as PostgreSQL writes times into JSON."""
    return parse_datetime(told) if isinstance(told, str) else told


def _permission(verdict: Verdict, by_hand: str) -> Permission:
    rule = verdict.rule
    if rule is None:
        return Permission(allowed=True, as_of=verdict.known_at)
    return Permission(
        allowed=not rule.forbids,
        reason=say(rule.sentence),
        by_hand_url=by_hand if rule.forbids else "",
        code=str(verdict.code),
        as_of=verdict.known_at,
    )


def _by_hand(person_key: str, *, private: bool, in_reply_to: str) -> str:
    if private:
        return links.message_by_hand_link(person_key) if person_key else ""
    return links.answer_by_hand_link(in_reply_to) if in_reply_to else ""
