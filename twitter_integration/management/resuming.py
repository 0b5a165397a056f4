"""Having an account send again from a terminal, once what stopped it is mended."""

from typing import Any

from django.core.management.base import CommandError

from twitter_integration.accounts import resume_sending
from twitter_integration.management.naming import find_account
from twitter_integration.management.sign_in import Say, Told


def resume_account(options: dict[str, Any], *, say: Say) -> Told:
    """If the cause is still there, the first try stops the account again. Raises CommandError."""
    account = find_account(options["who"])
    name = f"@{account.page_name}"
    if not account.is_connected:
        raise CommandError(f"{name} is disconnected from X: manage.py x_account connect {account.page_id}")
    if account.paused or not account.enabled:
        state = "paused" if account.enabled else "switched off"
        raise CommandError(f"{name} is {state} by an administrator; that is changed on its page in the admin.")
    facts = {"account": account.page_id, "was_stopped": account.address.sending_stopped}
    if not account.address.sending_stopped:
        return Told(f"{name} was not stopped; nothing was changed.", facts)
    say(f"It was stopped because: {account.address.banner or 'no reason is known'}")
    resume_sending(account)
    return Told(f"{name} sends again; what waits goes out within a minute.", facts)
