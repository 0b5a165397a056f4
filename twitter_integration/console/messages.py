"""Direct messages: whose conversations there are, what was said, read marks, deleting for us. Writing: writing.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tickets import intake
from tickets.happenings import Retraction
from twitter_integration.accounts import CHANNEL
from twitter_integration.console import asked, naming
from twitter_integration.console.action import Action, Field, Given, Kind, Outcome, Scope, Sheet, Way
from twitter_integration.console.fields import BadInput
from twitter_integration.console.line import Line
from twitter_integration.console.ways import both, page_of, size_of, write
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.events import DirectMessage, Person
from twitter_integration.models import PartnerAccount
from twitter_integration.offers import Dialect
from twitter_integration.payloads import rows
from twitter_integration.reading.reads import MESSAGE_QUERY

# What the desk holds is searched this far back; X itself keeps thirty days.
SEARCHED = timedelta(days=90)
_MOST_FOUND = 50
_MESSAGE = Field(
    name="message", label=gettext_noop("Message"), kind=Kind.MESSAGE, help=gettext_noop("X's id of the message")
)
_TEXT = Field(name="text", label=gettext_noop("Words"), kind=Kind.TEXT, most=200)
_NO_MARK = gettext_noop(
    "v2 has no call for messages that are not encrypted: they count as read when somebody opens them on X."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """With whom, and what was said last in it, of the messages read."""

    person: Person
    last: DirectMessage
    count: int

    @property
    def id(self) -> str:
        return self.person.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A message the desk holds."""

    id: str
    ticket: int | None
    person: str
    by_us: bool
    sent_at: datetime
    text: str


def _events(line: Line, given: Given) -> Outcome:
    """Newest first; X gives 15 such reads in 15 minutes."""
    query = {**MESSAGE_QUERY, "max_results": size_of(given), **page_of(given, "pagination_token")}
    answer = line.call(given, query=query)
    found, unreadable = rows.read_messages(answer.document, account_id=line.own)
    named = naming.with_names(line.account, found)
    return Outcome(rows=named, next_page=answer.next_token, unreadable=unreadable)


def _events_legacy(line: Line, given: Given) -> Outcome:
    """v1.1 tells messages without people: who they are is the desk's to say."""
    query = {"count": str(min(int(size_of(given)), 50)), **page_of(given, "cursor")}
    document = line.call(given, query=query).document
    found, unreadable = rows.read_legacy_messages(document.get("events"))
    named = naming.with_names(line.account, found)
    return Outcome(rows=named, next_page=str(document.get("next_cursor") or ""), unreadable=unreadable)


def _conversations(line: Line, given: Given) -> Outcome:
    read = _events if line.dialect == Dialect.V2 else _events_legacy
    outcome = read(line, given)
    return replace(outcome, rows=group(outcome.rows, own=line.own))


def _conversation_legacy(line: Line, given: Given) -> Outcome:
    """v1.1 has no list for one conversation: those of a page are picked out."""
    outcome = _events_legacy(line, given)
    mine = [one for one in outcome.rows if given["person"] in (one.sender.id, one.recipient.id)]
    return replace(outcome, rows=mine)


def group(messages: Iterable[DirectMessage], *, own: str) -> list[Conversation]:
    """By the other person, the latest first; messages come newest first."""
    found: dict[str, Conversation] = {}
    for message in messages:
        other = message.recipient if message.sender.id == own else message.sender
        known = found.get(other.id)
        if known is None:
            found[other.id] = Conversation(person=other, last=message, count=1)
        else:
            named = known.person if known.person.handle else other
            found[other.id] = replace(known, person=named, count=known.count + 1)
    return list(found.values())


def _mark_read(line: Line, given: Given) -> Outcome:
    line.call(given, query={"last_read_event_id": given["message"], "recipient_id": given["person"]})
    return Outcome()


def _fit(account: PartnerAccount, given: Given) -> Sequence[Dialect]:
    """v2 deletes what the account wrote, v1.1 out of its view whatever stands there (x-api 5.5). `ours` where it is
    known; else the desk says so of what it holds."""
    ours = given.get("ours")
    if ours is None:
        held = _kept(account, given).filter(visibility="private")
        ours = {"out": True, "in": False}.get(held.values_list("direction", flat=True).first() or "")
    if ours is None:
        return (Dialect.LEGACY, Dialect.V2)
    return (Dialect.V2, Dialect.LEGACY) if ours else (Dialect.LEGACY,)


def _deleted(way: Way) -> Way:
    """The desk shows what the account sees: it goes here too, also when it was gone already. What X does not find is a
    message only where the desk knows it as one: X says the same of a post's id."""

    def run(line: Line, given: Given) -> Outcome:
        known = set(_kept(line.account, given).values_list("visibility", flat=True))
        if known - {"private"}:
            raise BadInput("message", _("That is no private message: here nothing but private messages is deleted."))
        try:
            outcome = way(line, given)
        except XError as error:
            if error.kind == ErrorKind.GONE and not known:
                raise BadInput("message", _("This account has no private message with that number.")) from None
            if error.kind == ErrorKind.GONE:
                _retract(line, given)
            raise
        _retract(line, given, by=line.by)
        return outcome

    return run


def _retract(line: Line, given: Given, *, by: str = "") -> None:
    now, number = timezone.now(), given["message"]
    gone = Retraction(channel=CHANNEL, address_key=line.own, external_id=number, at=now, private_only=True, by=by)
    intake.retract([gone], now=now)


def _kept(account: PartnerAccount, given: Given) -> Any:
    """What the desk holds under the message's id."""
    return _held().filter(address=account.address_id, external_id=given["message"])


def _held() -> Any:
    return apps.get_model("tickets", "Message")._default_manager


def _search(sheet: Sheet) -> Outcome:
    """X cannot search messages; the desk can, in what it received."""
    found = (
        _held()
        .filter(
            address=sheet.account.address_id,
            visibility="private",
            sent_at__gte=sheet.now - SEARCHED,
            text__icontains=sheet.given["text"],
        )
        .select_related("identity")
        .order_by("-sent_at", "-id")[:_MOST_FOUND]
    )
    return Outcome(rows=[_found(message) for message in found])


def _found(message: Any) -> Found:
    return Found(
        id=message.external_id or "",
        ticket=message.ticket_id,
        person=message.identity.handle if message.identity else "",
        by_us=message.direction == "out",
        sent_at=message.sent_at,
        text=message.text,
    )


_READ = Action(name="", label="", operation="messages.read", scope=Scope.PRIVATE, reads=True)
_CHANGE = Action(name="", label="", operation="", scope=Scope.PRIVATE, fields=(asked.PERSON,))
ACTIONS = (
    replace(
        _READ,
        name="conversations",
        label=gettext_noop("Conversations"),
        ways=both(_conversations, _conversations),
        fields=asked.PAGED,
    ),
    replace(
        _READ,
        name="conversation",
        label=gettext_noop("One conversation"),
        operation="messages.conversation",
        ways=both(_events, _conversation_legacy),
        fields=(asked.PERSON, *asked.PAGED),
    ),
    replace(
        _READ,
        name="search-messages",
        label=gettext_noop("Search messages"),
        operation="",
        door=_search,
        fields=(_TEXT,),
    ),
    replace(
        _CHANGE,
        name="mark-read",
        label=gettext_noop("Mark as read"),
        operation="messages.mark_read",
        ways={Dialect.LEGACY: _mark_read},
        fields=(asked.PERSON, _MESSAGE),
        done=gettext_noop("They see that it was read."),
        lacking=_NO_MARK,
    ),
    replace(
        _CHANGE,
        name="typing",
        label=gettext_noop("Show that somebody is typing"),
        operation="messages.typing",
        ways={Dialect.LEGACY: write(recipient_id="person")},
        done=gettext_noop("They see it for about three seconds."),
        lacking=gettext_noop("v2 has no call for it."),
    ),
    replace(
        _CHANGE,
        name="delete-message",
        label=gettext_noop("Delete a message for us"),
        operation="messages.delete",
        ways=both(_deleted(write()), _deleted(write(id="message"))),
        fields=(_MESSAGE,),
        fit=_fit,
        confirm=True,
        ends=True,
        done=gettext_noop("The message is deleted for us; they still have it."),
        lacking=gettext_noop(
            "v2 deletes only what the account wrote itself; what others wrote is deleted through v1.1."
        ),
    ),
    replace(
        _CHANGE,
        name="block-messages",
        label=gettext_noop("Block somebody's messages"),
        operation="messages.block",
        ways={Dialect.V2: write()},
        confirm=True,
        explain=True,
        undone_by="allow-messages",
        done=gettext_noop("They can write the account no more messages."),
        lacking=gettext_noop("v1.1 has no call for it: block the person."),
    ),
    replace(
        _CHANGE,
        name="allow-messages",
        label=gettext_noop("Allow somebody's messages"),
        operation="messages.unblock",
        ways={Dialect.V2: write()},
        undone_by="block-messages",
        done=gettext_noop("They can write messages again."),
        lacking=gettext_noop("v1.1 has no call for it."),
    ),
)
