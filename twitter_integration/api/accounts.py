"""What can be done with an account, and what was done."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_base import Listing, Moment, Paged, Row, Words
from twitter_integration.api.base import OfAnAccount
from twitter_integration.api.rows import ActionRow, ActRow
from twitter_integration.choices import Fate
from twitter_integration.console import costing, permitting, who
from twitter_integration.console.action import Action, Scope
from twitter_integration.console.recalling import choose
from twitter_integration.console.table import ACTIONS
from twitter_integration.models import AccountAct, PartnerAccount


class ActionsRow(Row):
    """Everything there is to do."""

    results = ActionRow(many=True)


class AccountActions(OfAnAccount):
    """Every action by its name, in which dialect it goes, or why it may not be done, and what it costs."""

    title = "What can be done"
    scope = "accounts:read"
    answer = ActionsRow

    def get(self, request: Request, key: str) -> Response:
        account = self.account(key)
        return self.tell({"results": [self._told(account, action) for action in ACTIONS.values()]})

    def _told(self, account: PartnerAccount, action: Action) -> dict[str, Any]:
        forbids = who.refusal(self.actor, action)
        if action.operation and not forbids:
            forbids = permitting.unfit(account) or permitting.why_not(account, action)
        return {
            **{name: getattr(action, name) for name in ("words", "reads", "confirm", "explain")},
            "action": action.name,
            "dialect": permitting.find_way(account, action),
            "why_not": forbids,
            "by_hand": permitting.by_hand(account, action, {}),
            "price": costing.price_of(account, action, now=timezone.now()),
            "asks": action.fields,
        }


_NAMES = {"action": "kind", "outcome": "fate"}  # the wire's names, and the record's


class ActsQuery(Paged):
    action = Words(required=False)
    target = Words(required=False, help_text="X's id of whom or what.")
    outcome = serializers.ChoiceField(Fate.choices, required=False)
    by = Words(required=False, help_text="The login of whoever did it.")
    since = Moment(required=False, help_text="Done from then on.")


class AccountActs(OfAnAccount, Listing):
    """The record of what was done with an account, and of what was asked for and refused; the newest first. Acts with
    direct messages only for who may read them."""

    title = "The record of acts"
    scope = "accounts:read"
    query = ActsQuery
    answer = ActRow
    order = ("-id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[AccountAct]:
        private = who.may(self.request.user, Scope.PRIVATE)
        named = {_NAMES.get(name, name): value for name, value in asked.items()}
        return choose(self.account(where["key"]), private=private, **named)
