"""Makes an endpoint of each row of the console's table: its question or body from the fields, its words for the
documentation from the row.
"""

import base64
import binascii
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_base import Body, GivenFile, Moment, Query, Words, next_link
from tickets.posting import enclose
from twitter_integration.api.base import OfAnAccount
from twitter_integration.api.rows import ANSWERS, DoneRow
from twitter_integration.console import doing
from twitter_integration.console.action import Action, Field, Kind
from twitter_integration.console.fates import with_fates
from twitter_integration.console.fields import BadInput
from twitter_integration.models import AccountAct
from twitter_integration.offers import OFFERS, Dialect

YES_NO = [("yes", "yes"), ("no", "no")]
_CIRCUMSTANCES = ("reason", "until", "confirmed", "dialect")


class ReadAction(OfAnAccount):
    """Reads something of an account, a page at a time."""

    scope = "accounts:read"
    paged = True
    action: Action

    def get(self, request: Request, key: str) -> Response:
        done = _perform(self, key, self.asked(request) if self.query else {})
        rows = done.outcome.rows or ([done.outcome.facts] if "text" in done.outcome.facts else [])
        told = self.answer(rows, many=True, context={"request": request}).data
        return Response({"results": told, "next": next_link(request, done.outcome.next_page, parameter="page")})


class DoAction(OfAnAccount):
    """Does something with an account. It reaches out to X, so no transaction of ours can take it back."""

    scope = "accounts:act"
    answer = DoneRow
    in_transaction = False
    action: Action

    def post(self, request: Request, key: str) -> Response:
        done = _perform(self, key, self.sent(request))
        facts = {name: getattr(done, name) for name in ("sentence", "already", "dialect")}
        act = with_fates(AccountAct.objects.filter(pk=done.act.pk)).first() if done.act else None
        return self.tell(facts | {"act": act, "result": done.outcome.result})


def endpoint_of(action: Action) -> type[OfAnAccount]:
    """The view class of a row."""
    name = "".join(part.capitalize() for part in action.name.split("-"))
    asks = {field.name: _serializer(field) for field in action.fields} | _circumstances(action)
    facts: dict[str, Any] = {"__doc__": _describe(action), "title": action.label, "action": action}
    if action.reads:
        query = type(f"Account{name}Query", (Query,), asks) if asks else None
        return type(f"Account{name}", (ReadAction,), facts | {"query": query, "answer": ANSWERS[action.name]})
    return type(f"Account{name}", (DoAction,), facts | {"body": type(f"Account{name}Body", (Body,), asks)})


def _perform(endpoint: Any, key: str, words: dict[str, Any]) -> doing.Done:
    account, action = endpoint.account(key), endpoint.action
    values = {name: value for name, value in words.items() if name not in _CIRCUMSTANCES}
    for field in action.fields:
        if field.kind == Kind.PICTURE and field.name in values:
            values[field.name] = _decoded(field, values[field.name])
        if field.kind == Kind.FILES and field.name in values:
            values[field.name] = [enclose(**told) for told in values[field.name]]
    order = doing.Order(
        action=action.name,
        values=values,
        reason=words.get("reason", ""),
        until=words.get("until"),
        confirmed=words.get("confirmed", False),
        dialect=Dialect(words["dialect"]) if words.get("dialect") else None,
    )
    return doing.perform(account, order, actor=endpoint.actor, now=timezone.now())


def _decoded(field: Field, value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise BadInput(field.name, _("%(what)s is not base64.") % {"what": field.words}) from None


class Choice(serializers.ChoiceField):
    """One of some words; a program says yes and no as true and false."""

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(("yes" if data else "no") if isinstance(data, bool) else data)


class Click(serializers.BooleanField):
    """A person's own yes: what merely counts as one ("yes", 1) is none."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


def _serializer(field: Field) -> Any:
    facts: dict[str, Any] = {"required": field.required, "help_text": field.help or field.label}
    if field.kind in (Kind.NUMBER, Kind.COLLECTION):
        return serializers.IntegerField(min_value=0, max_value=field.most, **facts)
    if field.kind == Kind.CHOICE:
        return Choice([(word, word) for word in field.choices], **facts)
    if field.kind == Kind.MOMENT:
        return Moment(**facts)
    if field.kind == Kind.FILES:
        return serializers.ListField(child=GivenFile(), max_length=field.most, **facts)
    if field.kind == Kind.PICTURE:
        facts["help_text"] = f"{field.label}, base64: {field.help}"
    return Words(allow_blank=field.empties, trim_whitespace=False, **facts)


def _circumstances(action: Action) -> dict[str, Any]:
    asks: dict[str, Any] = {}
    if not action.reads:
        asks["reason"] = Words(required=action.explain, help_text="Why, for the record.")
        needed = "A person confirmed it: true." if action.confirm else "Taken, and not needed here."
        asks["confirmed"] = Click(required=False, help_text=needed)
    if action.explain:
        asks["until"] = Moment(required=False, help_text="When the desk reminds of it.")
    if len(action.ways) > 1:
        asks["dialect"] = serializers.ChoiceField(
            [(dialect.value, dialect.value) for dialect in Dialect], required=False, help_text="Not the preferred one."
        )
    return asks


def _describe(action: Action) -> str:
    """For the served documentation."""
    told = [f"{action.label}."]
    if action.operation:
        offer = OFFERS[action.operation]
        told.append(f"X's call: {' or '.join(call.path for call in (offer.v2, offer.legacy) if call)}.")
    else:
        told.append("Kept in Kapture; X has no part in it.")
    return " ".join([*told, *([action.lacking] if action.lacking else [])])
