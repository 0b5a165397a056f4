"""What each kind of event does: a table from kind to a small function. No queries.

What an administrator may choose per account, and the defaults, are in activities. To act on a further kind: a row
there, a function here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tickets.happenings import Fact, ReadUpTo, Retraction, Typing
from tickets.inbound import InboundMessage
from twitter_integration.choices import Outcome
from twitter_integration.events import Event, Kind, MessageEvent, PostDeleted, ProfileChanged, ReplayFinished
from twitter_integration.facts.activities import COUNTER, IGNORE, REACTIONS, TIMELINE, effect_of
from twitter_integration.facts.saying import say_direct, say_encrypted, say_post
from twitter_integration.facts.telling import tell_fact, tell_reaction, tell_read, tell_retraction, tell_typing
from twitter_integration.models import PartnerAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What is to be done about an event: one thing, or a reaction's two (a message and a fact); nothing but the outcome
    where it is only kept."""

    outcome: Outcome
    reason: str = ""
    message: InboundMessage | None = None
    fact: Fact | None = None
    retraction: Retraction | None = None
    read: ReadUpTo | None = None
    typing: Typing | None = None
    withdrawn: PartnerAccount | None = None  # its consent
    renamed: ProfileChanged | None = None


KEPT = Handled(outcome=Outcome.KEPT)


def handle(event: Event, account: PartnerAccount | None, *, source: str, received_at: datetime) -> Handled:
    """`account` is the one concerned; what names none of ours is kept."""
    if isinstance(event, ReplayFinished):  # speaks of a webhook, not of an account
        return Handled(outcome=Outcome.ACTED, reason=f"Replay {event.job_id}: {event.state}")
    if account is None:
        return KEPT
    if event.kind == Kind.REVOKED:
        return Handled(outcome=Outcome.ACTED, withdrawn=account)
    if not account.enabled:
        return Handled(outcome=Outcome.IGNORED, reason=_("The partner configuration is switched off."))
    effect = effect_of(event.kind, account.address.effects)
    if effect == IGNORE:
        return Handled(outcome=Outcome.IGNORED, reason=_("The account ignores this kind of activity."))
    if effect in (TIMELINE, COUNTER):
        outcome = Outcome.COUNTED if effect == COUNTER else Outcome.ACTED
        return Handled(outcome=outcome, fact=tell_fact(event, effect=effect, received_at=received_at))
    handler = HANDLERS.get(event.kind)
    return handler(event, source, received_at) if handler is not None else KEPT


def _post(kind: str, *, by_us: bool = False) -> Callable[[Any, str, datetime], Handled]:
    def handle_post(event: Any, source: str, received_at: datetime) -> Handled:
        said = say_post(event, kind=kind, source=source, received_at=received_at, by_us=by_us)
        return Handled(outcome=Outcome.ACTED, message=said)

    return handle_post


def _direct(*, by_us: bool) -> Callable[[Any, str, datetime], Handled]:
    def handle_direct(event: MessageEvent, source: str, received_at: datetime) -> Handled:
        parties = event.message.conversation_id.split("-")
        if len(parties) == 2 and event.account_id not in parties:  # a group's is one number
            return Handled(outcome=Outcome.IGNORED, reason=_("A message between two others; the account is neither."))
        said = say_direct(event, source=source, received_at=received_at, by_us=by_us)
        return Handled(outcome=Outcome.ACTED, message=said)

    return handle_direct


def _encrypted(event: Any, source: str, received_at: datetime) -> Handled:
    message = say_encrypted(event, source=source, received_at=received_at)
    if message is None:
        return Handled(outcome=Outcome.KEPT, reason=_("An encrypted group conversation."))
    return Handled(outcome=Outcome.ACTED, message=message)


def _reacted(event: Any, source: str, received_at: datetime) -> Handled:
    """On a ticket, and on the customer's timeline as otherwise."""
    fact = tell_fact(event, effect=TIMELINE, received_at=received_at)
    message = tell_reaction(event, source=source, received_at=received_at)
    return Handled(outcome=Outcome.ACTED, message=message, fact=fact)


def _deleted(event: PostDeleted, _source: str, received_at: datetime) -> Handled:
    if event.person_id not in ("", event.account_id):  # X tells of our own deletions only (x-api 4.2)
        return Handled(outcome=Outcome.KEPT, reason=_("A deletion that names another author than the account."))
    return Handled(outcome=Outcome.ACTED, retraction=tell_retraction(event, received_at=received_at))


def _read(event: Any, _: str, received_at: datetime) -> Handled:
    return Handled(outcome=Outcome.ACTED, read=tell_read(event, received_at=received_at))


def _typing(event: Any, _: str, received_at: datetime) -> Handled:
    return Handled(outcome=Outcome.ACTED, typing=tell_typing(event, received_at=received_at))


def _renamed(event: ProfileChanged, _: str, __: datetime) -> Handled:
    return Handled(outcome=Outcome.ACTED, renamed=event)


HANDLERS: Mapping[Kind, Callable[[Any, str, datetime], Handled]] = {
    Kind.MENTION: _post("mention"),
    Kind.REPLY_TO_US: _post("reply"),
    Kind.QUOTE_OF_US: _post("quote"),
    Kind.POST_BY_US: _post("post", by_us=True),
    Kind.REPLY_BY_US: _post("reply", by_us=True),
    Kind.QUOTE_BY_US: _post("quote", by_us=True),
    Kind.POST_DELETED: _deleted,
    Kind.MESSAGE_RECEIVED: _direct(by_us=False),
    Kind.MESSAGE_SENT: _direct(by_us=True),
    Kind.ENCRYPTED_MESSAGE: _encrypted,
    **dict.fromkeys(REACTIONS, _reacted),
    Kind.READ: _read,
    Kind.TYPING: _typing,
    Kind.PROFILE_CHANGED: _renamed,
}
