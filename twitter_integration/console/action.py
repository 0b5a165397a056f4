"""What an action is: its words, what it needs, who may do it, and its way in each dialect. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from twitter_integration.console.actor import Actor
from twitter_integration.console.line import Line
from twitter_integration.models import PartnerAccount
from twitter_integration.offers import Dialect


class Scope(StrEnum):
    """Whose business it is."""

    REACT = "react"  # what comes up while answering: like, repost, hide, follow, mute, block, report
    OPERATE = "operate"  # the brand's face: posts, profile, lists, deletions
    PRIVATE = "private"  # direct messages


class Kind(StrEnum):
    """What a field holds, and so how it is asked for and checked."""

    POST = "post"
    PERSON = "person"
    LIST = "list"
    MESSAGE = "message"
    COLLECTION = "collection"
    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    PICTURE = "picture"
    FILE = "file"
    FILES = "files"  # what goes out with a text, each with its description
    MOMENT = "moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing an action wants to know. `words` and `hint` say `label` and `help` in the reader's language. `most`:
    characters, files, or the highest number. `empties`: "" empties it. `said`: choices that are no words, as
    people say them. `web`: an address of the web. `blank`: what a choice that need not be made stands for."""

    name: str
    label: str
    kind: Kind
    required: bool = True
    most: int = 0
    choices: Sequence[str] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    help: str = ""
    empties: bool = False
    web: bool = False
    blank: str = gettext_noop("As it is")

    @property
    def unchosen(self) -> str:
        """What it says where nothing is chosen."""
        return gettext(self.blank)

    @property
    def words(self) -> str:
        return gettext(self.label)

    @property
    def hint(self) -> str:
        return gettext(self.help) if self.help else ""

    @property
    def options(self) -> list[tuple[str, str]]:
        """Each choice, and how people say it."""
        return [(choice, self.say(choice)) for choice in self.choices]

    def say(self, choice: str) -> str:
        return gettext(self.said.get(choice) or choice[:1].upper() + choice[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it, the same in both dialects. `result`: the id of what was made. Rows are posts, people, lists or
    messages; `unreadable` ones were left out. `sentence`: said instead of the action's own."""

    result: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[Any] = ()
    next_page: str = ""
    unreadable: int = 0
    queued: bool = False
    sentence: str = ""


Given = Mapping[str, Any]
Way = Callable[[Line, Given], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is done in Kapture itself works on this. `token` is the same when the same sheet is handed in again."""

    account: PartnerAccount
    given: Given
    actor: Actor
    now: datetime
    token: UUID


Door = Callable[[Sheet], Outcome]
Fit = Callable[[PartnerAccount, Given], Sequence[Dialect]]
Look = Callable[[PartnerAccount, Given], None]
Touch = Callable[[PartnerAccount, Given], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A row of the table.

    `confirm`: X's automation rules, or good sense, want a person's second click. `explain`: asks for a reason, and
    takes a day on which it reminds. `ends`: what is not there any more counts as done. `undone_by`: the action that
    takes it back; without one it cannot be. `done` is said afterwards. `lacking`: what is offered where X has no call.
    `door` instead of ways: done here, or handed to the outbox; without an operation X has no part in it. `fit`: the
    dialects that can do it to what is given, the best first; without it all can. `look`: refuses what is given before
    anybody is asked to confirm it (BadInput). `touches`: whether what is given makes
    it private, though the action is not. `tells`: the record says what was changed, from what and into what; only where
    none of its fields is secret or private.
    """

    name: str
    label: str
    operation: str
    scope: Scope
    done: str = ""
    ways: Mapping[Dialect, Way] = field(default_factory=dict)
    door: Door | None = None
    fit: Fit | None = None
    look: Look | None = None
    touches: Touch | None = None
    fields: Sequence[Field] = ()
    reads: bool = False
    confirm: bool = False
    explain: bool = False
    ends: bool = False
    tells: bool = False
    undone_by: str = ""
    lacking: str = ""

    @property
    def words(self) -> str:
        """What it is called, in the language of whoever reads it; `label` in English."""
        return gettext(self.label)

    @property
    def fate(self) -> str:
        """`done`, in their language."""
        return gettext(self.done) if self.done else ""

    @property
    def waits(self) -> bool:
        """The outbox holds it for the undo window."""
        return self.door is not None and bool(self.operation)

    @property
    def writes_privately(self) -> bool:
        """Its text is a private message, and counts as one."""
        return self.waits and self.scope == Scope.PRIVATE

    @property
    def recorded(self) -> bool:
        """Whatever changes something, and whoever reads private messages."""
        return not self.reads or self.scope == Scope.PRIVATE
