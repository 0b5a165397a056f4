"""The ticket page and its moving parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tickets.answering import answerable, check_reply, latest_said, measure, usual_target
from tickets.channels import Limits, Permission
from tickets.choices import Priority, Status, StatusCategory
from tickets.context import WARN, Desk
from tickets.forms import read_targets
from tickets.models import Folder, HandleChange, Happening, Message, Queue, SlaClock, Ticket
from tickets.permissions import may, visible_tickets
from tickets.timeline import MOST, STEP, load
from tickets.views.access import for_agents, person, ticket_or_404
from tickets.views.listing import with_authors

OTHER_TICKETS = 5


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to answer, whether it is possible now, and which message it answers. A note always is, and answers none.

    `gone`: the message that was to be answered cannot be any more; then `answered` is the customer's latest instead.
    """

    code: str
    permission: Permission
    answered: Message | None = None
    latest: Message | None = None
    gone: bool = False

    @property
    def newer(self) -> bool:
        return self.latest != self.answered


@dataclass(frozen=True, slots=True)
class Writer:
    """What the composer shows."""

    modes: list[Mode]
    mode: str
    began: str
    text: str = ""
    error: str = ""
    token: UUID = field(default_factory=uuid4)

    @property
    def gates(self) -> list[Mode]:
        return [mode for mode in self.modes if mode.code != "note"]

    @property
    def public(self) -> Permission:
        return self._permission("public")

    @property
    def private(self) -> Permission:
        return self._permission("private")

    def _permission(self, code: str) -> Permission:
        return next((mode.permission for mode in self.modes if mode.code == code), Permission(allowed=False))


@for_agents
@require_safe
def ticket_page(request: HttpRequest, number: int) -> HttpResponse:
    return show_ticket(request, ticket_or_404(request, number))


@for_agents
@require_safe
def ticket_parts(request: HttpRequest, number: int) -> HttpResponse:
    """Everything of the page but what somebody may be writing in."""
    ticket = ticket_or_404(request, number)
    context = _page(request, ticket) | _writing(request, ticket, to=read_targets(request.GET))
    return render(request, "tickets/ticket_parts.html", context)


def show_ticket(request: HttpRequest, ticket: Ticket, *, status: int = 200, **written: Any) -> HttpResponse:
    """The whole page; `written` goes back into the composer."""
    context = _page(request, ticket) | _writing(request, ticket, **written)
    return render(request, "tickets/ticket.html", context, status=status)


def show_writer(request: HttpRequest, ticket: Ticket, *, status: int = 200, **written: Any) -> HttpResponse:
    """The composer alone, with what is to stand in it."""
    context = {"desk": Desk(person(request)), "ticket": ticket} | _writing(request, ticket, **written)
    return render(request, "tickets/composer_answer.html", context, status=status)


def _page(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    user, show = person(request), _steps(request.GET.get("show", ""))
    desk = Desk(user)
    return {
        "desk": desk,
        "ticket": ticket,
        "now": desk.now,
        "show": show,
        "show_more": show + STEP,
        "done": ticket.category == StatusCategory.DONE,
        "timeline": load(ticket, user=user, show=show),
        "clocks": _clocks(ticket, desk),
        "earlier_handles": _earlier_handles(ticket),
        "other_tickets": _others(user, ticket),
        "happenings": list(Happening.objects.filter(identity=ticket.identity_id)[:OTHER_TICKETS]),
        "tags": list(ticket.tags.all()),
        "agents": agents() if desk.works else [],
        "queues": Queue.objects.all(),
        "folders": Folder.objects.all(),
        "statuses": [choice for choice in Status.choices if choice[0] != Status.NEW],
        "priorities": Priority.choices[::-1],
    }


def _steps(asked: str) -> int:
    return min(max(int(asked), STEP), MOST) if asked.isdecimal() and len(asked) < 6 else STEP


def _clocks(ticket: Ticket, desk: Desk) -> list[SlaClock]:
    """Running ones first, then how the latest of each promise ended."""
    clocks = list(ticket.clocks.select_related("policy").order_by("-started_at", "-id"))
    latest: dict[str, SlaClock] = {}
    for clock in clocks:
        latest.setdefault(clock.metric, clock)
    for clock in latest.values():
        clock.soon = clock.due_at - desk.now <= WARN  # type: ignore[attr-defined]  # for the template only
    return sorted(latest.values(), key=lambda clock: (clock.ended_at is not None, clock.due_at))


def _earlier_handles(ticket: Ticket) -> list[str]:
    changes = HandleChange.objects.filter(identity=ticket.identity_id).values_list("before", flat=True)[:5]
    return list(dict.fromkeys(before for before in changes if before != ticket.identity.handle))


def _others(user: User, ticket: Ticket) -> QuerySet[Ticket]:
    others = visible_tickets(user).filter(customer=ticket.customer_id).exclude(pk=ticket.pk)
    return with_authors(others).order_by("-last_message_at", "-id")[:OTHER_TICKETS]


def agents() -> list[User]:
    """Who may be given a ticket, by name."""
    backend = "django.contrib.auth.backends.ModelBackend"
    found = User.objects.with_perm("tickets.work_ticket", backend=backend)
    return sorted(found, key=lambda user: (user.get_full_name() or user.get_username()).casefold())


def _writing(
    request: HttpRequest, ticket: Ticket, *, to: Mapping[str, int] | None = None, **written: Any
) -> dict[str, Any]:
    """The composer with what is `written`, answering the messages named for each mode, else the latest."""
    user, named = person(request), to or {}
    modes = [_mode(ticket, code, named.get(code)) for code in _ways(user)]
    if may(user, "work"):
        modes.append(Mode("note", Permission(allowed=True)))
    usual = "private" if ticket.private else "public"
    codes = [mode.code for mode in modes]
    mode = written.get("mode") or (usual if usual in codes else "note")
    writer = Writer(
        modes=modes,
        mode=mode,
        began=written.get("began") or mode,
        text=written.get("text", ""),
        error=written.get("error", ""),
    )
    return {"writer": writer, "now": timezone.now()} | ring(ticket, writer.text, mode=writer.mode)


def _mode(ticket: Ticket, code: str, pk: int | None) -> Mode:
    private = code == "private"
    latest = latest_said(ticket, private=private)
    named = answerable(ticket, private=private, pk=pk) if pk is not None else None
    answered = named or usual_target(ticket, latest, private=private)
    permission = check_reply(ticket, private=private, answered=answered)
    return Mode(code, permission, answered, latest, gone=pk is not None and named is None)


def _ways(user: User) -> list[str]:
    if not may(user, "send"):
        return []
    return ["public", "private"] if may(user, "see_private") else ["public"]


def ring(ticket: Ticket, text: str, *, mode: str) -> dict[str, Any]:
    """The counter beside the composer: the channel's own measure. A note has none."""
    if mode == "note":
        return {"limits": None}
    limits: Limits = measure(ticket.address, text, private=mode == "private")
    share = min(100, round(100 * limits.length / limits.maximum)) if limits.maximum else 0
    return {"limits": limits, "ring_share": share, "ring_over": -limits.remaining}
