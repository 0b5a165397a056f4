"""A line of a stream in words: what happened, who did it, and what came of it here. No queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from kapture.languages import say
from twitter_integration import links
from twitter_integration.choices import Came, Outcome
from twitter_integration.events import Kind, LikeEvent, PostEvent
from twitter_integration.facts.activities import ACTIVITIES, title_of
from twitter_integration.stream.kinds import PRIVATE, is_ours
from twitter_integration.stream.lines import Line
from twitter_integration.stream.making import can_make

_OF_OUTCOME: Mapping[str, Came] = {
    Outcome.ACTED: Came.ACTED,
    Outcome.COUNTED: Came.COUNTED,
    Outcome.IGNORED: Came.NOTHING,
    Outcome.KEPT: Came.KEPT,
    Outcome.FAILED: Came.FAILED,
}
_FATES: Mapping[Came, Promise] = {
    Came.OUT_OF_SIGHT: gettext_lazy("On a ticket that you may not see"),
    Came.LOOSE: gettext_lazy("Kept on no ticket, so that answers to it find their conversation"),
    Came.IGNORED: gettext_lazy("Ignored, and kept here on no ticket"),
    Came.TIMELINE: gettext_lazy("A line on the customer's timeline, counted by the day"),
    Came.COUNTED: gettext_lazy("Counted by the day"),
    Came.NOTHING: gettext_lazy("Nothing came of it"),
    Came.KEPT: gettext_lazy("Kept, and nothing done about it yet"),
    Came.FAILED: gettext_lazy("It could not be dealt with"),
    Came.GONE: gettext_lazy("Deleted on X before it came to a ticket"),
}
_WHY = (Came.IGNORED, Came.NOTHING, Came.KEPT, Came.FAILED)
_HUES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A line as pages and programs tell it. `who` is empty where X named nobody; `fate` says `came` in words."""

    id: int
    kind: str
    title: str
    ours: bool
    private: bool
    at: datetime
    received_at: datetime
    who: str
    handle: str
    person: str
    picture: str
    text: str
    gone_at: datetime | None
    link: str
    came: Came
    fate: str
    ticket: int | None
    message: int | None
    customer: int | None
    makes: bool  # a ticket can be made of it
    ignorable: bool  # its author can be ignored

    @property
    def initials(self) -> str:
        return self.who.lstrip("@")[:1].upper() or "?"

    @property
    def hue(self) -> int:
        return sum(map(ord, self.person)) % _HUES + 1


def show(line: Line) -> Shown:
    event, came = line.event, came_of(line)
    handle, name, person, picture = _face(line)
    return Shown(
        id=event.pk,
        kind=event.kind,
        title=title_of(event.kind),
        ours=is_ours(event.kind),
        private=event.kind in PRIVATE,
        at=event.occurred_at,
        received_at=event.received_at,
        who=name or (f"@{handle}" if handle else person),
        handle=handle,
        person=person,
        picture=picture if picture.startswith(("https://", "http://")) else "",
        text=line.text,
        gone_at=line.gone_at,
        link=_link(line, handle),
        came=came,
        fate=_fate(line, came),
        ticket=line.on,
        message=line.message.pk if line.message is not None and line.on is not None else None,
        customer=line.customer,
        makes=can_make(line),
        ignorable=bool(person) and not is_ours(event.kind),
    )


def came_of(line: Line) -> Came:
    """What stands at the desk decides, not what was to be done: a ticket may have been made of it since."""
    message = line.message
    if line.out_of_sight:
        return Came.OUT_OF_SIGHT
    if line.on_ticket:
        return Came.TICKET
    if message is not None and message.deleted_at is not None:
        return Came.GONE
    if message is not None:
        return Came.LOOSE if message.direction == "out" else Came.IGNORED
    return Came.TIMELINE if line.happening is not None else _OF_OUTCOME[line.event.outcome]


def _fate(line: Line, came: Came) -> str:
    event = line.event
    if came == Came.OUT_OF_SIGHT and not line.on_ticket:
        return gettext("About something on a ticket that you may not see")
    if came == Came.ACTED:
        known = next((ACTIVITIES[kind].effect for kind in Kind if kind.value == event.kind), "")
        return say(event.reason) or (gettext(known) if known else "")
    words = str(_FATES.get(came, ""))
    return f"{words}: {say(event.reason)}" if event.reason and came in _WHY else words


def _face(line: Line) -> tuple[str, str, str, str]:
    """Handle, name, X's id, picture: of the customer concerned."""
    if line.out_of_sight:
        return "", "", "", ""
    if line.identity is not None:
        who = line.identity
        return who.handle, who.shown_name, who.external_id, who.avatar_url
    if line.person is not None:
        who = line.person
        return who.handle, who.name, who.id, who.avatar_url
    return "", "", "", ""


def _link(line: Line, handle: str) -> str:
    """Where it stands on X: the post, or who did it."""
    if line.gone_at is not None or line.out_of_sight:
        return ""
    family, _colon, number = line.event.key.partition(":")
    if family == "post":
        return links.post_link(number, handle="" if is_ours(line.event.kind) else handle)
    about = line.happening.about if line.happening is not None else ""
    if isinstance(line.told, LikeEvent):
        about = line.told.post_id
    if isinstance(line.told, PostEvent):
        about = line.told.post.id
    if about:
        return links.post_link(about)
    return links.profile_link(handle) if handle and line.event.kind not in PRIVATE else ""
