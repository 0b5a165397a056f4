"""Tickets to read: lists, one, and what hangs on one."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_base import ApiError, Id, Moment, Row, Words, next_link, read_cursor, write_cursor
from tickets.api.base import DeskDetail, DeskListing, Followed, OfTheDesk, ticket_or_404, whole_messages, whole_tickets
from tickets.api.filters import NEWEST, MaySendQuery, ThreadQuery, TicketQuery, narrow_tickets
from tickets.api.rows import ActivityRow, ClockRow, IdentityRow, MessageRow, TicketRow
from tickets.composing.answering import measure
from tickets.composing.beginning import check_answer
from tickets.composing.targets import Aim, aim, answerable
from tickets.errors import NotAllowed
from tickets.finding.meaning import Asked, understand
from tickets.finding.problems import placed
from tickets.finding.reading import find_page, fitting
from tickets.finding.terms import NotUnderstood
from tickets.finding.values import by_the_clock
from tickets.models import Activity, Message, SlaClock, Ticket
from tickets.models.departed import with_doer
from tickets.outbound import Permission
from tickets.permissions import require, visible_activities, visible_tickets
from tickets.reading.listing import ListView, Order, choose, read_page
from tickets.sending.rewording import latest_wording
from tickets.sending.unsent import find_unsent
from tickets.shown.clocks import show_clocks
from tickets.shown.deadlines import explain
from tickets.timeline import load_names


class Tickets(Followed):
    """Tickets, the newest first; or a view of the desk in its own order; or what a search finds (`q`); or, with
    `since`, what changed, also of what a search finds.

    A view shows undone tickets by due time and finished ones latest first, as the pages do.
    """

    title = "Tickets"
    query = TicketQuery
    answer = TicketRow
    followed = "ticket"

    def get(self, request: Request, **where: Any) -> Response:
        asked = self.asked(request)
        if "q" in asked and "since" not in asked:
            return self._search(request, asked)
        return self._view(request, asked) if "view" in asked else super().get(request, **where)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Ticket]:
        return narrow_tickets(whole_tickets(self.user), asked, user=self.user)

    def order_of(self, asked: dict[str, Any]) -> tuple[str, ...]:
        return NEWEST[asked.pop("order", "newest")]

    def among(self, asked: dict[str, Any], numbers: Sequence[int], **where: Any) -> QuerySet[Ticket]:
        """What changes a search's finds by the clock alone is refused: nobody would be told of it."""
        line = asked.pop("q", "")
        if line:
            found = self._understand(line, narrow_tickets(visible_tickets(self.user), asked, user=self.user))
            if clocked := by_the_clock(found.reading):
                raise serializers.ValidationError({"q": placed(NotUnderstood(clocked))})
            numbers = sorted(fitting(found, numbers))
        return super().among(asked, numbers, **where)

    def _understand(self, line: str, inside: QuerySet[Ticket]) -> Asked:
        try:
            return understand(line, user=self.user, now=timezone.now(), tickets=inside)
        except NotUnderstood as fault:
            raise serializers.ValidationError({"q": placed(fault)}) from None

    def _search(self, request: Request, asked: dict[str, Any]) -> Response:
        """As on the pages; the other filters, and a view, narrow down where it looks."""
        line, size, view = asked.pop("q"), asked.pop("limit"), asked.pop("view", "")
        kind, cursor = f"{request.path} {view} q {line}", asked.pop("cursor", "")
        after = read_cursor(cursor, kind)[0] if cursor else ""
        inside = narrow_tickets(self._choose(view) if view else visible_tickets(self.user), asked, user=self.user)
        page = find_page(self._understand(line, inside), after=after, size=size, whole=whole_tickets(self.user))
        following = next_link(request, write_cursor(kind, page.after) if page.after else "")
        return Response({"results": self.tell_all(page.tickets), "next": following, "gone": [], "since": None})

    def _choose(self, view: str) -> QuerySet[Ticket]:
        unsent = find_unsent(self.user) if view == ListView.UNSENT else ()
        return choose(self.user, view, now=timezone.now(), queue=None, folder=None, unsent=unsent)

    def _view(self, request: Request, asked: dict[str, Any]) -> Response:
        """By the pages' own rule which tickets these are, and in which order."""
        view, size, order = asked.pop("view"), asked.pop("limit"), asked.pop("order", Order.DUE)
        kind, cursor = f"{request.path} {view} {order}", asked.pop("cursor", "")
        after = read_cursor(cursor, kind)[0] if cursor else ""
        rows = narrow_tickets(self._choose(view), asked, user=self.user)
        page = read_page(rows, view, after=after, size=size, order=order, whole=whole_tickets(self.user))
        following = next_link(request, write_cursor(kind, page.after) if page.after else "")
        told = self.tell_all(page.tickets)
        return Response({"results": told, "next": following, "gone": [], "since": None})


class OneTicket(DeskDetail):
    """One ticket as it is now. Its ETag changes with everything told here."""

    title = "One ticket"
    answer = TicketRow
    versioned = True

    def rows(self) -> QuerySet[Ticket]:
        return whole_tickets(self.user)


class TicketMessages(DeskListing):
    """What was said on a ticket, notes included, by its own times, the earliest first."""

    title = "A ticket's messages"
    query = ThreadQuery
    answer = MessageRow

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Message]:
        return whole_messages(self.user).filter(ticket=ticket_or_404(self.user, where["pk"]))

    def order_of(self, asked: dict[str, Any]) -> tuple[str, ...]:
        newest = asked.pop("order", "oldest") == "newest"
        return ("-sent_at", "-id") if newest else ("sent_at", "id")


class TicketActivities(DeskListing):
    """What happened on a ticket and why, the earliest first."""

    title = "A ticket's history"
    query = ThreadQuery
    answer = ActivityRow

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Activity]:
        ticket = ticket_or_404(self.user, where["pk"])
        return with_doer(visible_activities(self.user).filter(ticket=ticket))

    def order_of(self, asked: dict[str, Any]) -> tuple[str, ...]:
        return ("-at", "-id") if asked.pop("order", "oldest") == "newest" else ("at", "id")

    def knows(self, found: Any) -> dict[str, Any]:
        return {"names": load_names(found, user=self.user)}


class TicketClocks(DeskListing):
    """The promises that run on a ticket, and how earlier ones ended."""

    title = "A ticket's clocks"
    answer = ClockRow
    order = ("started_at", "id")

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[SlaClock]:
        ticket = ticket_or_404(self.user, where["pk"])
        return SlaClock.objects.filter(ticket=ticket).select_related("policy", "ticket")

    def knows(self, found: Sequence[SlaClock]) -> dict[str, Any]:
        running = [clock.ticket for clock in found if clock.ended_at is None]
        shown = show_clocks(running[0], by=self.user, now=timezone.now()) if running else []
        return {"why": {one.clock.pk: explain(one, priority=running[0].priority) for one in shown}}


class MaySendRow(Row):
    """Whether an answer may go out this way, and to whom."""

    allowed = serializers.BooleanField()
    reason = Words(help_text="Why not.")
    by_hand_url = Words(help_text="Where a person can answer by hand, when the channel lets no program.")
    code = Words(help_text="The reason for programs; docs/rules.md lists them. Allowed with a reason: may be refused.")
    as_of = Moment(allow_null=True, help_text="How old the knowledge is that decided; null where it does not age.")
    ticket = Id(allow_null=True, help_text="The ticket where it is to be answered instead; else null.")
    to = IdentityRow(allow_null=True, help_text="Who would hear it.")
    in_reply_to = Id(allow_null=True, help_text="The message it would answer.")
    maximum = serializers.IntegerField(help_text="The longest answer, as the channel counts.")
    wording = Id(help_text="The newest wording of what customers changed here, to be named when you answer; 0: none.")


class TicketMaySend(OfTheDesk):
    """May this ticket be answered this way? Ask before anybody writes: it depends on the channel and on the message."""

    title = "May it be answered"
    query = MaySendQuery
    answer = MaySendRow

    def get(self, request: Request, **where: Any) -> Response:
        ticket, asked = ticket_or_404(self.user, where["pk"]), self.asked(request)
        private, pk = asked["private"], asked.get("in_reply_to")
        aimed = Aim(answerable(ticket, private=private, pk=pk)) if pk is not None else aim(ticket, private=private)
        answered = aimed.message
        if answered is not None and not whole_messages(self.user).filter(pk=answered.pk).exists():
            answered = None
        if pk is not None and answered is None:
            raise ApiError(404, "not_found", _("There is no such message to be answered this way."))
        permission = self._check_right(private) or check_answer(
            ticket, private=private, by=self.user, aimed=aimed if answered is not None else None
        )
        return self.tell(
            {
                "allowed": permission.allowed,
                "reason": permission.reason,
                "by_hand_url": permission.by_hand_url,
                "code": permission.code,
                "as_of": permission.as_of,
                "ticket": permission.ticket,
                "to": answered.identity if answered else ticket.identity,
                "in_reply_to": answered.pk if answered else None,
                "maximum": measure(ticket.address, "", private=private).maximum,
                "wording": latest_wording([ticket.pk]),
            }
        )

    def _check_right(self, private: bool) -> Permission | None:
        """The refusal for somebody who may not write in private; nothing of the channel is told to them."""
        try:
            require(self.user, "see_private" if private else "see")
        except NotAllowed as refusal:
            return Permission(allowed=False, reason=str(refusal), code="not_allowed")
        return None
