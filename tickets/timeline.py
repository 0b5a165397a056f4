"""What happened on a ticket, in order: messages, notes and lines of history, by their own times.

`load` asks the database (a fixed number of statements), `arrange` is pure. Markup is the templates' business, words
of the history are tickets/wording/sentences.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from html import unescape
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from kapture.people import not_here
from tickets.approving.kept import GIVEN_BACK, words_given_back
from tickets.channels import title_of
from tickets.choices import GOING_STATES, Direction, SendState, Visibility
from tickets.incidents.untelling import note_void
from tickets.models import Activity, Gesture, Message, OutboxEntry, Ticket
from tickets.models.departed import doer_of
from tickets.permissions import find_unseen, may, rights_of, visible_outbox
from tickets.reading.succession import parts, places
from tickets.sending.rewording import stands_in
from tickets.sending.waiting import note_waits
from tickets.shown.history import EVER, GONE, MOST_FACTS, ORIGIN_VERBS, began, happened, named
from tickets.shown.said import Hanging, hanging_on, latest_said
from tickets.wording.sentences import Fate, Names, tell
from tickets.wording.unseen import numbers_in

# A page shows this many messages; earlier ones on request, in steps of as many.
STEP = 100
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Day:
    key: str
    at: datetime
    sort: str = "day"


@dataclass(frozen=True, slots=True)
class Said:
    """A message or a note. `part` of so many `parts` where it is one of a thread's."""

    key: str
    at: datetime
    message: Message
    sort: str = "message"
    depth: int = 0
    part: int = 0
    parts: int = 0
    hanging: Hanging = field(default_factory=Hanging)

    @property
    def private(self) -> bool:
        return self.message.visibility == Visibility.PRIVATE


@dataclass(slots=True)
class Line:
    """One gesture in the history; several sentences when it did several things. `entry`: of the outbox, what it ordered
    and whoever looks may take back; `failed`: the same, where it was refused. `undo`: the merge, split or move it tells
    of, and whoever looks may undo. `words`: of an answer that went back, where whoever looks may know."""

    key: str
    at: datetime
    gesture: Any
    sentences: list[SafeString]
    verb: str
    sort: str = "line"
    depth: int = 0
    entry: int | None = None
    undo: Any = None
    failed: OutboxEntry | None = None
    words: str = ""


@dataclass(slots=True)
class Stretch:
    """Entries between two private messages: a room of its own on the page."""

    key: str
    at: datetime
    entries: list["Day | Said | Line"] = field(default_factory=list)
    sort: str = "stretch"


Entry = Day | Said | Line
Item = Entry | Stretch


@dataclass(frozen=True, slots=True)
class Timeline:
    items: Sequence[Item]
    origin: Sequence[SafeString]
    messages: Sequence[Message]
    earlier: bool  # whether there are messages before the first one shown
    wording: int = 0  # the latest of those that were changed (sending.rewording)

    @property
    def last(self) -> Message | None:
        return self.messages[-1] if self.messages else None

    @property
    def under_way(self) -> bool:
        """Whether an answer that a person wrote goes out soon, or perhaps is."""
        entries = (message.outbox for message in self.messages if hasattr(message, "outbox") and not message.automated)
        return any(entry.state in GOING_STATES for entry in entries)


def load(ticket: Ticket, *, user: User, show: int = STEP) -> Timeline:
    """The latest `show` messages this person may read, and what happened since the first of them. Four statements,
    however long it is; two more while something waits to be sent, one where an answer was given back, two where posts
    were ordered."""
    rights = rights_of(user)
    messages = latest_said(rights, show + 1, ticket=ticket.pk)
    earlier = len(messages) > show
    messages = messages[:show][::-1]
    hanging = hanging_on(messages)
    going = [message.outbox for message in messages if getattr(message, "outbox", None)]
    note_waits(going, now=timezone.now())
    note_void(going)
    shown = happened(rights, ticket=ticket.pk, since=messages[0].sent_at if earlier else EVER)[::-1]
    # Where all the history is shown, why the ticket is here is among it.
    whole = not earlier and len(shown) < MOST_FACTS
    origin = [act for act in shown if act.verb in ORIGIN_VERBS] if whole else began(rights, ticket=ticket.pk)
    called = title_of(ticket.address.channel)
    names = replace(load_names([*origin, *shown], user=user), channel=called)
    lines = draw_lines(shown, names)
    _take_backs(lines, shown, user=user)
    _undos(lines, shown, user=user)
    _give_words(lines, shown, ticket=ticket, user=user)
    return Timeline(
        items=arrange(messages, lines, tz=timezone.get_current_timezone(), hanging=hanging),
        origin=[_sentence(act, names) for act in origin],
        messages=messages,
        earlier=earlier,
        wording=max((stands_in(message, hanging[message.pk].versions) for message in messages), default=0),
    )


def load_names(history: Sequence[Activity], *, user: User | AnonymousUser) -> Names:
    """What the ids in the history are called to this person; two statements, one more where posts were ordered, and one
    where tickets are named and they do not see all."""
    wanted: dict[str, set[int]] = {sort: set() for sort in ("queue", "folder", "policy", "person", "skill")}
    keys = dict.fromkeys(("ticket.routed", "ticket.moved", "clock.step"), "queue")
    keys |= {"ticket.filed": "folder", "reply.sent_back": "person"}
    for act in history:
        sort = keys.get(act.verb)
        if act.verb == "ticket.ruled":
            _add_ruled(wanted, act.data)
        elif act.verb in ("ticket.assigned", "ticket.waits", "ticket.skills", "ticket.took_in"):
            _add_staffing(wanted, act.data)
        elif sort:
            wanted["person"].update(pk for pk in act.data.get("notified", ()) if isinstance(pk, int))
            wanted["skill"].update([act.data["language"]] if "language" in act.data else [])
            found = (act.data.get(name) for name in ("queue", "before", "after", "to", "from"))
            wanted[sort].update(pk for pk in found if isinstance(pk, int))
    places = named(**{sort: list(pks) for sort, pks in wanted.items()})
    known = {("person", pk) if sort == GONE else (sort, pk): _called(sort, name) for sort, pk, name in places}
    unseen = find_unseen({number for act in history for number in numbers_in(act.data)}, user=user)
    return Names(known, fates=_fates(history), private=may(user, "see_private"), unseen=unseen)


def _called(sort: str, name: str) -> str:
    return not_here(name) if sort == GONE else name


def _add_ruled(wanted: dict[str, set[int]], data: Mapping[str, Any]) -> None:
    for name in ("queue", "folder", "policy"):
        if isinstance(data.get(name), int):
            wanted[name].add(data[name])
    people = [data.get("to"), *data.get("notified", ())]
    wanted["person"].update(pk for pk in people if isinstance(pk, int))
    wanted["skill"].update(data.get("skills", ()))


def _add_staffing(wanted: dict[str, set[int]], data: Mapping[str, Any]) -> None:
    people = [data.get("to"), data.get("from"), *(person for person, _why in data.get("passed", ()))]
    wanted["person"].update(pk for pk in people if isinstance(pk, int))
    wanted["queue"].update([data["queue"]] if "queue" in data else [])
    for name in ("skills", "before", "after"):
        wanted["skill"].update(data.get(name, ()))


def _fates(history: Iterable[Activity]) -> dict[int, Fate]:
    """What came of the posts that were ordered. One statement, where there are any."""
    ordered = {act.data["ordered"] for act in history if "ordered" in act.data}
    if not ordered:
        return {}
    rows = Message.objects.filter(pk__in=ordered).values_list("pk", "outbox__state", "outbox__left_at")
    known: dict[str | None, Fate] = {SendState.SENT: Fate.OUT, SendState.FAILED: Fate.FAILED, None: Fate.OUT}
    return {pk: Fate.LEFT if left else known.get(state, Fate.WAITS) for pk, state, left in rows}


def _take_backs(lines: Iterable[Line], shown: Iterable[Activity], *, user: User) -> None:
    """To the lines of what was ordered and can be taken back by this person, or was refused. One statement, where there
    are any."""
    ordered = {act.data["ordered"]: f"a{act.pk}" for act in shown if "ordered" in act.data}
    if not ordered:
        return
    entries = visible_outbox(user).filter(message__in=ordered).exclude(state=SendState.SENT)
    found = {ordered[entry.message_id]: entry for entry in entries}
    for line in lines:
        entry = found.get(line.key)
        if entry is not None:
            line.entry = entry.pk if entry.can_be_taken_back else None
            line.failed = entry if entry.state == SendState.FAILED else None


def _undos(lines: Iterable[Line], shown: Iterable[Activity], *, user: User) -> None:
    """To the lines of merges, splits and moves that still stand. One statement, where there are any."""
    keys = {act.gesture for act in shown if "gesture" in act.data}
    if keys and may(user, "work"):
        standing = set(Gesture.objects.filter(pk__in=keys, undone_at=None).values_list("pk", flat=True))
        for line in lines:
            line.undo = line.gesture if line.gesture in standing else None


def _give_words(lines: Iterable[Line], shown: Iterable[Activity], *, ticket: Ticket, user: User) -> None:
    """To the lines of answers that were not let go. One statement, where there are any."""
    told = {act.gesture: act.data["approval"] for act in shown if act.verb in GIVEN_BACK and "approval" in act.data}
    words = words_given_back(set(told.values()), ticket=ticket, by=user)
    for line in lines:
        line.words = words.get(told.get(line.gesture, 0), "")


def draw_lines(history: Iterable[Activity], names: Names) -> list[Line]:
    """Lines of history; what one gesture did stands on one line."""
    lines: list[Line] = []
    for act in history:
        if lines and lines[-1].gesture == act.gesture:
            lines[-1].sentences.append(_sentence(act, names))
        else:
            lines.append(Line(f"a{act.pk}", act.at, act.gesture, [_sentence(act, names)], act.verb))
    return lines


def _sentence(act: Activity, names: Names) -> SafeString:
    return tell(act.verb, act.data, who=doer_of(act), names=names)


def plain_sentence(act: Activity, names: Names) -> str:
    """A line of history for who reads no markup."""
    return unescape(strip_tags(_sentence(act, names)))


def arrange(
    messages: Iterable[Message], lines: Iterable[Line], *, tz: Any, hanging: Mapping[int, Hanging] | None = None
) -> list[Item]:
    """Everything in order of its own time, but nothing before what it answers or follows, with a line for each new day
    and private stretches gathered."""
    # At the same moment the message comes first: it is what the line speaks of.
    entries = sorted(
        [*_said([*messages], hanging or {}), *lines], key=lambda one: (one.at, one.sort != "message", one.depth)
    )
    dated: list[Entry] = []
    day: date | None = None
    for entry in entries:
        today = entry.at.astimezone(tz).date()
        if today != day:
            dated.append(Day(f"d{today:%Y%m%d}", entry.at))
            day = today
        dated.append(entry)
    return gather_private(dated)


def _said(messages: Sequence[Message], hanging: Mapping[int, Hanging]) -> list[Said | Line]:
    former = {one.external_id: pk for pk, about in hanging.items() for one in about.versions if one.external_id}
    place, numbered, none = places(messages, former), parts(messages), (0, 0)
    return [
        Said(
            key=f"m{one.pk}",
            at=place[one.pk].at,
            message=one,
            depth=place[one.pk].depth,
            part=numbered.get(one.pk, none)[0],
            parts=numbered.get(one.pk, none)[1],
            hanging=hanging.get(one.pk) or Hanging(),
        )
        for one in messages
    ]


def gather_private(entries: Iterable[Entry]) -> list[Item]:
    """Put each run from a private message to the last private one before a public one into a Stretch."""
    items: list[Item] = []
    stretch: Stretch | None = None
    pending: list[Entry] = []  # after a private message; inside only if another private one follows
    for entry in entries:
        said = entry if isinstance(entry, Said) else None
        if said is not None and said.private:
            if stretch is None:
                stretch = Stretch(f"s{said.key}", said.at)
                items.append(stretch)
            stretch.entries += [*pending, said]
            pending = []
        elif stretch is not None and (said is None or said.message.direction == Direction.INTERNAL):
            pending.append(entry)
        else:
            items += [*pending, entry]
            pending, stretch = [], None
    return [*items, *pending]
