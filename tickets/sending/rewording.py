"""An edit is news as a new message is: what customers said in other words since somebody read it.

A wording is the key of the version a message stands in now; versions are numbered as they are told
(receiving.versions), and anew where one was told cut and is told whole since (receiving.completing).
"""

from collections.abc import Collection

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from tickets.choices import Direction
from tickets.models import Message, MessageVersion


def latest_wording(tickets: Collection[int]) -> int:
    """What somebody who reads these tickets now knows; 0 where nothing was ever changed. One statement."""
    told = MessageVersion.objects.filter(message__ticket__in=tickets).aggregate(latest=Max("pk"))
    return told["latest"] or 0


def newest_wording() -> int:
    """The latest change of words there is: whatever is changed from now on is later. One statement."""
    return MessageVersion.objects.aggregate(latest=Max("pk"))["latest"] or 0


def reworded(tickets: Collection[int], *, since: int) -> QuerySet[Message]:
    """The customers' messages there that stand in a later wording than this."""
    return _reworded(since).filter(ticket__in=tickets)


def is_reworded(messages: Collection[int], *, since: int) -> bool:
    """Whether any of these stands in a later wording than this. One statement, or none."""
    return bool(messages) and _reworded(since).filter(pk__in=messages).exists()


def is_answered_reworded(answer: Message, *, since: int) -> bool:
    """Whether what an answer of ours speaks to stands in a later wording than this, on whichever ticket by now."""
    number, address = answer.in_reply_to, answer.address_id
    former = MessageVersion.objects.filter(address=address, external_id=number).values("message")
    named = Q(external_id=number) | Q(pk__in=former)
    return bool(number) and _reworded(since).filter(named, address=address).exists()


def _reworded(since: int) -> QuerySet[Message]:
    later = MessageVersion.objects.filter(message=OuterRef("pk"), external_id=OuterRef("external_id"), pk__gt=since)
    return Message.objects.filter(Exists(later), direction=Direction.IN)


def stands_in(message: Message, versions: Collection[MessageVersion]) -> int:
    """The wording of a message as it was read, with the versions read after it."""
    return max((one.pk for one in versions if one.external_id == message.external_id), default=0)
