"""Tokens of the REST API: made, recognised, taken away. What a scope allows is settings.API_SCOPES."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.translation import gettext as _

from kapture.api_models import ApiToken, Bearer

PREFIX = "kapture_"
_SHOWN = len(PREFIX) + 4
# A busy token would else write its row at every request.
_USED_EVERY = timedelta(minutes=1)


LARGEST_RATE = 100_000  # requests a minute
LONGEST_NAME = 80
LONGEST_LIFE = timedelta(days=3660)


class CannotIssue(ValueError):
    """Such a token cannot be made; the sentence says why."""


class UnknownScope(CannotIssue):
    """A scope that is not in settings.API_SCOPES; the sentence names those there are."""


def issue(
    user: User,
    *,
    scopes: Iterable[str],
    now: datetime,
    name: str = "",
    expires_at: datetime | None = None,
    rate: int | None = None,
) -> tuple[ApiToken, str]:
    """Make a token; the second value is the token itself, which nobody can read again. Raises CannotIssue."""
    _check(name, rate, expires_at, now=now)
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in settings.API_SCOPES]
    if unknown or not wanted:
        wrong = (
            _("No such scope: {unknown}.").format(unknown=", ".join(unknown))
            if unknown
            else _("A token needs a scope.")
        )
        raise UnknownScope(
            _("%(wrong)s There are: %(names)s.") % {"wrong": wrong, "names": ", ".join(settings.API_SCOPES)}
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        owner_id=user.pk,
        name=name,
        digest=digest_of(secret),
        beginning=secret[:_SHOWN],
        scopes=wanted,
        rate=rate,
        created_at=now,
        expires_at=expires_at,
    )
    return token, secret


def _check(name: str, rate: int | None, expires_at: datetime | None, *, now: datetime) -> None:
    if rate is not None and not 1 <= rate <= LARGEST_RATE:
        raise CannotIssue(_("A token may make from 1 to %(most)s requests a minute.") % {"most": LARGEST_RATE})
    if len(name) > LONGEST_NAME:
        raise CannotIssue(_("A token's name has at most %(most)s characters.") % {"most": LONGEST_NAME})
    if expires_at is not None and expires_at <= now:
        raise CannotIssue(_("The day a token expires cannot lie in the past."))
    if expires_at is not None and expires_at > now + LONGEST_LIFE:
        raise CannotIssue(
            _("A token lives ten years at most; leave its end out for one that is good until taken away.")
        )


def digest_of(secret: str) -> str:
    """256 random bits need no salt and no slow hash: nobody can try them all."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find(secret: str) -> ApiToken | None:
    """The token with its owner, whatever its state. One statement."""
    if not secret.startswith(PREFIX):
        return None
    return ApiToken.objects.select_related("owner").filter(digest=digest_of(secret)).first()


def bearer_of(token: ApiToken) -> Bearer:
    """The token's owner with the rights the token leaves them."""
    owner = token.owner
    owner.granted = frozenset(code for scope in token.scopes for code in settings.API_SCOPES.get(scope, ((),))[0])
    return owner


def note_use(token: ApiToken, *, now: datetime) -> None:
    """Remember that it was used, to the minute."""
    if token.last_used_at is None or now - token.last_used_at >= _USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def revoke(tokens: Iterable[int], *, now: datetime) -> int:
    """Take tokens away; returns how many were still good."""
    good = Q(expires_at=None) | Q(expires_at__gt=now)
    return ApiToken.objects.filter(good, pk__in=list(tokens), revoked_at=None).update(revoked_at=now)
