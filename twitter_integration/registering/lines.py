"""A line to X for an app or one of its accounts, in a dialect: the keys, and who signs which call."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from twitter_integration.accounts import keys_of, keys_of_app
from twitter_integration.choices import TokenState
from twitter_integration.client import XClient
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.registering.dialect import Line
from twitter_integration.registering.table import modes_of
from twitter_integration.setup.oauth2 import fresh_token


@contextmanager
def open_line(app: XApp, name: str, *, account: PartnerAccount | None = None, environment: str = "") -> Iterator[Line]:
    """`name`: the dialect. Without an account, calls that take one's signature are signed by one of the app's.
    `environment`: another than the app's of today. Raises CannotOpen, CannotRefresh; what is called on it raises
    XError."""
    modes = modes_of(name, app.auth_modes)
    signer = account or (None if set(modes.values()) == {"app"} else _any_account(app))
    keys = keys_of(signer) if signer else keys_of_app(app)
    if signer and "oauth2" in modes.values():
        keys = replace(keys, oauth2_token=fresh_token(signer))
    with XClient(keys) as client:
        line = Line(client=client, modes=modes, environment=(environment or app.environment).lstrip(":"))
        yield line
    if line.told:
        XApp.objects.filter(pk=app.pk).exclude(**line.told).update(**line.told)


def _any_account(app: XApp) -> PartnerAccount | None:
    living = app.accounts.filter(disconnected_at=None).exclude(token_state=TokenState.DEAD)
    return living.select_related("app").order_by("pk").first()
