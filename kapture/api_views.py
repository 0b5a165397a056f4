"""The API about itself: where things are, who is calling, the served OpenAPI, its readable page, and nothing here."""

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_auth import caller_of
from kapture.api_base import Endpoint, Moment, Row
from kapture.api_errors import plain_shape
from kapture.api_fields import Id
from kapture.api_models import ApiToken
from kapture.api_reading import chapters
from kapture.api_throttle import rate_of
from kapture.people import shown_name


class MeRow(Row):
    caller = serializers.CharField(help_text="Whose allowance and idempotency keys are used.")
    id = Id()
    username = serializers.CharField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField(), help_text="Empty for a session of the desk.")
    expires_at = Moment(allow_null=True)
    requests_per_minute = serializers.IntegerField()


class Me(Endpoint):
    """Whose token this is, what it may do and until when."""

    title = "Who is calling"
    answer = MeRow

    def get(self, request: Request) -> Response:
        user: Any = request.user
        token = request.auth if isinstance(request.auth, ApiToken) else None
        return self.tell(
            {
                "caller": caller_of(request),
                "id": user.pk,
                "username": user.get_username(),
                "name": shown_name(user),
                "scopes": token.scopes if token else [],
                "expires_at": token.expires_at if token else None,
                "requests_per_minute": rate_of(request),
            }
        )


@cache
def description() -> dict[str, Any]:
    """The OpenAPI document, in English. It is the same for everybody and for the life of the process."""
    with translation.override("en"):
        made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # of a library
        return dict(json.loads(json.dumps(made, default=str)))


@require_safe
def schema(request: HttpRequest) -> JsonResponse:
    return JsonResponse(description(), content_type="application/vnd.oai.openapi+json;version=3.1")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    facts = {"chapters": chapters(description()), "scopes": settings.API_SCOPES, "public_url": settings.PUBLIC_URL}
    return render(request, "api/docs.html", facts)


@csrf_exempt
def nothing_here(request: HttpRequest, rest: str = "") -> JsonResponse:
    """404 in the one shape, for whatever no other address takes."""
    answer = plain_shape(404, request_id=getattr(request, "request_id", ""))
    if not rest.endswith("/") and _answers(f"{request.path_info}/"):
        answer["message"] = _("Addresses here end with a slash: {path}/").format(path=request.path_info)
    return JsonResponse(answer, status=404)


def _answers(path: str) -> bool:
    try:
        return resolve(path).func is not nothing_here
    except Resolver404:
        return False
