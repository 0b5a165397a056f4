"""X's admin pages: the account with both its halves, the app and its keys, what X delivered, and how X is read."""

from twitter_integration.admin import accounts, apps, deliveries, reading, searches

__all__ = ["accounts", "apps", "deliveries", "reading", "searches"]
