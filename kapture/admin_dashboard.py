"""The admin's first page: how the installation is, from our own rows. The menu stands beside it anyway."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from kapture import readiness
from kapture.admin_base import looks_at_all

_ACCOUNTS, _DELIVERIES = "twitter_integration.partneraccount", "twitter_integration.delivery"
_TICKETS = "tickets.ticket"
_JOINED = {_ACCOUNTS: ("address", "app")}
_MOST_SHOWN = 50
_MOST_COUNTED = 1000
_WORST_FIRST = ("bad", "warning", "fine")


def add_health(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Called for the index: what works, the accounts, and what waits as a dead letter, each for who may see it."""
    parts = sorted((part for part in readiness.parts() if part.plain), key=lambda part: part.ok)
    shown: dict[str, Any] = {"parts": parts}
    if _may_see(request, _ACCOUNTS):
        shown["accounts"] = sorted(_accounts(), key=lambda one: _WORST_FIRST.index(one["mark"]))
        shown["accounts_page"] = reverse("admin:twitter_integration_partneraccount_changelist")
        shown["begins"] = not _rows(_TICKETS).exists()  # nothing ever came
    if _may_see(request, _DELIVERIES):
        shown["dead_letters"] = _rows(_DELIVERIES).filter(state="dead")[:_MOST_COUNTED].count()
        shown["deliveries_page"] = reverse("admin:twitter_integration_delivery_changelist") + "?state__exact=dead"
    return {**context, "health": shown}


def _accounts() -> list[dict[str, Any]]:
    """A card each, judged as the card on its own page does; as many statements for one as for all."""
    rows = list(_rows(_ACCOUNTS)[:_MOST_SHOWN])
    verdicts = import_string(settings.ACCOUNT_JUDGE)(rows, now=timezone.now())
    return [_account(row, verdict) for row, verdict in zip(rows, verdicts, strict=True)]


def _account(row: Any, verdict: Any) -> dict[str, Any]:
    """Its state in a word, and what somebody should know of it."""
    page = reverse("admin:twitter_integration_partneraccount_change", args=[row.pk])
    return {
        "name": str(row),
        "mark": verdict.mark,
        "state": verdict.word,
        "sentence": verdict.sentence,
        "remedy": verdict.remedy,
        "glance": verdict.glance,
        "page": page,
    }


def _rows(model: str) -> Any:
    found = apps.get_model(model)
    sealed = getattr(found, "SEALED_WITH_APP", getattr(found, "SEALED", ()))
    return found._default_manager.select_related(*_JOINED.get(model, ())).defer(*sealed)


def _may_see(request: HttpRequest, model: str) -> bool:
    app, name = model.split(".")
    return looks_at_all(request) or any(request.user.has_perm(f"{app}.{verb}_{name}") for verb in ("view", "change"))
