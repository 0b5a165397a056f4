"""Sign-ins between their steps, in the administrator's session: only the browser that began one can end it.

Secrets lie sealed even there. A sign-in is taken out when it is used, so a callback works once, however often and at
whatever moment its address is opened; what became of that one time is kept beside, for the others to be led to.
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from kapture.sealing import CannotOpen, open_sealed, seal
from twitter_integration.setup.connecting import Candidate

# X names no lifetime of a request token; minutes, and single use, is what to expect (x-api 1.1).
LIFE_SECONDS = 15 * 60
MOST = 5
# Whoever asks X gives up long before; if its process died, nobody waits for ever. Who opens a callback twice does so
# within moments; what became of it is told to nobody later.
ASKED_SECONDS = 90
OAUTH1, OAUTH2 = "oauth1", "oauth2"
_BEGUN, _GRANTED, _OPENED = "x_sign_ins", "x_granted", "x_opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """`secret`: the request token's secret, or the PKCE verifier. `account_pk` is None when a new account is added.
    `way`: OAUTH1 or OAUTH2. `first_run`: it was begun there, and leads back there."""

    key: str
    secret: str
    app_pk: int
    account_pk: int | None
    at: float
    way: str
    first_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A callback that was opened, and what became of it. `status` is 0 while X is being asked; `sentence`: why it came
    to nothing; `where`: the page it ended on, if not the confirmation."""

    key: str
    at: float
    app_pk: int
    account_pk: int | None
    status: int = 0
    sentence: str = ""
    where: str = ""
    first_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """Who approved, for which app and account. `ref` names this one page "Is this the right page?"."""

    ref: str
    candidate: Candidate
    app_pk: int
    account_pk: int | None
    first_run: bool = False


def keep(request: HttpRequest, sign_in: SignIn) -> None:
    with _alone(request) as session:
        rows = [row for row in session.get(_BEGUN, []) if _fresh(row, sign_in.at)]
        rows.append(asdict(sign_in) | {"secret": seal(sign_in.secret)})
        session.pop(_OPENED, None)
        session[_BEGUN] = rows[-MOST:]


def take(request: HttpRequest, key: str, *, way: str, now: float) -> SignIn | None:
    """The sign-in of that request token or state, once; None when it is unknown here, over, another browser's, or
    of the other way: a request token is no state."""
    with _alone(request) as session:
        rows = session.get(_BEGUN, [])
        found = next((row for row in rows if key and row["key"] == key and row.get("way") == way), None)
        if found is None:
            return None
        session[_BEGUN] = [row for row in rows if row is not found]
        if not _fresh(found, now):
            return None
        session.pop(_GRANTED, None)
        facts = {name: found.get(name, False) for name in ("app_pk", "account_pk", "first_run")}
        session[_OPENED] = asdict(Opened(key=key, at=now, **facts))
    try:
        return SignIn(**{**found, "secret": open_sealed(found["secret"])})
    except CannotOpen:
        return None


def conclude(
    request: HttpRequest,
    sign_in: SignIn,
    *,
    candidate: Candidate | None = None,
    sentence: str = "",
    where: str = "",
    status: int = 200,
) -> None:
    """What became of a sign-in that was taken: who approved, for the confirmation, or why not, or where it ended."""
    with _alone(request) as session:
        opened = session.get(_OPENED)
        if opened and opened["key"] == sign_in.key:
            session[_OPENED] = opened | {"sentence": sentence, "where": where, "status": status}
        if candidate is not None:
            facts = {"candidate": asdict(candidate), "app_pk": sign_in.app_pk, "account_pk": sign_in.account_pk}
            facts |= {"first_run": sign_in.first_run}
            session[_GRANTED] = {"at": sign_in.at, "ref": secrets.token_urlsafe(9), "sealed": seal(json.dumps(facts))}


def forget_opened(request: HttpRequest) -> None:
    """Something else came to nothing since: what became of the callback before is no answer to anything any more."""
    with _alone(request) as session:
        session.pop(_OPENED, None)


def opened(request: HttpRequest, *, now: float, key: str = "") -> Opened | None:
    """The callback this browser opened last, or that one only; as it is by now, for it may be open twice."""
    row = type(request.session)(request.session.session_key).get(_OPENED)
    if not row or (key and row["key"] != key) or not _fresh(row, now):
        return None
    found = Opened(**row)
    return None if now - found.at > ASKED_SECONDS else found


def granted(request: HttpRequest, *, now: float) -> Granted | None:
    """The latest, as it is by now; stays until it is used."""
    row = type(request.session)(request.session.session_key).get(_GRANTED)
    if not row or "ref" not in row or not _fresh(row, now):
        return None
    try:
        facts = json.loads(open_sealed(row["sealed"]))
    except CannotOpen:
        return None
    return Granted(ref=row["ref"], **facts | {"candidate": Candidate(**facts["candidate"])})


def use_granted(request: HttpRequest, ref: str) -> bool:
    """Somebody answered that page: once, and only if no other sign-in was approved since in this browser."""
    with _alone(request) as session:
        if session.get(_GRANTED, {}).get("ref") != ref:
            return False
        session.pop(_GRANTED)
        session.pop(_OPENED, None)
        return True


@contextmanager
def _alone(request: HttpRequest) -> Iterator[SessionBase]:
    """The browser's session as it is by now; its other requests wait. The request's own copy is older and stays
    untouched, for saved after this one it would undo it."""
    key = request.session.session_key
    with transaction.atomic():
        list(Session.objects.select_for_update().filter(session_key=key))
        session = type(request.session)(key)
        yield session
        if session.modified:
            session.save()


def _fresh(row: dict[str, Any], now: float) -> bool:
    return bool(now - row["at"] < LIFE_SECONDS)
