"""The stream of an account: what X told of it, and what came of each (views/stream.py)."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_base import Id, Listing, Moment, Paged, Row, Words, next_link, read_cursor, write_cursor
from twitter_integration.api.base import OfAnAccount
from twitter_integration.choices import Came
from twitter_integration.console import who
from twitter_integration.console.action import Scope
from twitter_integration.events import Kind
from twitter_integration.stream.kinds import GROUPS, kinds_of
from twitter_integration.stream.lines import lines_of
from twitter_integration.stream.reading import read_page
from twitter_integration.stream.wording import show

_ASKED = sorted({*GROUPS, *(kind.value for _words, kinds in GROUPS.values() for kind in kinds)})
_X_ID = "X's id; empty where X named nobody, or it is on a ticket out of sight."


class StreamRow(Row):
    """One activity, with what came of it."""

    id = Id()
    kind = serializers.ChoiceField([(kind.value, kind.value) for kind in Kind])
    title = Words(help_text="The same, as pages say it.")
    ours = serializers.BooleanField(help_text="The account did it itself.")
    private = serializers.BooleanField()
    at = Moment()
    received_at = Moment()
    person = Words(help_text=_X_ID)
    handle = Words()
    name = Words(source="who")
    text = Words(help_text="What was said, as far as it is kept.")
    gone_at = Moment(allow_null=True, help_text="When it was deleted on X.")
    link = Words(help_text="Where it stands on X; empty where that is not known.")
    came = serializers.ChoiceField(Came.choices, help_text="What came of it.")
    came_words = serializers.CharField(source="fate")
    ticket = Id(allow_null=True, help_text="Null where it is on none, or on one out of sight.")
    message = Id(allow_null=True)
    customer = Id(allow_null=True)
    makes = serializers.BooleanField(help_text="A ticket can be made of it.")


class StreamQuery(Paged):
    kind = serializers.ChoiceField(
        [(name, name) for name in _ASKED],
        required=False,
        help_text="A kind, or a group of them. Private ones: empty for who may not read private messages.",
    )


class AccountStream(OfAnAccount, Listing):
    """Every activity that X told of an account, the newest first; private ones only for who may read them."""

    title = "The stream of an account"
    scope = "accounts:read"
    query = StreamQuery
    answer = StreamRow

    def get(self, request: Request, **where: Any) -> Response:
        account, asked, place = self.account(where["key"]), self.asked(request), f"{request.path}:-id"
        kinds = kinds_of(asked.get("kind", ""), private=who.may(request.user, Scope.PRIVATE))
        before = read_cursor(asked["cursor"], place)[0] if asked.get("cursor") else None
        page = read_page(account.page_id, kinds or (), before=before, size=asked["limit"])
        rows = [show(line) for line in lines_of(account, page.events, user=request.user)]
        after = write_cursor(place, page.after) if page.after else ""
        return Response({"results": self.tell_all(rows), "next": next_link(request, after)})
