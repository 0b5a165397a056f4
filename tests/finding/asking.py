"""What somebody finds: for tests."""

from typing import Any

from django.contrib.auth.models import User

from tests.tickets.said import at
from tickets.finding.meaning import understand
from tickets.finding.reading import Reach, find_page
from tickets.models import Ticket

# Each way in which a search may go about it; all have to find the same.
WAYS = {
    "by the index": Reach(few=10**9),
    "by walking": Reach(few=-1),
    "by walking, then the index": Reach(few=-1, far=1),
}


def find(line: str, *, by: User, reach: Reach | None = None, **how: Any) -> list[int]:
    """The tickets of the first page, the newest conversation first."""
    asked = understand(line, user=by, now=how.pop("now", at(600)))
    return [ticket.pk for ticket in find_page(asked, reach=reach or Reach(), **how).tickets]


def find_all(line: str, *, by: User, size: int, reach: Reach) -> list[int]:
    """Page by page, to the end."""
    asked, found, after = understand(line, user=by, now=at(600)), [], ""
    for _ in range(200):
        page = find_page(asked, after=after, size=size, reach=reach)
        found += [ticket.pk for ticket in page.tickets]
        after = page.after
        if not after:
            return found
    raise AssertionError("it never ends")


def ticket_of(text: str) -> int:
    return Ticket.objects.get(messages__text=text).pk
