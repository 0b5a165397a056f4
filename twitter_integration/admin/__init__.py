"""X's admin pages: the account with both its halves, the app and its keys, deliveries, costs, and how X is read."""

from twitter_integration.admin import accounts, acts, apps, costs, deliveries, reading, searches

__all__ = ["accounts", "acts", "apps", "costs", "deliveries", "reading", "searches"]
