"""What a rule may ask about: one message, who said it, to which account and when, and where its ticket stands. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from tickets.choices import Priority
from tickets.rules.languages import language_key
from tickets.rules.shape import Places, Shape, shape_of


def _knows_none(text: str) -> str:
    return ""


def _feels_nothing(text: str, language: str) -> int | None:
    return None


def language_told(code: str) -> str:
    """What the channel says, in two letters; empty where it does not know: "und" and "zxx" are its words for that."""
    told = code.lower().split("-")[0]
    return language_key(told) if len(told) == 2 or told in ("fil", "ckb") else ""


@dataclass(frozen=True, slots=True)
class Senses:
    """How language and mood are told where the channel does not say. Asked only when a rule wants to know."""

    language: Callable[[str], str] = _knows_none
    sentiment: Callable[[str, str], int | None] = _feels_nothing


@dataclass(slots=True, kw_only=True)
class Facts:
    """None, or an empty word, where nobody knows: no test holds of what is not known."""

    # the message
    text: str = ""
    links: Places = ()  # that the channel tells of
    kind: str = "mention"
    private: bool = False
    source: str = ""
    searches: frozenset[str] = frozenset()
    told_language: str = ""  # by the channel
    media: int = 0
    said_at: datetime
    repeated_by: int = 0  # so many people said the same within a day, this one included
    # who said it
    handle: str = ""
    name: str = ""
    bio: str = ""
    location: str = ""
    followers: int | None = None
    verified: bool | None = None
    protected: bool | None = None
    joined_at: datetime | None = None
    first_contact: bool = False
    lists: frozenset[int] = frozenset()
    # where and when
    account: int
    open_hours: frozenset[int] = frozenset()  # the business hours that were open when it was said
    new_ticket: bool = True
    follow_up: bool = False
    senses: Senses = field(default_factory=Senses)
    _language: str | None = None
    _sentiment: tuple[int | None] | None = None

    @property
    def shape(self) -> Shape:
        return shape_of(self.text, self.links)

    @property
    def language(self) -> str:
        """Two letters. What the channel says goes first."""
        if self._language is None:
            self._language = language_told(self.told_language) or language_key(self.senses.language(self.text))
        return self._language

    @property
    def sentiment(self) -> int | None:
        """From -100 to 100."""
        if self._sentiment is None:
            self._sentiment = (self.senses.sentiment(self.text, self.language),)
        return self._sentiment[0]

    @property
    def account_age(self) -> int | None:
        """In days."""
        return (self.said_at - self.joined_at).days if self.joined_at else None


@dataclass(slots=True, kw_only=True)
class Standing:
    """Where the ticket stands while the rules are gone through: each sees what the ones before it decided."""

    queue: int
    folder: int | None = None
    policy: int | None = None
    priority: Priority = Priority.NORMAL
    assignee: int | None = None
    tags: frozenset[str] = frozenset()
    skills: frozenset[int] = frozenset()  # that it needs
    ignored: bool = False
    resolved: bool = False  # as a later message finds it
    unanswered: bool = False  # what the customer said before; then no message leaves it resolved
    left: bool = False  # resolved, whatever that message says
