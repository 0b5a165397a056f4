"""May this answer be sent at all? The account's own state first, then its token and tier, then what X's rules make of
the post answered and of the person written to, as far as we know them.

One query, no secret opened, no call to X. The rules are in capabilities.py, the tiers in tiers.py.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

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
from twitter_integration.choices import TokenState
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import PartnerAccount, ReplyRule, Standing
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


def may_send(
    address_key: str, *, private: bool, in_reply_to: str, now: datetime, recipient: str = "", quote_of: str = ""
) -> Permission:
    """Whether the account is fit to send and X will take it, with the reason and the way by hand."""
    facts = _facts(address_key, in_reply_to, recipient)
    return judge(facts, private=private, in_reply_to=in_reply_to, quote_of=quote_of, now=now)


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


def _facts(address_key: str, in_reply_to: str, recipient: str) -> dict[str, Any] | None:
    """The account's state, the message answered, and what is known of its author and of the person written to."""
    message = apps.get_model("tickets", "Message")._default_manager
    said = message.filter(address=OuterRef("address"), external_id=in_reply_to)
    told = JSONObject(kind="kind", direction="direction", spans="spans", deleted_at="deleted_at", answers="in_reply_to")
    standing = Standing.objects.filter(account_key=OuterRef("page_id"), person_key=OuterRef("person"))
    rule = ReplyRule.objects.filter(post_id=in_reply_to)
    rows = PartnerAccount.objects.filter(page_id=address_key).annotate(
        person=Value(recipient, output_field=CharField())
        if recipient
        else Subquery(said.values("identity__external_id")[:1]),
        answered=Subquery(said.values(told=told)[:1]),
        standing=Subquery(standing.values(told=JSONObject(**{name: F(name) for name in STANDING}))[:1]),
        rule=Subquery(rule.values(told=JSONObject(settings="reply_settings", known_at="known_at"))[:1]),
    )
    facts: dict[str, Any] | None = rows.values(*ACCOUNT, *ADDRESS, "person", "answered", "standing", "rule").first()
    return facts


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
        return "dead_token", XError(ErrorKind.DEAD_TOKEN).sentence
    if facts["address__sending_stopped"]:
        return "stopped", facts["address__banner"] or _("Sending is stopped for this X account.")
    level = facts["access_level"]
    if level == AccessLevel.READ or (private and level == AccessLevel.WRITE):
        return "scope", XError(ErrorKind.PERMISSION).sentence
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
        reason=rule.sentence,
        by_hand_url=by_hand if rule.forbids else "",
        code=str(verdict.code),
        as_of=verdict.known_at,
    )


def _by_hand(person_key: str, *, private: bool, in_reply_to: str) -> str:
    if private:
        return links.message_by_hand_link(person_key) if person_key else ""
    return links.answer_by_hand_link(in_reply_to) if in_reply_to else ""
