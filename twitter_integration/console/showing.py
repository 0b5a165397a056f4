"""Rows of what was read, for machines and for people: the terminal, and pages where a row has no picture."""

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from twitter_integration import amounts
from twitter_integration.console.collected import CollectedRow, CollectionRow
from twitter_integration.console.messages import Conversation, Found
from twitter_integration.console.people import ACTIONS as OF_PEOPLE
from twitter_integration.console.when import moment_words
from twitter_integration.events import DirectMessage, Person, Post
from twitter_integration.payloads.rows import XList

_LONGEST = 100
_OF_PEOPLE = {action.name: action for action in OF_PEOPLE}


def as_json(row: Any) -> Any:
    """Plain values, times in ISO 8601; every id stays a string."""
    return _plain(asdict(row)) if is_dataclass(row) and not isinstance(row, type) else _plain(row)


def as_line(row: Any) -> str:
    if isinstance(row, Post):
        return f"{row.id}  {called(row.author)}  {_when(row.created_at)}  {_short(row.text)}"
    if isinstance(row, Person):
        return f"{row.id}  {called(row)}  {_short(row.name)}"
    if isinstance(row, XList):
        kind = "private" if row.private else "public"
        return f"{row.id}  {_short(row.name)}  {kind}  {members_of(row)}"
    if isinstance(row, DirectMessage):
        return f"{row.id}  {called(row.sender)}  {_when(row.created_at)}  {_short(row.text)}"
    if isinstance(row, CollectionRow):
        about = f"  {_short(row.description)}" if row.description else ""
        return f"{row.id}  {_short(row.name)}  {amounts.posts(row.posts)}{about}"
    if isinstance(row, CollectedRow):
        said = f"  @{row.author}  {_short(row.text)}" if row.text else ""
        return f"{row.place}.  {row.id}{said}" + (f"  {_short(row.note)}" if row.note else "")
    if isinstance(row, Conversation):
        talk = _("{what} with {whom}").format(what=amounts.messages(row.count), whom=called(row.person))
        return f"{as_line(row.last)}  ({talk})"
    if isinstance(row, Found):
        who = "us" if row.by_us else f"@{row.person}"
        return f"{row.id}  {who}  {moment_words(row.sent_at)}  {_short(row.text)}"
    return _in_words(row) if isinstance(row, dict) else str(row)


def _in_words(row: Mapping[str, Any]) -> str:
    if "due_at" in row:
        return reminder_words(row)
    return f"{words_of_setting(row['setting'])}: {in_words(row['value'])}"


def reminder_words(row: Mapping[str, Any]) -> str:
    """Who shall be thought of, when and why."""
    whom = f"@{row['target_name'].removeprefix('@')}" if row["target_name"] else row["target"]
    when = _("due since %s") if row["due"] else _("due on %s")
    action = _OF_PEOPLE.get(row["action"])
    told = (f"{action.words if action else row['action']} {whom}", when % moment_words(row["due_at"]), row["reason"])
    return "  ".join([row["id"], *filter(None, told), _("by %s") % row["by"]])


def words_of_setting(name: str) -> str:
    return name.replace("_", " ").capitalize()


def in_words(value: Any) -> str:
    """A value as people say it, whatever it is made of."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return ", ".join(f"{words_of_setting(str(name)).lower()} {in_words(one)}" for name, one in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(in_words, value))
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


def members_of(row: XList) -> str:
    return amounts.members(row.members) if row.members is not None else _("members not told")


def called(person: Person) -> str:
    """As people say it; X often tells no more than the id."""
    return f"@{person.handle}" if person.handle else person.id


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
