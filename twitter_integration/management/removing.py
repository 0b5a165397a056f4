"""Removing, from a terminal, an account that was connected by mistake."""

from typing import Any

from django.core.management.base import CommandError

from twitter_integration.management.naming import find_account
from twitter_integration.management.sign_in import Say, Told
from twitter_integration.setup.removing import CannotRemove, remove


def remove_account(options: dict[str, Any], *, say: Say) -> Told:
    """Raises CommandError."""
    account = find_account(options["who"])
    try:
        remove(account)
    except CannotRemove as error:
        raise CommandError(str(error)) from None
    return Told(f"@{account.page_name} is removed.", {"account": account.page_id, "removed": True})
