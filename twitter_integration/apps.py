"""X as a Django app."""

from django.apps import AppConfig

from twitter_integration import checks  # noqa: F401  (importing it registers the system check)


class TwitterIntegrationConfig(AppConfig):
    name = "twitter_integration"
    verbose_name = "X"
