"""The words of the query language: what may be searched by, and which values each of them knows. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tickets.choices import MessageKind, Priority, Status
from tickets.finding.spans import PROMISES, SAID, SPANS
from tickets.rules.languages import LANGUAGES

IS = (
    *("open", "mine", "unassigned", "assigned", "soon", "breached", "late", "snoozed", "unsent"),
    *("resolved", "closed", "ignored", "dm", "private", "public", "waiting", "merged", "vip", "left"),
    *("incident", "part"),
)
HAS = ("note", "attachment", "draft", "approval", "checklist", "tag", "answer")
AMOUNTS = (">1000", "<500", "1000..5000", "10k..")


@dataclass(frozen=True, slots=True)
class Field:
    """`known`: all values there are ("word"), examples ("span", "said", "amount", "promise"), or words beside the
    names ("name")."""

    sort: Literal["word", "span", "amount", "language", "promise", "said", "name"]
    known: tuple[str, ...] = ()


FIELDS: Mapping[str, Field] = {
    "is": Field("word", IS),
    "has": Field("word", HAS),
    "status": Field("word", tuple(Status.values)),
    "priority": Field("word", tuple(Priority.values)),
    "kind": Field("word", tuple(MessageKind.values)),
    "approval": Field("word", ("waiting", "approved")),
    "due": Field("span", SPANS),
    "created": Field("span", SPANS),
    "updated": Field("span", SPANS),
    "opened": Field("span", SPANS),
    "resolved": Field("span", SPANS),
    "wrote": Field("said", (*SPANS, *SAID)),
    "answered": Field("said", (*SPANS, *SAID)),
    "kept": Field("promise", PROMISES),
    "missed": Field("promise", PROMISES),
    "delayed": Field("promise", PROMISES),
    "followers": Field("amount", AMOUNTS),
    "language": Field("language", tuple(LANGUAGES)),
    "queue": Field("name"),
    "folder": Field("name", ("none",)),
    "account": Field("name"),
    "assignee": Field("name", ("me", "none")),
    "watching": Field("name", ("me",)),
    "by": Field("name", ("me",)),
    "from": Field("name"),
    "tag": Field("name"),
    "search": Field("name"),
    "skill": Field("name", ("none",)),
    "sla": Field("name", ("none",)),
}
