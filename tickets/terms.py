"""On what terms an answer goes out, and what stops it first: news since it was begun, the same words once more.

Each refusal here can be overruled by the person who sees it: they ask again on other terms.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from tickets.channels import channel_named
from tickets.choices import Direction, SendState, Visibility
from tickets.dispatching import Letter
from tickets.errors import NewsSince, Repeats
from tickets.models import Message, OutboxEntry, Ticket
from tickets.permissions import hide_private


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the writer has agreed to.

    at: not before that moment. parts: a text too long for one message may go as that many. seen: the latest message
    of the ticket the writer knew (None: not asked for). repeat: the same words may be said again. circle: who may
    answer a post, by a code of its channel (Channel.circles); empty: everybody.
    """

    at: datetime | None = None
    parts: int = 1
    seen: int | None = None
    repeat: bool = False
    circle: str = ""


AT_ONCE = Terms()


def latest_of(ticket: Ticket) -> int:
    """What somebody who opens the ticket now has seen."""
    return ticket.messages.order_by("-pk").values_list("pk", flat=True).first() or 0


def check_news(ticket: Ticket, terms: Terms, *, by: User) -> None:
    """Raises NewsSince when the customer or a colleague has written since; the ticket is locked by the caller."""
    if terms.seen is None:
        return
    fresh = hide_private(ticket.messages.filter(pk__gt=terms.seen), user=by).exclude(agent=by)
    if fresh.exists():
        raise NewsSince("Somebody wrote in the meantime. Read it, then send this again if it still holds.")


def news_since(messages: QuerySet[Message], ticket: Ticket, *, seen: int, by: User) -> list[Message]:
    """What is new, for the page: of `messages`, which the person may read. The latest five."""
    rows = messages.filter(ticket=ticket, pk__gt=seen).exclude(agent=by).select_related("identity", "agent")
    return list(rows.order_by("-pk")[:5])[::-1]


def check_repeats(letter: Letter, terms: Terms) -> None:
    """Raises Repeats when the account said the same to the same lately and its channel would refuse that."""
    channel = channel_named(letter.address.channel)
    memory = channel.memory(private=letter.private)
    if terms.repeat or not memory or letter.files:
        return
    text, to, since = letter.parts[0].text, letter.identity, letter.now - memory
    ours = OutboxEntry.objects.filter(
        address=letter.address,
        recipient=to,
        private=letter.private,
        fingerprint=channel.fingerprint(text),
        created_at__gte=since,
    )
    elsewhere = Message.objects.filter(
        Q(ticket__isnull=True) if to is None else Q(identity=to),
        address=letter.address,
        direction=Direction.OUT,
        visibility=Visibility.PUBLIC,
        outbox__isnull=True,
        text=text,
        sent_at__gte=since,
    )
    said = ours.exclude(state=SendState.FAILED).order_by("-created_at").values_list("created_at", flat=True).first()
    said = said or elsewhere.order_by("-sent_at").values_list("sent_at", flat=True).first()
    if said is not None:
        raise Repeats("This account said exactly the same a short while ago, and would be refused.", said)
