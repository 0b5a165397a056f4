"""Door 4: what an account says by itself: posts, quotes and answers outside tickets, and private messages to a person.

Everything goes out through the outbox, once for each token. Answers on a ticket are tickets/replies.py.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tickets.assignment import take_on
from tickets.channels import channel_named
from tickets.choices import UNDONE_STATUSES, MessageKind
from tickets.composing.answering import LONGEST_TEXT, check_text
from tickets.composing.beginning import NOT_THERE, begin
from tickets.composing.blanks import shown
from tickets.composing.enclosing import Enclosure, digests, discard, enclose, keep_all
from tickets.composing.weighing import counted_on, weigh
from tickets.errors import CannotSend, DeskError, NeedsParts, NotAllowed, Repeats
from tickets.history import note_activity, one_gesture
from tickets.inbound import Person
from tickets.lifecycle import locked
from tickets.live import NO_TICKET, announce
from tickets.models import Address, Message, StoredFile, Ticket
from tickets.permissions import may_on, require, require_voice
from tickets.receiving.people import Sighting, meet
from tickets.receiving.turns import take_turns
from tickets.replies import reply
from tickets.sending.dispatching import Letter, dispatch, make_once
from tickets.sending.scheduling import check_moment
from tickets.sending.terms import AT_ONCE, Terms, check_repeats
from tickets.sending.waiting import foretell

__all__ = [
    "LONGEST_TEXT",
    "DeskError",
    "Enclosure",
    "NeedsParts",
    "Repeats",
    "Terms",
    "check_text",
    "counted_on",
    "enclose",
    "foretell",
    "handle_of",
    "publish",
    "shown",
    "weigh",
    "write_privately",
]


@transaction.atomic
def publish(
    address: Address,
    text: str,
    *,
    by: User,
    now: datetime,
    quote_of: str = "",
    in_reply_to: str = "",
    files: Sequence[StoredFile | Enclosure] = (),
    terms: Terms = AT_ONCE,
    token: UUID | None = None,
    recorded: bool = False,
) -> Message:
    """A new post of the account; with `quote_of` or `in_reply_to` (ids on the channel) a quote or an answer.

    An answer to a message that is on a ticket joins that ticket. `files` go with it. `terms`: when, and in how many
    parts. `token` names the sheet it was written on: the second time it is seen, what was made of it is returned
    unchanged. `recorded`: the caller keeps the account's record itself. Raises DeskError with the sentence for the
    person (NeedsParts, Repeats: other terms overrule them); then nothing is kept.
    """
    require_voice(by, address)
    if quote_of and in_reply_to:
        raise CannotSend(_("A quote is a post of its own; it cannot answer another one at the same time."))
    key = token or uuid4()
    write = partial(_publish, address, text, by=by, now=now, files=files, terms=terms, key=key)
    make = partial(write, quote_of=quote_of, in_reply_to=in_reply_to, recorded=recorded)
    return _of_this_address(make_once(make, made=Q(outbox__key=key)), address)


@transaction.atomic
def write_privately(
    address: Address,
    person: Person,
    text: str,
    *,
    by: User,
    now: datetime,
    files: Sequence[StoredFile | Enclosure] = (),
    terms: Terms = AT_ONCE,
    token: UUID | None = None,
) -> Message:
    """A private message to somebody, on their private ticket at this address; it is opened when they have none undone.

    Once for each token, and refused with DeskError, as `publish`.
    """
    require(by, "send", "see_private")
    key = token or uuid4()
    make = partial(_write_privately, address, person, text, by=by, now=now, files=files, terms=terms, key=key)
    return _of_this_address(make_once(make, made=Q(outbox__key=key)), address)


def _of_this_address(message: Message, address: Address) -> Message:
    if message.address_id != address.pk:
        raise CannotSend(_("This was written on the sheet of another account."))
    return message


def _publish(
    address: Address, text: str, *, by: User, now: datetime, in_reply_to: str, terms: Terms, recorded: bool, **more: Any
) -> Message:
    if terms.at is not None:
        check_moment(terms.at, now=now)
    _check(address, terms, in_reply_to=in_reply_to, quote_of=str(more.get("quote_of", "")))
    answered = _known(address, in_reply_to)
    letter = _letter(address, text, answered, by=by, now=now, in_reply_to=in_reply_to, terms=terms, **more)
    try:
        check_repeats(letter, terms, carried=digests(letter.files))
    except Repeats:
        discard(one for one in letter.files if one.draft_id is None)
        raise
    message = dispatch(letter)
    if not recorded:
        channel = channel_named(address.channel)
        channel.note_deed(address.key, str(letter.kind), by=by, at=now, about=f"message {message.pk}")
        _tell_quoted(message, str(more.get("quote_of", "")), by=by, now=now)
    if letter.ticket is not None:
        with one_gesture():
            note_activity(letter.ticket, "reply.queued", by=by, at=now, message=message.pk, private=False)
            if letter.kind == MessageKind.REPLY:
                take_on(letter.ticket, by=by, now=now)
    announce([letter.ticket.pk if letter.ticket is not None else NO_TICKET])
    return message


def _tell_quoted(message: Message, quote_of: str, *, by: User, now: datetime) -> None:
    """The ticket of what is quoted tells it, as if it had been ordered there."""
    quoted = _known(message.address, quote_of)
    if quoted is not None and quoted.ticket is not None:
        words = channel_named(message.address.channel).label(message.kind)
        facts = {"deed": str(message.kind), "words": words, "on": quoted.pk, "ordered": message.pk}
        note_activity(quoted.ticket, "channel.did", by=by, at=now, **facts)
        announce([quoted.ticket.pk])


def _letter(
    address: Address,
    text: str,
    answered: Message | None,
    *,
    by: User,
    now: datetime,
    quote_of: str,
    in_reply_to: str,
    files: Sequence[StoredFile | Enclosure],
    terms: Terms,
    key: UUID,
) -> Letter:
    """Checked, its files kept, and its ticket or its address locked."""
    handle = answered.identity.handle if answered and answered.identity else ""
    parts = check_text(address, text, private=False, handle=handle, parts=terms.parts, wordless=bool(files))
    stored = keep_all(files, address, private=False, now=now)
    ticket = locked(answered.ticket) if answered and answered.ticket else None
    if ticket is None:  # of two who say the same at once the second waits, and sees the first
        take_turns([address.pk])
    return Letter(
        address=address,
        parts=parts,
        key=key,
        by=by,
        now=now,
        at=terms.at,
        kind=MessageKind.QUOTE if quote_of else MessageKind.REPLY if in_reply_to else MessageKind.POST,
        ticket=ticket,
        identity=answered.identity if answered else None,
        in_reply_to=in_reply_to,
        conversation=answered.conversation if answered else "",
        quoted=quoted_of(address, quote_of) if quote_of else None,
        files=stored,
        circle=terms.circle,
    )


def _check(address: Address, terms: Terms, *, in_reply_to: str, quote_of: str) -> None:
    channel = channel_named(address.channel)
    if terms.circle and (in_reply_to or terms.circle not in channel.circles()):
        raise CannotSend(_("Who may answer can be said of a new post only, and in the channel's own words."))
    permission = channel.may_send(address.key, private=False, in_reply_to=in_reply_to, quote_of=quote_of)
    if not permission.allowed:
        raise CannotSend(permission.reason)


def _known(address: Address, external_id: str) -> Message | None:
    if not external_id:
        return None
    return Message.objects.select_related("ticket", "identity").filter(address=address, external_id=external_id).first()


def handle_of(address: Address, external_id: str) -> str:
    """Who wrote a post, whom each part of an answer names; empty when we do not know it."""
    message = _known(address, external_id)
    return message.identity.handle if message and message.identity else ""


def quoted_of(address: Address, external_id: str) -> dict[str, Any]:
    """What is quoted, as far as we hold it."""
    message = _known(address, external_id)
    if message is None:
        return {"external_id": external_id}
    author = message.identity
    return {
        "external_id": external_id,
        "author_name": author.name if author else address.name,
        "author_handle": author.handle if author else address.handle,
        "text": message.text,
        "sent_at": message.sent_at.isoformat(),
        "permalink": message.permalink,
    }


def _write_privately(
    address: Address,
    person: Person,
    text: str,
    *,
    by: User,
    now: datetime,
    files: Sequence[StoredFile | Enclosure],
    terms: Terms,
    key: UUID,
) -> Message:
    # What this person writes at the same moment is filed before or after, never into a second ticket.
    take_turns([address.pk])
    key_of = address.channel, person.external_id
    identity = meet([Sighting(address.channel, person, now)])[key_of]
    theirs = Ticket.objects.filter(address=address, customer=identity.customer_id, identity=identity, private=True)
    latest = theirs.order_by("-last_message_at", "-id").first()
    undone = latest is not None and latest.status in UNDONE_STATUSES
    ticket = latest if latest is not None and undone else begin(address, identity, by=by, now=now)
    if not may_on(by, "send", ticket):
        raise NotAllowed(_(NOT_THERE))
    return reply(ticket, text=text, private=True, by=by, now=now, files=files, terms=terms, token=key)
