"""What somebody is told, as they read it: only what they may still see, grouped by ticket."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from kapture.prepared import prepared
from tickets.choices import NoticeEvent
from tickets.live import announce_notices
from tickets.models import Notice, Ticket
from tickets.models.departed import with_doer
from tickets.notices.wishes import URGENT
from tickets.permissions import Rights, Somebody, may, rights_of, sees_all, visible_tickets

PAGE = 100
# A bell says "99+".
MOST = 99


@dataclass(slots=True)
class Group:
    """What happened on one ticket, or on none, the latest first."""

    ticket: Ticket | None
    notices: list[Notice] = field(default_factory=list)

    @property
    def unread(self) -> int:
        return sum(one.read_at is None for one in self.notices)


def seen_notices(user: Somebody) -> QuerySet[Notice]:
    """What somebody was told, as far as they may see it by now."""
    found = Notice.objects.filter(person=user.pk)
    if not may(user, "see"):
        return found.none()
    if sees_all(user):
        return found
    if not may(user, "see_private"):
        found = found.filter(private=False)
    # Each by its ticket's key: a list of all they see would be searched through once for every notice.
    return found.filter(Q(ticket=None) | Exists(visible_tickets(user).filter(pk=OuterRef("ticket"))))


def count_unread(user: User) -> int:
    """One statement; no further than one past MOST."""
    return len(_unread(rights_of(user), person=user.pk))


@prepared
def _unread(rights: Rights) -> QuerySet[Notice, int]:
    return seen_notices(rights).filter(read_at=None).order_by().values_list("pk", flat=True)[: MOST + 1]


def read_page(user: User, *, unread: bool, before: int | None = None) -> tuple[list[Group], int | None]:
    """A page of groups, the latest first, and the key of the next page. One statement."""
    found = with_doer(seen_notices(user).select_related("ticket__identity")).order_by("-id")
    if unread:
        found = found.filter(read_at=None)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    return group(rows[:PAGE]), rows[PAGE - 1].pk if len(rows) > PAGE else None


def group(notices: Iterable[Notice]) -> list[Group]:
    """By ticket, in the order of each one's latest."""
    groups: dict[int | None, Group] = {}
    for one in notices:
        groups.setdefault(one.ticket_id, Group(one.ticket)).notices.append(one)
    return list(groups.values())


def urgent_since(user: User, since: int) -> Sequence[Notice]:
    """What shall pop up on a page that knows everything up to `since`. One statement."""
    found = seen_notices(user).filter(pk__gt=since, read_at=None, event__in=URGENT)
    return list(with_doer(found.select_related("ticket__identity")).order_by("-id")[:3])


def mark_read(user: User, *, now: datetime, pks: Collection[int] | None = None, ticket: Ticket | None = None) -> int:
    """All of somebody's notices, or these, or those on a ticket; returns how many were unread."""
    found = Notice.objects.filter(person=user, read_at=None)
    if pks is not None:
        found = found.filter(pk__in=pks)
    if ticket is not None:
        found = found.filter(ticket=ticket)
    count = found.update(read_at=now)
    if count:
        announce_notices([user.pk])
    return count


def mark_settled(event: NoticeEvent, *, now: datetime, message: int) -> int:
    """Nobody has to do any more what these notices of a message ask for: they are read, whoever was told. Returns how
    many were unread. Two statements."""
    found = Notice.objects.filter(event=event, read_at=None, data__message=message)
    people = set(found.values_list("person_id", flat=True))
    count = found.update(read_at=now) if people else 0
    announce_notices(people)
    return count
