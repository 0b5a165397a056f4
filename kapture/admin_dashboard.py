"""The admin's first page: how the installation is, from our own rows. The menu stands beside it anyway."""

from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse

from kapture import readiness

_ACCOUNTS, _DELIVERIES = "twitter_integration.partneraccount", "twitter_integration.delivery"
_MOST_SHOWN = 50
_MOST_COUNTED = 1000
_WORST_FIRST = ("bad", "warning", "fine")


def add_health(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Called for the index: what works, the accounts, and what waits as a dead letter, each for who may see it."""
    parts = sorted((part for part in readiness.parts() if part.plain), key=lambda part: part.ok)
    shown: dict[str, Any] = {"parts": parts}
    if _may_see(request, _ACCOUNTS):
        accounts = [_account(row) for row in _rows(_ACCOUNTS).select_related("address")[:_MOST_SHOWN]]
        shown["accounts"] = sorted(accounts, key=lambda one: _WORST_FIRST.index(one["mark"]))
        shown["accounts_page"] = reverse("admin:twitter_integration_partneraccount_changelist")
    if _may_see(request, _DELIVERIES):
        shown["dead_letters"] = _rows(_DELIVERIES).filter(state="dead")[:_MOST_COUNTED].count()
        shown["deliveries_page"] = reverse("admin:twitter_integration_delivery_changelist") + "?state__exact=dead"
    return {**context, "health": shown}


def _account(row: Any) -> dict[str, Any]:
    """One line: its state in a word, and what somebody should know of it."""
    halted = [
        (row.purged_at is not None, row.token_word, "fine"),
        (not row.is_connected, row.token_word, "bad"),
        (not row.enabled, "Disabled", "warning"),
        (row.address.sending_stopped, "Sending stopped", "bad"),
        (row.token_state == "dead", "Token refused", "bad"),  # noqa: S105  # a state, no secret
        (row.paused, "Paused", "warning"),
    ]
    state, mark = next(((word, mark) for holds, word, mark in halted if holds), ("Works", "fine"))
    page = reverse("admin:twitter_integration_partneraccount_change", args=[row.pk])
    return {
        "name": str(row),
        "mark": mark,
        "state": state,
        "banner": row.address.banner,
        "page": page,
    }


def _rows(model: str) -> Any:
    found = apps.get_model(model)
    return found._default_manager.defer(*getattr(found, "SEALED", ()))


def _may_see(request: HttpRequest, model: str) -> bool:
    app, name = model.split(".")
    return any(request.user.has_perm(f"{app}.{verb}_{name}") for verb in ("view", "change"))
