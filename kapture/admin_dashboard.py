"""The admin's first page: how the installation is, from our own rows. The menu stands beside it anyway."""

from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse

from kapture import readiness

_ACCOUNTS, _DELIVERIES = "twitter_integration.partneraccount", "twitter_integration.delivery"
_MOST_SHOWN = 50
_MOST_COUNTED = 1000


def add_health(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Called for the index: what works, the accounts, and what waits as a dead letter, each for who may see it."""
    shown: dict[str, Any] = {"parts": [part for part in readiness.parts() if part.plain]}
    if _may_see(request, _ACCOUNTS):
        shown["accounts"] = [_account(row) for row in _rows(_ACCOUNTS).select_related("address")[:_MOST_SHOWN]]
        shown["accounts_page"] = reverse("admin:twitter_integration_partneraccount_changelist")
    if _may_see(request, _DELIVERIES):
        shown["dead_letters"] = _rows(_DELIVERIES).filter(state="dead")[:_MOST_COUNTED].count()
        shown["deliveries_page"] = reverse("admin:twitter_integration_delivery_changelist") + "?state__exact=dead"
    return {**context, "health": shown}


def _account(row: Any) -> dict[str, Any]:
    """One line: its state in a word, and what somebody should know of it."""
    halted = [
        (not row.is_connected, row.token_word.lower()),
        (not row.enabled, "disabled"),
        (row.address.sending_stopped, "sending stopped"),
        (row.token_state == "dead", "token refused"),  # noqa: S105  # a state, no secret
        (row.paused, "paused"),
    ]
    state = next((word for holds, word in halted if holds), "")
    page = reverse("admin:twitter_integration_partneraccount_change", args=[row.pk])
    return {
        "name": str(row),
        "ok": not state or row.purged_at is not None,
        "state": state or "works",
        "banner": row.address.banner,
        "page": page,
    }


def _rows(model: str) -> Any:
    found = apps.get_model(model)
    return found._default_manager.defer(*getattr(found, "SEALED", ()))


def _may_see(request: HttpRequest, model: str) -> bool:
    app, name = model.split(".")
    return any(request.user.has_perm(f"{app}.{verb}_{name}") for verb in ("view", "change"))
