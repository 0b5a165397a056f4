"""Rows that were read, as a page shows them: words, pictures, and what can be done to each from there.

What is offered leads into the action's own form, filled in; whether it may be done is asked there once more.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.text import slugify
from django.utils.translation import gettext as _

from kapture.figures import counted
from twitter_integration import links
from twitter_integration.console import offering
from twitter_integration.console.action import Action
from twitter_integration.console.actor import Actor
from twitter_integration.console.collected import CollectedRow, CollectionRow
from twitter_integration.console.hiding import begun_by, can_hide
from twitter_integration.console.messages import Conversation
from twitter_integration.console.showing import as_line, called, members_of
from twitter_integration.console.so import known_so
from twitter_integration.console.table import ACTIONS, GROUPS
from twitter_integration.events import DirectMessage, Media, Person, Post
from twitter_integration.models import PartnerAccount
from twitter_integration.payloads.rows import XList

_HUES = 8
_WEB = ("https://", "http://")
_TABS = {action.name: slugify(group) for group, actions in GROUPS.items() for action in actions}
Values = Mapping[str, str]
Offers = Iterable[tuple[str, Values]]
# What a reading says of everybody in it: these stand on its rows the other way round.
_SO: Mapping[str, str] = {
    "following": "follow",
    "muted": "mute",
    "blocked": "block",
    "followed-lists": "follow-list",
    "pinned-lists": "pin-list",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """A way on from a row: into a form, or to a reading."""

    action: Action
    values: Values

    @property
    def tab(self) -> str:
        return _TABS[self.action.name]

    @property
    def query(self) -> str:
        return urlencode({"read" if self.action.reads else "form": self.action.name, **self.values})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A row in words. `text` is what was said."""

    id: str
    title: str
    text: str
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
    so = _So(known_so(account, [str(getattr(row, "id", "")) for row in rows]), read.name)
    so.begun = begun_by(account, [row.conversation_id for row in rows if isinstance(row, Post) and row.in_reply_to_id])
    open_now = {name: not offering.why_not(account, action, actor=actor) for name, action in ACTIONS.items()}
    return [_shown(row, _further(row, account.page_id, given, so, open_now)) for row in rows]


class _So:
    """Whether something was done to a row already."""

    def __init__(self, known: Mapping[tuple[str, str], Any], reading: str) -> None:
        self._known = known
        self._all = _SO.get(reading, "")
        self.begun: Container[str] = ()  # which conversations the account began

    def turn(self, row: Any, does: str) -> str:
        """The action, or the one that takes it back."""
        word = {"follow": "following", "mute": "muting", "block": "blocking"}.get(does, "")
        told = getattr(row, "connection", None)
        if self._all == does:
            is_so = True
        elif told is not None and word:
            is_so = word in told
        else:
            is_so = (row.id, does) in self._known and self._known[row.id, does].is_so
        return ACTIONS[does].undone_by if is_so else does


def _further(row: Any, own: str, given: Values, so: _So, open_now: Mapping[str, bool]) -> list[Further]:
    offers = next((offer for kind, offer in _OFFERS.items() if isinstance(row, kind)), None)
    told = offers(row, own, given, so) if offers is not None else ()
    return [Further(action=ACTIONS[name], values=values) for name, values in told if open_now[name]]


def _on_post(post: Post, own: str, given: Values, so: _So) -> Offers:
    it = {"post": post.id}
    yield so.turn(post, "like"), it
    if post.author.id == own:
        yield "delete-post", it
    else:
        yield so.turn(post, "repost"), it
        yield "reply", it
        yield "quote", {"quote": post.id}
        answers_us = post.in_reply_to_person_id == own
        if can_hide(post.conversation_id, answers=post.in_reply_to_id, answers_us=answers_us, begun=so.begun):
            yield so.turn(post, "hide-reply"), it
    yield "collect", it


def _on_person(person: Person, own: str, given: Values, so: _So) -> Offers:
    if person.id == own:
        return
    who = {"person": f"@{person.handle}" if person.handle else person.id}
    for does in ("follow", "mute", "block"):
        yield so.turn(person, does), who
    yield "message", who
    yield ("remove-member", {**who, "list": given["list"]}) if given.get("list") else ("add-member", who)


def _on_list(row: XList, own: str, given: Values, so: _So) -> Offers:
    it = {"list": row.id}
    yield "list-posts", it
    yield "list-members", it
    yield so.turn(row, "pin-list"), it
    if row.owner_id in ("", own):
        yield "add-member", it
        yield "update-list", {**it, "name": row.name, "description": row.description}
        yield "delete-list", it
    if row.owner_id != own:
        yield so.turn(row, "follow-list"), it


def _on_message(message: DirectMessage, own: str, given: Values, so: _So) -> Offers:
    other = message.recipient if message.sender.id == own else message.sender
    yield "message", {"person": other.id}
    if other is message.sender:
        yield "mark-read", {"person": other.id, "message": message.id}
    yield "delete-message", {"message": message.id}


def _on_conversation(row: Conversation, own: str, given: Values, so: _So) -> Offers:
    who = {"person": row.person.id}
    yield "conversation", who
    yield "message", who


def _on_collection(row: CollectionRow, own: str, given: Values, so: _So) -> Offers:
    it = {"collection": row.id}
    yield "collection", it
    yield "export-collection", it
    yield "collect", it
    yield "update-collection", {**it, "name": row.name, "description": row.description}
    yield "delete-collection", it


def _on_collected(row: CollectedRow, own: str, given: Values, so: _So) -> Offers:
    it = {"collection": given.get("collection", ""), "post": row.id}
    yield "move-collected", {**it, "place": str(row.place)}
    yield "uncollect", it


_OFFERS: Mapping[type, Callable[[Any, str, Values, _So], Offers]] = {
    Post: _on_post,
    Person: _on_person,
    XList: _on_list,
    DirectMessage: _on_message,
    Conversation: _on_conversation,
    CollectionRow: _on_collection,
    CollectedRow: _on_collected,
}


def _shown(row: Any, further: Sequence[Further]) -> Shown:
    if isinstance(row, Post):
        return _said(row, row.author, further)
    if isinstance(row, DirectMessage):
        return _said(row, row.sender, further)
    if isinstance(row, Conversation):
        return _said(row.last, row.person, further)
    if isinstance(row, Person):
        words = " · ".join(filter(None, (row.name, row.bio)))
        return Shown(id=row.id, title=called(row), text=words, further=further, **_face(row))
    if isinstance(row, dict):
        return Shown(id=str(row.get("id", "")), title="", text=as_line(row), further=further)
    if isinstance(row, XList):
        kind = _("Private") if row.private else _("Public")
        whose = f"@{row.owner_handle}" if row.owner_handle else ""
        note = " · ".join(filter(None, (kind, members_of(row), whose)))
        return Shown(id=row.id, title=row.name, text=row.description, note=note, further=further)
    if isinstance(row, CollectionRow):
        return Shown(id=row.id, title=row.name, text=row.description, note=counted(row.posts, "post"), further=further)
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


def _said(row: Post | DirectMessage, person: Person, further: Sequence[Further]) -> Shown:
    return Shown(
        id=row.id,
        title=called(person),
        text=row.text,
        at=row.created_at,
        media=row.media,
        further=further,
        **_face(person),
    )


def _face(person: Person) -> dict[str, Any]:
    url = person.avatar_url
    return {"picture": url if url.startswith(_WEB) else "", "protected": bool(person.protected)}


def _rest(row: Any) -> str:
    return str(getattr(row, "description", "")) if hasattr(row, "description") else as_line(row)
