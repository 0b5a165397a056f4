"""Which colleagues a note names, and whether they may see its ticket."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from tickets.errors import Unheard
from tickets.models import Ticket
from tickets.notices.mentions import names_in
from tickets.permissions import who_may_on


@dataclass(frozen=True, slots=True)
class Named:
    """`unheard`: usernames of colleagues who may not see the ticket."""

    people: Sequence[int] = ()
    unheard: Sequence[str] = ()

    def check(self) -> None:
        """Raises Unheard."""
        if self.unheard:
            names = ", ".join(f"@{name}" for name in self.unheard)
            raise Unheard(_("%s may not see this ticket, and will not be told.") % names)


def find_named(text: str, ticket: Ticket) -> Named:
    """Two statements, where the text names anybody. A name that is no colleague's is a word like any other."""
    known = colleagues(names_in(text))
    if not known:
        return Named()
    seeing = set(who_see(ticket).filter(pk__in=known.values()).values_list("pk", flat=True))
    return Named(
        [pk for pk in known.values() if pk in seeing], [name for name, pk in known.items() if pk not in seeing]
    )


def who_see(ticket: Ticket) -> QuerySet[User]:
    """Everybody who may see this ticket."""
    return who_may_on(ticket.queue_id, "see", *(("see_private",) if ticket.private else ()))


def colleagues_at(ticket: Ticket) -> list[User]:
    """Who may be named on it, by name. One statement."""
    return sorted(who_see(ticket), key=lambda one: (one.get_full_name() or one.get_username()).casefold())


def colleagues(names: Iterable[str]) -> dict[str, int]:
    """username in small letters → key, of those at work here. One statement, where any name is given."""
    wanted = list(names)
    if not wanted:
        return {}
    found = User.objects.annotate(small=Lower("username")).filter(small__in=wanted, is_active=True).order_by("pk")
    return dict(found.values_list("small", "pk"))
