"""An edit is news as a new message is: what customers said in other words since somebody read it.

A wording is the key of the version a message stands in now; versions are numbered as they are told
(receiving.versions).
"""

from collections.abc import Collection

from django.db.models import Exists, Max, OuterRef, QuerySet

from tickets.choices import Direction
from tickets.models import Message, MessageVersion


def latest_wording(tickets: Collection[int]) -> int:
    """What somebody who reads these tickets now knows; 0 where nothing was ever changed. One statement."""
    told = MessageVersion.objects.filter(message__ticket__in=tickets).aggregate(latest=Max("pk"))
    return told["latest"] or 0


def reworded(tickets: Collection[int], *, since: int) -> QuerySet[Message]:
    """The customers' messages there that stand in a later wording than this."""
    later = MessageVersion.objects.filter(message=OuterRef("pk"), external_id=OuterRef("external_id"), pk__gt=since)
    return Message.objects.filter(Exists(later), ticket__in=tickets, direction=Direction.IN)


def stands_in(message: Message, versions: Collection[MessageVersion]) -> int:
    """The wording of a message as it was read, with the versions read after it."""
    return max((one.pk for one in versions if one.external_id == message.external_id), default=0)
