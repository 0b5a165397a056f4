"""Which colleagues a note names, and whether they may see its ticket."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from kapture.people import shown_name
from kapture.prepared import Given, prepared
from tickets.errors import Unheard
from tickets.models import Ticket
from tickets.notices.mentions import names_in
from tickets.permissions import Verb, is_program, may_here, who_may_on


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
    """Everybody who may see this ticket and can be told of it: programs read no notices."""
    return who_may_on(ticket.queue_id, *_seeing(ticket.private)).exclude(is_program())


@dataclass(frozen=True, slots=True)
class Around:
    """Of a ticket, by name. `agents`: who may be given it. `colleagues`: who may be named in its notes, as `who_see`
    says. `seeing`: the keys of all who may see it."""

    agents: Sequence[User]
    colleagues: Sequence[User]
    seeing: frozenset[int]


def people_around(ticket: Ticket) -> Around:
    """One statement."""
    found: list[Any] = _people(ticket.private, queue=ticket.queue_id)
    found.sort(key=lambda one: shown_name(one).casefold())
    return Around(
        agents=[one for one in found if one.works],
        colleagues=[one for one in found if not one.is_program],
        seeing=frozenset(one.pk for one in found),
    )


@prepared
def _people(private: bool) -> QuerySet[User]:
    queue, seeing = Given("queue"), _seeing(private)
    return who_may_on(queue, *seeing).annotate(works=may_here(queue, "work"), is_program=is_program())


def _seeing(private: bool) -> Sequence[Verb]:
    return ("see", "see_private") if private else ("see",)


def colleagues(names: Iterable[str]) -> dict[str, int]:
    """username in small letters → key, of people at work here. One statement, where any name is given."""
    wanted = list(names)
    if not wanted:
        return {}
    named = User.objects.annotate(small=Lower("username")).filter(small__in=wanted, is_active=True)
    found = named.exclude(is_program()).order_by("pk")
    return dict(found.values_list("small", "pk"))
