"""Pages and answers of the API go over the line compressed, where the browser takes it. Never what is streamed (live
updates must arrive at once) and never files: pictures and films are small already and are asked for in stretches.
Padding hides how long an answer exactly is; what was weighed about that stands in docs/decisions/0013."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware as DjangoGZip

TYPES = frozenset({"text/html", "text/plain", "text/csv", "application/json", "application/vnd.oai.openapi"})


class GZipMiddleware(DjangoGZip):
    """Django's own, for whole texts alone."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        sort = response.get("Content-Type", "").partition(";")[0]
        if response.streaming or response.status_code == 206 or sort not in TYPES:
            return response
        return super().process_response(request, response)
