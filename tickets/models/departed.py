"""Who did something and was deleted since: the key stays where it was written, and the name as it was beside it."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from django.utils.translation import gettext_lazy

from kapture.people import not_here, shown_name


class Departed(models.Model):
    """One of us who was deleted. The database writes it with the deletion (migration 0720), whoever deletes and however
    much they had done: not one of their lines is touched."""

    person = models.IntegerField(primary_key=True, editable=False)
    login = models.CharField(gettext_lazy("login"), max_length=150)
    name = models.CharField(gettext_lazy("name"), max_length=310)
    at = models.DateTimeField(gettext_lazy("when"))

    class Meta:
        verbose_name = gettext_lazy("deleted person")
        verbose_name_plural = gettext_lazy("deleted people")

    def __str__(self) -> str:
        return self.name


class _WhileThere(ForwardManyToOneDescriptor):  # type: ignore[type-arg]  # generic in the stubs only
    def get_object(self, instance: models.Model) -> Any:
        try:
            return super().get_object(instance)
        except ObjectDoesNotExist:
            return None


class Doer(models.ForeignKey):  # type: ignore[type-arg]  # generic in the stubs only
    """Who did something. Once they are deleted there is nobody at the end of it, but the key stays, for Departed: the
    database neither checks nor empties it."""

    forward_related_accessor_class = _WhileThere

    def __init__(self, to: Any, on_delete: Any = models.DO_NOTHING, **options: Any) -> None:
        super().__init__(to, on_delete, **{"db_constraint": False, "related_name": "+", **options})


Row = TypeVar("Row", bound=models.Model)


def with_doer(rows: models.QuerySet[Row, Any], field: str = "actor") -> models.QuerySet[Row]:
    """With who did each, and what they were called who are deleted: in the same statement."""
    gone = Departed.objects.filter(pk=models.OuterRef(f"{field}_id")).values("name")
    found: models.QuerySet[Row] = rows.select_related(field).annotate(**{f"{field}_gone": models.Subquery(gone)})
    return found


def name_gone(rows: Iterable[Any], field: str = "actor") -> None:
    """As `with_doer`, where such rows were read along with others. One statement where any of them is deleted; else
    none."""
    theirs = [row for row in rows if getattr(row, f"{field}_id") is not None and getattr(row, field) is None]
    keys = {getattr(row, f"{field}_id") for row in theirs}
    names = dict(Departed.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}
    for row in theirs:
        setattr(row, f"{field}_gone", names.get(getattr(row, f"{field}_id")))


def gone_name(row: Any, field: str = "actor") -> str | None:
    """What whoever did this was called, who is deleted; None where they are there, or the desk did it itself. One
    statement where it was not read along (`with_doer`, `name_gone`)."""
    key = getattr(row, f"{field}_id")
    if key is None or getattr(row, field) is not None:
        return None
    if hasattr(row, f"{field}_gone"):
        return getattr(row, f"{field}_gone") or ""
    return Departed.objects.filter(pk=key).values_list("name", flat=True).first() or ""


def doer_of(row: Any, field: str = "actor") -> str:
    """What who did it is called; empty for the desk itself."""
    name = gone_name(row, field)
    return shown_name(getattr(row, field)) if name is None else not_here(name)
