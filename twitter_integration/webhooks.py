"""Our webhook at X: registered, validated, deleted, and compared with our rows. One per X app (api v2, "Webhooks").

Everything here may be run again. What X has on file that is not ours is never touched.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from twitter_integration.accounts import keys_of_app, webhook_path, webhook_url
from twitter_integration.client import XClient
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import Webhook, XApp


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A webhook as X has it on file. `ours`: it leads to this installation, now or under an earlier public address."""

    x_id: str
    url: str
    valid: bool
    ours: bool


def list_webhooks(app: XApp) -> list[Registration]:
    """What X has on file for the app. Raises XError."""
    with XClient(keys_of_app(app)) as client:
        return _registrations(client, app)


def register_webhook(app: XApp, *, now: datetime) -> Webhook:
    """Have X call us: keep our registration if there is one (revalidated when X holds it invalid), else make it.

    A registration of ours under another public address is replaced, for X allows self-serve apps only one. X calls our
    address before it answers, so the web process must be reachable. Raises XError.
    """
    url = webhook_url(app)
    with XClient(keys_of_app(app)) as client:
        registrations = _registrations(client, app)
        found = next((known for known in registrations if known.url == url), None)
        if found is None:
            for outdated in registrations:
                if outdated.ours:
                    client.request("DELETE", f"/2/webhooks/{outdated.x_id}", auth="app")
            data = client.request("POST", "/2/webhooks", body={"url": url}, auth="app").data
            found = _registration(data, app)
        elif not found.valid:
            client.request("PUT", f"/2/webhooks/{found.x_id}", auth="app")
    return _keep_webhook(app, found.x_id, url=url, now=now)


def validate_webhook(app: XApp, x_id: str, *, now: datetime) -> bool:
    """Have X challenge the webhook now, which also enables one X had given up. Raises XError with X's reason."""
    with XClient(keys_of_app(app)) as client:
        data = client.request("PUT", f"/2/webhooks/{x_id}", auth="app").data
    valid = data.get("valid") is not False
    Webhook.objects.filter(app=app, x_id=x_id).update(valid=valid, checked_at=now)
    return valid


def delete_webhook(app: XApp, x_id: str) -> None:
    """Remove one registration at X, and with it all its subscriptions. Raises XError; one that is gone is no error."""
    with XClient(keys_of_app(app)) as client:
        try:
            client.request("DELETE", f"/2/webhooks/{x_id}", auth="app")
        except XError as error:
            if error.kind != ErrorKind.GONE and error.code != "WebhookIdInvalid":
                raise
    Webhook.objects.filter(app=app, x_id=x_id).delete()


def refresh_webhooks(app: XApp, *, now: datetime) -> list[Registration]:
    """Bring our rows in line with what X has on file: those gone there go here, validity is copied. Raises XError."""
    registrations = list_webhooks(app)
    Webhook.objects.filter(app=app).exclude(x_id__in=[known.x_id for known in registrations]).delete()
    for known in registrations:
        Webhook.objects.filter(app=app, x_id=known.x_id).update(valid=known.valid, checked_at=now)
    return registrations


def _registrations(client: XClient, app: XApp) -> list[Registration]:
    return [_registration(row, app) for row in client.request("GET", "/2/webhooks", auth="app").rows]


def _registration(row: dict[str, Any], app: XApp) -> Registration:
    x_id, url = str(row.get("id") or ""), str(row.get("url") or "")
    if not x_id:
        raise XError(ErrorKind.UNREADABLE)
    # The token in our path is unguessable: whoever names it is us.
    return Registration(x_id=x_id, url=url, valid=bool(row.get("valid")), ours=url.endswith(webhook_path(app)))


def _keep_webhook(app: XApp, x_id: str, *, url: str, now: datetime) -> Webhook:
    Webhook.objects.filter(app=app, url__endswith=webhook_path(app)).exclude(x_id=x_id).delete()
    webhook, _ = Webhook.objects.update_or_create(
        app=app, x_id=x_id, defaults={"url": url, "valid": True, "checked_at": now}
    )
    return webhook
