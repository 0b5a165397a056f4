"""How people of ours are called wherever they are named."""

from django.contrib.auth.models import User


def shown_name(user: User | None) -> str:
    """The full name, else the name they sign in with; empty for nobody."""
    return (user.get_full_name() or user.get_username()) if user is not None else ""
