"""Fetches files that only a participant is given, and keeps our own copy: claim and commit, fetch outside any
transaction, store.

Any number of workers may fetch at once; one that dies leaves the row to the next after a while. A file whose message
was deleted meanwhile is thrown away.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.bells import answer, ring, ring_later
from tickets.channels import FetchError, channel_named
from tickets.choices import FetchState, FileKind
from tickets.composing.enclosing import Facts, inspect, keep
from tickets.live import announce
from tickets.models import Media, MediaFetch, StoredFile

log = logging.getLogger(__name__)

BELL = "fetch"
FETCH_TASK = "tickets.tasks.fetch_media"
# Waits before the next try; after the last it has failed and a person may ask again.
LADDER = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200))
# Longer than any fetch lasts: whoever claimed it is dead.
ABANDONED_AFTER = timedelta(minutes=3)


def ring_fetcher() -> None:
    """Call in the transaction that leaves something to be fetched."""
    ring(BELL, task=FETCH_TASK)


def fetch_due(*, clock: Callable[[], datetime] = timezone.now, at_most: timedelta | None = None) -> int:
    """Fetch what is due; returns how many were tried. What is not done after `at_most` is left to the next bell."""
    stop_at = clock() + at_most if at_most is not None else None
    answer(BELL)
    tried = 0
    while (fetch := _claim(clock())) is not None:
        tried += 1
        _fetch(fetch, clock)
        if stop_at is not None and clock() >= stop_at:
            ring_fetcher()
            break
    return tried


@transaction.atomic
def ask_again(media: Media, *, now: datetime) -> None:
    """A person wants what could not be fetched to be tried once more."""
    MediaFetch.objects.filter(media=media, state=FetchState.FAILED).update(
        state=FetchState.WAITING, tries=0, next_at=now, reason=""
    )
    ring_fetcher()


@transaction.atomic
def _claim(now: datetime) -> MediaFetch | None:
    """The try is counted and committed before the work."""
    rows = MediaFetch.objects.select_for_update(of=("self",), skip_locked=True)
    rows = rows.filter(state=FetchState.WAITING, next_at__lte=now).order_by("next_at", "pk")
    fetch = rows.select_related("media__message__address").first()
    if fetch is not None:
        fetch.tries += 1
        fetch.next_at = now + ABANDONED_AFTER
        fetch.save(update_fields=["tries", "next_at"])
    return fetch


def _fetch(fetch: MediaFetch, clock: Callable[[], datetime]) -> None:
    message = fetch.media.message
    channel = channel_named(message.address.channel)
    try:
        with channel.fetch(message.address.key, fetch.media.url, most=settings.FETCH_MOST_BYTES) as content:
            _store(fetch, File(content, name=fetch.media.url.rpartition("/")[2]), now=clock())
    except FetchError as error:
        _note_failure(fetch, error, now=clock())
    except Exception as trouble:
        log.exception("A file could not be fetched in an unexpected way; it will be tried again.")
        _note_failure(
            fetch, FetchError(_("Unexpected trouble ({name}).").format(name=type(trouble).__name__)), now=clock()
        )


@transaction.atomic
def _store(fetch: MediaFetch, file: "File[Any]", *, now: datetime) -> None:
    media = Media.objects.select_for_update(of=("self",)).filter(pk=fetch.media_id).first()
    if media is None or StoredFile.objects.filter(media=media).exists():
        MediaFetch.objects.filter(pk=fetch.pk).delete()
        return
    facts = inspect(file) or Facts(
        kind=FileKind.OTHER, content_type="application/octet-stream", size=int(file.size or 0)
    )
    stored = keep(file, facts, now=now)
    StoredFile.objects.filter(pk=stored.pk).update(media=media)
    MediaFetch.objects.filter(pk=fetch.pk).update(state=FetchState.DONE, reason="")
    if media.message.ticket_id is not None:
        announce([media.message.ticket_id])


@transaction.atomic
def _note_failure(fetch: MediaFetch, error: FetchError, *, now: datetime) -> None:
    failed = error.permanent or fetch.tries > len(LADDER)
    at = now + (
        timedelta(seconds=error.retry_after) if error.retry_after else LADDER[min(fetch.tries, len(LADDER)) - 1]
    )
    MediaFetch.objects.filter(pk=fetch.pk).update(
        state=FetchState.FAILED if failed else FetchState.WAITING, next_at=at, reason=error.sentence[:300]
    )
    if not failed:
        ring_later(task=FETCH_TASK, at=at)
    if fetch.media.message.ticket_id is not None:
        announce([fetch.media.message.ticket_id])
