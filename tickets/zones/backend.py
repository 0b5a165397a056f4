"""Who is signed in, together with their settings: every page asks for both, by one statement."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User


class DeskBackend(ModelBackend):
    """Django's own way of signing in and of rights."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("notice_settings").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
