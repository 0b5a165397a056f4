"""Replies to us and quotes of us that do not name us: X's list of mentions leaves them out, its search finds them.

Builds the questions and asks them; what comes back is polling's and reconciliation's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.apps import apps
from django.utils import timezone

from twitter_integration import reads
from twitter_integration.client import Answer, XClient
from twitter_integration.models import PartnerAccount

# X finds posts of the last seven days; a margin for its clock and ours.
REACH = timedelta(days=7) - timedelta(minutes=10)
# `quotes_of_tweet_id:` with an id and an OR is 42 characters, and a query has 512.
_IDS_PER_QUESTION = 10
MOST_POSTS = 300


def questions(account: PartnerAccount, *, now: datetime) -> list[str]:
    """Queries that together ask for every reply to us, and for quotes of what we said in these seven days, the newest
    first. The first alone has the replies and the newest posts."""
    messages = apps.get_model("tickets", "Message")._default_manager
    own = messages.filter(
        address=account.address_id,
        direction="out",
        visibility="public",
        external_id__isnull=False,
        deleted_at=None,
        sent_at__gte=now - REACH,
    )
    newest = own.order_by("-sent_at", "-external_id")  # several posts may share a moment
    ids = [str(number) for number in newest.values_list("external_id", flat=True)[:MOST_POSTS]]
    chunks = [ids[at : at + _IDS_PER_QUESTION] for at in range(0, len(ids), _IDS_PER_QUESTION)] or [[]]
    return [_question(account.page_name, chunk, replies=at == 0) for at, chunk in enumerate(chunks)]


def read_newest(client: XClient, account: PartnerAccount, since_id: str, since: datetime | None, page: str) -> Answer:
    """The first question, as polling asks it."""
    now = timezone.now()
    read_to = reads.time_of(since_id)
    if read_to is not None and now - read_to > REACH:
        since_id, since = "", now - REACH
    text = questions(account, now=now)[0]
    return reads.read_hits(client, text, since_id=since_id, since=since, page=page, most=reads.PAGE)


def _question(handle: str, ids: Sequence[str], *, replies: bool) -> str:
    parts = [f"to:{handle}"] if replies else []
    parts += [f"quotes_of_tweet_id:{number}" for number in ids]
    return f"({' OR '.join(parts)}) -from:{handle}"
