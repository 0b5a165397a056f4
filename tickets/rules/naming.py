"""What the rows that routing rules name are called: everything that can be chosen in a rule. A few small tables."""

from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Model

from kapture.people import shown_name
from tickets.channels import channel_named
from tickets.models import Address, BusinessHours, CustomerList, Folder, Queue, RuleVersion, Skill, SlaPolicy
from tickets.permissions import who_may
from tickets.reading.shelving import in_order
from tickets.rules.wording import RowNames

# Field of a condition → the words that channels have for it by now, as conditions write them → as people do.
ListedWords = Mapping[str, Mapping[str, str]]

# Field of a condition (or of an outcome) → its table.
_TABLES: dict[str, type[Model]] = {
    "account": Address,
    "list": CustomerList,
    "open_hours": BusinessHours,
    "queue": Queue,
    "policy": SlaPolicy,
    "skill": Skill,
}


def load_row_names() -> RowNames:
    """Eight statements: small tables, and the people who may see tickets. Folders by their path, as their tree has
    them."""
    names = {(field, row.pk): str(row) for field, model in _TABLES.items() for row in model._default_manager.all()}
    shelves = in_order(Folder.objects.values_list("pk", "name", "parent"))
    names |= {("folder", shelf.pk): shelf.title for shelf in shelves}
    people = {("person", user.pk): shown_name(user) for user in who_may("see")}
    return names | people


def gone_people(versions: Iterable[RuleVersion]) -> dict[int, list[str]]:
    """Version → whom it assigns to or tells, although they do not work here any more. One statement, or none."""
    named = {one.pk: {*one.notify, *filter(None, [one.assignee_id])} for one in versions}
    people = User.objects.filter(pk__in=set().union(*named.values()), is_active=False) if any(named.values()) else ()
    gone = {person.pk: shown_name(person) for person in people}
    return {pk: sorted(gone[one] for one in ids & gone.keys()) for pk, ids in named.items() if ids & gone.keys()}


def load_listed_words() -> ListedWords:
    """One statement for each channel."""
    channels = [channel_named(name) for name in settings.CHANNELS]
    searches = {label.lower(): label for channel in channels for label in channel.searches()}
    return {"search": searches, "source": {name: name for channel in channels for name in channel.streams()}}


def choices_of(field: str, names: RowNames) -> Sequence[tuple[int, str]]:
    """By name; folders in the order of their tree."""
    found = [(pk, name) for (table, pk), name in names.items() if table == field]
    return found if field == "folder" else sorted(found, key=lambda one: one[1].lower())
