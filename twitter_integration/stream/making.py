"""A ticket is made of one activity, by a person: through tickets.intake, as if it had gone there at first."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from tickets import intake
from tickets.inbound import InboundMessage
from tickets.inbound import Person as DeskPerson
from tickets.sight import seen_tickets, why_not_work
from twitter_integration.accounts import CHANNEL
from twitter_integration.console.refused import NotPermitted, Refused
from twitter_integration.events import EncryptedMessage, Event, Kind, MessageEvent, PostEvent
from twitter_integration.facts.activities import REACTIONS
from twitter_integration.facts.saying import say_direct, say_encrypted, say_post
from twitter_integration.facts.telling import reaction_id, reaction_to, tell_reaction
from twitter_integration.models import Event as EventRow
from twitter_integration.models import PartnerAccount
from twitter_integration.stream.kinds import is_ours
from twitter_integration.stream.lines import Line, lines_of

# As what each post comes to the desk; of a repost it is the reposting that somebody did to us.
_POSTS = {Kind.MENTION: "mention", Kind.REPLY_TO_US: "reply", Kind.QUOTE_OF_US: "quote", Kind.POST_OTHER: "found"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """`ticket` is None where the person may not see it. `before`: it was on one already."""

    ticket: int | None
    before: bool

    @property
    def sentence(self) -> str:
        if self.ticket is None:
            return _("It is on a ticket that you may not see.")
        words = _("It is on ticket #%(n)s already.") if self.before else _("It is on ticket #%(n)s now.")
        return words % {"n": self.ticket}


def make_ticket(account: PartnerAccount, event: EventRow, *, by: User, now: datetime) -> Made:
    """Twice is once. Raises NotPermitted, Refused."""
    if told := why_not_work(by):
        raise NotPermitted(told, code="role")
    (line,) = lines_of(account, [event], user=by, whole=True)
    if line.message is not None and line.message.ticket_id is not None:
        return Made(ticket=line.on, before=True)
    message = message_of(line)
    if message is None:
        raise Refused(why_not(line), code="stream")
    number = intake.take_up(message, by=by, now=now)
    if number is None:
        raise Refused(_("It can be on no ticket: it was deleted on X, or nobody is known who said it."), code="stream")
    return Made(ticket=next(iter(seen_tickets([number], user=by)), None), before=False)


def why_not(line: Line) -> str:
    """Of what no ticket can be made of."""
    if is_ours(line.event.kind):
        return _("What the account itself says and does opens no ticket.")
    if line.out_of_sight:
        return _("It is about what is on a ticket that you may not see.")
    if line.gone_at is not None:
        return _("It was deleted on X.")
    if line.number:
        return _("X lets its words be kept no longer than a day where they are on no ticket. Open it on X.")
    return _("There is nobody to make a ticket for.")


def can_make(line: Line) -> bool:
    held = line.message
    return (held is None or held.ticket_id is None) and message_of(line) is not None


def message_of(line: Line) -> InboundMessage | None:
    """What the desk is told: of what it keeps, of what X's body says, or of what it noted of somebody's deed."""
    event, held = line.event, line.message
    if is_ours(event.kind) or (line.out_of_sight and not line.on_ticket):
        return None
    if held is not None:
        return _held(event, held) if held.deleted_at is None and held.identity is not None else None
    if line.told is not None:
        return _told(line.told, event)
    done = line.happening
    if event.kind in REACTIONS and done is not None and done.identity is not None and not done.by_us:
        who = DeskPerson(external_id=done.identity.external_id, handle=done.identity.handle, name=done.identity.name)
        return reaction_to(event.account_id, event.key, Kind(event.kind), who=who, at=done.at, about=done.about)
    return None


def _told(told: Event, event: EventRow) -> InboundMessage | None:
    facts: dict[str, Any] = {"source": next(iter(event.sources), ""), "received_at": event.received_at}
    if isinstance(told, PostEvent) and told.kind in _POSTS:
        return say_post(told, kind=_POSTS[told.kind], **facts)
    if isinstance(told, MessageEvent):
        return say_direct(told, by_us=False, **facts)
    if isinstance(told, EncryptedMessage):
        said = say_encrypted(told, **facts)
        return said if said is not None and not said.by_us else None
    if told.kind in REACTIONS or told.kind == Kind.REPOST_OF_US:
        said = tell_reaction(told, **facts)
        # The fact's own key: X's other product may have named it otherwise.
        return replace(said, external_id=reaction_id(event.key)) if said is not None else None
    return None


def _held(event: EventRow, row: Any) -> InboundMessage:
    """Intake takes the rest from its own row."""
    return InboundMessage(
        channel=CHANNEL,
        address_key=event.account_id,
        external_id=row.external_id,
        kind=row.kind,
        author=DeskPerson(external_id=row.identity.external_id),
        sent_at=row.sent_at,
        text=row.text,
        source=next(iter(row.sources), ""),
    )
