"""The OpenAPI description of an endpoint, read from the class attributes of its view (kapture/api_base.py)."""

import re
from functools import cache
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from kapture.api_fields import KEY, Problem, Row

# Any address may answer so; what only some do is added by them.
ALWAYS = (400, 401, 403, 404, 429)
WRITES = (409, 413, 415)
WORDS = {
    304: "You have this version already.",
    400: "Some value cannot be used, or the request cannot be read.",
    401: "No token, or one that is not good any more.",
    403: "The token lacks the scope, or the person the right.",
    404: "There is no such thing, or it is not yours to see.",
    409: "The present state does not allow it, or the idempotency key was used for something else.",
    410: "The cursor is from before the database was restored; begin again.",
    412: "It has changed since the version named by If-Match.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "It cannot be sent so; the message says why.",
    429: "Too many requests; Retry-After says when.",
    502: "The channel did not answer; it may have been done all the same. Look before you try again.",
}
_HEADERS = {
    "Idempotency-Key": (
        "1 to 255 visible ASCII characters, new for each act. The same key again only gives the same answer again.",
        f"^{KEY.pattern}$",
    ),
    "If-Match": ("The ETag of the version you decided on.", None),
}


class EndpointSchema(AutoSchema):
    """Everything a reader of the documentation and a generator of clients need, and nothing guessed."""

    @property
    def endpoint(self) -> Any:
        """A kapture.api_base.Endpoint, which imports this module."""
        return self.view

    def get_operation_id(self) -> str:
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(self.endpoint).__name__).lower()
        return name if len(_methods(self.endpoint)) == 1 else f"{self.method.lower()}_{name}"

    def get_summary(self) -> str:
        return str(self.endpoint.title)

    def get_description(self) -> str:  # type: ignore[override]  # as the schema class it extends
        told = " ".join((type(self.endpoint).__doc__ or "").split())
        return f"{told}\n\nScope: `{self.endpoint.scope}`." if self.endpoint.scope else told

    def get_auth(self) -> list[dict[str, Any]]:
        return [{"token": [self.endpoint.scope] if self.endpoint.scope else []}, {"session": []}]

    def get_override_parameters(self) -> list[Any]:
        if self._writes:
            names = ["Idempotency-Key", *(["If-Match"] if self.endpoint.versioned else [])]
            return [_header(name) for name in names]
        return [self.endpoint.query] if self.endpoint.query else []

    def get_request_serializer(self) -> Any:
        return self.endpoint.body if self._writes and self.method != "DELETE" else None

    def get_response_serializers(self) -> Any:
        answer = (
            page_of(self.endpoint.answer, tuple(self.endpoint.around.items()))
            if self.endpoint.paged
            else self.endpoint.answer
        )
        found = {self.endpoint.status: OpenApiResponse(answer, description="Done." if self._writes else "Here it is.")}
        if self.endpoint.versioned and not self._writes:
            found[304] = OpenApiResponse(None, description=WORDS[304])
        return found | {code: OpenApiResponse(Problem, description=WORDS[code]) for code in sorted(self._refusals())}

    def _refusals(self) -> set[int]:
        codes = {*ALWAYS, *(status for status, _code in self.endpoint.refusals.values())}
        if self._writes:
            codes |= {*WRITES, *((412,) if self.endpoint.versioned else ())}
        return codes if self._writes else codes - ({409, 422} - self.endpoint.refuses_reads)

    @property
    def _writes(self) -> bool:
        return self.method not in ("GET", "HEAD")

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False

    def _map_serializer(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        schema = super()._map_serializer(serializer, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if not type(serializer).__dict__.get("__doc__"):
            schema.pop("description", None)  # that of the class it extends, which says nothing of it
        return schema | {"additionalProperties": False} if schema.get("type") == "object" else schema


def _methods(view: Any) -> list[str]:
    return [name for name in ("get", "post", "put", "patch", "delete") if hasattr(type(view), name)]


def _header(name: str) -> OpenApiParameter:
    told, pattern = _HEADERS[name]
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=told, pattern=pattern)


@cache
def page_of(
    answer: type[serializers.Serializer[Any]], around: tuple[tuple[str, Any], ...] = ()
) -> type[serializers.Serializer[Any]]:
    """A page of such rows, as a serializer of its own name."""
    parts = {
        "results": answer(many=True),
        "next": serializers.URLField(allow_null=True, help_text="The next page; null on the last."),
    }
    return type(f"{answer.__name__}{'Followed' if around else ''}Page", (Row,), parts | dict(around))
