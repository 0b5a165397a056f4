"""X on the line for one operation of one account in one dialect: the offer's path is the path that is called."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, get_args
from urllib.parse import quote

from twitter_integration.accounts import keys_of
from twitter_integration.client import Answer, Auth, XClient
from twitter_integration.models import PartnerAccount
from twitter_integration.offers import OFFERS, Dialect
from twitter_integration.setup import oauth2

_NAMED = re.compile(r":([a-z]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    client: XClient
    account: PartnerAccount
    dialect: Dialect
    operation: str
    by: str = ""  # whoever acts, as colleagues know them

    @property
    def own(self) -> str:
        return self.account.page_id

    def turn(self, operation: str) -> "Line":
        """The same conversation about something else."""
        return replace(self, operation=operation)

    def call(
        self,
        given: Mapping[str, Any],
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """Make the offer's call; what its path names comes out of `given`. Raises XError."""
        offered = OFFERS[self.operation].call(self.dialect)
        assert offered is not None
        method, path = offered.path.split()
        path = _NAMED.sub(lambda found: quote(str(self._known(found[1], given)), safe=""), path)
        if self.dialect == Dialect.LEGACY:
            path = f"/1.1/{path}.json"
        auth = auth_of(self.account, self.operation)
        return self.client.request(method, path, query=query, body=body, form=form, auth=auth)

    def _known(self, name: str, given: Mapping[str, Any]) -> Any:
        return self.own if name == "own" else given[name]


def auth_of(account: PartnerAccount, operation: str) -> Auth:
    """Who signs: the account by OAuth 1.0a, unless the app says otherwise (x-api gotcha 34)."""
    told = account.app.auth_modes.get(f"console.{operation}")
    return next((mode for mode in get_args(Auth) if mode == told), "user")


@contextmanager
def on_the_line(account: PartnerAccount, operation: str, dialect: Dialect, *, by: str = "") -> Iterator[Line]:
    """A conversation with X under the account's keys. Raises CannotOpen, CannotRefresh."""
    keys = keys_of(account)
    if auth_of(account, operation) == "oauth2":
        keys = replace(keys, oauth2_token=oauth2.fresh_token(account))
    with XClient(keys) as client:
        yield Line(client=client, account=account, dialect=dialect, operation=operation, by=by)
