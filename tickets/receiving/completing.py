"""What a later telling of a message knows better than the first: the rest of its text, its pictures, its conversation.
Used by intake alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Exists, F, OuterRef

from kapture.sets import copy_objects, copy_rows, update_rows
from tickets.choices import Direction, Visibility
from tickets.finding.entries import index
from tickets.inbound import InboundMessage
from tickets.models import Media, Message, MessageVersion, Ticket
from tickets.receiving.filing import Item
from tickets.receiving.rows import media_row, shorten, span_rows
from tickets.receiving.talks import tie

_COLUMNS = ("id", "text", "original_text", "spans", "conversation", "in_reply_to")


def fuller(first: InboundMessage, second: InboundMessage) -> InboundMessage:
    """Two tellings of one message as one: the first, with what only the second knows."""
    blanks = ("conversation", "in_reply_to", "attachments", "quoted")
    facts: dict[str, Any] = {
        name: getattr(second, name) for name in blanks if getattr(second, name) and not getattr(first, name)
    }
    if goes_on(second.text, after=first.text):
        facts |= {"text": second.text, "original_text": second.original_text, "spans": second.spans}
    return replace(first, **facts) if facts else first


def goes_on(text: str, *, after: str) -> bool:
    """Whether `after` is only the beginning of the text, as X cuts it where there is no room."""
    beginning = after.rstrip().removesuffix("…").rstrip()
    return bool(beginning) and len(text) > len(after) and text.startswith(beginning)


def says_more(message: InboundMessage, *, after: str) -> bool:
    """Whether the rest says something: not where the cut fell into a link that ends the text."""
    if not goes_on(message.text, after=after):
        return False
    cut = len(after.rstrip().removesuffix("…").rstrip())
    links = [span for span in message.spans if span.kind == "url" and span.start < cut <= span.end]
    return not links or bool(message.text[links[-1].end :].strip())


def complete(items: Sequence[Item]) -> set[int]:
    """Messages that are held, and that one more stream told: they take what it knows better. Returns their tickets.

    One statement; where something is better, ten more at most, however many they are.
    """
    told: dict[int, Item] = {item.again: item for item in items if item.again is not None}
    if not told:
        return set()
    shown = Exists(Media.objects.filter(message=OuterRef("pk")))
    rows = list(Message.objects.filter(pk__in=list(told), deleted_at=None).annotate(shown=shown))
    unseen = [row for row in rows if not row.shown and told[row.pk].message.attachments]
    before, talks = {row.pk: row.text for row in rows}, {row.pk: row.conversation for row in rows}
    changed = [row for row in rows if _take_over(row, told[row.pk].message)]
    update_rows(Message, _COLUMNS, [[getattr(row, name) for name in _COLUMNS] for row in changed])
    index(row for row in changed if row.text != before[row.pk])
    # What else had the name that was made up belongs there too.
    tie({(row.address_id, talks[row.pk]): row.conversation for row in changed if row.visibility == Visibility.PUBLIC})
    copy_objects([media_row(row, one) for row in unseen for one in told[row.pk].message.attachments])
    _reword([row for row in changed if says_more(told[row.pk].message, after=before[row.pk])], told)
    _renew_last_words([row for row in changed if row.text != before[row.pk]], before)
    return {row.ticket_id for row in (*changed, *unseen) if row.ticket_id is not None}


def _take_over(row: Message, message: InboundMessage) -> bool:
    before = row.text, row.conversation, row.in_reply_to
    if message.conversation and not message.private:
        row.conversation = message.conversation  # ours was made up where the first telling named none
    row.in_reply_to = row.in_reply_to or message.in_reply_to
    if goes_on(message.text, after=row.text):
        row.text, row.spans = message.text, span_rows(message)
        row.original_text = message.original_text if message.original_text != message.text else ""
    return before != (row.text, row.conversation, row.in_reply_to)


def _reword(rows: Sequence[Message], told: Mapping[int, Item]) -> None:
    """A customer's fuller words are a wording of their own (sending.rewording), later than all there were."""
    said = [row for row in rows if row.direction == Direction.IN]
    if not said:
        return
    MessageVersion.objects.filter(message__in=said, external_id=F("message__external_id")).delete()
    versions = [
        [row.pk, row.address_id, row.external_id, row.text, row.spans, told[row.pk].message.as_of] for row in said
    ]
    copy_rows(MessageVersion, ["message", "address", "external_id", "text", "spans", "sent_at"], versions)


def _renew_last_words(rows: Sequence[Message], before: Mapping[int, str]) -> None:
    """Lists show the fuller words where they showed the cut ones."""
    if not rows:
        return
    words = {(row.ticket_id, shorten(before[row.pk])): shorten(row.text) for row in rows}
    tickets = Ticket.objects.filter(pk__in=[pk for pk, _ in words if pk is not None]).order_by("pk")
    shown = tickets.select_for_update(no_key=True, of=("self",)).values_list("pk", "last_text")
    update_rows(Ticket, ["id", "last_text"], [[pk, words[pk, last]] for pk, last in shown if (pk, last) in words])
