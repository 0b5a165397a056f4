"""Which address belongs to whom. The webhook is answered before Django (settings.ASGI_MOUNTS)."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from kapture import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path(settings.API_PREFIX.lstrip("/"), include("kapture.api")),
    path("", include("twitter_integration.urls")),
    path("", include("tickets.urls")),
]
