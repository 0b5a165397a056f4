"""X's side of the tables, one noun a file."""

from twitter_integration.models.app import XApp
from twitter_integration.models.delivery import Delivery, Event
from twitter_integration.models.partner_account import PartnerAccount
from twitter_integration.models.search_query import SearchQuery
from twitter_integration.models.webhook import Subscription, Webhook

__all__ = ["Delivery", "Event", "PartnerAccount", "SearchQuery", "Subscription", "Webhook", "XApp"]
