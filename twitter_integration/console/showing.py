"""Rows of what was read, for machines and for a terminal. Pages have their own templates."""

from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any

from twitter_integration.events import DirectMessage, Person, Post
from twitter_integration.payloads.rows import XList

_LONGEST = 100


def as_json(row: Any) -> Any:
    """Plain values, times in ISO 8601; every id stays a string."""
    return _plain(asdict(row)) if is_dataclass(row) and not isinstance(row, type) else _plain(row)


def as_line(row: Any) -> str:
    if isinstance(row, Post):
        return f"{row.id}  @{row.author.handle or row.author.id}  {_when(row.created_at)}  {_short(row.text)}"
    if isinstance(row, Person):
        return f"{row.id}  @{row.handle}  {_short(row.name)}"
    if isinstance(row, XList):
        kind = "private" if row.private else "public"
        return f"{row.id}  {_short(row.name)}  {kind}  {row.members if row.members is not None else '?'} member(s)"
    if isinstance(row, DirectMessage):
        return f"{row.id}  @{row.sender.handle or row.sender.id}  {_when(row.created_at)}  {_short(row.text)}"
    return str(row)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
