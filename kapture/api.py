"""Joins the apps' parts of the REST API, named by strings in settings.API_URLS, under one prefix."""

from django.conf import settings
from django.urls import include, path

from kapture import api_views

urlpatterns = [
    path("me/", api_views.Me.as_view(), name="api_me"),
    path("schema/", api_views.schema, name="api_schema"),
    path("docs/", api_views.docs, name="api_docs"),
    *(path("", include(name)) for name in settings.API_URLS),
    # Last: whatever nobody took.
    path("", api_views.nothing_here),
    path("<path:rest>", api_views.nothing_here),
]
