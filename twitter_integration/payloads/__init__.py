"""Every dialect of X, decoded into the events of `twitter_integration.events`. Pure: no database, no ticket."""

from twitter_integration.payloads.fields import Unreadable
from twitter_integration.payloads.parse import find_account, parse
from twitter_integration.payloads.parsed import Parsed
from twitter_integration.payloads.rest_v2 import parse_messages, parse_posts
from twitter_integration.payloads.taming import needs_taming, tame

__all__ = ["Parsed", "Unreadable", "find_account", "needs_taming", "parse", "parse_messages", "parse_posts", "tame"]
