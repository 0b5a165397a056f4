"""What may be answered, how, and how long it may be: asked before anybody writes. Writing is tickets/replies.py."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import (
    Exists,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kapture.prepared import Given, IsOneOf, prepared
from tickets.channels import channel_named
from tickets.choices import UNDONE_STATUSES, Direction, MessageKind
from tickets.composing.blanks import shown
from tickets.composing.targets import Aim, aim
from tickets.errors import CannotSend, NeedsParts
from tickets.models import Address, Message, Ticket
from tickets.outbound import Limits, Part, Permission
from tickets.permissions import may, sees_every_queue, visible_tickets
from tickets.phrases.placeholders import left_in
from tickets.receiving.turns import take_turns

WROTE_PRIVATELY = gettext_noop("The customer wrote privately; there is no public message to answer.")
NOTHING_PUBLIC_LEFT = gettext_noop("What the customer wrote in public was deleted; there is nothing to answer.")
BROUGHT_AWAY = gettext_noop("Everything that was said here was brought to ticket #{n}. Answer it there.")
IN_PRIVATE = gettext_noop("They write in private in #{n}. Answer it there.")
WE_IN_PRIVATE = gettext_noop("{who} is writing to them in private in #{n}. Answer it there.")
# The same where whoever asks may not see that ticket.
BROUGHT_OUT_OF_SIGHT = gettext_noop(
    "Everything that was said here was brought to a ticket that you may not see. Ask who may."
)
_ERASED = gettext_noop("This customer was erased; nobody is there to be written to.")
PRIVATE_OUT_OF_SIGHT = gettext_noop(
    "There is a private talk with them on a ticket that you may not see. Ask who may to answer there."
)
ELSEWHERE = "elsewhere"  # the code of these
NOTHING_WRITTEN = gettext_noop("The customer wrote nothing here; there is nothing to answer.")
# More than any channel takes; what is longer is refused before anybody looks at it.
LONGEST_TEXT = 30_000
_HOPELESS = 10  # times what a channel takes


def check_reply(
    ticket: Ticket,
    *,
    private: bool,
    aimed: Aim | None = None,
    by: User | AnonymousUser | None = None,
) -> Permission:
    """May this ticket be answered this way? To be asked before anybody writes. `aimed`: the message it would go to,
    without one where there is none; else the usual one is looked up. `by`: whose rights are no matter here, but who is
    told of no ticket they may not see."""
    elsewhere = said_elsewhere(ticket, private=private, by=by)
    if elsewhere is not None:
        return elsewhere
    aimed = aim(ticket, private=private) if aimed is None else aimed
    told = aimed.told or _ask(ticket, aimed.message, private=private)
    if aimed.message is None and not private and told.allowed:
        return Permission(allowed=False, reason=nothing_public(ticket))
    return told


def _ask(ticket: Ticket, answered: Message | None, *, private: bool) -> Permission:
    channel = channel_named(ticket.address.channel)
    in_reply_to = answered.external_id if answered and answered.external_id else ""
    who = answered.identity if answered and answered.identity else ticket.identity
    if who.erased:
        return Permission(allowed=False, reason=_(_ERASED), code="erased")
    return channel.may_send(ticket.address.key, private=private, in_reply_to=in_reply_to, recipient=who.external_id)


def said_elsewhere(ticket: Ticket, *, private: bool, by: User | AnonymousUser | None = None) -> Permission | None:
    """That this is to be said on another ticket: everything was brought there, or the customer has a private talk with
    this address there, which would be torn in two. Which one is told to who may see it; to nobody in particular where
    every agent may. One statement; one more where it is so and not everything is open to them."""
    told = said_elsewhere_of([(ticket, private)]).get((ticket.pk, private))
    if told is None or _may_know_of(told.ticket or 0, by):
        return told
    reason = PRIVATE_OUT_OF_SIGHT if ticket.merged_into_id is None else BROUGHT_OUT_OF_SIGHT
    return Permission(allowed=False, reason=_(reason), code=ELSEWHERE)


def _may_know_of(number: int, by: User | AnonymousUser | None) -> bool:
    if by is None:
        return not Ticket.objects.filter(pk=number, queue__staffings__isnull=False).exists()
    return (sees_every_queue(by) and may(by, "see_private")) or visible_tickets(by).filter(pk=number).exists()


def said_elsewhere_of(asked: Collection[tuple[Ticket, bool]]) -> dict[tuple[int, bool], Permission]:
    """The same of many, each in public or in private (True): those that are to be said elsewhere."""
    found, torn = {}, []
    for ticket, private in asked:
        if ticket.merged_into_id is not None:  # in private neither: what is said here would be on no open ticket
            found[ticket.pk, private] = _go_to(ticket.merged_into_id, BROUGHT_AWAY)
        elif private and not ticket.private:
            torn.append(ticket)
    if not torn:
        return found
    latest: list[Any] = _talks(
        addresses=list({ticket.address_id for ticket in torn}),
        customers=list({ticket.customer_id for ticket in torn}),
        identities=list({ticket.identity_id for ticket in torn}),
    )
    open_talks = {(talk.address_id, talk.identity_id): talk for talk in latest}
    for ticket in torn:
        talk = open_talks.get((ticket.address_id, ticket.identity_id))
        if talk is not None:
            words = IN_PRIVATE if talk.heard else WE_IN_PRIVATE
            found[ticket.pk, True] = _go_to(talk.pk, words, who=talk.writer or _("Somebody"))
    return found


@prepared
def _talks() -> QuerySet[Ticket]:
    """The open private ones of these people with these addresses, the latest last."""
    talks = Ticket.objects.filter(
        IsOneOf(F("address"), Given("addresses")),
        IsOneOf(F("customer"), Given("customers")),
        IsOneOf(F("identity"), Given("identities")),
        private=True,
        status__in=UNDONE_STATUSES,
    )
    latest = talks.only("address", "identity").annotate(heard=_heard(), writer=_writer())
    return latest.order_by("last_message_at", "id")


@cache
def _heard() -> Exists:
    """Whether the customer wrote on the ticket."""
    return Exists(Message.objects.filter(ticket=OuterRef("pk"), direction=Direction.IN))


@cache
def _writer() -> Subquery:
    """The name of who of us wrote there last."""
    said = Message.objects.filter(ticket=OuterRef("pk"), direction=Direction.OUT, agent__isnull=False)
    name = Trim(Concat("agent__first_name", Value(" "), "agent__last_name"))
    shown_name = Coalesce(NullIf(name, Value("")), "agent__username")
    return Subquery(said.order_by("-sent_at", "-id").values_list(shown_name)[:1])


def await_news(ticket: Ticket, *, private: bool) -> None:
    """Before the ticket and its answers are locked: what the customer begins in private at the same moment, and its
    ticket, is there before or after. Of no matter to what is said where they write anyway."""
    if private and not ticket.private:
        take_turns([ticket.address_id])


def check_here(ticket: Ticket, *, private: bool, by: User | None) -> None:
    """Raises CannotSend for what is to be said on another ticket; the caller has awaited news and locked this one."""
    elsewhere = said_elsewhere(ticket, private=private, by=by)
    if elsewhere is not None:
        raise CannotSend(elsewhere.reason)


def _go_to(number: int, words: str, *, who: str = "") -> Permission:
    return Permission(allowed=False, reason=_(words).format(n=number, who=who), code=ELSEWHERE, ticket=number)


def nothing_public(ticket: Ticket) -> str:
    """Why there is nothing to answer in public."""
    if ticket.kind == MessageKind.REACTION:
        return _(NOTHING_WRITTEN)
    return _(WROTE_PRIVATELY if ticket.private else NOTHING_PUBLIC_LEFT)


def measure(address: Address, text: str, *, private: bool) -> Limits:
    """The text's length as its channel counts it. What is hopelessly long is only counted: weighing takes seconds."""
    channel = channel_named(address.channel)
    maximum = channel.measure("", private=private).maximum
    if len(text) > _HOPELESS * maximum:
        return Limits(maximum=maximum, length=len(text))
    return channel.measure(text, private=private)


def check_text(
    address: Address, text: str, *, private: bool, handle: str = "", parts: int = 1, wordless: bool = False
) -> Sequence[Part]:
    """The text as it is kept, in as many parts as it takes. Raises CannotSend when there is none, or too much of it.

    `parts`: how many the writer agreed to; NeedsParts tells what they would be. `wordless`: files can do without words.
    """
    text = tidy(text)
    if not text and not wordless:
        raise CannotSend(_("There is nothing to send yet."))
    check_filled(text)
    limits = measure(address, text, private=private)
    if limits.remaining >= 0:
        return [Part(text, text)]
    found = [] if private else cut(address, text, handle=handle)
    if not found:
        raise CannotSend(
            _("The text is %(value)s too long: %(length)s of %(maximum)s.")
            % {"value": -limits.remaining, "length": limits.length, "maximum": limits.maximum}
        )
    if len(found) != parts:
        raise NeedsParts(
            _("This is too long for one post. It would go out as the {n} below; post again to send them.").format(
                n=len(found)
            ),
            [part.text for part in found],
        )
    return found


def check_filled(text: str) -> None:
    """Raises CannotSend for a placeholder that nobody filled, or what looks like one."""
    if spots := left_in(text):
        told = ", ".join(spots[:5])
        raise CannotSend(
            _("This still has a placeholder in it: %(told)s. Write what is to stand there.") % {"told": told}
        )


def cut(address: Address, text: str, *, handle: str) -> Sequence[Part]:
    """A public text as the parts it would go out in; empty when it cannot."""
    return channel_named(address.channel).split(tidy(text), handle=handle)


def tidy(text: str) -> str:
    """As it is kept: line ends of every system are one, and what shows nothing is nothing."""
    return shown(text.replace("\r\n", "\n").replace("\x00", "").strip())
