"""What the rows that routing rules name are called: everything that can be chosen in a rule. A few small tables."""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db.models import Model

from tickets.channels import channel_named
from tickets.models import Address, BusinessHours, CustomerList, Folder, Queue, Skill, SlaPolicy
from tickets.permissions import who_may
from tickets.rule_words import RowNames

# Field of a condition → the words that channels have for it by now, as conditions write them → as people do.
ListedWords = Mapping[str, Mapping[str, str]]

# Field of a condition (or of an outcome) → its table.
_TABLES: dict[str, type[Model]] = {
    "account": Address,
    "list": CustomerList,
    "open_hours": BusinessHours,
    "queue": Queue,
    "folder": Folder,
    "policy": SlaPolicy,
    "skill": Skill,
}


def load_row_names() -> RowNames:
    """Eight statements: small tables, and the people who may see tickets."""
    names = {(field, row.pk): str(row) for field, model in _TABLES.items() for row in model._default_manager.all()}
    people = {("person", user.pk): user.get_full_name() or user.get_username() for user in who_may("see")}
    return names | people


def load_listed_words() -> ListedWords:
    """One statement for each channel."""
    channels = [channel_named(name) for name in settings.CHANNELS]
    searches = {label.lower(): label for channel in channels for label in channel.searches()}
    return {"search": searches, "source": {name: name for channel in channels for name in channel.streams()}}


def choices_of(field: str, names: RowNames) -> Sequence[tuple[int, str]]:
    """By name."""
    return sorted(((pk, name) for (table, pk), name in names.items() if table == field), key=lambda one: one[1].lower())
