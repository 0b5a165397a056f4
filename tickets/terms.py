"""On what terms an answer goes out, and what stops it first: news since it was begun, the same words once more.

Each refusal here can be overruled by the person who sees it: they ask again on other terms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from tickets.assignment import shown_name
from tickets.channels import channel_named
from tickets.choices import Direction, SendState, Visibility
from tickets.dispatching import Letter
from tickets.enclosing import digests
from tickets.errors import NewsSince, Repeats
from tickets.models import Message, OutboxEntry, Ticket
from tickets.permissions import hide_private
from tickets.turns import take_words


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
# So long the same words to the same person are taken for two people's answer to one question, in public and in private.
JUST_NOW = timedelta(minutes=2)
# So many of the latest with the same words are compared for the rest (links).
_COMPARED = 20


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


def check_repeats(letter: Letter, terms: Terms, *, carried: Sequence[str] = ()) -> None:
    """Raises Repeats when the account said the same to the same person just now, whoever wrote it and however it goes,
    or so lately that its channel would refuse it. Of two who say it at once, on whichever ticket, the second waits
    here and sees the first: to be asked after everything else is locked. `carried`: the digests of the files that go
    with it; words with other files are not the same, and what a channel makes of words with files nobody knows."""
    take_words([(letter.address.pk, letter.identity.pk if letter.identity else None, letter.private)])
    if terms.repeat:
        return
    channel = channel_named(letter.address.channel)
    memory = timedelta() if carried else channel.memory(private=letter.private)
    said = _said(letter, carried, since=letter.now - max(memory, JUST_NOW))
    if said is None:
        return
    at, who = said
    name = "You" if who == letter.by else shown_name(who) if who else "This account"
    what = "words" if letter.parts[0].text else "files"
    words = f"{name} sent exactly the same {what} {'just now' if letter.now - at < JUST_NOW else 'a short while ago'}"
    way = " and they would be refused" if memory else ""
    raise Repeats(f"{words}{way}. If they are to go once more, say so.", said=at, by=name, refused=bool(memory))


def _said(letter: Letter, carried: Sequence[str], *, since: datetime) -> tuple[datetime, User | None] | None:
    """When the same was last said since, and by whom of us; without a name what was said elsewhere."""
    to, text, channel = letter.identity, letter.parts[0].text, channel_named(letter.address.channel)
    visibility = Visibility.PRIVATE if letter.private else Visibility.PUBLIC
    ours = OutboxEntry.objects.filter(
        address=letter.address,
        recipient=to,
        private=letter.private,
        fingerprint=channel.fingerprint(text),
        created_at__gt=since,
    ).exclude(key=letter.key)  # the same sheet submitted twice is no repeat (dispatching.make_once)
    like = channel.traits(text, private=letter.private)
    entries = ours.exclude(state=SendState.FAILED).select_related("message__agent").order_by("-created_at")
    if carried:
        entries = entries.prefetch_related("message__media__file")
    for entry in entries[:_COMPARED]:
        same = channel.traits(entry.message.text, private=letter.private) == like
        if same and (not carried or _carried(entry.message) == carried):
            return entry.created_at, entry.message.agent
    if carried:  # what files went with words said elsewhere is not known here
        return None
    elsewhere = Message.objects.filter(
        Q(ticket__isnull=True) if to is None else Q(identity=to),
        address=letter.address,
        direction=Direction.OUT,
        visibility=visibility,
        outbox__isnull=True,
        text=text,
        sent_at__gt=since,
    )
    at = elsewhere.order_by("-sent_at").values_list("sent_at", flat=True).first()
    return (at, None) if at is not None else None


def _carried(message: Message) -> list[str]:
    return digests(media.file for media in message.media.all() if hasattr(media, "file"))
