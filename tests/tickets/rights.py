"""People with a right less than their role gives."""

from django.contrib.auth.models import User


def without(user: User, code: str) -> User:
    """The same person with every right of an agent but one."""
    rights = list(user.groups.get().permissions.exclude(codename=code))
    user.groups.clear()
    user.user_permissions.set(rights)
    return User.objects.get(pk=user.pk)
