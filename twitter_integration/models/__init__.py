"""X's side of the tables, one noun a file."""

from twitter_integration.models.act import AccountAct
from twitter_integration.models.app import XApp
from twitter_integration.models.collection import CollectedPost, Collection
from twitter_integration.models.cursor import Backfill, Cursor, HourlyCount, PostCheck
from twitter_integration.models.delivery import Delivery, Event
from twitter_integration.models.ignored import Ignored
from twitter_integration.models.kept_file import KeptFile
from twitter_integration.models.kept_reading import KeptReading
from twitter_integration.models.partner_account import OAuth2Grant, PartnerAccount, UnfinishedPurge
from twitter_integration.models.price import Charge, Price
from twitter_integration.models.reminder import ActReminder
from twitter_integration.models.search_query import SearchQuery
from twitter_integration.models.standing import Reaction, ReplyRule, Standing
from twitter_integration.models.upload import MediaUpload
from twitter_integration.models.usage import Allowance, Usage
from twitter_integration.models.view import AccountView
from twitter_integration.models.webhook import AuditNote, Subscription, Webhook

__all__ = [
    "AccountAct",
    "AccountView",
    "ActReminder",
    "Allowance",
    "AuditNote",
    "Backfill",
    "Charge",
    "CollectedPost",
    "Collection",
    "Cursor",
    "Delivery",
    "Event",
    "HourlyCount",
    "Ignored",
    "KeptFile",
    "KeptReading",
    "MediaUpload",
    "OAuth2Grant",
    "PartnerAccount",
    "PostCheck",
    "Price",
    "Reaction",
    "ReplyRule",
    "SearchQuery",
    "Standing",
    "Subscription",
    "UnfinishedPurge",
    "Usage",
    "Webhook",
    "XApp",
]
