"""People to choose from, by their full name, their username and what is to know of them."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, User
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from kapture.admin_base import WARNINGS
from kapture.people import shown_name
from tickets.models import Membership
from tickets.permissions import is_program, sees_nowhere, who_may


def people() -> QuerySet[User]:
    """By name, who is deactivated last."""
    named = User.objects.annotate(is_client=is_program())
    return named.order_by("-is_active", "is_client", "first_name", "last_name", "username")


def given_tickets(*, chosen: int | None) -> QuerySet[User]:
    """Whom a rule may give tickets to, and who is `chosen` already: people who work tickets. Where there are teams, not
    whoever does so only because nothing is closed to them, and is of no team and no role: they look after the desk."""
    of_a_team, of_a_role = Membership.objects.filter(person=OuterRef("pk")), Group.objects.filter(user=OuterRef("pk"))
    at_work = Q(is_superuser=False) | Exists(of_a_team) | Exists(of_a_role) | ~Exists(Membership.objects.all())
    return who_may("work").filter((~is_program() & at_work) | Q(pk=chosen))


def programs() -> set[int]:
    return set(User.objects.filter(is_program()).values_list("pk", flat=True))


def label(user: Any) -> str:
    """Of one of `people`: “Alice Moreau (alice)”."""
    name, username = user.get_full_name(), user.get_username()
    told = f"{name} ({username})" if name else username
    if not user.is_active:
        return _("%(who)s – deactivated") % {"who": told}
    return _("%(who)s – a program (API client)") % {"who": told} if user.is_client else told


def work_nowhere(row: Model) -> Iterable[str]:
    """Of somebody who was saved, or what is known of them at work."""
    person = row if isinstance(row, User) else getattr(row, "person", None)
    if isinstance(person, User) and sees_nowhere(person.pk):
        teams = format_html(
            '<a href="{}" class="underline">{}</a>', reverse("admin:tickets_team_changelist"), _("a team")
        )
        told = _("No queue is open to {who} yet, so they see no tickets: put them into {team} that works on one.")
        yield format_html(told, who=shown_name(person), team=teams)


WARNINGS.append(work_nowhere)


class NamesPeople:
    """For the fields of a form in which a person is chosen."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is not User:
            return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]  # a mixin's
        field = super().formfield_for_foreignkey(db_field, request, **(kwargs | {"queryset": people()}))  # type: ignore[misc]
        field.label_from_instance = label
        return field
