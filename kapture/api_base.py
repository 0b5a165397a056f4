"""What all endpoints of the REST API share (docs/architecture.md, "The REST API"). An app's `api` package builds on it.

A view says what it is by class attributes (scope, query, body, answer), and from those come its checks, its page of the
documentation and its line in the served OpenAPI. It holds no rule: it fetches, calls one action, and tells.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import register_converter
from django.urls.converters import StringConverter
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Field, ListField, MultipleChoiceField, Serializer
from rest_framework.views import APIView

from kapture.api_auth import DeskSession, MayCall, TokenAuthentication
from kapture.api_errors import ApiError
from kapture.api_fields import (
    Body,
    Choice,
    Facts,
    GivenFile,
    Id,
    Moment,
    Nothing,
    OneOf,
    Paged,
    Query,
    Row,
    Strict,
    WallTime,
    Words,
)
from kapture.api_paging import next_link, read_cursor, read_page, write_cursor
from kapture.api_parsing import StrictJSONParser
from kapture.api_schema import EndpointSchema
from kapture.api_throttle import PerCaller, write_headers
from kapture.api_versions import check_match, not_modified, version_of
from kapture.api_writes import one_after_another, run_once

__all__ = [
    "Act", "ApiError", "Body", "Choice", "Detail", "Endpoint", "Facts", "GivenFile", "Id", "Listing", "Moment",
    "Nothing", "OneOf", "Paged", "Query", "Row", "Strict", "WallTime", "Words", "check_match", "next_link",
    "read_cursor", "read_page", "version_of", "write_cursor",
]  # fmt: skip

SAFE = ("GET", "HEAD")
_TRIES = 3


class IdConverter(StringConverter):
    """`<id:pk>` in an address: digits that fit a primary key."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")


class AlwaysJson(BaseContentNegotiation):
    """Whatever a client says it accepts, it gets JSON: there is nothing else."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type or ""


class Endpoint(APIView):
    """One address. `title` names it in the documentation; the docstring of the class tells the rest.

    scope: what a token must have. query, body, answer: serializers, the answer being what comes back with `status`.
    around: what a page tells beside `results` and `next`.
    refusals: the app's own exceptions, each with the status and code it is told with; those of refuses_reads
    are of reads too.
    in_transaction: False for an act that reaches out of this machine (kapture/api_writes.py).
    """

    title: ClassVar[str] = ""
    scope: ClassVar[str] = ""
    query: ClassVar[type[Query] | None] = None
    body: ClassVar[type[Body] | None] = None
    answer: ClassVar[type[Serializer[Any]]] = Row
    status: ClassVar[int] = 200
    paged: ClassVar[bool] = False
    around: ClassVar[Mapping[str, Field[Any, Any, Any, Any]]] = {}
    versioned: ClassVar[bool] = False
    refusals: ClassVar[Mapping[type[Exception], tuple[int, str]]] = {}
    refuses_reads: ClassVar[frozenset[int]] = frozenset()
    in_transaction: ClassVar[bool] = True

    authentication_classes = (TokenAuthentication, DeskSession)
    permission_classes = (MayCall,)
    throttle_classes = (PerCaller,)
    parser_classes = (StrictJSONParser,)
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = AlwaysJson
    metadata_class = None
    schema = EndpointSchema()
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]

    def scope_needed(self, method: str) -> str:
        return self.scope

    def check_role(self, request: Request) -> None:
        """For the app: whether this person may know of such things at all; Http404 when not."""

    def check_again(self, told: Any, **where: Any) -> None:
        """For the app: before the first answer to an idempotency key is told again (its body; None while nobody knows
        how it ended), whether this person may still know of what it is about; Http404 when not."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.check_role(request)
        method = (request.method or "").lower()
        if request.method not in SAFE and hasattr(self, method):
            setattr(self, method, self._once(getattr(self, method)))

    def _once(self, handler: Callable[..., Response]) -> Callable[..., Response]:
        def run(request: Request, *args: Any, **kwargs: Any) -> Response:
            return one_after_another(
                lambda: run_once(
                    request,
                    lambda: handler(request, *args, **kwargs),
                    again=lambda told: self.check_again(told, **kwargs),
                    in_transaction=self.in_transaction,
                ),
                tries=_TRIES if self.in_transaction else 1,
            )

        return run

    def handle_exception(self, exc: Exception) -> Response:
        for kind, (status, code) in self.refusals.items():
            if isinstance(exc, kind):
                return super().handle_exception(ApiError(status, code, str(exc), **self.details(exc)))
        return super().handle_exception(exc)

    def details(self, refusal: Exception) -> dict[str, list[str]]:
        """What a refusal tells besides its sentence, as `fields`."""
        return {}

    def finalize_response(self, request: Any, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        write_headers(answer, getattr(request, "_request", request))
        return answer

    def asked(self, request: Request) -> dict[str, Any]:
        """The question, checked; ValidationError for what cannot be asked."""
        assert self.query is not None
        question = self.query()
        told = request.query_params
        listed = (ListField, MultipleChoiceField)
        values = {n: told.getlist(n) if isinstance(question.fields.get(n), listed) else told[n] for n in told}
        question = self.query(data=values, context={"request": request})
        question.is_valid(raise_exception=True)
        return dict(question.validated_data)

    def sent(self, request: Request) -> dict[str, Any]:
        """The body, checked."""
        assert self.body is not None
        words = self.body(data=request.data, context={"request": request})
        words.is_valid(raise_exception=True)
        return dict(words.validated_data)

    def tell(self, row: Any) -> Response:
        """One row, as `answer` tells it, with its version when it has one."""
        data = self.answer(row, context={"request": self.request}).data
        headers = {"ETag": version_of(data)} if self.versioned else None
        return Response(data, status=self.status, headers=headers)


class Listing(Endpoint):
    """Rows a page at a time, by key. `order`: one or two columns that are never NULL, the last one unique."""

    query = Paged
    paged = True
    order: ClassVar[tuple[str, ...]] = ("-id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Any]:
        """What this person may see of what was asked for, with everything `answer` needs, unordered."""
        raise NotImplementedError

    def get(self, request: Request, **where: Any) -> Response:
        asked = self.asked(request)
        size, cursor = asked.pop("limit"), asked.pop("cursor", "")
        order = self.order_of(asked)
        found, after = read_page(self.rows(asked, **where), order, kind=request.path, cursor=cursor, size=size)
        return Response({"results": self.tell_all(found), "next": next_link(request, after)})

    def order_of(self, asked: dict[str, Any]) -> tuple[str, ...]:
        """For a list that may be asked for in several orders; takes its own word out of what was asked."""
        return self.order

    def knows(self, found: Sequence[Any]) -> dict[str, Any]:
        """What telling these rows takes besides them, read once for all: the context of `answer`."""
        return {}

    def tell_all(self, found: Sequence[Any]) -> Any:
        return self.answer(found, many=True, context={"request": self.request, **self.knows(found)}).data


class Detail(Endpoint):
    """One row, or 404."""

    def rows(self) -> QuerySet[Any]:
        """What this person may see, with everything `answer` needs."""
        raise NotImplementedError

    def get(self, request: Request, **where: Any) -> Response:
        response = self.tell(get_object_or_404(self.rows(), **where))
        return not_modified(request, response)


class Act(Endpoint):
    """A write: fetch what it is done to (or 404), check the words, call one action, tell what became of it."""

    body: ClassVar[type[Body]] = Nothing

    def target(self, **where: Any) -> Any:
        """What it is done to, as far as this person may see it; Http404 when not."""
        raise NotImplementedError

    def hold(self, target: Any) -> Any:
        """The last look before the act, when the words are known to be good: lock it, compare versions."""
        return target

    def act(self, target: Any, words: dict[str, Any]) -> Model | dict[str, Any]:
        """Do it; what comes back is told by `answer`. Raises what `refusals` lists."""
        raise NotImplementedError

    def post(self, request: Request, **where: Any) -> Response:
        target, words = self.target(**where), self.sent(request)
        return self.tell(self.act(self.hold(target), words))
