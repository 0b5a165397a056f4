"""What a page of REST lists: posts, people, lists; what cannot be read is counted and left out, never an error."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from twitter_integration.events import DirectMessage, Person, Post
from twitter_integration.payloads.fields import (
    Record,
    Unfit,
    as_count,
    as_flag,
    as_id,
    as_record,
    as_text,
    need_id,
    records,
    unwrap,
)
from twitter_integration.payloads.legacy_messages import read_legacy_message
from twitter_integration.payloads.legacy_posts import read_legacy_post
from twitter_integration.payloads.people import People, read_person
from twitter_integration.payloads.rest_v2 import Includes, read_message, read_post

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class XList:
    """A list of people on X."""

    id: str
    name: str
    description: str = ""
    private: bool | None = None
    members: int | None = None
    followers: int | None = None
    owner_id: str = ""
    owner_handle: str = ""


def read_posts(document: object) -> tuple[list[Post], int]:
    """v2: `data` with `includes`."""
    body = as_record(document)
    includes = Includes.of(body.get("includes"))
    return _read(body.get("data"), lambda item: read_post(item, includes))


def read_people(document: object) -> tuple[list[Person], int]:
    return _read(as_record(document).get("data"), read_person)


def read_lists(document: object) -> tuple[list[XList], int]:
    """v2: `data`, and the owners among the `includes`."""
    body = as_record(document)
    owners = {as_id(user, "id"): as_text(user, "username") for user in records(_included(body))}
    return _read(body.get("data"), lambda item: _read_list(item, owners))


def read_messages(document: object, *, account_id: str) -> tuple[list[DirectMessage], int]:
    body = as_record(document)
    includes = Includes.of(body.get("includes"))
    return _read(body.get("data"), lambda item: read_message(item, includes, account_id=account_id))


def read_legacy_posts(items: object) -> tuple[list[Post], int]:
    return _read(items, read_legacy_post)


def read_legacy_people(items: object) -> tuple[list[Person], int]:
    return _read(items, read_person)


def read_legacy_lists(items: object) -> tuple[list[XList], int]:
    return _read(items, _read_legacy_list)


def read_legacy_messages(items: object) -> tuple[list[DirectMessage], int]:
    """v1.1's list names people by id only."""
    return _read(items, lambda item: read_legacy_message(item, People()))


def _included(body: Record) -> object:
    return as_record(body.get("includes")).get("users")


def _read(items: Any, read: Callable[[Record], Row]) -> tuple[list[Row], int]:
    found, unreadable = [], 0
    for item in records(items):
        try:
            found.append(read(unwrap(item)))
        except Unfit:
            unreadable += 1
    return found, unreadable


def _read_list(item: Record, owners: dict[str, str]) -> XList:
    owner = as_id(item, "owner_id")
    return XList(
        id=need_id(item, "id"),
        name=as_text(item, "name"),
        description=as_text(item, "description"),
        private=as_flag(item, "private"),
        members=as_count(item, "member_count"),
        followers=as_count(item, "follower_count"),
        owner_id=owner,
        owner_handle=owners.get(owner, ""),
    )


def _read_legacy_list(item: Record) -> XList:
    owner = as_record(item.get("user"))
    return XList(
        id=need_id(item, "id_str", "id"),
        name=as_text(item, "name"),
        description=as_text(item, "description"),
        private=as_text(item, "mode") == "private",
        members=as_count(item, "member_count"),
        followers=as_count(item, "subscriber_count"),
        owner_id=as_id(owner, "id_str", "id"),
        owner_handle=as_text(owner, "screen_name"),
    )
