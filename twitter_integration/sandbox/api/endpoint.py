"""What every endpoint file shares: a call with its caller, the endpoint record, fields, paging."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from werkzeug.wrappers import Request, Response

from twitter_integration.sandbox.apps import App
from twitter_integration.sandbox.errors import invalid
from twitter_integration.sandbox.ids import LARGEST, as_id
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.post_names import rename_posts
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import World

Json = dict[str, Any]
Auth = Literal["user", "app", "either", "open", "local"]
"""`open`: anybody. `local`: anybody on this machine (the control API and the page)."""
READ = Quota(quarter=300)
WRITE = Quota(quarter=50)


@dataclass(slots=True)
class Call:
    """One request after authentication. `app` and `user` are set as the endpoint's auth demands; `scope` is what an
    OAuth 2.0 user token was granted, None with any other credential."""

    world: World
    request: Request
    app: App | None = None
    user: User | None = None
    scope: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def caller(self) -> User:
        """The user of a user-context call."""
        assert self.user is not None
        return self.user

    @property
    def client(self) -> App:
        """The developer app behind an authenticated call."""
        assert self.app is not None
        return self.app

    def parameter(self, name: str, default: str = "") -> str:
        """From the query, or from a form body."""
        return str(self.request.values.get(name, default))

    def flag(self, name: str) -> bool:
        """A yes in any of the ways v1.1 takes one."""
        return self.parameter(name).lower() in ("true", "t", "1")

    def body(self) -> Json:
        """The JSON body, whatever content type it came with; empty when there is none."""
        raw = self.request.get_data()
        if not raw:
            return {}
        document = self.request.get_json(force=True, silent=True)
        if not isinstance(document, dict):
            raise invalid("Requests with bodies must have content-type of application/json.")
        return document

    def number(self, name: str, *, default: int, low: int, high: int) -> int:
        given = self.parameter(name)
        if not given:
            return default
        if not given.isdigit() or not low <= int(given) <= high:
            message = f"The `{name}` query parameter value [{given}] is not between {low} and {high}"
            raise invalid(message, {name: given})
        return int(given)

    def fields(self, kind: str) -> set[str]:
        """The wanted fields of `tweet` (also under X's newer name `post`), `user`, `media`, `list`, `dm_event`…"""
        names = [kind, "post"] if kind == "tweet" else [kind]
        given = ",".join(self.parameter(f"{name}.fields") for name in names)
        wanted = {_CLASSIC.get(item.strip(), item.strip()) for item in given.split(",")}
        return wanted - {""}

    def expansions(self) -> set[str]:
        given = {item.strip() for item in self.parameter("expansions").split(",")}
        return {item.replace("referenced_posts", "referenced_tweets") for item in given} - {""}


_CLASSIC = {
    "referenced_posts": "referenced_tweets",
    "edit_history_post_ids": "edit_history_tweet_ids",
    "note_post": "note_tweet",
}
Handler = Callable[..., "Json | Response"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """`rule` in werkzeug's syntax; the handler gets the call and the rule's variables by name."""

    method: str
    rule: str
    handler: Handler
    auth: Auth
    quota: Quota = READ
    status: int = 200


def page(items: Sequence[Any], *, limit: int, token_of: Callable[[Any], str]) -> tuple[Sequence[Any], str | None]:
    """Cut a list read with one item too many; returns the page and the token of the next one, if any."""
    shown = items[:limit]
    return shown, (token_of(shown[-1]) if len(items) > limit else None)


def start_after(call: Call) -> int:
    """The id below which the wanted page begins, out of a pagination token."""
    token = call.parameter("pagination_token") or call.parameter("next_token")
    if not token:
        return LARGEST
    number = as_id(token.removeprefix("7140"))
    if number is None:
        raise invalid("The `pagination_token` query parameter value is not valid", {"pagination_token": token})
    return number


def token_for(item_id: int) -> str:
    """An opaque-looking token; clients must not read ids out of it."""
    return f"7140{item_id:019}"


def renamed(call: Call, document: Json) -> Json:
    """In X's newest key names when that switch is on."""
    if not call.world.switches.post_names:
        return document
    changed: Json = rename_posts(document)
    return changed
