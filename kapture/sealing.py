"""Secrets at rest: sealed with the first of settings.ENCRYPTION_KEYS, opened with any of them. Never logged."""

from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _


class CannotOpen(Exception):
    """The value was sealed with a key that is not in ENCRYPTION_KEYS."""


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


def seal(plain: str) -> str:
    return _box().encrypt(plain.encode()).decode() if plain else ""


def open_sealed(sealed: str) -> str:
    """Raises CannotOpen; the message names no part of the value."""
    try:
        return _box().decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken as error:
        raise CannotOpen(_("A stored secret was sealed with a key that ENCRYPTION_KEYS does not hold.")) from error


class Secret(str):
    """A secret as Python sees it: a str that shows only its end when printed by accident through repr."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<secret …{self.ending}>" if self else "''"

    @property
    def ending(self) -> str:
        """The last four characters, for a person to recognise it; less of a short one."""
        return self[-4:] if len(self) >= 12 else "…"


class SealedField(models.TextField):  # type: ignore[type-arg]  # the stubs' set/get types are those of TextField
    """Text that is sealed in the database. Cannot be searched by."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Secret | None:
        return None if value is None else Secret(open_sealed(value))

    def get_prep_value(self, value: Any) -> Any:
        return seal(str(value)) if value is not None else None
