"""A channel for tests that really carries messages, and does on demand what channels do on bad days."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from textwrap import wrap
from threading import Lock
from typing import Any, BinaryIO
from urllib.parse import quote
from uuid import UUID

from django.contrib.auth.models import User

from tickets.channels import CannotDo, Conditions, Deed, Deeds, Did, Forgotten, Post, Reminder, Want, Wish
from tickets.inbound import Person
from tickets.outbound import (
    Asked,
    FileLimits,
    Foreseen,
    Found,
    Gauge,
    Limits,
    Notified,
    OutboundMessage,
    Part,
    Permission,
    Receipt,
    Refused,
    Sent,
    Window,
)

Happening = Callable[[OutboundMessage], None]


@dataclass
class Wire:
    """What went out, in order; what the next sends and looks shall do instead of succeeding (None: succeed)."""

    sent: list[OutboundMessage] = field(default_factory=list)
    out: list[str] = field(default_factory=list)  # what it was told is out
    looks: list[str] = field(default_factory=list)
    faults: list[Exception | None] = field(default_factory=list)
    found: list[Receipt | Exception | None] = field(default_factory=list)
    meanwhile: Happening | None = None  # happens after the message is out and before the channel has answered
    windows: list[Window] = field(default_factory=list)
    gauges: list[Gauge] = field(default_factory=list)  # what every receipt tells of them
    permission: Permission = field(default_factory=lambda: Permission(allowed=True))
    unanswerable: dict[str, Permission] = field(default_factory=dict)  # by the id of the message answered
    files: list[bytes | Exception] = field(default_factory=list)  # what is fetched next
    deeds: list[tuple[str, str]] = field(default_factory=list)  # what stands in the account's record
    due: list[Reminder] = field(default_factory=list)
    over: frozenset[str] = frozenset()  # codes of refusals that hold no more
    forgotten: list[Forgotten] = field(default_factory=list)
    memory: timedelta = timedelta(0)  # how long it refuses the same words
    lock: Lock = field(default_factory=Lock)

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.sent]


_wires: list[Wire] = []


class Pigeon:
    """The Channel; settings.CHANNELS names it by its dotted path."""

    name = "twitter"
    title = "Pigeon"

    def send(self, message: OutboundMessage) -> Receipt:
        wire = _wires[-1]
        with wire.lock:
            fault = wire.faults.pop(0) if wire.faults else None
            if fault is not None:
                raise fault
            wire.sent.append(message)
            number = f"77{len(wire.sent):04}"
        if wire.meanwhile is not None:
            wire.meanwhile(message)
        link = f"https://x.com/{number}"
        return Receipt(external_id=number, conversation="c1", permalink=link, gauges=tuple(wire.gauges))

    def find_sent(self, messages: Sequence[OutboundMessage]) -> Found:
        wire, receipts, absent = _wires[-1], {}, set()
        for message in messages:
            wire.looks.append(message.text)
            found = wire.found.pop(0) if wire.found else None
            if isinstance(found, Exception):
                raise found
            if found is None:
                absent.add(message.key)
            else:
                receipts[message.key] = found
        return Found(receipts=receipts, absent=frozenset(absent))

    def note_sent(self, sent: Sequence[Sent]) -> None:
        _wires[-1].out += [one.text for one in sent]

    def windows(self, address_key: str, *, private: bool) -> Sequence[Window]:
        return _wires[-1].windows

    def at_work(self) -> AbstractContextManager[None]:
        return nullcontext()

    def counts_by(self) -> dict[str, dict[str, Any]]:
        return {}

    def measure(self, text: str, *, private: bool) -> Limits:
        return Limits(maximum=10_000 if private else 280, length=len(text))

    def split(self, text: str, *, handle: str) -> Sequence[Part]:
        """Between words, 260 letters and a number to a part."""
        lines = wrap(text, 260)
        if any(len(line) > 260 for line in lines) or " " not in text:
            return []
        return [Part(f"{line} {number}/{len(lines)}", f"{line} ") for number, line in enumerate(lines, start=1)]

    def files(self, *, private: bool) -> FileLimits:
        types = {"image/png": 20_000, "image/jpeg": 20_000, "image/gif": 20_000, "video/mp4": 50_000}
        return FileLimits(types=types, together=1 if private else 4, shortest=0.5, longest=140, alt_text=100)

    def fetch(self, address_key: str, url: str, *, most: int) -> BinaryIO:
        found = _wires[-1].files.pop(0)
        if isinstance(found, Exception):
            raise found
        return BytesIO(found)

    def circles(self) -> dict[str, str]:
        return {"friends": "Friends"}

    def price(
        self, rates: Mapping[str, Decimal], texts: Sequence[str], *, private: bool, answers: bool = False
    ) -> Decimal:
        return Decimal("0.01") * len(texts)

    def notified(
        self, text: str, *, own: str, answered: str = "", named: Sequence[tuple[str, str]] = ()
    ) -> list[Notified]:
        return [Notified(handle=answered), *(Notified(handle=name, spare=key) for name, key in named)]

    def note_deed(self, address_key: str, deed: str, *, by: User, at: datetime, about: str) -> None:
        _wires[-1].deeds.append((deed, by.username))

    def memory(self, *, private: bool) -> timedelta:
        return timedelta(0) if private else _wires[-1].memory

    def fingerprint(self, text: str) -> str:
        return text.strip().lower().partition("http")[0][:64].strip()

    def traits(self, text: str, *, private: bool, files: int = 0) -> str:
        return text.strip().lower().partition("http")[2]

    def may_send(
        self, address_key: str, *, private: bool, in_reply_to: str, recipient: str = "", quote_of: str = ""
    ) -> Permission:
        return _wires[-1].unanswerable.get("" if private else in_reply_to, _wires[-1].permission)

    def may_answer(self, address_key: str, about: Sequence[tuple[str, str]]) -> Sequence[Permission]:
        return [self.may_send(address_key, private=False, in_reply_to=post) for post, _ in about]

    def foresee(self, asked: Sequence[Asked], *, now: datetime) -> dict[int, Foreseen]:
        told = {
            one.key: self.may_send(one.address_key, private=one.private, in_reply_to=one.in_reply_to) for one in asked
        }
        return {key: Foreseen(permission=permission, price=Decimal("0.01")) for key, permission in told.items()}

    def over(self, refused: Sequence[Refused], *, now: datetime) -> Collection[int]:
        return {one.key for one in refused if one.code in _wires[-1].over}

    def why_not_resumed(self, address_key: str) -> str:
        return ""

    def resume(self, address_key: str) -> None:
        """Nothing is remembered of a stop."""

    def by_hand(self, *, private: bool, in_reply_to: str, recipient: str, text: str = "", quote_of: str = "") -> str:
        place = f"/messages/{recipient}" if private else f"/reply/{in_reply_to}"
        return f"https://pigeon.example{place}?text={quote(text)}" if recipient or in_reply_to else ""

    def deeds(self, address_key: str, *, by: User, posts: Sequence[Post], person: Person, now: datetime) -> Deeds:
        nod = [Deed(name="nod", words="Nod", drawing="check")]
        return Deeds(on_posts={post.external_id: nod for post in posts}, on_person=nod)

    def wants(
        self, address_key: str, deed: str, *, about: str, by: User, now: datetime, anew: bool = False
    ) -> Sequence[Want]:
        return ()

    def do(self, address_key: str, wish: Wish, *, by: User, now: datetime) -> Did:
        if wish.name not in ("nod", "whisper"):
            raise CannotDo("Pigeons cannot do that.")
        _wires[-1].deeds.append((f"{wish.name} {wish.about}", by.username))
        return Did(sentence="Nodded.")

    def due_reminders(self, *, by: User, now: datetime, about: tuple[str, str] | None = None) -> list[Reminder]:
        return _wires[-1].due

    def answer_reminder(self, key: str, *, undo: bool, sheet: UUID, by: User, now: datetime) -> str:
        if key not in [one.key for one in _wires[-1].due]:
            raise CannotDo("No pigeon remembers that.")
        _wires[-1].deeds.append((f"{'undo' if undo else 'keep'} {key}", by.username))
        return "It is done."

    def note_told(self, *, now: datetime) -> int:
        return len(_wires[-1].due)

    def conditions(self, *, by: User, now: datetime) -> Conditions:
        return Conditions(accounts={})

    def forget(self, gone: Forgotten, *, now: datetime) -> int:
        _wires[-1].forgotten.append(gone)
        return 0

    def is_private(self, deed: str) -> bool:
        return deed == "whisper"

    def streams(self) -> Sequence[str]:
        return ["loft"]

    def searches(self) -> Collection[str]:
        return ["Lost bags"]

    def label(self, kind: str) -> str:
        return kind


@contextmanager
def carried_by_pigeon(settings: Any) -> Iterator[Wire]:
    settings.CHANNELS = {"twitter": f"{Pigeon.__module__}.{Pigeon.__qualname__}"}
    settings.UNDO_SECONDS = 10
    _wires.append(Wire())
    yield _wires[-1]
    _wires.pop()
