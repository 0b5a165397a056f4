"""What every page of the desk shows around its subject: counts, queues, folders, banners, theme.

Everything is read when a template first asks for it, so a fragment without a sidebar costs nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import Count, Exists, Func, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone

from kapture.prepared import Given, prepared
from tickets.approving.showing import count_entries
from tickets.choices import UNDONE_STATUSES, Theme
from tickets.finding.remembered import Remembered, known
from tickets.finding.shelf import shown
from tickets.models import Address, Agent, Folder, Membership, Queue, SavedView, Ticket
from tickets.notices.reading import MOST, count_unread
from tickets.permissions import Rights, list_queues, may, queues_for, rights_of, sees_all, visible_tickets
from tickets.reading.shelving import in_order
from tickets.sending.unsent import Trouble, Unsent, find_trouble
from tickets.zones.choice import THEME_COOKIE, wish_of

SOON = timedelta(hours=1)
# A deadline this close is tinted.
WARN = timedelta(minutes=20)


class Tally(NamedTuple):
    """Undone tickets of one queue and folder; `incidents`: of them all, how many are one."""

    queue_id: int
    folder_id: int | None
    all: int
    late: int
    soon: int
    mine: int
    mine_late: int
    unassigned: int
    snoozed: int
    incidents: int


@dataclass(frozen=True, slots=True)
class Place:
    """A queue or folder in the sidebar, with what waits in it."""

    pk: int
    name: str
    slug: str
    all: int
    late: int
    unassigned: int
    inside: str = ""  # the folders around it

    @property
    def title(self) -> str:
        return f"{self.inside} / {self.name}" if self.inside else self.name


class Desk:
    """The surroundings of one page for one person."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
    def sees(self) -> bool:
        return may(self.user, "see")

    @cached_property
    def works(self) -> bool:
        return may(self.user, "work")

    @cached_property
    def brings_together(self) -> bool:
        """Whether they may say that two customers are one person."""
        return self.works and sees_all(self.user)

    @cached_property
    def nowhere(self) -> bool:
        """Whether no queue is open to them, though there are some: nothing they see says how much waits."""
        found = queues_for(self.user, "see")
        return self.sees and not found.every and not found.queues

    @cached_property
    def begins(self) -> bool:
        """Whether nothing ever came, and the person may have to set that up: asked only where no ticket is undone."""
        return self.user.is_staff and not self.tallies and not Ticket.objects.exists()

    @cached_property
    def works_on(self) -> dict[tuple[int, bool], bool]:
        """By queue and privacy of tickets, as far as this page has asked (templatetags.desk.works_on)."""
        return {}

    @cached_property
    def agent(self) -> Agent | None:
        """Of the person: whether they are away, and whether they lead a team."""
        return next(iter(_agents(person=self.user.pk)), None)

    @property
    def looks_after(self) -> bool:
        """Whether there is anybody whose presence and work they look after."""
        return may(self.user, "every_queue") or bool(getattr(self.agent, "leads", False))

    @property
    def oversees(self) -> bool:
        """Whether they watch over a shift: whoever looks after people, or sees the reports."""
        return may(self.user, "report") or (self.works and self.looks_after)

    @cached_property
    def publishes(self) -> bool:
        return may(self.user, "publish")

    @cached_property
    def sends(self) -> bool:
        return may(self.user, "send")

    @cached_property
    def told(self) -> str:
        """How many notices are unread, as the bell says it."""
        count = count_unread(self.user)
        return f"{MOST}+" if count > MOST else str(count or "")

    @cached_property
    def approves(self) -> bool:
        return may(self.user, "approve")

    @cached_property
    def to_approve(self) -> int:
        """What waits for this person to let it go, as the page shows it."""
        return count_entries(self.user) if self.approves else 0

    @cached_property
    def tallies(self) -> list[Tally]:
        """Every count of the sidebar in one statement; walks undone tickets only."""
        told = _tallies(rights_of(self.user), person=self.user.pk, now=self.now, until=self.now + SOON)
        return [Tally(*row) for row in told]

    @cached_property
    def total(self) -> dict[str, int]:
        return total(self.tallies)

    @property
    def incidents(self) -> int:
        """How many are open."""
        return self.tallies[0].incidents if self.tallies else 0

    @cached_property
    def all_queues(self) -> list[Queue]:
        """A ticket may be moved into each, also where the person does not see it any more."""
        return list_queues(self.user)

    @cached_property
    def all_folders(self) -> list[Folder]:
        return _folders()

    @cached_property
    def queues(self) -> list[Place]:
        """Those the person may look into."""
        seen, tallies = queues_for(self.user, "see"), _by(self.tallies, "queue_id")
        return [_place(queue, queue.slug, tallies.get(queue.pk, ())) for queue in self.all_queues if queue.pk in seen]

    @cached_property
    def folders(self) -> list[Place]:
        """As a tree: what is inside of one stands below it."""
        rows, tallies = {folder.pk: folder for folder in self.all_folders}, _by(self.tallies, "folder_id")
        return [
            _place(rows[pk], str(pk), tallies.get(pk, ()), inside=" / ".join(path[:-1]))
            for pk, path in in_order((one.pk, one.name, one.parent_id) for one in rows.values())
        ]

    @cached_property
    def saved(self) -> list[SavedView]:
        """Searches kept under a name."""
        return shown(self.user)

    @cached_property
    def saved_counts(self) -> Mapping[str, Remembered]:
        """How many tickets they find, by the search, as far as it was counted lately: what a search finds can be told
        in no bounded time, so no page counts it (finding.counting)."""
        return known([one.query for one in self.saved], user=self.user)

    @property
    def themes(self) -> list[tuple[str, str, str]]:
        """Value, drawing and words of each theme."""
        drawings = {Theme.SYSTEM: "clock", Theme.LIGHT: "sun", Theme.DARK: "moon"}
        return [(str(one), drawing, str(one.label)) for one, drawing in drawings.items()]

    @property
    def single_keys(self) -> bool:
        """Whether a letter alone does something."""
        wish = wish_of(self.user)
        return wish is None or wish.single_keys

    @property
    def unsent(self) -> dict[int, Unsent]:
        """Tickets with an answer that was not sent, by number."""
        return self._trouble.tickets

    @property
    def posts_failed(self) -> int:
        """Posts on no ticket that were refused, of accounts this person may speak for."""
        return self._trouble.posts

    @property
    def failed(self) -> int:
        """Tickets with an answer that was refused, and nothing that made up for it; and such posts."""
        return sum(one.failed for one in self.unsent.values()) + self.posts_failed

    @cached_property
    def _trouble(self) -> Trouble:
        return find_trouble(self.user)

    @cached_property
    def addresses(self) -> list[Address]:
        """All our own ends: a handful."""
        return _addresses()

    @property
    def banners(self) -> list[Address]:
        return [address for address in self.addresses if address.banner]

    @property
    def has_several_addresses(self) -> bool:
        """Then a row says whom it was written to: one post may name several, and each has a ticket of it."""
        return len(self.addresses) > 1


@prepared
def _agents() -> QuerySet[Agent]:
    led = Membership.objects.filter(person=OuterRef("person"), lead=True)
    return Agent.objects.annotate(leads=Exists(led)).filter(person=Given("person"))


# Counted by a column of the index `ticket_counted` that every ticket has, in its order: so nothing else is read.
@prepared
def _tallies(rights: Rights) -> QuerySet[Ticket, tuple[Any, ...]]:
    awake, overdue, soon = Q(snoozed_at=None), Q(next_due_at__lte=Given("now")), Q(next_due_at__lte=Given("until"))
    mine = awake & Q(assignee=Given("person"))
    places = visible_tickets(rights).filter(status__in=UNDONE_STATUSES).order_by()
    incidents = places.filter(incident__isnull=False, incident__unmade_at=None)
    return places.values_list("queue_id", "folder_id").annotate(
        all=Count("queue"),
        late=Count("queue", filter=awake & overdue),
        soon=Count("queue", filter=awake & Q(next_due_at__gt=Given("now")) & soon),
        mine=Count("queue", filter=mine),
        mine_late=Count("queue", filter=mine & overdue),
        unassigned=Count("queue", filter=awake & Q(assignee=None)),
        snoozed=Count("queue", filter=~awake),
        incidents=Subquery(incidents.annotate(n=Func("pk", function="COUNT")).values("n")),  # once for all rows
    )


@prepared
def _folders() -> QuerySet[Folder]:
    return Folder.objects.all()


@prepared
def _addresses() -> QuerySet[Address]:
    return Address.objects.only("name", "handle", "banner", "sending_stopped")


def total(tallies: Iterable[Tally], *, where: Callable[[Tally], bool] = lambda tally: True) -> dict[str, int]:
    """Add up the tallies that match, by the name of the count."""
    chosen = [tally for tally in tallies if where(tally)]
    names = ("all", "late", "soon", "mine", "mine_late", "unassigned", "snoozed")
    return {name: sum(map(attrgetter(name), chosen)) for name in names}


def _by(tallies: Iterable[Tally], place: str) -> dict[int | None, list[Tally]]:
    """The tallies of each queue or folder."""
    found: dict[int | None, list[Tally]] = {}
    for tally in tallies:
        found.setdefault(getattr(tally, place), []).append(tally)
    return found


def _place(row: Queue | Folder, slug: str, tallies: Sequence[Tally], *, inside: str = "") -> Place:
    counts = (sum([one.all for one in tallies]), sum([one.late for one in tallies]))
    return Place(row.pk, row.name, slug, *counts, sum([one.unassigned for one in tallies]), inside=inside)


def theme_of(request: HttpRequest) -> str:
    theme = request.COOKIES.get(THEME_COOKIE, "")  # of who chose one for good: theirs (tickets.zones.middleware)
    return theme if theme in Theme else Theme.SYSTEM


def desk(request: HttpRequest) -> dict[str, Any]:
    """The context processor."""
    around: dict[str, Any] = {"theme": theme_of(request)}
    user = getattr(request, "user", None)
    if isinstance(user, User) or (user is not None and user.is_authenticated):
        around["desk"] = Desk(user)
    return around
