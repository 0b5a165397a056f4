"""What we said to somebody before there was a ticket for it, found again when the ticket comes. Used by intake alone.

Our own words arrive first when the channel delivers out of order, or when we spoke first. Announcements stay loose:
they answer nobody and are addressed to nobody.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q

from tickets.choices import Direction, Visibility
from tickets.inbound import InboundMessage
from tickets.models import Identity, Message


class LooseEnds:
    """Our messages without a ticket, around a batch: by what they answer, by their own id, by whom they speak to."""

    def __init__(self, rows: Iterable[Message] = ()) -> None:
        self._answers: dict[tuple[int, str], list[Message]] = {}
        self._parents: dict[tuple[int, str], Message] = {}
        self._talks: dict[tuple[int, str, int], list[Message]] = {}  # …, conversation, identity
        self._private: dict[tuple[int, int], list[Message]] = {}
        self._given: set[tuple[int, str | None]] = set()
        for row in rows:
            self.add(row)

    def add(self, row: Message) -> None:
        """`row` may be one of the batch itself, not yet saved. What speaks to nobody may go on from an answer."""
        if row.identity_id is None:
            if row.in_reply_to and row.visibility == Visibility.PUBLIC:
                self._answers.setdefault((row.address_id, row.in_reply_to), []).append(row)
            return
        if row.visibility == Visibility.PRIVATE:
            self._private.setdefault((row.address_id, row.identity_id), []).append(row)
            return
        if row.in_reply_to:
            self._answers.setdefault((row.address_id, row.in_reply_to), []).append(row)
        if row.conversation:
            self._talks.setdefault((row.address_id, row.conversation, row.identity_id), []).append(row)
        self._parents[row.address_id, row.external_id or ""] = row

    def take(
        self,
        address: int,
        message: InboundMessage,
        *,
        conversation: str,
        identity: Identity | None,
        window: timedelta,
    ) -> list[Message]:
        """What belongs to this message, oldest first; each is given away once. Nothing older than the window."""
        if identity is None:
            return []
        if message.private:
            found = self._private.pop((address, identity.pk), [])
        else:
            found = [row for number in message.ids for row in self._answers.pop((address, number), [])]
            found += self._talks.pop((address, conversation, identity.pk), [])
            parent = self._parents.get((address, message.in_reply_to))
            if parent is not None and parent.identity_id == identity.pk:
                found.append(parent)
            for row in found:  # grows while it is read: our answer may go on in further ones
                found += self._answers.pop((address, row.external_id or ""), [])
        near = {row.external_id: row for row in found if message.sent_at - row.sent_at <= window}
        fresh = [row for number, row in near.items() if (address, number) not in self._given]
        self._given.update((address, row.external_id) for row in fresh)
        return sorted(fresh, key=lambda row: row.sent_at)


def find_loose(batch: Iterable[tuple[int, InboundMessage]], *, conversations: Iterable[str]) -> LooseEnds:
    """One statement; for what goes on from an answer found, one more each time."""
    said = list(batch)
    public = [message for _, message in said if not message.private]
    answered = Q(in_reply_to__in={number for message in public for number in message.ids})
    parents = Q(external_id__in={message.in_reply_to for message in public} - {""})
    talks = Q(conversation__in=set(conversations) - {""}, identity__isnull=False)
    loose = Message.objects.filter(address__in={address for address, _ in said}, direction=Direction.OUT, ticket=None)
    found = list(loose.filter(answered & ~Q(in_reply_to="") | parents | talks & ~Q(conversation="")))
    rows = {row.pk: row for row in found}
    while answers := {row.external_id for row in found if row.visibility == Visibility.PUBLIC and row.external_id}:
        found = list(loose.filter(in_reply_to__in=answers).exclude(pk__in=rows))
        rows |= {row.pk: row for row in found}
    return LooseEnds(rows.values())
