"""Whether messages of unknown fate are on X: which list to read, within which limit, and what is proven by it.

Own posts are read from the account's timeline. Direct messages of one or two people from their conversations (15 calls
in 15 minutes, apart from what polling uses), of more people from the account's list of all, which polling shares.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.inbound import LONGEST_WALK
from tickets.outbound import OutboundMessage, SendError
from twitter_integration.accounts import CHANNEL
from twitter_integration.client import Answer, XClient
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import Cursor, PartnerAccount
from twitter_integration.models.cursor import Stream
from twitter_integration.outgoing import readback
from twitter_integration.outgoing.readback import NextPage, Row, Sought
from twitter_integration.reading import cursors, reads

# A write that X accepted shows up in reads with some delay; until then its absence proves nothing.
VISIBLE_AFTER = timedelta(seconds=10)
# X takes signatures of clocks that differ from its own by up to 300 seconds; what it sent back may be older by that.
CLOCK_SLACK = timedelta(minutes=6)
_ALWAYS = datetime.min.replace(tzinfo=UTC)
_FEW_PEOPLE = 2
# X keeps the newest 3,200 posts; of messages 15 pages in 15 minutes.
_MOST_PAGES = {Stream.LOOK_POSTS: 32, Stream.LOOK_MESSAGES: 5, Stream.MESSAGES: 10}


def look(client: XClient, account: PartnerAccount, messages: Sequence[OutboundMessage]) -> Mapping[str, Row]:
    """By key, the rows of X that are these messages, all private or none. Raises XError, and SendError when X's limits
    allow no look yet."""
    sought = [_sought(message) for message in messages]
    since = min(one.since for one in sought)
    taken = partial(_taken, account, {message.key for message in messages})
    if not messages[0].private:
        rows = _read(account, Stream.LOOK_POSTS, readback.posts_of(client, account.page_id, since=since), since)
        return readback.match_posts(rows, sought, taken=taken)
    rows = [row for stream, pages in _inboxes(client, account, sought) for row in _read(account, stream, pages, since)]
    return readback.match_messages(rows, sought, sender_id=account.page_id, taken=taken)


def too_early(message: OutboundMessage, *, now: datetime) -> float:
    """Seconds until its absence would prove anything; 0 when it does."""
    tried_at = message.perhaps_out_at or message.queued_at or now
    return max((VISIBLE_AFTER - (now - tried_at)).total_seconds(), 0.0)


def _sought(message: OutboundMessage) -> Sought:
    tried_at = message.perhaps_out_at or message.queued_at or timezone.now()
    target = message.recipient if message.private else message.in_reply_to
    return Sought(
        key=message.key,
        text=message.text,
        target=target,
        since=tried_at - CLOCK_SLACK,
        tried_at=tried_at,
        files=len(message.files),
    )


def _inboxes(client: XClient, account: PartnerAccount, sought: Sequence[Sought]) -> list[tuple[Stream, NextPage]]:
    people = sorted({one.target for one in sought})
    if len(people) > _FEW_PEOPLE:
        return [(Stream.MESSAGES, lambda page: reads.read_messages(client, account, "", None, page))]
    return [(Stream.LOOK_MESSAGES, partial(_conversation, client, person)) for person in people]


def _conversation(client: XClient, person: str, page: str) -> Answer:
    """Its rows name the conversation also where X left that out."""
    answer = client.messages_with(person, page=page)
    rows = [{"dm_conversation_id": person} | row for row in answer.rows]
    return replace(answer, document=answer.document | {"data": rows})


def _read(account: PartnerAccount, stream: Stream, pages: NextPage, since: datetime) -> list[Row]:
    cursor = cursors.cursor_of(account, stream)
    return list(readback.read_since(partial(_within_limits, cursor, pages), since, most=_MOST_PAGES[stream]))


def _within_limits(cursor: Cursor, pages: NextPage, page: str) -> Answer:
    """One call, if X's window has room for it; what it tells of the window is kept for everybody."""
    now = timezone.now()
    if cursor.wait_until is not None and now < cursor.wait_until:
        wait = (cursor.wait_until - now).total_seconds()
        raise SendError(_("X allows no look for it yet."), code="look_limit", limited=True, retry_after=wait)
    try:
        answer = pages(page)
    except XError as error:
        if error.kind == ErrorKind.RATE:
            cursor.wait_until = now + timedelta(seconds=error.retry_after or 900)
            cursor.save(update_fields=["wait_until"])
        raise
    cursors.note_rates(cursor, answer.rates)
    cursor.save(update_fields=["window_limit", "window_left", "window_ends_at", "wait_until"])
    return answer


def _taken(account: PartnerAccount, keys: set[str], ids: Iterable[str]) -> dict[str, datetime]:
    """Which ids on X are the outcome of other entries of the outbox, or were known to us, and since when."""
    messages = apps.get_model("tickets", "Message")._default_manager.filter(
        address__channel=CHANNEL, address__key=account.page_id, external_id__in=list(ids)
    )
    known = messages.values_list("external_id", "outbox__key", "received_at")
    return {
        str(external_id): _ALWAYS if key else received_at + LONGEST_WALK
        for external_id, key, received_at in known
        if str(key) not in keys
    }
