"""Person, from a user object of any dialect (v1.1 in posts, in follows, in messages; v2 bare or wrapped in `data`)."""

import re
from collections.abc import Mapping
from typing import Any

from twitter_integration.events import Person
from twitter_integration.payloads.fields import (
    EMPTY,
    Record,
    Unfit,
    as_count,
    as_flag,
    as_id,
    as_link,
    as_record,
    as_text,
    as_time,
    need_id,
    records,
    unwrap,
)

# Unicode's embeddings, overrides and isolates, and characters that taming replaced: no name needs them.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069\ufffd]")


class People:
    """The user objects that came along with a payload, read only when somebody asks for one."""

    __slots__ = ("_records",)

    def __init__(self, found: Mapping[str, Record] = EMPTY) -> None:
        self._records = found

    @classmethod
    def of_map(cls, value: object) -> "People":
        """`users` of direct messages: id → user object, in X Activity wrapped in `data`."""
        return cls({key: unwrap(user) for key, user in as_record(value).items() if isinstance(user, dict)})

    @classmethod
    def of_list(cls, value: object) -> "People":
        """`includes.users` of v2."""
        users = [unwrap(user) for user in records(value)]
        return cls({as_id(user, "id_str", "id"): user for user in users})

    def find(self, number: str) -> Person:
        """The person with this id; only the id when X sent no more."""
        record = self._records.get(number)
        if record is None:
            return Person(id=number)
        return describe_person(record, number=number)

    def others(self, number: str) -> list[str]:
        """The ids that came along, other than this one."""
        return [known for known in self._records if known and known != number]


def as_name(record: Record) -> str:
    """A display name, without what would change the order of the words around it wherever it is shown."""
    return plain_name(as_text(record, "name"))


def plain_name(text: str) -> str:
    return _REORDERING.sub("", text).strip()


def read_person(value: object) -> Person:
    """Raises Unfit when the object names no id."""
    record = unwrap(value)
    if not record:
        raise Unfit("user: nothing instead of an object")
    return describe_person(record, number=need_id(record, "id_str", "id"))


def describe_person(record: Record, *, number: str) -> Person:
    """What a user object says of the person with this id; everything but the id may be missing."""
    metrics: Mapping[str, Any] = as_record(record.get("public_metrics")) or record
    return Person(
        id=number,
        handle=as_text(record, "screen_name", "username"),
        name=as_name(record),
        # X also sends the string "null" here, which is no link
        avatar_url=as_link(record, "profile_image_url_https", "profile_image_url"),
        bio=as_text(record, "description"),
        location=as_text(record, "location"),
        url=as_link(record, "url"),
        followers=as_count(metrics, "followers_count"),
        following=as_count(metrics, "following_count", "friends_count"),
        verified=as_flag(record, "verified"),
        protected=as_flag(record, "protected"),
        joined_at=as_time(record, "created_at", "created_timestamp"),
        receives_dm=as_flag(record, "receives_your_dm"),
        connection=_connection(record.get("connection_status")),
    )


def _connection(value: object) -> tuple[str, ...] | None:
    """X sends `none` where there is no connection at all."""
    return tuple(str(word) for word in value if word != "none") if isinstance(value, list) else None
