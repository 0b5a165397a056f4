"""Who is signed in, with their settings and whether they have a second factor, and what they may: every page asks for
all of it, by one statement."""

from typing import Any, cast

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from kapture.prepared import Given, prepared


class DeskBackend(ModelBackend):
    """Django's own way of signing in and of rights."""

    def get_user(self, user_id: Any) -> User | None:
        user: Any = next(iter(_people(pk=user_id)), None)
        if user is None or not self.user_can_authenticate(user):
            return None
        if not user.is_superuser:
            user.__dict__[_KEPT] = set(user.__dict__.pop("may"))
        return cast(User, user)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Django asks for a person's own and for those of their groups one after the other."""
        person: User | AnonymousUser = user_obj
        if not person.is_active or person.is_anonymous or person.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        kept: set[str] | None = person.__dict__.get(_KEPT)
        if kept is None:
            kept = person.__dict__[_KEPT] = set(_permissions(person=person.pk))
        return kept


_KEPT = "_perm_cache"  # Django's own name


@prepared
def _people() -> QuerySet[User]:
    may = ArraySubquery(_of_person(OuterRef("pk")))
    people = User.objects.select_related("notice_settings", "second_factor").annotate(may=may).filter(pk=Given("pk"))
    return people.defer("second_factor__secret", "second_factor__recovery")


@prepared
def _permissions() -> QuerySet[Permission, str]:
    return _of_person(Given("person"))


def _of_person(person: Any) -> QuerySet[Permission, str]:
    """As Django calls them: app.codename."""
    whose = OuterRef(person) if isinstance(person, OuterRef) else person
    own = User.user_permissions.through.objects.filter(user=whose).values("permission")
    of_groups = Group.permissions.through.objects.filter(group__user=whose).values("permission")
    found = Permission.objects.filter(Q(pk__in=own) | Q(pk__in=of_groups)).order_by()
    return found.values_list(Concat("content_type__app_label", Value("."), "codename"), flat=True)
