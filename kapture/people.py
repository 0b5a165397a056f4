"""How people of ours are called wherever they are named."""

from django.contrib.auth.models import User
from django.utils.translation import gettext as _


def shown_name(user: User | None) -> str:
    """The full name, else the name they sign in with; empty for nobody."""
    return (user.get_full_name() or user.get_username()) if user is not None else ""


def not_here(name: str) -> str:
    """Somebody who was deleted since. Without a name: from before names were kept."""
    return _("{name} (not here any more)").format(name=name) if name else _("Somebody who is not here any more")
