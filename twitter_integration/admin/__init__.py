"""X's admin pages: the account with both its halves, the app and its keys, and what X delivered."""

from twitter_integration.admin import accounts, apps, deliveries

__all__ = ["accounts", "apps", "deliveries"]
