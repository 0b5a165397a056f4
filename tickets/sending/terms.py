"""On what terms an answer goes out, and what stops it first: news since it was begun, the same words once more.

Each refusal here can be overruled by the person who sees it: they ask again on other terms.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from tickets.channels import channel_named
from tickets.choices import Direction, SendState, Visibility
from tickets.errors import NewsSince
from tickets.models import Message, OutboxEntry, Ticket
from tickets.models.departed import with_doer
from tickets.permissions import hide_private
from tickets.receiving.turns import take_words
from tickets.sending.dispatching import Letter
from tickets.sending.repeating import JUST_NOW, Said, carried_by, refusal
from tickets.sending.rewording import reworded


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the writer has agreed to.

    at: not before that moment. parts: a text too long for one message may go as that many. seen: the latest message
    of the ticket the writer knew (None: not asked for). wording: the latest of what was changed there (rewording; None:
    not asked for). repeat: the same words may be said again. circle: who may answer a post, by a code of its channel
    (Channel.circles); empty: everybody. spares: whom the channel is not to notify by itself (Notified.spare); whom it
    does not let be left out is notified all the same. behind: it is told to many alike, so what people write one by one
    goes first, and whoever wrote it takes none of their tickets.
    """

    at: datetime | None = None
    parts: int = 1
    seen: int | None = None
    wording: int | None = None
    repeat: bool = False
    circle: str = ""
    spares: Sequence[str] = ()
    behind: bool = False


AT_ONCE = Terms()
_TO_COME = (SendState.HELD, SendState.QUEUED, SendState.SENDING, SendState.UNKNOWN)
# So many of the latest with the same words are compared for the rest (links).
_COMPARED = 20


def latest_of(ticket: Ticket) -> int:
    """What somebody who opens the ticket now has seen."""
    return ticket.messages.order_by("-pk").values_list("pk", flat=True).first() or 0


def latest_among(tickets: Collection[int]) -> int:
    """The same of several at once: what is said on any of them from now on is later. One statement."""
    return Message.objects.filter(ticket__in=tickets).aggregate(latest=Max("pk"))["latest"] or 0


def check_news(ticket: Ticket, terms: Terms, *, by: User) -> None:
    """Raises NewsSince when the customer or a colleague has written since; the ticket is locked by the caller."""
    if terms.seen is not None:
        fresh = hide_private(ticket.messages.filter(pk__gt=terms.seen), user=by).exclude(agent=by)
        if fresh.exists():
            raise NewsSince(_("Somebody wrote in the meantime. Read it, then send this again if it still holds."))
    if terms.wording is not None:
        changed = hide_private(reworded([ticket.pk], since=terms.wording), user=by)
        if changed.exists():
            raise NewsSince(
                _("The customer changed their words meanwhile. Read them, then send this again if it still holds.")
            )


def news_since(
    messages: QuerySet[Message], ticket: Ticket, *, seen: int, by: User, wording: int | None = None
) -> list[Message]:
    """What is new, for the page: of `messages`, which the person may read, and of what was said in other words since.
    The latest five."""
    new = messages.filter(ticket=ticket, pk__gt=seen).exclude(agent=by).values("pk")
    changed = reworded([ticket.pk], since=wording) if wording is not None else Message.objects.none()
    rows = messages.filter(Q(pk__in=new) | Q(pk__in=changed.values("pk"))).select_related("identity")
    return list(with_doer(rows, "agent").order_by("-pk")[:5])[::-1]


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
    raise refusal(said, by=letter.by, now=letter.now, text=letter.parts[0].text, memory=memory)


def _said(letter: Letter, carried: Sequence[str], *, since: datetime) -> Said | None:
    """When the same was last said since, and by whom of us; without a name what was said elsewhere."""
    to, text, channel = letter.identity, letter.parts[0].text, channel_named(letter.address.channel)
    visibility = Visibility.PRIVATE if letter.private else Visibility.PUBLIC
    ours = OutboxEntry.objects.filter(
        address=letter.address,
        recipient=to,
        private=letter.private,
        fingerprint=channel.fingerprint(text),
    ).exclude(key=letter.key)  # the same sheet submitted twice is no repeat (dispatching.make_once)
    like = channel.traits(text, private=letter.private)
    # What was ordered long ago may be said just now, or still to come: it waited for a limit, or was tried again. Of
    # what is scheduled it is asked when its moment comes.
    again = Q(first_tried_at__isnull=False, settled_at__gt=since) | Q(state__in=_TO_COME)
    lately = ours.filter(Q(created_at__gt=since) | again).exclude(state=SendState.FAILED)
    entries = lately.select_related("message__agent").order_by("-created_at")
    if carried:
        entries = entries.prefetch_related("message__media__file")
    for entry in entries[:_COMPARED]:
        same = channel.traits(entry.message.text, private=letter.private) == like
        if same and (not carried or carried_by(entry.message) == carried):
            at = entry.created_at if entry.created_at > since else entry.settled_at or entry.created_at
            return Said(at, entry.message.agent)
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
    at_last = elsewhere.order_by("-sent_at").values_list("sent_at", flat=True).first()
    return Said(at_last, None) if at_last is not None else None
