"""Developer apps, their keys, and the tokens users granted them. Signature checking is in oauth.py."""

import json
import secrets
from dataclasses import dataclass

from twitter_integration.sandbox.ids import now_ms
from twitter_integration.sandbox.store import Row, Store

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    id: int
    name: str
    url: str
    consumer_key: str
    consumer_secret: str
    bearer_token: str
    environment: str
    callbacks: tuple[str, ...]
    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    token: str
    secret: str
    app_id: int
    user_id: int
    dead: bool
    permission: str  # read, write, dm: what it was granted with, whatever the app asks for today


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestToken:
    token: str
    secret: str
    app_id: int
    callback: str
    user_id: int | None
    verifier: str
    state: str  # new, granted, used, denied
    created_ms: int
    permission: str
    expires_ms: int


def fresh_key(length: int) -> str:
    """Letters and digits only, as X's keys are; made-up accounts need no even odds for each of them."""
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in secrets.token_bytes(length))


def fresh_bearer() -> str:
    return "AAAAAAAAAAAAAAAAAAAAA" + fresh_key(60)


def _app(row: Row | None) -> App | None:
    if row is None:
        return None
    return App(**{**dict(row), "callbacks": tuple(json.loads(row["callbacks"]))})


def create_app(store: Store, *, app_id: int, name: str, callbacks: tuple[str, ...] = ()) -> App:
    store.add(
        "app",
        id=app_id,
        name=name,
        url="https://desk.example.com",
        consumer_key=fresh_key(25),
        consumer_secret=fresh_key(50),
        bearer_token=fresh_bearer(),
        environment="dev",
        callbacks=json.dumps(callbacks),
        client_id=fresh_key(34),
        client_secret=fresh_key(50),
    )
    return app_by_id(store, app_id)


def complete(store: Store) -> None:
    """Give the apps of an older store the OAuth 2.0 keys they lack."""
    for app in all_apps(store):
        if not app.client_id:
            store.run(
                "UPDATE app SET client_id = ?, client_secret = ? WHERE id = ?", (fresh_key(34), fresh_key(50), app.id)
            )


def app_by_id(store: Store, app_id: int) -> App:
    app = _app(store.row("SELECT * FROM app WHERE id = ?", (app_id,)))
    if app is None:
        raise LookupError(f"app {app_id}")
    return app


def app_by_key(store: Store, consumer_key: str) -> App | None:
    return _app(store.row("SELECT * FROM app WHERE consumer_key = ?", (consumer_key,)))


def app_by_client(store: Store, client_id: str) -> App | None:
    return _app(store.row("SELECT * FROM app WHERE client_id = ? AND client_id != ''", (client_id,)))


def app_by_bearer(store: Store, bearer: str) -> App | None:
    return _app(store.row("SELECT * FROM app WHERE bearer_token = ? AND bearer_token != ''", (bearer,)))


def all_apps(store: Store) -> list[App]:
    return [app for row in store.rows("SELECT * FROM app ORDER BY id") if (app := _app(row))]


def rotate_secret(store: Store, app: App) -> App:
    """A new consumer secret, at once: the old one signs nothing any more."""
    store.run("UPDATE app SET consumer_secret = ? WHERE id = ?", (fresh_key(50), app.id))
    return app_by_id(store, app.id)


def set_bearer(store: Store, app: App, bearer: str) -> None:
    store.run("UPDATE app SET bearer_token = ? WHERE id = ?", (bearer, app.id))


def grant(store: Store, *, app_id: int, user_id: int, permission: str = "dm") -> Token:
    """The user's token for the app: a live one of that permission again if there is one, else a new one."""
    alive = "app_id = ? AND user_id = ? AND permission = ? AND NOT dead"
    row = store.row(f"SELECT * FROM token WHERE {alive}", (app_id, user_id, permission))  # noqa: S608 - our own words
    if row is None:
        token = f"{user_id}-{fresh_key(40)}"
        secret = fresh_key(45)
        store.add("token", token=token, secret=secret, app_id=app_id, user_id=user_id, permission=permission)
        row = store.row("SELECT * FROM token WHERE token = ?", (token,))
    assert row is not None
    return Token(**{**dict(row), "dead": bool(row["dead"])})


def has_approved(store: Store, *, app_id: int, user_id: int) -> bool:
    """Whether the user has let this app in and not out again."""
    sql = "SELECT count(*) FROM token WHERE app_id = ? AND user_id = ? AND NOT dead"
    return store.number(sql, (app_id, user_id)) > 0


def latest_token(store: Store, *, app_id: int, user_id: int) -> Token:
    """The token last granted, dead or alive; a first one if there is none."""
    sql = "SELECT token FROM token WHERE app_id = ? AND user_id = ? ORDER BY rowid DESC"
    row = store.row(sql, (app_id, user_id))
    found = find_token(store, row["token"]) if row else None
    return found or grant(store, app_id=app_id, user_id=user_id)


def find_token(store: Store, token: str) -> Token | None:
    row = store.row("SELECT * FROM token WHERE token = ?", (token,))
    return Token(**{**dict(row), "dead": bool(row["dead"])}) if row else None


def set_dead(store: Store, *, user_id: int, dead: bool) -> int:
    """Kill (or revive) all tokens of a user; returns how many. Those of OAuth 2.0 die only."""
    if dead:
        store.run("UPDATE user_bearer SET dead = 1 WHERE user_id = ?", (user_id,))
    return store.run("UPDATE token SET dead = ? WHERE user_id = ?", (int(dead), user_id))


def kill_token(store: Store, token: str) -> None:
    store.run("UPDATE token SET dead = 1 WHERE token = ?", (token,))


def create_request_token(store: Store, *, app: App, callback: str, permission: str, life: float) -> RequestToken:
    """`permission`: what the token of this sign-in will be able to do. `life`: seconds."""
    token, at = fresh_key(27), now_ms()
    store.add(
        "request_token",
        token=token,
        secret=fresh_key(32),
        app_id=app.id,
        callback=callback,
        created_ms=at,
        permission=permission,
        expires_ms=at + int(life * 1000),
    )
    row = store.row("SELECT * FROM request_token WHERE token = ?", (token,))
    assert row is not None
    return RequestToken(**dict(row))


def find_request_token(store: Store, token: str) -> RequestToken | None:
    """None also for one that is used up, refused or too old."""
    row = store.row("SELECT * FROM request_token WHERE token = ?", (token,))
    if row is None or row["state"] in ("used", "denied"):
        return None
    found = RequestToken(**dict(row))
    return found if now_ms() < found.expires_ms else None


def settle_request_token(store: Store, request_token: RequestToken, *, state: str, user_id: int | None = None) -> str:
    """Record the user's decision (or the token's use) and return the verifier: seven digits for a PIN."""
    pin = request_token.callback == "oob"
    verifier = str(secrets.randbelow(9_000_000) + 1_000_000) if pin else fresh_key(32)
    if state == "used":
        verifier = ""
    store.run(
        "UPDATE request_token SET state = ?, user_id = coalesce(?, user_id), verifier = ? WHERE token = ?",
        (state, user_id, verifier, request_token.token),
    )
    return verifier
