"""What X has of an account against what we have, per stream: the difference is fetched, and the report says up to when
we are complete, and what cannot be compared at all.

Read-through of a window (a day, with some overlap), nothing moved: polling's cursors stay where they are.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kapture.sealing import CannotOpen
from twitter_integration.accounts import keys_of, why_not_tried
from twitter_integration.client import Answer, XClient
from twitter_integration.errors import XError
from twitter_integration.events import Event
from twitter_integration.facts.hearing import came_late, hear
from twitter_integration.facts.moments import SLACK
from twitter_integration.metering import budgets
from twitter_integration.metering.precedence import READERS
from twitter_integration.models import Cursor, PartnerAccount
from twitter_integration.models import Event as EventRow
from twitter_integration.models.cursor import Stream
from twitter_integration.polling import OVERLAP, STREAMS, WAYS
from twitter_integration.reading import answers, backfill, cursors, reads, untold
from twitter_integration.reading.comparison import Compared, Report, open_since
from twitter_integration.reading.vanishing import look_for_vanished

SOURCE = "reconcile"
Ask = Callable[[str], Answer]  # page → what X has there
EVERY = timedelta(hours=24)
WINDOW = timedelta(hours=26)
# How many X lists, whatever one asks for (x-api 5.2, 5.5): beyond, a stream cannot be compared.
LISTED = {Stream.MENTIONS: 800, Stream.POSTS: 3200}
MESSAGES_KEPT = timedelta(days=30)
RETRY_AFTER = timedelta(hours=1)
LONGEST_OPEN = timedelta(days=7)  # what could not be compared is tried again for so long
CAVEATS = {
    Stream.MENTIONS: (
        gettext_noop(
            "Mentions by protected accounts, by accounts that block us and by those X filters are not listed."
        ),
        gettext_noop(
            "Answers deep in a thread that name us only by X's automatic mention may be missing from X's list."
        ),
    ),
    Stream.MESSAGES: (
        gettext_noop("Encrypted messages and group conversations are not listed."),
        gettext_noop("Messages older than 30 days are not listed."),
    ),
    Stream.POSTS: (),
    Stream.ANSWERS: (
        gettext_noop("X's search finds posts of the last seven days."),
        gettext_noop("Quotes that do not name us are found of our newest {most} posts and versions of these days."),
    ),
}


def reconcile_due(*, clock: Callable[[], datetime] = timezone.now, at_most: timedelta | None = None) -> list[Report]:
    """Every stream whose last reconciliation is a day old, as many as the time allows. Safe to run twice at once."""
    seconds = at_most.total_seconds() if at_most is not None else float("inf")
    began, done = time.monotonic(), list[Report]()
    for account in PartnerAccount.objects.filter(enabled=True).select_related("app", "address"):
        for stream in _due_streams(account, now=clock()) if cursors.may_read(account) else ():
            # One that began must have time to end: a stream half compared is compared anew.
            if time.monotonic() - began >= seconds / 3:
                return done
            now = clock()
            with cursors.held(account, stream) as held:
                # Another worker may have compared it since it was found to be due.
                if held and stream in _due_streams(account, now=now):
                    done.append(reconcile(account, streams=[stream], now=now, stop_at=began + seconds))
    return done


def reconcile(
    account: PartnerAccount,
    *,
    now: datetime,
    since: datetime | None = None,
    streams: Sequence[str] = STREAMS,
    stop_at: float = float("inf"),
    beyond: bool = False,
) -> Report:
    """Compare and fetch now. `since`: how far back; without it a day and what was never confirmed. `stop_at`: monotonic
    time after which no further page is asked for. `beyond`: also when the day's budget is used."""
    compared = []
    for stream in streams:
        with cursors.held(account, stream) as held:
            cursor = cursors.cursor_of(account, stream)
            cursor.account = account
            one = Compared(stream=str(stream), since=_since(cursor, since, now=now), beyond=beyond)
            if held:
                _compare(cursor, one, now=now, stop_at=stop_at)
                _keep(cursor, one, now=now)
            else:
                one.problem = _("Another worker reads this stream at the moment.")
            compared.append(one)
    return Report(account=account, streams=compared, next_due=now + EVERY)


def _due_streams(account: PartnerAccount, *, now: datetime) -> list[Stream]:
    """Those a day old; one that failed is tried again within the hour, once X's window allows."""
    known = {cursor.stream: cursor for cursor in Cursor.objects.filter(account=account)}
    due = []
    for stream in STREAMS:
        cursor = known.get(stream)
        if cursor is None or cursor.polled_at is None or (cursor.wait_until and now < cursor.wait_until):
            continue  # polling comes first: it also finds out whether the token works
        every = RETRY_AFTER if cursor.report.get("problem") else EVERY
        if cursor.reconciled_at is None or now - cursor.reconciled_at >= every:
            due.append(stream)
    return due


def _since(cursor: Cursor, since: datetime | None, *, now: datetime) -> datetime:
    if since is None:
        confirmed = cursor.complete_until or now
        since = min(now - WINDOW, confirmed - OVERLAP - SLACK)  # confirmed by our clock: X's may be behind it
        since = min(since, max(open_since(cursor.report) or now, now - LONGEST_OPEN))
    reach = {Stream.MESSAGES: MESSAGES_KEPT, Stream.ANSWERS: answers.REACH}.get(Stream(cursor.stream))
    since = max(since, now - reach) if reach else since
    return max(since, cursor.account.kept_since or since)  # what was purged is not missing


def _compare(cursor: Cursor, one: Compared, *, now: datetime, stop_at: float) -> None:
    one.cannot_compare = [_(one).format(most=answers.MOST_POSTS) for one in CAVEATS[Stream(cursor.stream)]]
    if reason := why_not_tried(cursor.account):
        one.problem = reason
        return
    try:
        with XClient(keys_of(cursor.account)) as client:
            events = _list(client, cursor, one, now=now, stop_at=stop_at)
            _fetch_missing(cursor, events, one, now=now)
            if not one.problem:
                window = {"since": one.since, "until": now - OVERLAP, "now": now}
                one.vanished = look_for_vanished(client, cursor.account, one.stream, listed=events, **window)
    except XError as error:
        one.problem = error.sentence
        cursors.note_failure(cursor, error, now=now)
    except CannotOpen as error:
        one.problem = str(error)


def _list(client: XClient, cursor: Cursor, one: Compared, *, now: datetime, stop_at: float) -> list[Event]:
    """All X lists since then. Stops with a problem where the allowance or the list ends before that."""
    listed: list[Event] = []
    for ask in _asks(client, cursor, one, now=now):
        listed += _list_pages(ask, cursor, one, now=now, stop_at=stop_at)
        if one.problem:
            return listed
    most = LISTED.get(Stream(cursor.stream))
    if most is not None and len(listed) >= most:
        one.reached = min(event.occurred_at for event in listed)
        one.problem = _(
            "X lists {most} at most, and there were as many: those before {reached:%Y-%m-%d %H:%M} UTC cannot "
            "be compared."
        ).format(most=most, reached=one.reached)
    return listed


def _asks(client: XClient, cursor: Cursor, one: Compared, *, now: datetime) -> Iterator[Ask]:
    """What is to be asked, page by page: one list, or one search per question."""
    account = cursor.account
    if cursor.stream != Stream.ANSWERS:
        yield lambda page: WAYS[cursor.stream].read(client, account, "", one.since, page)
        return
    for text in answers.questions(account, now=now):
        yield partial(_search, client, text, one.since)


def _search(client: XClient, text: str, since: datetime, page: str) -> Answer:
    return reads.read_hits(client, text, since_id="", since=since, page=page, most=reads.PAGE)


def _list_pages(ask: Ask, cursor: Cursor, one: Compared, *, now: datetime, stop_at: float) -> list[Event]:
    listed: list[Event] = []
    page, purpose = "", READERS["reconciling"][cursor.stream]
    while True:
        one.problem = "" if one.beyond else budgets.refusal(cursor.account, purpose, now=now)
        if cursor.wait_until is not None and now < cursor.wait_until:
            one.problem = _("X's window is used up; the rest is compared when it opens again.")
        if time.monotonic() >= stop_at:
            one.problem = _("X answered too slowly to compare it all in one run; x_reconcile has no such limit.")
        if one.problem:
            return listed
        answer = ask(page)
        one.asked_at = answer.moment or now
        cursors.note_rates(cursor, answer.rates)
        parsed = WAYS[cursor.stream].parse(answer.document, account_id=cursor.account.page_id)
        inside = [event for event in parsed.events if event.occurred_at >= one.since]
        listed += inside
        one.unreadable += len(parsed.failures)
        page = answer.next_token
        if not page or len(inside) < len(parsed.events):
            return listed


def _fetch_missing(cursor: Cursor, events: Sequence[Event], one: Compared, *, now: datetime) -> None:
    """What is missing is taken in as it was listed; then we look again whether it is really there, and whether it tells
    of a gap."""
    account = cursor.account
    wanted = {event.key: event for event in events}
    one.on_x = len(wanted)
    missing = _without(account, wanted)
    one.held, one.missing = len(wanted) - len(missing), len(missing)
    heard = hear(account, list(missing.values()), source=SOURCE, now=now)
    one.late = sum(came_late(sent_at=event.occurred_at, received_at=now) for event in heard.fresh)
    one.fetched = one.missing - len(_without(account, missing))
    one.untold = untold.judge(cursor, heard.fresh, now=now, by_x=one.asked_at or now)
    one.no_replay = backfill.no_replay(account.app) if one.untold else ""


def _without(account: PartnerAccount, wanted: dict[str, Event]) -> dict[str, Event]:
    """Those of which we have no fact."""
    rows = EventRow.objects.filter(account_id=account.page_id, key__in=list(wanted))
    known = set(rows.values_list("key", flat=True))
    return {key: event for key, event in wanted.items() if key not in known}


def _keep(cursor: Cursor, one: Compared, *, now: datetime) -> None:
    """Complete only where the window joins what was complete before, and what an earlier comparison left open."""
    still_open = open_since(cursor.report)
    if one.complete and still_open is not None and one.since > max(still_open, now - LONGEST_OPEN):
        one.problem = _(
            "An earlier comparison, from {since:%Y-%m-%d %H:%M} UTC on, was not complete: without --since, "
            "x_reconcile compares that too."
        ).format(since=still_open)
        return
    joins = cursor.complete_until is None or one.since <= cursor.complete_until
    if one.complete and joins:
        cursor.complete_until = max(cursor.complete_until or now - OVERLAP, now - OVERLAP)
    one.complete_until = cursor.complete_until if one.complete else None
    cursor.reconciled_at, cursor.report = now, one.as_json()
    cursor.save()
