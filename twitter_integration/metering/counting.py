"""What one finished call was, and what it will cost: read from the request and X's answer. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from twitter_integration.metering.operations import OTHER, OWNED, Operation, recognise
from twitter_integration.metering.tariff import READS, SAID, Tariff
from twitter_integration.text import has_link

__all__ = ["OTHER", "Entry", "Payer", "count_call"]

# What these charge are posts and direct messages: they belong to a ticket.
_MESSAGES = SAID | {Tariff.POST_READ, Tariff.OWNED_READ, Tariff.MESSAGE_READ}
# An id of X's has 19 digits; what is longer is none, and of no use to recognise a thing by.
_LONGEST_ID = 40
_LEGACY_LISTS = ("events", "users", "statuses", "ids", "lists")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Whose call it is. `priced`: the tier pays by use. `owns_app`: the account is the app's owner at X."""

    app_id: int = 0
    account_key: str = ""
    priced: bool = False
    owns_app: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line for the book. `resources`: the ids that are charged, once a day each; `items`: how many things came back,
    went out or were delivered; `messages`: by resource, the message of ours it is."""

    payer: Payer
    day: date
    operation: str
    tariff: str
    query_id: int = 0
    calls: int = 0
    refused: int = 0
    items: int = 0
    resources: tuple[str, ...] = ()
    messages: Mapping[str, str] = field(default_factory=dict)


def count_call(
    payer: Payer,
    method: str,
    path: str,
    *,
    status: int,
    content: bytes,
    sent: Any,
    day: date,
    query_id: int = 0,
    outbox: bool = False,
) -> Entry:
    """`status` 0: no answer. `sent`: the body as it was given, a mapping or nothing. X charges what it carried out.

    `outbox`: whether it is out is found out later, if not by this answer then by its echo or by looking: whoever
    settles it prices it (said.py), and here is only the call.
    """
    found = recognise(method, path)
    name, tariff = _as_charged(found, payer, sent if isinstance(sent, Mapping) else {})
    line = Entry(payer=payer, day=day, operation=name[:40], tariff=Tariff.FREE, query_id=query_id, calls=1)
    if not 200 <= status < 300:
        return _changed(line, refused=1)
    if tariff == Tariff.FREE or (outbox and tariff in SAID):
        return line
    ids = _ids(content)
    kept = tuple(dict.fromkeys(ids))
    items = len(ids) if tariff in READS else 1
    messages = {number: number for number in kept} if tariff in _MESSAGES else {}
    return _changed(line, tariff=tariff, items=items, resources=kept, messages=messages)


def _changed(line: Entry, **values: Any) -> Entry:
    known = {name: getattr(line, name) for name in Entry.__slots__}
    return Entry(**(known | values))


def _as_charged(found: Operation, payer: Payer, sent: Mapping[str, Any]) -> tuple[str, str]:
    if found.name == "posts.create":
        answers = bool(sent.get("reply") or sent.get("in_reply_to_status_id"))
        quotes = bool(sent.get("quote_tweet_id") or sent.get("attachment_url"))
        text = str(sent.get("text") or sent.get("status") or "")
        return name_of_post(answers=answers, quotes=quotes), tariff_of_post(text, answers=answers)
    if found.name in OWNED and payer.owns_app and found.of == payer.account_key:
        return found.name, Tariff.OWNED_READ
    return found.name, found.tariff


def name_of_post(*, answers: bool, quotes: bool) -> str:
    """A post that answers one and quotes another is an answer, as X's price list has it."""
    return "posts.reply" if answers else "posts.quote" if quotes else "posts.create"


def tariff_of_post(text: str, *, answers: bool) -> Tariff:
    """A post is charged by what it contains; X's page is silent about a reply with a link: the dearer is assumed."""
    if has_link(text):
        return Tariff.LINK_POST
    return Tariff.SUMMONED_REPLY if answers else Tariff.POST


def _ids(content: bytes) -> list[str]:
    """The ids of what an answer holds. People and posts that came along with it are not counted:
    X's price list names only what was asked for."""
    try:
        document = json.loads(content) if content.strip() else {}
    except ValueError:
        return []
    if isinstance(document, Mapping):
        document = document.get("data", document)
    if isinstance(document, Mapping):
        document = next((document[k] for k in _LEGACY_LISTS if isinstance(document.get(k), list)), [document])
    return [number for item in document if (number := _id(item))] if isinstance(document, list) else []


def _id(item: Any) -> str:
    if isinstance(item, Mapping):
        inner = item.get("event")
        item = inner if isinstance(inner, Mapping) else item
        item = item.get("id_str") or item.get("dm_event_id") or item.get("id") or ""
    number = str(item) if isinstance(item, str | int) else ""
    return number if len(number) <= _LONGEST_ID else ""
