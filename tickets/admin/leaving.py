"""What becomes of tickets when somebody's account is deleted: said before it is."""

from collections.abc import Iterator, Sequence

from django.contrib.auth.models import User
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kapture.admin_base import CONSEQUENCES, MOST_COUNTED
from tickets.choices import UNDONE_STATUSES
from tickets.models import Ticket


def tickets_let_go(rows: Sequence[Model]) -> Iterator[str]:
    """Two statements, where people are among the rows."""
    people = [row.pk for row in rows if isinstance(row, User)]
    if not people:
        return
    theirs = Ticket.objects.filter(assignee__in=people).order_by()
    undone = theirs.filter(status__in=UNDONE_STATUSES).count()
    done = theirs.exclude(status__in=UNDONE_STATUSES)[:MOST_COUNTED].count()
    if undone:
        told = ngettext("%(n)s ticket becomes nobody's.", "%(n)s tickets become nobody's.", undone) % {"n": undone}
        instead = _("Untick “Active” instead, and the work goes back to its queues with a line in its history.")
        yield f"{told} {instead}"
    if done:
        told = ngettext(
            "%(n)s that is done no longer says whose it was.",
            "%(n)s that are done no longer say whose they were.",
            done,
        )
        yield told % {"n": _("%(n)s or more") % {"n": done} if done == MOST_COUNTED else done}


CONSEQUENCES.append(tickets_let_go)
