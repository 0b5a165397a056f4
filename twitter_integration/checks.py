"""System checks of X's side: what must not be, found before anything runs (manage.py check)."""

import ipaddress
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

# A call may last twice as long (until it is answered, and until the answer is read). The outbox takes up new answers
# for 25 s (tickets.tasks), and a task is ended after 60 (settings.Q_CLUSTER): a call under way must be over by then.
LONGEST_TIMEOUT = 17.0  # seconds


def is_production() -> bool:
    """Whether the public may reach this installation: not debugging, and known by an https address."""
    return not settings.DEBUG and settings.PUBLIC_URL.startswith("https://")


def is_on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


@register()
def refuse_the_sandbox_in_production(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The sandbox lets anybody write as any customer: real agents must never work on it unawares."""
    named = [name for name in ("X_API_URL", "X_UPLOAD_URL", "X_WEB_URL") if is_on_this_machine(getattr(settings, name))]
    if not named or not is_production():
        return []
    return [
        Error(
            f"{' and '.join(named)} lead to this machine, to a sandbox, while {settings.PUBLIC_URL} is public.",
            hint="Leave them unset to use X itself, or give the sandbox an installation of its own.",
            id="twitter_integration.E001",
        )
    ]


@register()
def refuse_a_timeout_that_outlives_its_worker(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A send that lives longer than its worker ends in the middle, and nobody knows what became of it."""
    if 1 <= settings.X_TIMEOUT_SECONDS <= LONGEST_TIMEOUT:
        return []
    return [
        Error(
            f"X_TIMEOUT_SECONDS is {settings.X_TIMEOUT_SECONDS:g}; it must be from 1 to {LONGEST_TIMEOUT:g}.",
            hint="Leave it unset for 15 seconds.",
            id="twitter_integration.E002",
        )
    ]


@register()
def refuse_to_forget_what_is_charged_once_a_day(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Whether a thing was charged today already is known by its charge."""
    if settings.X_CHARGES_KEPT_DAYS == 0 or settings.X_CHARGES_KEPT_DAYS >= 2:
        return []
    return [
        Error(
            f"X_CHARGES_KEPT_DAYS is {settings.X_CHARGES_KEPT_DAYS}; it must be from 2, or 0 for ever.",
            hint="Leave it unset for 400 days.",
            id="twitter_integration.E003",
        )
    ]
