"""The project's addresses and X's own: what a test of a sign-in is asked for."""

from django.urls import include, path

urlpatterns = [path("", include("kapture.urls")), path("", include("twitter_integration.urls"))]
