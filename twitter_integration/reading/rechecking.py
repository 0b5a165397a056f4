"""Is it still there? Strangers' posts on open tickets, and what is quoted there, are looked up on X within 24 hours of
the last look, and what is gone, hidden or edited there is so here (x-api 6.1). A duty: it is counted in the ledger, and
no allowance stops it.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from kapture.sealing import CannotOpen
from tickets import intake
from tickets.happenings import Retraction
from tickets.inbound import Place
from twitter_integration.accounts import CHANNEL, keys_of
from twitter_integration.client import XClient
from twitter_integration.deliveries.forgetting import forget_bodies_of
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.events import PostEvent
from twitter_integration.facts.hearing import Catch, hear_catches
from twitter_integration.models import PartnerAccount, PostCheck
from twitter_integration.models.cursor import Stream
from twitter_integration.payloads import parse_posts
from twitter_integration.reading import cursors, overdue, reads
from twitter_integration.reading.stored import posts_to_check

SOURCE = "recheck"
# X wants it within 24 hours; four of them are room for a queue, a window or an outage.
AFTER = timedelta(hours=20)
AT_ONCE = 100
_PER_RUN = 2000  # posts of one account; the run is every ten minutes
# When most of a batch is gone at once, it may be us who cannot see: it is looked up in another way before texts go.
_SUSPICIOUS = 10
_MOST_MESSAGES = 5  # single messages looked up at once: 15 calls in 15 minutes
_GONE = ("/resource-not-found", "/not-authorized-for-resource", "/resource-unavailable")


@dataclass(frozen=True, slots=True)
class Rechecked:
    checked: int = 0
    gone: int = 0
    edited: int = 0

    def __add__(self, other: "Rechecked") -> "Rechecked":
        return Rechecked(self.checked + other.checked, self.gone + other.gone, self.edited + other.edited)


def recheck_due(*, clock: Callable[[], datetime] = timezone.now, at_most: timedelta | None = None) -> Rechecked:
    """Look up what is due, the longest unseen first. Safe to run twice at once."""
    stop_at = time.monotonic() + at_most.total_seconds() if at_most is not None else None
    done = Rechecked()
    for account in PartnerAccount.objects.filter(enabled=True).select_related("app", "address"):
        if cursors.may_read(account):
            done += _recheck_account(account, clock=clock, stop_at=stop_at)
    overdue.note(now=clock())
    return done


def recheck_posts(
    client: XClient, account: PartnerAccount, ids: Sequence[str], *, now: datetime, quoted: frozenset[str] = frozenset()
) -> Rechecked:
    """Look posts up, a hundred at a time, and do here what became of them there. Raises XError.

    quoted: those of them that are asked for only because a message quotes them.
    """
    done = Rechecked()
    for chunk in _chunks(ids):
        answer = reads.read_posts(client, chunk)
        gone = _gone(answer.document, chunk)
        if len(gone) > max(_SUSPICIOUS, len(chunk) // 2):
            again = reads.read_posts(client, sorted(gone), as_app=True)
            gone = _gone(again.document, sorted(gone))
        _retract(account, gone, quoted=quoted, now=now)
        edited = _fetch_versions(client, account, answer.document, now=now)
        done += Rechecked(len(chunk), len(gone), edited)
    return done


def recheck_messages(client: XClient, account: PartnerAccount, ids: Sequence[str], *, now: datetime) -> int:
    """The same for a few direct messages, which X shows one by one only. Returns how many are gone. Raises XError."""
    gone = []
    for number in ids[:_MOST_MESSAGES]:
        try:
            client.request("GET", f"/2/dm_events/{number}")
        except XError as error:
            if error.kind != ErrorKind.GONE:
                raise
            gone.append(number)
    _retract(account, gone, now=now)
    return len(gone)


def _recheck_account(account: PartnerAccount, *, clock: Callable[[], datetime], stop_at: float | None) -> Rechecked:
    done, now = Rechecked(), clock()
    with cursors.held(account, Stream.RECHECK) as held:
        cursor = cursors.cursor_of(account, Stream.RECHECK)
        cursor.account = account
        if not held or (cursor.wait_until is not None and now < cursor.wait_until):
            return done
        due = list(_posts([account.address_id]).filter(seen_at__lt=now - AFTER).order_by("seen_at", "pk")[:_PER_RUN])
        try:
            with XClient(keys_of(account)) as client:
                for chunk in _chunks(due):
                    if stop_at is not None and time.monotonic() >= stop_at:
                        break
                    ids = list(dict.fromkeys(message.external_id for message in chunk))
                    quoted = _quoted(chunk) - set(ids)
                    done += recheck_posts(client, account, [*ids, *sorted(quoted)], quoted=quoted, now=now)
                    _note_checked(chunk, now=now)
        except XError as error:
            cursors.note_failure(cursor, error, now=now)
            return done
        except CannotOpen:
            return done  # told with the account
        cursors.note_success(cursor, now=now)
    return done


def _posts(addresses: Iterable[int]) -> QuerySet[Any]:
    """Strangers' posts on open tickets, and what quotes one there, with the moment we last knew them to be there."""
    last = Subquery(PostCheck.objects.filter(message=OuterRef("pk")).values("checked_at")[:1])
    held = posts_to_check(addresses)
    rows: QuerySet[Any] = held.annotate(seen_at=Coalesce(last, F("received_at"))).only("pk", "external_id", "quoted")
    return rows


def _quoted(messages: Iterable[Any]) -> frozenset[str]:
    """What these quote, as far as we still hold its words."""
    return frozenset(m.quoted["external_id"] for m in messages if m.quoted and m.quoted.get("text"))


def _note_checked(messages: Iterable[Any], *, now: datetime) -> None:
    PostCheck.objects.bulk_create(
        [PostCheck(message=message, checked_at=now) for message in messages],
        update_conflicts=True,
        unique_fields=["message"],
        update_fields=["checked_at"],
    )


def _gone(document: Mapping[str, Any], asked: Sequence[str]) -> set[str]:
    """Which of those asked for X says are not there, or not for us. What it says nothing of is left alone."""
    found = set()
    for error in document.get("errors") or ():
        if isinstance(error, dict) and str(error.get("type") or "").endswith(_GONE):
            number = str(error.get("resource_id") or error.get("value") or "")
            if error.get("parameter") in ("ids", "id", None) and number in asked:
                found.add(number)
    return found


def _retract(
    account: PartnerAccount, ids: Iterable[str], *, now: datetime, quoted: frozenset[str] = frozenset()
) -> None:
    facts: dict[str, Any] = {"channel": CHANNEL, "address_key": account.page_id, "at": now}
    batch = [Retraction(external_id=number, quoted_only=number in quoted, **facts) for number in ids]
    if batch:
        intake.retract(batch, now=now)
        forget_bodies_of(account.page_id, [told.external_id for told in batch], now=now)


def _fetch_versions(client: XClient, account: PartnerAccount, document: Mapping[str, Any], *, now: datetime) -> int:
    """An edited post has a new id; under the old one X shows the old text and names the newer ones."""
    events = parse_posts(document, account_id=account.page_id).events
    posts = [event.post for event in events if isinstance(event, PostEvent)]
    newer = {post.version_ids[-1] for post in posts if post.version_ids and post.version_ids[-1] != post.id}
    if not newer:
        return 0
    answer = reads.read_posts(client, sorted(newer)[:AT_ONCE])
    found = parse_posts(answer.document, account_id=account.page_id).events
    catches = [Catch(event=e, labels=(), place=Place()) for e in found if isinstance(e, PostEvent)]
    return len(hear_catches(account, catches, source=SOURCE, now=now))


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
