"""What X holds of an account's profile and settings, as far as it told us or we changed it: what stands in their forms.
Asks no X."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from twitter_integration.console import profile, settings
from twitter_integration.models import AccountView, PartnerAccount

# The form, and the reading that tells what stands in it.
READ_BY: Mapping[str, str] = {"update-profile": "profile", "update-settings": "settings"}


@dataclass(frozen=True, slots=True)
class Known:
    """By field. `at`: when X told it last; without it, it is what was changed here."""

    values: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None


def known_of(account: PartnerAccount) -> dict[str, Known]:
    """By the form's action. One statement."""
    view = AccountView.objects.filter(account=account).first() or AccountView(account=account)
    told = {
        "update-profile": (profile.shown(view.profile), view.profile_at),
        "update-settings": (settings.shown(view.settings), view.settings_at),
    }
    return {action: Known(_filled(values), at) for action, (values, at) in told.items() if any(values.values())}


def _filled(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in values.items()}
