"""Where a talk goes on once its ticket is done: on the tickets that follow it, and where those were brought to. Reads
only."""

from collections.abc import Collection

from tickets.models import Ticket


def further_of(tickets: Collection[int]) -> dict[int, list[int]]:
    """Of those that something follows: what does. A statement for each step, and one."""
    found: dict[int, list[int]] = {}
    home = {pk: pk for pk in tickets}  # what follows → the one it began with
    last: Collection[int] = tickets
    while last:
        rows = Ticket.objects.filter(follow_up_of__in=last).exclude(pk__in=list(home)).order_by("pk")
        last = []
        for pk, before, merged in rows.values_list("pk", "follow_up_of", "merged_into"):
            fresh = [one for one in (pk, merged) if one is not None and one not in home]
            home |= dict.fromkeys(fresh, home[before or 0])
            found.setdefault(home[pk], []).extend(fresh)
            last.extend(fresh)
    return found
