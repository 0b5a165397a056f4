"""What the helpdesk's endpoints share: who may know of tickets, how refusals are told, how changes are followed."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_base import Act, Detail, Endpoint, Listing, next_link, read_cursor, write_cursor
from tickets.choices import Visibility
from tickets.errors import (
    CannotChange,
    CannotSend,
    DeskError,
    NeedsParts,
    NewsSince,
    NotAllowed,
    NothingWaits,
    Repeats,
    TooLate,
    Unheard,
)
from tickets.models import Message, Ticket
from tickets.models.departed import with_doer
from tickets.permissions import (
    may,
    never_seen,
    speakable_addresses,
    visible_messages,
    visible_tickets,
    with_seen_incident,
)
from tickets.reading.changes import START, OtherServer, Place, read_changes

FROM_THE_START = "start"
OF_TICKET = "tickets/<id:pk>/"  # in an address: what follows is done to that ticket


class OfTheDesk(Endpoint):
    """An outsider is told that there is nothing (404), as on the pages."""

    scope = "tickets:read"
    of_many: ClassVar[bool] = False  # done to each of many tickets by itself
    refusals: ClassVar[Mapping[type[Exception], tuple[int, str]]] = {
        NotAllowed: (403, "not_allowed"),
        NewsSince: (409, "news_since"),
        Repeats: (409, "said_before"),
        Unheard: (409, "unheard"),
        NothingWaits: (409, "nothing_waits"),
        NeedsParts: (409, "needs_parts"),
        CannotSend: (422, "cannot_send"),
        CannotChange: (409, "cannot_change"),
        TooLate: (409, "too_late"),
        DeskError: (409, "refused"),
    }

    def check_role(self, request: Request) -> None:
        if not may(request.user, "see"):
            raise Http404

    def check_again(self, told: Any, **where: Any) -> None:
        """Where a ticket is out of their sight by now, there is nothing, as if they asked anew; of many, where all are.
        One statement."""
        numbers = {int(one) for one in self.tickets_told(told or {}, **where)}
        seen = visible_tickets(self.user).filter(pk__in=numbers).count() if numbers else 0
        if seen < (1 if numbers and self.of_many else len(numbers)):
            raise Http404
        if (told or {}).get("visibility") == Visibility.PRIVATE and not may(self.user, "see_private"):
            raise Http404

    def tickets_told(self, told: dict[str, Any], **where: Any) -> list[Any]:
        """Whose tickets an answer is about: of the address, or named in it."""
        match, named = self.request.resolver_match, told.get("ticket")
        here = [where["pk"]] if match is not None and OF_TICKET in match.route else []
        return here if named is None else [*here, named]

    @property
    def user(self) -> Any:
        """The caller, with the rights the token leaves them."""
        return self.request.user


class DeskListing(OfTheDesk, Listing):
    """A list of the desk."""


class DeskDetail(OfTheDesk, Detail):
    """One row of the desk."""


class DeskAct(OfTheDesk, Act):
    """An act at the desk."""


class Followed(DeskListing):
    """A list whose changes can be followed: `since` tells what changed, in order, and what is not in it any more.

    `gone` are ids that were deleted, or left this list (another status, another queue, private now): drop them.
    """

    followed: ClassVar[Literal["ticket", "message"]]
    refusals: ClassVar[Mapping[type[Exception], tuple[int, str]]] = {
        OtherServer: (410, "cursor_gone"),
        **OfTheDesk.refusals,
    }
    around = {
        "gone": serializers.ListField(
            child=serializers.CharField(), help_text="With `since`: ids that are not in this list any more."
        ),
        "since": serializers.CharField(
            allow_null=True, help_text="With `since`: keep it, it is where to go on, also when nothing changed."
        ),
    }

    def get(self, request: Request, **where: Any) -> Response:
        asked = self.asked(request)
        if "since" in asked:
            return self._changes(request, asked, where)
        told = super().get(request, **where)
        told.data |= {"gone": [], "since": None}
        return told

    def among(self, asked: dict[str, Any], numbers: Sequence[int], **where: Any) -> QuerySet[Any]:
        """Of these, what is in the list."""
        return self.rows(asked, **where).filter(pk__in=numbers)

    def _changes(self, request: Request, asked: dict[str, Any], where: dict[str, Any]) -> Response:
        size, kind, since = asked.pop("limit"), f"{request.path} since", asked.pop("since")
        place = START if since == FROM_THE_START else Place(*read_cursor(since, kind))
        changes = read_changes(self.followed, place, size=size)
        found = {row.pk: row for row in self.among(asked, changes.numbers, **where)}
        rows = [found[number] for number in changes.numbers if number in found]
        left = [number for number in changes.numbers if number not in found]
        never = never_seen(self.followed, left, user=self.user)
        gone = [str(number) for number in left if number not in never]
        cursor = write_cursor(kind, *changes.place)
        following = next_link(request, cursor, parameter="since") if changes.more else None
        return Response({"results": self.tell_all(rows), "next": following, "gone": gone, "since": cursor})


def whole_tickets(user: Any) -> QuerySet[Ticket]:
    """Those the person may see, with all that is told of them; as many statements however many there are."""
    return _whole(visible_tickets(user), user)


def _whole(tickets: QuerySet[Ticket], user: Any) -> QuerySet[Ticket]:
    related = ("address", "customer", "identity", "queue", "folder", "assignee", "sla_policy", "snoozed_by", "incident")
    return with_seen_incident(tickets, user=user).select_related(*related).prefetch_related("tags", "skills")


def whole_messages(user: Any) -> QuerySet[Message]:
    """Those the person may read, with all that is told of them."""
    return _whole_messages(visible_messages(user))


def whole_posts(user: Any) -> QuerySet[Message]:
    """What went through the outbox, on no ticket, for an account the person may publish for; as `whole_messages`."""
    said = Message.objects.filter(ticket=None, visibility=Visibility.PUBLIC, outbox__isnull=False, deleted_at=None)
    ours = said.filter(address__in=speakable_addresses(user))
    return _whole_messages(ours)


def _whole_messages(said: QuerySet[Message]) -> QuerySet[Message]:
    return with_doer(said.select_related("address", "identity", "outbox"), "agent").prefetch_related("media")


def ticket_or_404(user: Any, pk: int) -> Ticket:
    return get_object_or_404(whole_tickets(user), pk=pk)


def told_after(pk: int, *, user: Any) -> Ticket:
    """As the caller's own act left it, also where that was to move it out of their sight."""
    return _whole(Ticket.objects.all(), user).get(pk=pk)


def still_there(told: Any, pk: int) -> bool:
    """While a ticket is in the queue they moved it to, they are told so again, whether they may look in there or not.
    `told`: the answer they had."""
    return told is not None and Ticket.objects.filter(pk=pk, queue=told["queue"]["id"]).exists()


def message_or_404(user: Any, pk: int) -> Message:
    """Said on a ticket, or a post of ours."""
    return whole_posts(user).filter(pk=pk).first() or get_object_or_404(whole_messages(user), pk=pk)
