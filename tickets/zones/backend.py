"""Who is signed in, with their settings, and what they may: every page asks for both, by one statement each."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db.models import Q, QuerySet

from kapture.prepared import Given, prepared


class DeskBackend(ModelBackend):
    """Django's own way of signing in and of rights."""

    def get_user(self, user_id: Any) -> User | None:
        user = next(iter(_people(pk=user_id)), None)
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Django asks for a person's own and for those of their groups one after the other."""
        person: User | AnonymousUser = user_obj
        if not person.is_active or person.is_anonymous or person.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        kept: set[str] | None = person.__dict__.get(_KEPT)
        if kept is None:
            kept = person.__dict__[_KEPT] = {f"{app}.{name}" for app, name in _permissions(person=person.pk)}
        return kept


_KEPT = "_perm_cache"  # Django's own name


@prepared
def _people() -> QuerySet[User]:
    return User.objects.select_related("notice_settings").filter(pk=Given("pk"))


@prepared
def _permissions() -> QuerySet[Permission, tuple[str, str]]:
    own = User.user_permissions.through.objects.filter(user=Given("person")).values("permission")
    of_groups = Group.permissions.through.objects.filter(group__user=Given("person")).values("permission")
    found = Permission.objects.filter(Q(pk__in=own) | Q(pk__in=of_groups)).order_by()
    return found.values_list("content_type__app_label", "codename")
