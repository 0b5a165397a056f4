"""Reading what X has for an account, from where we read last: the safety net beside a webhook, or the only way in.

Mentions, direct messages, own posts, and replies and quotes that do not name us, each with a cursor, inside X's
windows; no budget holds them back, for they are our customers' words. A walk over several pages that is interrupted
goes on where it was; the cursor moves only when the walk has reached what it knows.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from kapture.sealing import CannotOpen
from twitter_integration import amounts
from twitter_integration.accounts import keys_of, note_accepted, why_not_tried
from twitter_integration.choices import TokenState
from twitter_integration.client import XClient
from twitter_integration.errors import XError
from twitter_integration.events import Event
from twitter_integration.facts.hearing import hear
from twitter_integration.facts.moments import SLACK
from twitter_integration.models import Cursor, PartnerAccount
from twitter_integration.models.cursor import Stream
from twitter_integration.payloads import Parsed, parse_messages, parse_posts
from twitter_integration.reading import answers, cursors, reads, untold

STREAMS = (Stream.MENTIONS, Stream.MESSAGES, Stream.POSTS, Stream.ANSWERS)
SOURCE = "poll"
# An account read for the first time does not drown its desk in old mentions.
FIRST_LOOK = timedelta(hours=1)
# X indexes posts with some delay and not strictly in order; so much is read again each time.
OVERLAP = timedelta(minutes=1)
MOST_PAGES = 10  # of one walk in one run
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What came of reading one stream once. outcome: read, partly (goes on later), waits, busy, failed, skipped (there
    is no token)."""

    stream: str
    outcome: str
    read: int = 0
    fresh: int = 0
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """How a stream is read and understood."""

    read: reads.Read
    parse: Callable[..., Parsed]


WAYS: Mapping[str, Way] = {
    Stream.MENTIONS: Way(reads.read_mentions, parse_posts),
    Stream.MESSAGES: Way(reads.read_messages, parse_messages),
    Stream.POSTS: Way(reads.read_own_posts, parse_posts),
    Stream.ANSWERS: Way(answers.read_newest, answers.parse_answers),
}


def poll_due(*, clock: Callable[[], datetime] = timezone.now, at_most: timedelta | None = None) -> list[Polled]:
    """Read every stream that is due, the longest unread first. Safe to run twice at once."""
    stop_at = time.monotonic() + at_most.total_seconds() if at_most is not None else None
    done = []
    for polled_at, account, stream in _order(clock()):
        if stop_at is not None and time.monotonic() >= stop_at:
            break
        done.append(_poll(account, stream, now=clock(), stop_at=stop_at, unless_after=polled_at))
    return done


def poll(account: PartnerAccount, stream: str, *, now: datetime) -> Polled:
    """Read one stream now, whether or not it is due."""
    return _poll(account, stream, now=now)


def _poll(
    account: PartnerAccount,
    stream: str,
    *,
    now: datetime,
    stop_at: float | None = None,
    unless_after: datetime | None = None,
) -> Polled:
    """`stop_at` (monotonic): leave further pages to the next time. `unless_after`: when it was read last as it was seen
    to be due; another worker may have read it since."""
    if reason := why_not_tried(account):
        return Polled(stream=stream, outcome="skipped", sentence=reason)
    with cursors.held(account, stream) as held:
        if not held:
            return Polled(stream=stream, outcome="busy", sentence=_("Another worker reads it at this moment."))
        cursor = cursors.cursor_of(account, stream)
        cursor.account = account
        if unless_after is not None and (cursor.polled_at or _NEVER) > unless_after:
            return Polled(stream=stream, outcome="busy", sentence=_("Another worker read it just now."))
        if cursor.wait_until is not None and now < cursor.wait_until:
            return Polled(stream=stream, outcome="waits", sentence=cursor.result or _("X's window is used up."))
        try:
            with XClient(keys_of(account)) as client:
                said = _walk(client, cursor, now=now, stop_at=stop_at)
            if account.token_state != TokenState.ALIVE or account.address.sending_stopped:
                note_accepted(account)
            return said
        except XError as error:
            cursors.note_failure(cursor, error, now=now)
            return Polled(stream=stream, outcome="failed", sentence=error.sentence)
        except CannotOpen as error:
            return Polled(stream=stream, outcome="failed", sentence=str(error))


def _order(now: datetime) -> list[tuple[datetime, PartnerAccount, str]]:
    """What is due, and when each was read last."""
    due: list[tuple[datetime, PartnerAccount, str]] = []
    for account in PartnerAccount.objects.filter(enabled=True).select_related("app", "address"):
        if not cursors.may_read(account):
            continue
        told = cursors.has_webhook(account)
        known = {cursor.stream: cursor for cursor in Cursor.objects.filter(account=account)}
        for stream in STREAMS:
            cursor = known.get(stream) or Cursor(account=account, stream=stream)
            if cursors.is_due(cursor, told=told, now=now, wanted_at=account.reading_wanted_at):
                due.append((cursor.polled_at or _NEVER, account, stream))
    return sorted(due, key=lambda one: one[0])


def _walk(client: XClient, cursor: Cursor, *, now: datetime, stop_at: float | None) -> Polled:
    """Page by page, newest first, down to what is known; each page is taken in before the next is asked for."""
    if not cursor.page:
        cursor.walk_began_at, cursor.head_id = now, ""
    said = Polled(stream=cursor.stream, outcome="partly")
    for _page in range(MOST_PAGES):
        page = _read_page(client, cursor, now=now)
        heard = hear(cursor.account, page.events, source=SOURCE, now=now)
        said = replace(said, read=said.read + heard.count, fresh=said.fresh + len(heard.fresh))
        if page.unreadable:
            said = replace(said, sentence=_("{what} could not be read.").format(what=amounts.items(page.unreadable)))
        untold.judge(cursor, heard.fresh, now=now, by_x=page.asked_at)
        if _step(cursor, page):
            said = replace(said, outcome="read")
            break
        cursor.save()
        if cursor.wait_until is not None or (stop_at is not None and time.monotonic() >= stop_at):
            break
    cursors.note_success(cursor, now=now, result=said.sentence)
    return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page, understood. `last`: there is nothing beyond it that we do not know. `asked_at`: when, by X's clock."""

    events: Sequence[Event]
    unreadable: int
    token: str
    last: bool
    asked_at: datetime


def _read_page(client: XClient, cursor: Cursor, *, now: datetime) -> Page:
    way, page_id = WAYS[cursor.stream], cursor.account.page_id
    bound = max(_bound(cursor, now), cursor.account.kept_since or _NEVER)
    answer = way.read(client, cursor.account, reads.earlier(cursor.newest_id, OVERLAP), bound, cursor.page)
    cursors.note_rates(cursor, answer.rates)
    cursor.head_id = reads.newest(cursor.head_id, *(reads.id_of(row) for row in answer.rows))
    parsed = way.parse(answer.document, account_id=page_id)
    # X takes no lower bound for messages: what lies below ours shows that the page has reached it.
    wanted = [event for event in parsed.events if event.occurred_at >= bound]
    reached = len(wanted) < len(parsed.events)
    token = answer.next_token
    return Page(
        events=wanted,
        unreadable=len(parsed.failures),
        token=token,
        last=reached or not token,
        asked_at=answer.moment or now,
    )


def _bound(cursor: Cursor, now: datetime) -> datetime:
    """The moment up to which everything is known already."""
    if (known := reads.time_of(cursor.newest_id)) is not None:
        return known - OVERLAP
    if cursor.complete_until is not None:  # by our clock: X's may be behind it
        return cursor.complete_until - OVERLAP - SLACK
    return (cursor.walk_began_at or now) - FIRST_LOOK


def _step(cursor: Cursor, page: Page) -> bool:
    """Move the cursor past this page; True at the end of the walk: everything up to its beginning has been read."""
    if not page.last:
        cursor.page = page.token
        return False
    cursor.newest_id = reads.newest(cursor.newest_id, cursor.head_id)
    cursor.page = cursor.head_id = ""
    asked_all = cursor.stream != Stream.ANSWERS or answers.asks_all(cursor.account, now=page.asked_at)
    if cursor.walk_began_at is not None and asked_all:
        cursor.complete_until = max(cursor.complete_until or _NEVER, cursor.walk_began_at - OVERLAP)
    return True
