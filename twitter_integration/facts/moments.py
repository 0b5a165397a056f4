"""When something happened, as far as X may be believed. Pure."""

from datetime import datetime, timedelta

from twitter_integration.events import UNDATED, Event

# X's clock and ours may differ by this much. What is dated later would stand at the head of every list, and its
# promises would begin in a time to come.
SLACK = timedelta(minutes=5)


def happened_at(event: Event, received_at: datetime) -> datetime:
    """The event's own time; if X named none (x-api 4.13: follows of X Activity) or one to come, when it reached us."""
    undated = event.occurred_at == UNDATED or event.occurred_at > received_at + SLACK
    return received_at if undated else event.occurred_at
