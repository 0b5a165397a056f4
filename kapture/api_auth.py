"""Who calls the REST API: the bearer of a token, or somebody signed in at the desk in this browser."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from kapture.api_errors import CHALLENGE, ApiError
from kapture.api_models import ApiToken, Bearer
from kapture.api_tokens import bearer_of, find, note_use

KEYWORD = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer kapture_…`. A token in the address is not taken: addresses are logged by everybody."""

    def authenticate(self, request: Request) -> tuple[Bearer, ApiToken] | None:
        keyword, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if keyword.lower() != KEYWORD.lower():
            return None
        now, token = timezone.now(), find(secret.strip())
        if token is None:
            raise ApiError(401, "token_invalid", _("This token is not known."))
        if (state := token.state(now)) != "valid" or not token.owner.is_active:
            sentence = _("This token has expired.") if state == "expired" else _("This token was taken away.")
            raise ApiError(401, "token_invalid", sentence)
        note_use(token, now=now)
        return bearer_of(token), token

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class DeskSession(SessionAuthentication):
    """The desk's own session cookie; writes need the CSRF token, as every form of the pages."""


class MayCall(BasePermission):
    """Somebody is there, and a token has the scope the view asks for. Rights are the apps' policies' business."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        scope = getattr(view, "scope_needed", lambda method: "")(request.method)
        if scope and isinstance(request.auth, ApiToken) and scope not in request.auth.scopes:
            sentence = _("This token lacks the scope {scope}.").format(scope=scope)
            raise ApiError(403, "scope_missing", sentence)
        return True


def caller_of(request: Request) -> str:
    """Whose allowance and whose idempotency keys these are."""
    return f"token:{request.auth.pk}" if isinstance(request.auth, ApiToken) else f"person:{request.user.pk}"
