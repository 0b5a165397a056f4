"""X as a Django app."""

from django.apps import AppConfig


class TwitterIntegrationConfig(AppConfig):
    name = "twitter_integration"
    verbose_name = "X"
