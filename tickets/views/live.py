"""Server-sent events for open pages: which tickets changed. The page then asks for its parts, like anybody else."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from importlib import import_module
from typing import NamedTuple

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tickets.hub import current_hub
from tickets.permissions import may, queues_for, visible_tickets
from tickets.staffing.presence import note_seen

HEARTBEAT_SECONDS = 15.0
# A stream outlives a sign-out, so who listens is asked anew that often.
RIGHTS_SECONDS = 30.0
# Milliseconds a browser waits before it connects again.
RETRY_MS = 1500


@require_safe
async def live(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """`?ticket=ID` for one ticket, `?list=1` for all. 403 without sign-in, 404 for what the person may not see."""
    asked = request.GET.get("ticket", "")
    ticket = int(asked) if asked.isdecimal() and len(asked) < 19 else None
    rights = await sync_to_async(_rights)(request, ticket, of_all="list" in request.GET)
    if rights is None:
        return HttpResponseForbidden()
    check = partial(sync_to_async(_rights_now), request.session.session_key, ticket, of_all="list" in request.GET)
    events = stream(ticket, rights, check=check)
    response = StreamingHttpResponse(events, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"  # a proxy in front must pass each event on at once
    return response


class Rights(NamedTuple):
    """What who listens may hear of: private tickets too, and of which queues (None: every one); and who
    they are."""

    private: bool = False
    queues: frozenset[int] | None = None
    person: int | None = None


NO_RIGHTS = Rights()


def _rights(request: HttpRequest, ticket: int | None, *, of_all: bool) -> Rights | None:
    """What who listens may hear; None when nobody is signed in, Http404 for what they may not see.

    Gives the database connection back at once: the stream lasts for hours and needs none, and the pool is small.
    """
    try:
        user = request.user
        if not user.is_authenticated:
            return None
        if not may(user, "see") or (ticket is None and not of_all):
            raise Http404
        if ticket is not None and not visible_tickets(user).filter(pk=ticket).exists():
            raise Http404
        if may(user, "work"):
            note_seen(user, now=timezone.now())
        seen = queues_for(user, "see")
        return Rights(private=may(user, "see_private"), queues=None if seen.every else seen.queues, person=user.pk)
    finally:
        if not connection.in_atomic_block:
            connection.close()


def _rights_now(session_key: str | None, ticket: int | None, *, of_all: bool) -> Rights | None:
    """The same of whoever the session belongs to by now: nobody after a sign-out, a new password, a deactivation."""
    fresh = HttpRequest()
    fresh.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    try:
        fresh.user = get_user(fresh)
        return _rights(fresh, ticket, of_all=of_all)
    except Http404:
        return None
    finally:
        if not connection.in_atomic_block:
            connection.close()


async def stream(
    ticket: int | None, rights: Rights = NO_RIGHTS, *, check: Callable[[], Awaitable[Rights | None]] | None = None
) -> AsyncIterator[str]:
    """Events as text. A comment now and then, so that a dead line is noticed at both ends. It ends when the rights of
    who listens are not what they were; the browser then asks again."""
    clock = asyncio.get_running_loop().time
    with current_hub().page(ticket, private=rights.private, queues=rights.queues, person=rights.person) as page:
        yield f"retry: {RETRY_MS}\n\n"
        checked = clock()
        while True:
            news = await page.wait(min(HEARTBEAT_SECONDS, RIGHTS_SECONDS))
            if check is not None and clock() - checked >= RIGHTS_SECONDS:
                if await check() != rights:
                    return
                checked = clock()
            if news.tickets is None:
                yield "event: catch-up\ndata: {}\n\n"
            elif news.tickets:
                yield f"event: changed\ndata: {json.dumps({'tickets': sorted(news.tickets)})}\n\n"
            if news.here:
                yield "event: here\ndata: {}\n\n"
            if news.notices:
                yield "event: notices\ndata: {}\n\n"
            if news.typing:
                yield "event: typing\ndata: {}\n\n"
            elif news.tickets == set() and not news.notices and not news.here:
                yield ": still here\n\n"
