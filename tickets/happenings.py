"""Door 1, second leaf: what a channel tells that is not a message. Imports `channels` only.

Messages and the Channel protocol are in tickets/channels.py; what is done with these is behind tickets/intake.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tickets.inbound import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraction:
    """A message that is gone from its channel. It may come before the message itself.

    public_only: what was told can speak of public messages only; a private one under the same id stays.
    private_only: what was told can speak of private messages only; a public one under the same id stays, and of what we
    never held nothing is remembered.
    by: who of us took it out of the account's own view, by name; the other side still has it.
    quoted_only: looked for because messages quote it; if we never held it itself, nothing is remembered of it.
    """

    channel: str
    address_key: str
    external_id: str
    at: datetime
    public_only: bool = False
    private_only: bool = False
    quoted_only: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened around an address without being a message (a like, a follow …).

    `kind` is the channel's word, `key` the same however often it is told. effect: choices.Effect, TIMELINE or COUNTER.
    """

    channel: str
    address_key: str
    key: str
    kind: str
    at: datetime
    effect: str
    person: Person | None = None
    by_us: bool = False
    about: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadUpTo:
    """The customer has read our private messages up to that one."""

    channel: str
    address_key: str
    person_id: str
    external_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """The customer is writing to us at this moment."""

    channel: str
    address_key: str
    person_id: str
    at: datetime
