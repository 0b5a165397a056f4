"""Looking on X for what we may have sent: a write of unknown fate is settled by finding it, or by its proven
absence.

One walk through a list of X's serves every message looked for. Reads only, and knows no outbox.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from twitter_integration.client import Answer, XClient
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.facts.traits import traits
from twitter_integration.text import fingerprint, present

Row = Mapping[str, Any]
# Of some ids on X, those that are known to be other messages of ours, and from which moment on: no later try made them.
Taken = Callable[[Iterable[str]], Mapping[str, datetime]]
NextPage = Callable[[str], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A message of unknown fate. `target`: the post it answers, or whom it went to."""

    key: str
    text: str
    target: str
    since: datetime
    tried_at: datetime  # by our clock
    files: int = 0


def match_posts(rows: Sequence[Row], sought: Sequence[Sought], *, taken: Taken) -> dict[str, Row]:
    """Which of an account's own posts are which messages: by text and parent, each post once."""
    return _match(rows, sought, taken=taken, target_of=parent_of, private=False)


def match_messages(rows: Sequence[Row], sought: Sequence[Sought], *, sender_id: str, taken: Taken) -> dict[str, Row]:
    """Which of an account's direct messages are which: by text and whom they went to."""
    own = [row for row in rows if row.get("sender_id") == sender_id]
    return _match(own, sought, taken=taken, target_of=lambda row: _other_end(row, sender_id), private=True)


def _match(
    rows: Sequence[Row], sought: Sequence[Sought], *, taken: Taken, target_of: Callable[[Row], str], private: bool
) -> dict[str, Row]:
    """The oldest for the oldest, of those that are nobody's."""
    others = taken(id_of(row) for row in rows)
    free: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(rows, key=lambda row: int(id_of(row) or 0)):
        free.setdefault((target_of(row), fingerprint(_text_of(row))), []).append(row)
    found: dict[str, Row] = {}
    for one in sorted(sought, key=lambda one: one.since):
        rows_of = free.get((one.target, fingerprint(one.text)), [])
        own = traits(one.text, private=private, files=one.files)
        fresh = [row for row in rows_of if id_of(row) not in others or others[id_of(row)] >= one.tried_at]
        fitting = [row for row in fresh if not is_before(row, one.since) and _is_like(row, own, private=private)]
        if fitting:
            found[one.key] = fitting[0]
            rows_of.remove(fitting[0])
    return found


def read_since(page_of: NextPage, since: datetime, *, most: int) -> Iterator[Row]:
    """The rows of a list, newest first, down to a moment. Raises XError, also when there is more than `most` pages:
    absence would not be proven."""
    page = ""
    for _ in range(most):
        answer = page_of(page)
        yield from answer.rows
        page = answer.next_token
        if not page or (answer.rows and is_before(answer.rows[-1], since)):
            return
    raise XError(ErrorKind.NO_ANSWER)


def posts_of(client: XClient, author_id: str, *, since: datetime) -> NextPage:
    """The account's own timeline (900 calls in 15 minutes)."""
    start = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return lambda page: client.posts_by(author_id, since=start, page=page)


def is_before(row: Row, moment: datetime) -> bool:
    try:
        return datetime.fromisoformat(str(row.get("created_at") or "")) < moment
    except (ValueError, TypeError):  # no time, or one without a zone: it cannot be ruled out
        return False


def id_of(row: Row) -> str:
    return str(row.get("id") or "")


def _is_like(row: Row, own: str, *, private: bool) -> bool:
    """What X tells of its links, if anything, is as ours."""
    note = row.get("note_tweet") or row.get("note_post") or row
    told = present(_text_of(row), entities=note.get("entities") if isinstance(note, dict) else None)
    return not own or traits(told.text, private=private, spans=told.spans) in ("", own)


def _text_of(row: Row) -> str:
    for name in ("note_tweet", "note_post"):  # the whole of a post beyond 280
        note = row.get(name)
        if isinstance(note, dict) and isinstance(note.get("text"), str):
            return str(note["text"])
    return str(row.get("text") or "")


def parent_of(post: Row) -> str:
    for name in ("referenced_tweets", "referenced_posts"):
        for reference in post.get(name) or ():
            if isinstance(reference, dict) and reference.get("type") == "replied_to":
                return str(reference.get("id") or "")
    return ""


def _other_end(event: Row, own_id: str) -> str:
    """Whom a one-to-one conversation is with: its id names both, in whichever order."""
    ends = str(event.get("dm_conversation_id") or "").split("-")
    return next((end for end in ends if end != own_id), own_id if ends == [own_id, own_id] else "")
