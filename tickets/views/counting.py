"""The rules by which a browser counts what is being written, as the channel does; asked for when somebody begins to."""

import json
from functools import lru_cache
from hashlib import blake2b

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from tickets.channels import channel_named
from tickets.views.access import for_agents


@for_agents
@require_safe
def counting(request: HttpRequest, channel: str) -> HttpResponseBase:
    if channel not in settings.CHANNELS:
        raise Http404
    body, etag = _drawn(channel, settings.CHANNELS[channel])
    response = HttpResponse(body, content_type="application/json", headers={"ETag": etag})
    return get_conditional_response(request, etag=etag, response=response) or response


@lru_cache(maxsize=8)
def _drawn(channel: str, _path: str) -> tuple[bytes, str]:
    """They change with the installation only."""
    body = json.dumps(channel_named(channel).counts_by(), ensure_ascii=False, separators=(",", ":")).encode()
    return body, f'"{blake2b(body, digest_size=8).hexdigest()}"'
