"""Replies to us and quotes of us that do not name us: X's list of mentions leaves them out, its search finds them.

Builds the questions, asks them and reads what X answers; what becomes of that is polling's and reconciliation's.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.apps import apps
from django.utils import timezone

from twitter_integration.client import Answer, XClient
from twitter_integration.events import Event, Kind, PostEvent
from twitter_integration.models import PartnerAccount
from twitter_integration.payloads import Parsed, parse_posts
from twitter_integration.payloads.roles import role_of
from twitter_integration.reading import reads

# X finds posts of the last seven days; a margin for its clock and ours.
REACH = timedelta(days=7) - timedelta(minutes=10)
# `quotes_of_tweet_id:` with an id and an OR is 42 characters, and a query has 512.
_IDS_PER_QUESTION = 10
MOST_POSTS = 300  # their earlier versions included


def questions(account: PartnerAccount, *, now: datetime) -> list[str]:
    """Queries that together ask for every reply to us, and for quotes of what we said in these seven days, the newest
    first. The first alone has the replies and the newest posts."""
    ids = _own_ids(account, since=now - REACH)
    chunks = [ids[at : at + _IDS_PER_QUESTION] for at in range(0, len(ids), _IDS_PER_QUESTION)] or [[]]
    return [_question(account.page_name, chunk, replies=at == 0) for at, chunk in enumerate(chunks)]


def asks_all(account: PartnerAccount, *, now: datetime) -> bool:
    """Whether the question that polling asks is the only one; else reconciliation alone knows of all quotes."""
    return len(questions(account, now=now)) == 1


def parse_answers(answer: object, *, account_id: str) -> Parsed:
    """What a question found. A quote that comes without what it quotes is of ours all the same, for we asked for no
    other: X shows no more what was deleted."""
    parsed = parse_posts(answer, account_id=account_id)
    return replace(parsed, events=tuple(_as_asked(event, account_id) for event in parsed.events))


def read_newest(client: XClient, account: PartnerAccount, since_id: str, since: datetime | None, page: str) -> Answer:
    """The first question, as polling asks it."""
    now = timezone.now()
    read_to = reads.time_of(since_id)
    if read_to is not None and now - read_to > REACH:
        since_id, since = "", now - REACH
    text = questions(account, now=now)[0]
    return reads.read_hits(client, text, since_id=since_id, since=since, page=page, most=reads.PAGE)


def _as_asked(event: Event, us: str) -> Event:
    if not isinstance(event, PostEvent) or not event.post.quoted_id or event.post.quoted is not None:
        return event
    hint = None if event.post.reposted_id else Kind.QUOTE_OF_US
    return replace(event, kind=role_of(event.post, us=us, hint=hint))


def _own_ids(account: PartnerAccount, *, since: datetime) -> list[str]:
    """By which ids what we said may be quoted, the newest first: a quote keeps the version it saw, and stays when what
    it quotes is deleted."""
    own = {"address": account.address_id, "direction": "out", "visibility": "public", "sent_at__gte": since}
    said = apps.get_model("tickets", "Message")._default_manager.filter(**own, external_id__isnull=False)
    kept = apps.get_model("tickets", "MessageVersion")._default_manager
    versions = kept.filter(address=account.address_id, message__in=said)
    ids: set[str] = set()
    for rows in (said.order_by("-sent_at"), versions.order_by("-message__sent_at")):
        ids |= {str(number) for number in rows.values_list("external_id", flat=True)[:MOST_POSTS]}
    numbers = sorted(map(int, filter(str.isdecimal, ids)), reverse=True)
    return [str(number) for number in numbers[:MOST_POSTS]]


def _question(handle: str, ids: Sequence[str], *, replies: bool) -> str:
    parts = [f"to:{handle}"] if replies else []
    parts += [f"quotes_of_tweet_id:{number}" for number in ids]
    return f"({' OR '.join(parts)}) -from:{handle}"
