"""Server-sent events for open pages: which tickets changed. The page then asks for its parts, like anybody else."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
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

from tickets.hub import News, current_hub
from tickets.models import Address
from tickets.permissions import may, queues_for, visible_tickets
from tickets.staffing.presence import note_seen

HEARTBEAT_SECONDS = 15.0
# A stream outlives a sign-out, so who listens is asked anew that often.
RIGHTS_SECONDS = 30.0
# What happens in so short a time is told in one word: the first at once, and each page is written to no more often.
PACE_SECONDS = 0.1
# Milliseconds a browser waits before it connects again.
RETRY_MS = 1500


@require_safe
async def live(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """`?ticket=ID` for one ticket, `?list=1` for all, with `&stream=ID` also for what an address's channel tells. 403
    without sign-in, 404 for what the person may not see."""
    ticket, address = _key(request, "ticket"), _key(request, "stream")
    of_all = "list" in request.GET
    rights = await sync_to_async(_rights)(request, ticket, of_all=of_all, address=address)
    if rights is None:
        return HttpResponseForbidden()
    session = request.session.session_key
    check = partial(sync_to_async(_rights_now), session, ticket, of_all=of_all, address=address)
    events = stream(ticket, rights, check=check)
    response = StreamingHttpResponse(events, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"  # a proxy in front must pass each event on at once
    return response


def _key(request: HttpRequest, name: str) -> int | None:
    asked = request.GET.get(name, "")
    return int(asked) if asked.isdecimal() and len(asked) < 19 else None


class Rights(NamedTuple):
    """What who listens may hear of: private tickets too, and of which queues (None: every one); who they are; and the
    address whose stream they look at."""

    private: bool = False
    queues: frozenset[int] | None = None
    person: int | None = None
    stream: int | None = None


NO_RIGHTS = Rights()


def _rights(request: HttpRequest, ticket: int | None, *, of_all: bool, address: int | None = None) -> Rights | None:
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
        if address is not None and not Address.objects.speakable_by(user).filter(pk=address).exists():
            raise Http404
        if may(user, "work"):
            note_seen(user, now=timezone.now())
        seen = queues_for(user, "see")
        queues = None if seen.every else seen.queues
        return Rights(private=may(user, "see_private"), queues=queues, person=user.pk, stream=address)
    finally:
        if not connection.in_atomic_block:
            connection.close()


def _rights_now(
    session_key: str | None, ticket: int | None, *, of_all: bool, address: int | None = None
) -> Rights | None:
    """The same of whoever the session belongs to by now: nobody after a sign-out, a new password, a deactivation."""
    fresh = HttpRequest()
    fresh.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    try:
        fresh.user = get_user(fresh)
        return _rights(fresh, ticket, of_all=of_all, address=address)
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
    with current_hub().page(ticket, **rights._asdict()) as page:
        yield f"retry: {RETRY_MS}\n\n"
        checked = clock()
        while True:
            news = await page.wait(min(HEARTBEAT_SECONDS, RIGHTS_SECONDS))
            if check is not None and clock() - checked >= RIGHTS_SECONDS:
                if await check() != rights:
                    return
                checked = clock()
            for told in _told(news):
                yield told
            await asyncio.sleep(PACE_SECONDS)


def _told(news: News) -> Iterator[str]:
    if news.tickets is None:
        yield "event: catch-up\ndata: {}\n\n"
    elif news.tickets:
        yield f"event: changed\ndata: {json.dumps({'tickets': sorted(news.tickets)})}\n\n"
    words = ("here", "stream", "notices", "typing")
    happened = [word for word in words if getattr(news, word)]
    yield from (f"event: {word}\ndata: {{}}\n\n" for word in happened)
    if news.tickets == set() and not happened:
        yield ": still here\n\n"
