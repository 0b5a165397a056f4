"""Sign-ins between their steps, in the administrator's session: only the browser that began one can end it.

Secrets lie sealed even there. A sign-in is taken out when it is used, so a callback works once.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from django.http import HttpRequest

from twitter_integration.connecting import Candidate
from twitter_integration.sealing import CannotOpen, open_sealed, seal

# X names no lifetime of a request token; minutes, and single use, is what to expect (x-api 1.1).
LIFE_SECONDS = 15 * 60
MOST = 5
OAUTH1, OAUTH2 = "oauth1", "oauth2"
_BEGUN, _GRANTED = "x_sign_ins", "x_granted"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """`secret`: the request token's secret, or the PKCE verifier. `account_pk` is None when a new account is added.
    `way`: OAUTH1 or OAUTH2."""

    key: str
    secret: str
    app_pk: int
    account_pk: int | None
    at: float
    way: str


def keep(request: HttpRequest, sign_in: SignIn) -> None:
    rows = [row for row in request.session.get(_BEGUN, []) if _fresh(row, sign_in.at)]
    rows.append(asdict(sign_in) | {"secret": seal(sign_in.secret)})
    request.session[_BEGUN] = rows[-MOST:]


def take(request: HttpRequest, key: str, *, way: str, now: float) -> SignIn | None:
    """The sign-in of that request token or state, once; None when it is unknown here, over, another browser's, or
    of the other way: a request token is no state."""
    rows = request.session.get(_BEGUN, [])
    found = next((row for row in rows if key and row["key"] == key and row.get("way") == way), None)
    if found is None:
        return None
    request.session[_BEGUN] = [row for row in rows if row is not found]
    if not _fresh(found, now):
        return None
    try:
        return SignIn(**{**found, "secret": open_sealed(found["secret"])})
    except CannotOpen:
        return None


def keep_granted(request: HttpRequest, candidate: Candidate, sign_in: SignIn) -> None:
    facts = {"candidate": asdict(candidate), "app_pk": sign_in.app_pk, "account_pk": sign_in.account_pk}
    request.session[_GRANTED] = {"at": sign_in.at, "sealed": seal(json.dumps(facts))}


def granted(request: HttpRequest, *, now: float) -> tuple[Candidate, int, int | None] | None:
    """Who approved, for which app and account; stays until dropped."""
    row = request.session.get(_GRANTED)
    if not row or not _fresh(row, now):
        return None
    try:
        facts = json.loads(open_sealed(row["sealed"]))
    except CannotOpen:
        return None
    return Candidate(**facts["candidate"]), facts["app_pk"], facts["account_pk"]


def drop_granted(request: HttpRequest) -> None:
    request.session.pop(_GRANTED, None)


def _fresh(row: dict[str, Any], now: float) -> bool:
    return bool(now - row["at"] < LIFE_SECONDS)
