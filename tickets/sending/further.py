"""Where a talk goes on once its ticket is done: on the tickets that follow it, or what was brought to it, and where
those were brought to. Reads only."""

from collections.abc import Collection

from django.db.models import Q

from tickets.models import Ticket


def further_of(tickets: Collection[int]) -> dict[int, list[int]]:
    """Of those that something follows, or was brought to: what. Histories stay where they were written, and so does
    what followed it. A statement for each step, and one."""
    found: dict[int, list[int]] = {}
    home = {pk: pk for pk in tickets}  # what follows → the one it began with
    last: Collection[int] = tickets
    while last:
        onward = Q(follow_up_of__in=last) | Q(merged_into__in=tickets)
        rows = Ticket.objects.filter(onward).exclude(pk__in=list(home)).order_by("pk")
        last = []
        for pk, before, merged in rows.values_list("pk", "follow_up_of", "merged_into"):
            whose = home.get(before or 0) or home[merged or 0]
            fresh = [one for one in (pk, merged) if one is not None and one not in home]
            home |= dict.fromkeys(fresh, whose)
            found.setdefault(whose, []).extend(fresh)
            last.extend(fresh)
    return found
