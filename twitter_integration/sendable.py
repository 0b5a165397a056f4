"""May this answer be sent at all? The account's own state first, then what its tier allows for the post answered.

One query, no secret opened, no call to X. What a tier allows is written in capabilities.py.
"""

from typing import Any

from django.apps import apps
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from tickets.channels import Permission
from twitter_integration import links
from twitter_integration.capabilities import Answered, may_answer, read_mentions
from twitter_integration.choices import TokenState
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import PartnerAccount


def may_send(address_key: str, *, private: bool, in_reply_to: str) -> Permission:
    """Whether the account is fit to send and its tier allows this answer, with the reason and the way by hand."""
    found = _permission_facts(address_key, in_reply_to)
    if found is None:
        return Permission(allowed=False, reason=_("This X account is no longer set up."))
    answered = found["answered"] or {}
    by_hand = _by_hand(answered, private=private, in_reply_to=in_reply_to)
    if reason := _unfit(found):
        return Permission(allowed=False, reason=reason, by_hand_url=by_hand)
    if private or not in_reply_to:
        return Permission(allowed=True)
    permission = may_answer(found["app__tier"], answered=_answered(answered), handle=found["page_name"])
    return (
        permission if permission.allowed else Permission(allowed=False, reason=permission.reason, by_hand_url=by_hand)
    )


def _permission_facts(address_key: str, in_reply_to: str) -> dict[str, Any] | None:
    """The account's state and the message answered, without opening a secret."""
    accounts = PartnerAccount.objects.filter(page_id=address_key)
    message = apps.get_model("tickets", "Message")
    answered = message._default_manager.filter(address=OuterRef("address"), external_id=in_reply_to).values(
        facts=JSONObject(
            kind="kind", direction="direction", spans="spans", author="identity__external_id", id="external_id"
        )
    )
    fields = (
        "enabled",
        "paused",
        "token_state",
        "page_name",
        "app__tier",
        "address__sending_stopped",
        "address__banner",
    )
    rows = accounts.annotate(answered=Subquery(answered[:1])).values(*fields, "answered")
    facts: dict[str, Any] | None = rows.first()
    return facts


def _unfit(facts: dict[str, Any]) -> str:
    """Why this account can send nothing at all; empty when it can."""
    if not facts["enabled"]:
        return _("This X account is switched off.")
    if facts["paused"]:
        return _("Sending is paused for this X account.")
    if facts["token_state"] == TokenState.DEAD:
        return XError(ErrorKind.DEAD_TOKEN).sentence
    if facts["address__sending_stopped"]:
        return facts["address__banner"] or _("Sending is stopped for this X account.")
    return ""


def _answered(facts: dict[str, Any]) -> Answered | None:
    if not facts:
        return None
    return Answered(kind=facts["kind"], direction=facts["direction"], mentions=read_mentions(facts["spans"] or ()))


def _by_hand(answered: dict[str, Any], *, private: bool, in_reply_to: str) -> str:
    if private:
        author = answered.get("author")
        return links.message_by_hand_link(author) if author else ""
    return links.answer_by_hand_link(in_reply_to) if in_reply_to else ""
