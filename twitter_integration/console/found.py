"""Rows that were read, as a page shows them: words and pictures. What can be done to each from there: further.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from twitter_integration import amounts, links
from twitter_integration.console.action import Action
from twitter_integration.console.actor import Actor
from twitter_integration.console.collected import CollectedRow, CollectionRow
from twitter_integration.console.further import Finder, Further, Values
from twitter_integration.console.messages import Conversation
from twitter_integration.console.showing import as_line, called, members_of
from twitter_integration.events import DirectMessage, Media, Person, Post
from twitter_integration.models import PartnerAccount
from twitter_integration.payloads.rows import XList

_HUES = 8
_WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A row in words. `text` is what was said; `name`: what they call themselves, beside their handle."""

    id: str
    title: str
    text: str
    name: str = ""
    at: datetime | None = None
    protected: bool = False
    picture: str = ""
    media: Sequence[Media] = ()
    note: str = ""
    link: str = ""
    further: Sequence[Further] = ()

    @property
    def initials(self) -> str:
        return self.title.lstrip("@")[:1].upper() or "?"

    @property
    def hue(self) -> int:
        return sum(map(ord, self.id)) % _HUES + 1


def show(account: PartnerAccount, read: Action, rows: Sequence[Any], *, given: Values, actor: Actor) -> list[Shown]:
    """Four statements, for what was done to them before, and which conversations are ours."""
    finder = Finder(account, read, rows, given=given, actor=actor)
    return [_shown(row, finder.find(row)) for row in rows]


def _shown(row: Any, further: Sequence[Further]) -> Shown:
    if isinstance(row, Post):
        return _said(row, row.author, further, link=links.post_link(row.id, handle=row.author.handle))
    if isinstance(row, DirectMessage):
        return _said(row, row.sender, further)
    if isinstance(row, Conversation):
        return _said(row.last, row.person, further)
    if isinstance(row, Person):
        link = links.profile_link(row.handle) if row.handle else ""
        return Shown(id=row.id, title=called(row), text=row.bio, link=link, further=further, **_face(row))
    if isinstance(row, dict):
        return Shown(id=str(row.get("id", "")), title="", text=as_line(row), further=further)
    if isinstance(row, XList):
        kind = _("Private") if row.private else _("Public")
        whose = f"@{row.owner_handle}" if row.owner_handle else ""
        note = " · ".join(filter(None, (kind, members_of(row), whose)))
        return Shown(id=row.id, title=row.name, text=row.description, note=note, further=further)
    if isinstance(row, CollectionRow):
        return Shown(id=row.id, title=row.name, text=row.description, note=amounts.posts(row.posts), further=further)
    if isinstance(row, CollectedRow):
        return _collected(row, further)
    named = str(getattr(row, "name", "") or getattr(row, "person", ""))
    text = str(getattr(row, "text", "") or getattr(row, "note", "") or _rest(row))
    return Shown(id=row.id, title=named, text=text, further=further)


def _collected(row: CollectedRow, further: Sequence[Further]) -> Shown:
    text = row.text or _("The desk does not know what it says.")
    who = f"@{row.author}" if row.author else _("A post")
    note = " · ".join(filter(None, (_("Place %d") % row.place, row.note)))
    return Shown(id=row.id, title=who, text=text, note=note, link=links.post_link(row.id), further=further)


def _said(row: Post | DirectMessage, person: Person, further: Sequence[Further], *, link: str = "") -> Shown:
    return Shown(
        id=row.id,
        title=called(person),
        text=row.text,
        at=row.created_at,
        media=row.media,
        link=link,
        further=further,
        **_face(person),
    )


def _face(person: Person) -> dict[str, Any]:
    url = person.avatar_url
    told = {"picture": url if url.startswith(_WEB) else "", "protected": bool(person.protected)}
    return told | {"name": person.name if person.handle else ""}


def _rest(row: Any) -> str:
    return str(getattr(row, "description", "")) if hasattr(row, "description") else as_line(row)
