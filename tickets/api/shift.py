"""How the shift goes: the same figures as on the supervisor's board (tickets/shift), each with the search behind it."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_base import Id, Moment, Row, Words
from tickets.api.base import OfTheDesk
from tickets.api.rows import AccountName
from tickets.api.staffing import AgentRow
from tickets.reading.context import Desk
from tickets.shift.accounts import AccountNow
from tickets.shift.board import shift_now
from tickets.shift.people import PersonNow

_SEARCHES = "By the name of a figure, the search that finds its tickets."


class WaitingRow(Row):
    """Tickets whose customer had the last word."""

    count = serializers.IntegerField()
    oldest = Id(allow_null=True, help_text="The ticket whose customer had it the longest ago.")
    since = Moment(allow_null=True, help_text="When that was.")


class _Figures(Row):
    waiting = WaitingRow()
    late = serializers.IntegerField()
    soon = serializers.IntegerField(help_text="Due within the hour.")
    answered = serializers.IntegerField(help_text="Tickets a person of ours answered since midnight, their time zone.")
    searches = serializers.DictField(child=serializers.CharField(), help_text=_SEARCHES)


class AllRow(_Figures):
    """Of all queues the caller may look into."""

    unassigned = serializers.IntegerField()


class InQueueRow(Row):
    """A queue."""

    id = Id(source="pk")
    name = Words()
    slug = Words(help_text="Its short name, as a search has it.")


class QueueNowRow(_Figures):
    queue = InQueueRow(source="place")
    unassigned = serializers.IntegerField(source="place.unassigned")


class DoingRow(Row):
    ticket = Id(help_text="The ticket they have open.")
    typing = serializers.BooleanField()


class PersonNowRow(AgentRow):
    """One of us, as `GET agents/` tells of them, and today."""

    doing = DoingRow(allow_null=True)
    answered = serializers.IntegerField(help_text="Tickets they answered today.")
    done = serializers.IntegerField(help_text="Tickets of theirs that were resolved today and still are.")
    searches = serializers.DictField(child=serializers.CharField(), help_text=_SEARCHES)


class AccountNowRow(Row):
    account = AccountName()
    state = serializers.ChoiceField(["bad", "warning", "fine"])
    word = Words(help_text="The state in a word.")
    sentence = Words(help_text="What is at fault; else empty.")
    heard_at = Moment(allow_null=True, help_text="When something last came from there.")
    spent_usd = serializers.DecimalField(
        allow_null=True, max_digits=12, decimal_places=4, help_text="Today (UTC). null: not for the caller."
    )
    budget_usd = serializers.DecimalField(allow_null=True, max_digits=12, decimal_places=4)


class ShiftRow(Row):
    """The board of one moment."""

    as_of = Moment()
    all = AllRow()
    queues = QueueNowRow(many=True)
    people = PersonNowRow(many=True, help_text="Those the caller looks after, with `tickets:write`; else empty.")
    accounts = AccountNowRow(many=True, help_text="The worst first.")
    spent_usd = serializers.DecimalField(
        allow_null=True, max_digits=12, decimal_places=4, help_text="Of all accounts today; null: not for the caller."
    )


class Shift(OfTheDesk):
    """What waits now and where, what is late or soon will be, who is at it, what was done today, how the accounts are:
    the supervisor's board. For who may see the reports."""

    title = "The shift"
    scope = "reports:read"
    answer = ShiftRow

    def check_role(self, request: Request) -> None:
        super().check_role(request)
        if not Desk(self.user).oversees:
            raise Http404

    def get(self, request: Request) -> Response:
        desk = Desk(self.user)
        board = shift_now(desk)
        return self.tell(
            {
                "as_of": desk.now,
                "all": board.all,
                "queues": board.queues,
                "people": [_person(one) for one in board.people],
                "accounts": [_account(one) for one in board.accounts.rows],
                "spent_usd": board.accounts.spent,
            }
        )


def _person(one: PersonNow) -> Mapping[str, Any]:
    work = one.at_work
    told = {name: getattr(work, name) for name in ("person", "state", "since", "in_hand", "capacity", "limit_of")}
    told |= {"elsewhere": work.elsewhere, "skills": work.skills, "teams": work.teams}
    return told | {"doing": one.doing, "answered": one.answered, "done": one.done, "searches": one.searches}


def _account(one: AccountNow) -> Mapping[str, Any]:
    how = one.condition
    told = {"state": how.mark, "word": how.word, "sentence": how.sentence, "heard_at": how.heard_at}
    return {"account": one.address, **told, "spent_usd": how.spent, "budget_usd": how.budget}
