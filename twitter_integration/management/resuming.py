"""Having an account send again from a terminal, once what stopped it is mended."""

from typing import Any

from django.core.management.base import CommandError

from twitter_integration.accounts import CannotResume, resume_sending, why_not_resumed
from twitter_integration.management.naming import find_account
from twitter_integration.management.sign_in import Say, Told


def resume_account(options: dict[str, Any], *, say: Say) -> Told:
    """If the cause is still there, the first try stops the account again. Raises CommandError."""
    account = find_account(options["who"])
    name = f"@{account.page_name}"
    if reason := why_not_resumed(account):
        raise CommandError(reason)
    facts = {"account": account.page_id, "was_stopped": account.address.sending_stopped}
    if not account.address.sending_stopped:
        return Told(f"{name} was not stopped; nothing was changed.", facts)
    say(f"It was stopped because: {account.address.banner or 'no reason is known'}")
    try:
        resume_sending(account)
    except CannotResume as error:
        raise CommandError(str(error)) from None
    return Told(f"{name} sends again; what waits goes out within a minute.", facts)
