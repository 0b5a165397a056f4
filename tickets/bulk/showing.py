"""What is told of changes of many tickets: to whoever ordered them alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser, User
from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, BigIntegerField, Count, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from tickets.bulk.deeds import prepare
from tickets.bulk.ordering import Aim, find
from tickets.bulk.running import UNDO_FOR, tally
from tickets.choices import BulkMark, BulkState
from tickets.errors import DeskError
from tickets.finding.reading import find_page
from tickets.models import BulkRun, Folder, Queue, Ticket
from tickets.permissions import find_unseen, may
from tickets.reading.listing import ListView

_REASONS = 50
_NAMED = 12


def own(user: User | AnonymousUser) -> QuerySet[BulkRun]:
    """Those this person ordered."""
    return BulkRun.objects.filter(by=user.pk) if may(user, "see") else BulkRun.objects.none()


def words_of(run: BulkRun, *, by: User) -> str:
    """As its button said it; of what is not there any more, what it was."""
    try:
        return prepare(run.deed, run.value, by=by).words
    except DeskError:
        return str(run.get_deed_display())


def title_of(view: str, queue: Queue | None, folder: Folder | None, *, searched: bool) -> str:
    """Of a list all of which is meant."""
    names = [place.name for place in (queue, folder) if place is not None]
    if view in ListView.values and (view != ListView.ALL or not (names or searched)):
        names.append(str(ListView(view).label))
    if searched:
        names.append(_("found by a search"))
    return ", ".join(names)


def first_of(aim: Aim, size: int, *, user: User, now: datetime) -> Sequence[Ticket]:
    """So many, as the list has them, to name them. Raises NotUnderstood."""
    rows = Ticket.objects.select_related("identity")
    return find_page(find(aim, user=user, now=now), size=size, whole=rows).tickets


@dataclass(frozen=True, slots=True)
class Why:
    """Of these tickets, `count` in all. The numbers of those that may be opened, with `more` besides."""

    mark: str
    reason: str
    count: int
    named: Sequence[int]

    @property
    def more(self) -> int:
        return self.count - len(self.named)


class Shown:
    """One of them, as it is now, for its page and the API."""

    def __init__(self, run: BulkRun, *, by: User, now: datetime) -> None:
        self.run, self.by, self.now = run, by, now

    @cached_property
    def words(self) -> str:
        return words_of(self.run, by=self.by)

    @cached_property
    def title(self) -> str:
        """The list it took all of; empty where tickets were chosen."""
        of = self.run.of
        return title_of(of["view"], self._queue, self._folder, searched=of["searched"]) if of else ""

    @property
    def address(self) -> str:
        """What the list of tickets is asked for, to come back there; of a search the words are not kept."""
        of = self.run.of
        if not of or of["searched"]:
            return ""
        places = {"queue": self._queue and self._queue.slug, "folder": self._folder and self._folder.pk}
        return urlencode({"view": of["view"], **{name: key for name, key in places.items() if key}})

    @cached_property
    def _queue(self) -> Queue | None:
        key = self.run.of.get("queue")
        return Queue.objects.filter(pk=key).first() if key else None

    @cached_property
    def _folder(self) -> Folder | None:
        key = self.run.of.get("folder")
        return Folder.objects.filter(pk=key).first() if key else None

    @cached_property
    def counts(self) -> dict[str, int]:
        return tally(self.run)

    @property
    def done(self) -> int:
        """How far the bar is: there, or back."""
        if self.run.state in (BulkState.UNDOING, BulkState.UNDONE):
            return self.counts[BulkMark.BACK] + self.counts[BulkMark.LEFT]
        return self.run.total - self.counts[BulkMark.WAITING]

    @property
    def total(self) -> int:
        if self.run.state in (BulkState.UNDOING, BulkState.UNDONE):
            return self.done + self.counts[BulkMark.CHANGED]
        return self.run.total

    @property
    def goes_on(self) -> bool:
        return self.run.ended_at is None

    @property
    def undo_until(self) -> datetime:
        return self.run.at + UNDO_FOR

    @property
    def undoable(self) -> bool:
        to_go_back = BulkMark.LEFT if self.run.state == BulkState.UNDONE else BulkMark.CHANGED
        undoing = self.run.state == BulkState.UNDOING
        return not undoing and self.now <= self.undo_until and bool(self.counts[to_go_back])

    @cached_property
    def whys(self) -> list[Why]:
        """Why it was not done on some, or not taken back: the reason of the most first. Two statements."""
        told = self.run.traces.exclude(reason="").order_by().values_list("mark", "reason")
        rows: Any = told.annotate(n=Count("pk"), some=_First("ticket")).order_by("-n", "reason")[:_REASONS]
        found = list(rows)
        unseen = find_unseen({pk for row in found for pk in row[3]}, user=self.by)
        return [Why(mark, why, n, _seen(some, unseen)) for mark, why, n, some in found]


def _seen(numbers: Iterable[int], unseen: frozenset[int]) -> list[int]:
    return [number for number in numbers if number not in unseen]


class _First(Aggregate):
    """The first few of a group, in order."""

    template = f"(array_agg(%(expressions)s ORDER BY %(expressions)s))[1:{_NAMED}]"
    output_field = ArrayField(BigIntegerField())
