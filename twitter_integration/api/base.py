"""What X's endpoints share: whose console it is, and how refusals are told."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib.auth.models import User
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.request import Request

from kapture.api_base import Endpoint
from twitter_integration.console.actor import Actor, as_actor
from twitter_integration.console.fields import BadInput
from twitter_integration.console.refused import Failed, NotConfirmed, NotOffered, NotPermitted, Refused, Unsettled
from twitter_integration.console.who import may_enter, theirs
from twitter_integration.models import PartnerAccount


class OfAnAccount(Endpoint):
    """Whoever may not operate accounts is told that there is nothing (404), as on the pages."""

    refuses_reads = frozenset({409, 422, 502})
    refusals: ClassVar[Mapping[type[Exception], tuple[int, str]]] = {
        BadInput: (400, "invalid"),
        NotPermitted: (403, "not_allowed"),
        NotOffered: (422, "not_offered"),
        NotConfirmed: (409, "not_confirmed"),
        Unsettled: (502, "unsettled"),
        Failed: (422, "x_refused"),
        Refused: (409, "cannot_act"),
    }

    def check_role(self, request: Request) -> None:
        if not may_enter(request.user):
            raise Http404

    def check_again(self, told: object, **where: str) -> None:
        """An account that is not theirs any more is not there."""
        if "key" in where:
            self.account(where["key"])

    def details(self, refusal: Exception) -> dict[str, list[str]]:
        """Which value does not fit; where a person can do what X lets no program do; what X answered."""
        if isinstance(refusal, BadInput):
            return {refusal.field: [refusal.sentence]}
        told = {"by_hand": getattr(refusal, "by_hand", ""), "x_code": ""}
        if isinstance(refusal, Failed):
            told["x_code"] = refusal.code
        return {name: [word] for name, word in told.items() if word}

    @property
    def user(self) -> User:
        user = self.request.user
        assert isinstance(user, User)  # check_role let them in
        return user

    @property
    def actor(self) -> Actor:
        return as_actor(self.user, via="api")

    def account(self, key: str) -> PartnerAccount:
        return get_object_or_404(theirs(self.request.user), page_id=key)
