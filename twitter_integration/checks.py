"""System checks of X's side: what must not be, found before anything runs (manage.py check)."""

import ipaddress
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


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
