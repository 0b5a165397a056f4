"""Looking on X for what we may have sent: a write of unknown fate is settled by finding it, or by its proven
absence.

Reads only, and knows no outbox.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from twitter_integration.client import Answer, XClient
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.text import fingerprint

# Whether an id on X is known to be another message of ours: the same words may well be said twice.
Taken = Callable[[str], bool]
# 500 posts or messages since the first try; whoever sends more in that time cannot be told for certain.
_MOST_PAGES = 5


def find_post(
    client: XClient, *, author_id: str, in_reply_to: str, text: str, since: datetime, taken: Taken
) -> dict[str, Any] | None:
    """The author's post with this text and parent since a moment; None: there is none. Raises XError."""
    wanted = fingerprint(text)
    for post in _posts(client, author_id, since=since):
        if _parent_of(post) == in_reply_to and fingerprint(_text_of(post)) == wanted and not taken(_id_of(post)):
            return post
    return None


def find_message(
    client: XClient, *, sender_id: str, recipient_id: str, text: str, since: datetime, taken: Taken
) -> dict[str, Any] | None:
    """The direct message with this text since a moment; None: there is none. Raises XError."""
    wanted = fingerprint(text)
    for event in _messages(client, recipient_id, since=since):
        if event.get("sender_id") != sender_id or fingerprint(_text_of(event)) != wanted:
            continue
        if not taken(_id_of(event)):
            return event
    return None


def _posts(client: XClient, user_id: str, *, since: datetime) -> Iterator[dict[str, Any]]:
    start = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    page = ""
    for _ in range(_MOST_PAGES):
        answer = client.posts_by(user_id, since=start, page=page)
        yield from answer.rows
        page = answer.next_token
        if not page:
            return
    raise XError(ErrorKind.NO_ANSWER, unsettled=True)  # more than we read: absence is not proven


def _messages(client: XClient, participant_id: str, *, since: datetime) -> Iterator[dict[str, Any]]:
    page = ""
    for _ in range(_MOST_PAGES):
        answer = client.messages_with(participant_id, page=page)
        yield from (row for row in answer.rows if not _is_before(row, since))
        page = answer.next_token
        if not page or _reaches_back(answer, since):
            return
    raise XError(ErrorKind.NO_ANSWER, unsettled=True)


def _reaches_back(answer: Answer, since: datetime) -> bool:
    return bool(answer.rows) and _is_before(answer.rows[-1], since)


def _is_before(row: dict[str, Any], moment: datetime) -> bool:
    try:
        return datetime.fromisoformat(str(row.get("created_at") or "")) < moment
    except (ValueError, TypeError):  # no time, or one without a zone: it cannot be ruled out
        return False


def _id_of(row: dict[str, Any]) -> str:
    return str(row.get("id") or "")


def _text_of(row: dict[str, Any]) -> str:
    for name in ("note_tweet", "note_post"):  # the whole of a post beyond 280
        note = row.get(name)
        if isinstance(note, dict) and isinstance(note.get("text"), str):
            return str(note["text"])
    return str(row.get("text") or "")


def _parent_of(post: dict[str, Any]) -> str:
    for name in ("referenced_tweets", "referenced_posts"):
        for reference in post.get(name) or ():
            if isinstance(reference, dict) and reference.get("type") == "replied_to":
                return str(reference.get("id") or "")
    return ""
