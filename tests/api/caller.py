"""A program that calls the REST API with a token, over the whole way from middleware to database."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from kapture.api_tokens import issue

EVERY_SCOPE = (
    "tickets:read",
    "tickets:write",
    "replies:send",
    "private:read",
    "reports:read",
    "accounts:read",
    "accounts:act",
)


class Caller:
    """`get` and `post` below the prefix; `body` of the latest answer is in `told`."""

    def __init__(self, user: User, *scopes: str, **facts: Any) -> None:
        self.token, self.secret = issue(user, scopes=scopes or EVERY_SCOPE, now=timezone.now(), **facts)
        self.client = Client(headers={"Authorization": f"Bearer {self.secret}"}, raise_request_exception=False)
        # As a busy token is: the note of its use is an hour's business, not each request's.
        type(self.token).objects.filter(pk=self.token.pk).update(last_used_at=timezone.now() + timedelta(hours=1))

    def get(self, path: str, query: Any = None, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{path}", query or {}, headers=_named(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        sent = {} if body is None else body
        return self.client.post(f"/api/v1/{path}", sent, content_type="application/json", headers=_named(headers))

    def delete(self, path: str, **headers: str) -> Any:
        return self.client.delete(f"/api/v1/{path}", headers=_named(headers))


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def code_of(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal, after checking that it has the one shape."""
    told = answer.json()
    assert set(told) == {"code", "message", "fields", "request_id"}
    assert told["request_id"] == answer["X-Request-Id"]
    assert told["message"]
    return answer.status_code, told["code"]


def long_ago() -> datetime:
    return datetime(2020, 1, 1, tzinfo=UTC)
