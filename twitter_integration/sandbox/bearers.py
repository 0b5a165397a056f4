"""OAuth 2.0 in user context: authorization codes, access tokens, refresh tokens that rotate. No HTTP here."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from twitter_integration.sandbox.apps import App, fresh_key
from twitter_integration.sandbox.ids import now_ms
from twitter_integration.sandbox.store import Row, Store

_SCOPES = """
    tweet.read tweet.write tweet.moderate.write users.read users.email follows.read follows.write offline.access
    space.read mute.read mute.write like.read like.write list.read list.write block.read block.write bookmark.read
    bookmark.write dm.read dm.write media.write timeline.read broadcast.read broadcast.write
"""
SCOPES = frozenset(_SCOPES.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    code: str
    app_id: int
    user_id: int
    redirect_uri: str
    scope: str
    challenge: str
    method: str
    expires_ms: int
    family: str  # of the tokens it was exchanged for; empty before


@dataclass(frozen=True, slots=True, kw_only=True)
class UserBearer:
    access: str
    refresh: str  # empty without offline.access
    family: str
    app_id: int
    user_id: int
    scope: str
    expires_ms: int
    refreshed: bool
    dead: bool


def _bearer(row: Row) -> UserBearer:
    return UserBearer(**{**dict(row), "refreshed": bool(row["refreshed"]), "dead": bool(row["dead"])})


def create_code(
    store: Store, *, app: App, user_id: int, redirect_uri: str, scope: str, challenge: str, method: str, life: float
) -> str:
    """`life`: seconds, thirty on X."""
    code = fresh_key(60)
    store.add(
        "code",
        code=code,
        app_id=app.id,
        user_id=user_id,
        redirect_uri=redirect_uri,
        scope=scope,
        challenge=challenge,
        method=method,
        expires_ms=now_ms() + int(life * 1000),
    )
    return code


def is_proof(code: Code, verifier: str) -> bool:
    """Whether the verifier belongs to the challenge the code was asked for with."""
    shown = verifier
    if code.method == "S256":
        shown = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return hmac.compare_digest(shown.encode(), code.challenge.encode())


def exchange(store: Store, given: str, *, app: App, redirect_uri: str, verifier: str, life: float) -> UserBearer | None:
    """Tokens for a code; None for a wrong, late or used one. One used twice takes its tokens with it."""
    with store.transaction():
        row = store.row("SELECT * FROM code WHERE code = ? AND app_id = ?", (given, app.id))
        if row is None:
            return None
        code = Code(**dict(row))
        if code.family:
            kill(store, code.family)
            return None
        fits = code.redirect_uri == redirect_uri and is_proof(code, verifier)
        if not fits or now_ms() >= code.expires_ms:
            return None
        family = fresh_key(20)
        store.run("UPDATE code SET family = ? WHERE code = ?", (family, given))
        return _issue(store, app=app, user_id=code.user_id, scope=code.scope, family=family, life=life)


def _issue(store: Store, *, app: App, user_id: int, scope: str, family: str, life: float) -> UserBearer:
    access = fresh_key(90)
    store.add(
        "user_bearer",
        access=access,
        refresh=fresh_key(90) if "offline.access" in scope.split() else "",
        family=family,
        app_id=app.id,
        user_id=user_id,
        scope=scope,
        expires_ms=now_ms() + int(life * 1000),
    )
    row = store.row("SELECT * FROM user_bearer WHERE access = ?", (access,))
    assert row is not None
    return _bearer(row)


def rotate(store: Store, refresh: str, *, app: App, life: float) -> UserBearer | None:
    """New tokens for a refresh token; one that served already kills all its descendants."""
    with store.transaction():
        row = store.row(
            "SELECT * FROM user_bearer WHERE refresh = ? AND refresh != '' AND app_id = ?", (refresh, app.id)
        )
        if row is None:
            return None
        old = _bearer(row)
        if old.refreshed:
            kill(store, old.family)
        if old.refreshed or old.dead:
            return None
        store.run("UPDATE user_bearer SET refreshed = 1 WHERE access = ?", (old.access,))
        return _issue(store, app=app, user_id=old.user_id, scope=old.scope, family=old.family, life=life)


def living(store: Store, access: str) -> UserBearer | None:
    """The token behind a call, unless it is dead or too old."""
    row = store.row("SELECT * FROM user_bearer WHERE access = ?", (access,))
    found = _bearer(row) if row else None
    return found if found and not found.dead and now_ms() < found.expires_ms else None


def kill(store: Store, family: str) -> None:
    store.run("UPDATE user_bearer SET dead = 1 WHERE family = ?", (family,))


def revoke(store: Store, token: str, *, app: App) -> None:
    """An access or a refresh token; all of the same sign-in die with it. Unknown ones are dead already."""
    sql = "SELECT family FROM user_bearer WHERE app_id = ? AND ? IN (access, refresh) AND ? != ''"
    for row in store.rows(sql, (app.id, token, token)):
        kill(store, row["family"])
