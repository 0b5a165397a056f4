"""What machines ask: am I alive (/healthz), can I work (/readyz), how much of everything (/metrics).

Details are for this machine and for holders of METRICS_TOKEN; everybody else learns yes or no.
"""

from collections.abc import Iterator
from hmac import compare_digest
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from kapture import canary, probes, readiness


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process is alive; touches nothing else."""
    return JsonResponse({"alive": True})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when work can flow and 503 when it cannot, with each part's state for those who may know."""
    parts = readiness.parts()
    ready = all(part.ok for part in parts)
    if parts[-1].name not in ("database", "migrations"):
        canary.ring(timezone.now())  # whoever asks keeps the canary singing, also without a supervisor
    answer: dict[str, object] = {"ready": ready}
    if may_see_details(request):
        answer["parts"] = {part.name: {"ok": part.ok, "detail": part.sentence} for part in parts}
    return JsonResponse(answer, status=200 if ready else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer every figure in Prometheus' text format."""
    if not may_see_details(request):
        return HttpResponse("Send the METRICS_TOKEN as a bearer token.\n", status=403, content_type="text/plain")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def may_see_details(request: HttpRequest) -> bool:
    """Say whether the asker sits on this machine (not behind a proxy on it) or holds METRICS_TOKEN."""
    given = request.headers.get("Authorization", "")
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if settings.METRICS_TOKEN and compare_digest(given.encode(), expected.encode()):
        return True
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not forwarded and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


class _Figures(Collector):
    """The probes' figures, grouped as Prometheus wants them."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        families: dict[str, GaugeMetricFamily] = {}
        for figure in probes.collect():
            family = families.get(figure.name)
            if family is None:
                family = GaugeMetricFamily(figure.name, figure.help, labels=list(figure.labels))
                families[figure.name] = family
            family.add_metric(list(figure.labels.values()), figure.value)
        yield from families.values()
