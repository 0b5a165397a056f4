"""What can be done to a row that was read: the way on into a form filled in, to another reading, or to X itself.

Whether it may be done is asked there once more.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.text import slugify
from django.utils.translation import pgettext_lazy

from twitter_integration.console import offering, permitting, who
from twitter_integration.console.action import Action
from twitter_integration.console.actor import Actor
from twitter_integration.console.collected import CollectedRow, CollectionRow
from twitter_integration.console.hiding import begun_by, can_hide
from twitter_integration.console.messages import Conversation
from twitter_integration.console.so import known_so
from twitter_integration.console.table import ACTIONS, GROUPS
from twitter_integration.events import DirectMessage, Person, Post
from twitter_integration.models import PartnerAccount
from twitter_integration.payloads.rows import XList

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


# What is said beside the row it is done to.
_SHORT: Mapping[str, Any] = {
    "reply": pgettext_lazy("beside it", "Reply"),
    "quote": pgettext_lazy("beside it", "Quote"),
    "collect": pgettext_lazy("beside it", "Collect"),
    "delete-post": pgettext_lazy("beside it", "Delete"),
    "delete-message": pgettext_lazy("beside it", "Delete for us"),
    "delete-list": pgettext_lazy("beside it", "Delete"),
    "delete-collection": pgettext_lazy("beside it", "Delete"),
    "hide-reply": pgettext_lazy("beside it", "Hide"),
    "unhide-reply": pgettext_lazy("beside it", "Show again"),
    "message": pgettext_lazy("beside it", "Message"),
    "add-member": pgettext_lazy("beside it", "Add to a list"),
    "remove-member": pgettext_lazy("beside it", "Take off the list"),
    "list-posts": pgettext_lazy("beside it", "Posts"),
    "list-members": pgettext_lazy("beside it", "Members"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """A way on from a row: into a form, to a reading, or to X's own place for what is closed here (`link`)."""

    action: Action
    values: Values
    link: str = ""

    @property
    def words(self) -> str:
        return str(_SHORT.get(self.action.name) or self.action.words)

    @property
    def tab(self) -> str:
        return _TABS[self.action.name]

    @property
    def query(self) -> str:
        return urlencode({"read" if self.action.reads else "form": self.action.name, **self.values})


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


class _Ways:
    """What this person can do from a row: here, or where X has a place for what the tier or dialect does not offer."""

    def __init__(self, account: PartnerAccount, actor: Actor) -> None:
        self.account = account
        self._open = {name: not offering.why_not(account, action, actor=actor) for name, action in ACTIONS.items()}
        self._theirs = {name for name, action in ACTIONS.items() if not who.refusal(actor, action)}

    def find(self, name: str, values: Values) -> Iterable[Further]:
        action = ACTIONS[name]
        if self._open[name]:
            yield Further(action=action, values=values)
        elif name in self._theirs and (link := permitting.place_by_hand(self.account, action, values)):
            yield Further(action=action, values=values, link=link)


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
    if row.last.sender.id != own:
        yield "mark-read", {**who, "message": row.last.id}
    yield "typing", who


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


class Finder:
    """Finds what can be done to each of some rows. Three statements, when it is made."""

    def __init__(
        self, account: PartnerAccount, read: Action, rows: Sequence[Any], *, given: Values, actor: Actor
    ) -> None:
        self._ways, self._given = _Ways(account, actor), given
        self._so = _So(known_so(account, [str(getattr(row, "id", "")) for row in rows]), read.name)
        answers = [row.conversation_id for row in rows if isinstance(row, Post) and row.in_reply_to_id]
        self._so.begun = begun_by(account, answers)

    def find(self, row: Any) -> list[Further]:
        offers = next((offer for kind, offer in _OFFERS.items() if isinstance(row, kind)), None)
        told = offers(row, self._ways.account.page_id, self._given, self._so) if offers is not None else ()
        return [one for name, values in told for one in self._ways.find(name, values)]
