"""Which other tickets may belong to an incident: of its time, with like words, a tag or the folder of one that does,
each with its reasons; for a person to decide. Four statements; nothing is looked for in the whole past."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from tickets.choices import UNDONE_STATUSES, Direction
from tickets.models import Incident, Tag, Ticket
from tickets.permissions import visible_messages, visible_tickets
from tickets.regrouping.nearness import are_near, words_of
from tickets.regrouping.suggesting import MOST, Suggestion

_BEFORE = timedelta(hours=1)  # somebody may have written before who wrote first of those we know
_LATEST = 300  # of the account's, as in suggesting.py
_SAID = 50
_ALIKE = 0.5  # of the words of two texts together: of one event people speak each in their own
_WEIGHTS = {"like_words": 4, "same_tag": 2, "same_folder": 1}


def gather(incident: Incident, parts: Sequence[Ticket], *, by: User) -> list[Suggestion]:
    """What says most first, then the newer. `parts`: those the person may see."""
    known = [incident.ticket, *parts]
    said = visible_messages(by).filter(ticket=incident.ticket_id, direction=Direction.IN).order_by("-sent_at")
    texts = {*said.values_list("text", flat=True)[:_SAID], *(part.last_text for part in parts[:_SAID])}
    words = [words_of(text) for text in texts]
    folders = {one.folder_id: one.folder for one in known if one.folder_id is not None}
    near = list(_of_its_time(incident, known, by=by))
    tags, theirs = _tags(known), _tags(near)
    shared = frozenset[str]().union(*tags.values())
    found = [Suggestion(one, links=False) for one in near]
    for one in found:
        ticket = one.ticket
        others = words_of(ticket.last_text)
        if any(are_near(one_said, others, alike=_ALIKE) for one_said in words):
            one.reasons.append(("like_words", ""))
        if both := shared & theirs.get(ticket.pk, frozenset()):
            one.reasons.append(("same_tag", ", ".join(sorted(both)[:3])))
        if ticket.folder_id in folders:
            one.reasons.append(("same_folder", str(folders[ticket.folder_id])))
    told = [one for one in found if one.reasons]
    return sorted(told, key=lambda one: (-_weight(one), -one.ticket.last_message_at.timestamp()))[:MOST]


def _weight(suggestion: Suggestion) -> int:
    return sum(_WEIGHTS[code] for code, _ in suggestion.reasons)


def _of_its_time(incident: Incident, known: Sequence[Ticket], *, by: User) -> QuerySet[Ticket]:
    home = incident.ticket
    rows = (
        visible_tickets(by)
        .filter(
            Q(incident=None) | Q(incident__unmade_at__isnull=False),
            address=home.address_id,
            status__in=UNDONE_STATUSES,
            merged_into=None,
            part_of=None,
            opened_at__gte=min(one.opened_at for one in known) - _BEFORE,
        )
        .exclude(pk=home.pk)
    )
    if home.resolved_at is not None:
        rows = rows.filter(opened_at__lte=home.resolved_at)
    return rows.select_related("identity").order_by("-last_message_at", "-pk")[:_LATEST]


def _tags(tickets: Collection[Ticket]) -> dict[int, frozenset[str]]:
    rows = Tag.objects.filter(tickets__in=tickets).values_list("tickets", "name")
    found: dict[int, set[str]] = {}
    for ticket, name in rows:
        found.setdefault(ticket, set()).add(name)
    return {ticket: frozenset(names) for ticket, names in found.items()}
