"""Stored files whose draft or message is gone: file and row are removed. Safe to run twice and by many at once."""

import logging

from tickets.bells import answer, ring
from tickets.models import StoredFile

log = logging.getLogger(__name__)

BELL = "files"
FILES_TASK = "tickets.tasks.files"
_AT_ONCE = 500


def ring_sweeper() -> None:
    """Call in the transaction that leaves files behind."""
    ring(BELL, task=FILES_TASK)


def sweep() -> int:
    """Remove what belongs to nobody any more; returns how many files. What cannot be removed is tried again."""
    answer(BELL)
    removed = 0
    for stored in StoredFile.objects.filter(draft=None, media=None).order_by("pk")[:_AT_ONCE]:
        try:
            # The file first: should we die here, the row still tells of it.
            stored.file.delete(save=False)
        except Exception:
            log.exception("A file that belongs to nobody could not be removed; it will be tried again.")
            continue
        stored.delete()
        removed += 1
    return removed
