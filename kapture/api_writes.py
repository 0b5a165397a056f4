"""A write with an `Idempotency-Key` happens once: the second time its first answer is given again.

The same key with another request is refused (409). A refusal (4xx) changes nothing and leaves the key free.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_auth import caller_of
from kapture.api_errors import ApiError
from kapture.api_fields import KEY
from kapture.api_models import ApiAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_KEPT_HEADERS = ("ETag", "Location")

# Whoever comes second waits here until the first is committed, and then finds its answer.
_CLAIM = """
    INSERT INTO kapture_apianswer AS a (caller, key, digest, status, body, headers, expires_at)
    VALUES (%(caller)s, %(key)s, %(digest)s, NULL, NULL, '{}', %(expires)s)
    ON CONFLICT (caller, key) DO UPDATE SET
        digest = excluded.digest, status = NULL, body = NULL, headers = '{}', expires_at = excluded.expires_at
        WHERE a.expires_at <= %(now)s
    RETURNING id
"""


Again = Callable[[Any], None]


def run_once(request: Request, act: Callable[[], Response], *, again: Again, in_transaction: bool) -> Response:
    """Do the write, or give the answer it had. With `in_transaction` act, key and answer are committed together.

    `again` is asked before an answer is given again, and raises where this caller may not hear it any more.

    Without it (the act reaches out of this machine) the key is committed first: if nobody knows how the act ended, the
    same key is refused until it expires, and nothing is done twice.
    """
    key = request.headers.get(HEADER)
    if key is None:
        if not in_transaction:
            return act()
        with transaction.atomic():
            return act()
    if not KEY.fullmatch(key):
        raise ApiError(400, "invalid", _("Idempotency-Key: 1 to 255 visible ASCII characters."))
    if in_transaction:
        with transaction.atomic():
            return _claimed(request, key, act, again)
    return _claimed(request, key, act, again, free=True)


def one_after_another(act: Callable[[], Response], *, tries: int) -> Response:
    """What another one deleted, or added, in the same moment the database refuses. All of it is taken back and it is
    asked once more, and hears what it would have a second later."""
    for _further in range(tries - 1):
        try:
            return act()
        except (IntegrityError, ObjectDoesNotExist):
            continue
    return act()


def _claimed(request: Request, key: str, act: Callable[[], Response], again: Again, *, free: bool = False) -> Response:
    caller, digest = caller_of(request), _digest(request)
    pk = _claim(caller, key, digest, now=timezone.now())
    if pk is None:
        return _replay(ApiAnswer.objects.get(caller=caller, key=key), digest, again)
    try:
        response = act()
    except Exception as refusal:
        if free and getattr(refusal, "status_code", 500) < 500:
            ApiAnswer.objects.filter(pk=pk).delete()
        raise
    _keep(pk, response)
    return response


def _claim(caller: str, key: str, digest: str, *, now: datetime) -> int | None:
    expires = now + timedelta(hours=settings.API_IDEMPOTENCY_HOURS)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"caller": caller, "key": key, "digest": digest, "now": now, "expires": expires})
        row = cursor.fetchone()
    return row[0] if row else None


def _replay(answer: ApiAnswer, digest: str, again: Again) -> Response:
    if answer.digest != digest:
        raise ApiError(409, "key_reused", _("This idempotency key was used for another request."))
    again(answer.body)
    if answer.status is None:
        sentence = _("A request with this key is under way, or nobody knows how it ended. Look before you try again.")
        raise ApiError(409, "key_pending", sentence)
    return Response(answer.body, status=answer.status, headers={**answer.headers, REPLAYED: "true"})


def _keep(pk: int, response: Response) -> None:
    body: Any = json.loads(JSONRenderer().render(response.data) or b"null")
    headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    ApiAnswer.objects.filter(pk=pk).update(status=response.status_code, body=body, headers=headers)


def _digest(request: Request) -> str:
    """Of everything that makes it this request: where, and what."""
    place = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(place + request._request.body).hexdigest()


def forget_expired(*, now: datetime) -> int:
    """Drop what is past its time; returns how many."""
    return ApiAnswer.objects.filter(expires_at__lte=now).delete()[0]
