"""Stored files, to whoever may see the message or owns the draft they belong to. Nothing else serves them."""

import re
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tickets.choices import SendState, Visibility
from tickets.composing.drafts import mine
from tickets.composing.fetching import ask_again
from tickets.models import Media, Message, OutboxEntry, StoredFile
from tickets.permissions import may, visible_messages, visible_outbox
from tickets.views.access import changed, for_agents, person

# Shown in the page; everything else is only ever handed over as a file.
INLINE = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/quicktime"})
# What is larger is streamed.
AT_ONCE = 5 * 1024 * 1024
_CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")


@for_agents
@require_safe
def stored_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    stored = StoredFile.objects.select_related("draft", "media__message").filter(pk=pk).first()
    if stored is None or not _may_see(request, stored):
        raise Http404
    # A stored file never changes.
    etag = f'"{stored.pk}"'
    if (known := get_conditional_response(request, etag=etag)) is not None:
        return known
    start, end = _stretch(request.headers.get("Range", ""), stored.size)
    response = _respond(stored, start, end)
    if (start, end) != (0, stored.size):
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{stored.size}"
    shown = stored.content_type in INLINE
    response["Content-Type"] = stored.content_type if shown else "application/octet-stream"
    response["Content-Disposition"] = content_disposition_header(not shown, stored.name) or "attachment"
    response["Content-Length"] = str(end - start)
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    # Whatever a file holds, it may do nothing in the desk's name.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["ETag"] = etag
    return response


def _may_see(request: HttpRequest, stored: StoredFile) -> bool:
    user = person(request)
    if stored.draft is not None:
        return stored.draft.person_id == user.pk and mine(user).filter(pk=stored.draft.pk).exists()
    if stored.media is None:
        return False
    message = stored.media.message
    if message.ticket_id is None:
        return may(user, "see") and message.visibility == Visibility.PUBLIC and _is_out(message, user)
    return visible_messages(user).filter(pk=message.pk).exists()


def _is_out(message: Message, user: User) -> bool:
    """A post that is not published yet is for who may publish for its account."""
    waiting = OutboxEntry.objects.filter(message=message).exclude(state=SendState.SENT)
    return not waiting.exists() or visible_outbox(user).filter(message=message).exists()


def _stretch(asked: str, size: int) -> tuple[int, int]:
    """The bytes a player asks for; what we do not understand gets the whole (RFC 9110, 14.2)."""
    found = _RANGE.fullmatch(asked)
    if found is None or int(found[1]) >= size:
        return 0, size
    end = int(found[2]) + 1 if found[2] else size
    return (int(found[1]), min(end, size)) if end > int(found[1]) else (0, size)


def _respond(stored: StoredFile, start: int, end: int) -> HttpResponse | StreamingHttpResponse:
    try:
        file = stored.file.storage.open(str(stored.file.name))
    except FileNotFoundError:
        raise Http404 from None
    file.seek(start)
    if end - start <= AT_ONCE:
        with file:
            return HttpResponse(file.read(end - start))
    return StreamingHttpResponse(_read(file, end - start))


async def _read(file: Any, left: int) -> AsyncIterator[bytes]:
    """In pieces, without keeping the event loop: the whole of a film is in nobody's memory."""
    read, close = sync_to_async(file.read, thread_sensitive=False), sync_to_async(file.close, thread_sensitive=False)
    try:
        while left > 0 and (piece := await read(min(_CHUNK, left))):
            left -= len(piece)
            yield piece
    finally:
        await close()


@for_agents
@require_POST
def fetch_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A private file that could not be fetched, once more."""
    visible = visible_messages(person(request))
    media = get_object_or_404(Media.objects.select_related("message"), pk=pk, message__in=visible.order_by())
    ask_again(media, now=timezone.now())
    messages.success(request, _("It is fetched again."))
    return changed(request, back=reverse("ticket", args=[media.message.ticket_id]))
