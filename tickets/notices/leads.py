"""Who leads the people of a queue: told of promises that are late there, and of what a step is to tell leads."""

from collections import defaultdict
from collections.abc import Collection

from tickets.models import Staffing


def leads_of(queues: Collection[int]) -> dict[int, set[int]]:
    """queue → who leads a team that sees it; a queue that no team staffs has no leads. One statement."""
    rows = Staffing.objects.filter(queue__in=queues, see=True, team__memberships__lead=True).order_by()
    found: dict[int, set[int]] = defaultdict(set)
    for queue, person in rows.values_list("queue_id", "team__memberships__person_id"):
        found[queue].add(person)
    return found
