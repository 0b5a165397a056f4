"""The ways to answer a ticket, as the composer shows them: whether each is possible now, and what it answers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from tickets.composing.answering import ELSEWHERE
from tickets.composing.beginning import check_answer
from tickets.composing.by_hand import PLACE, link_for
from tickets.composing.targets import (
    MOST,
    Aim,
    answerable,
    earlier,
    first_allowed,
    is_theirs,
    judge,
    just_said,
    latest_said,
    said_among,
    usual_target,
)
from tickets.models import Message, Ticket
from tickets.outbound import Permission
from tickets.permissions import may, may_on, visible_messages
from tickets.timeline import Timeline
from tickets.views.since import NOTHING, Row, Since, gather, read_row


@dataclass(frozen=True, slots=True)
class Gone:
    """The message that was to be answered cannot be any more. `moved`: it is on another ticket by now; `to`: which,
    where whoever writes may see it."""

    moved: bool = False
    to: int | None = None


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to answer, whether it is possible now, and which message it answers. A note always is, and answers none.

    `gone`: what became of the message that was to be answered; then `answered` is the usual one instead (`usual`: the
    same as it can be chosen). `choices`: what was said that way and can be answered. `since`: what was said since what
    is answered. `opens`: it opens a private ticket.
    """

    code: str
    permission: Permission
    answered: Message | None = None
    since: Since = NOTHING
    usual: Row | None = None
    gone: Gone | None = None
    opens: bool = False
    by_hand: str = ""  # where a person gives this answer on the channel, with a place for the text
    choices: Collection[int] = ()


def ways(user: User, ticket: Ticket) -> list[str]:
    if not may_on(user, "send", ticket):
        return []
    return ["public", "private"] if may(user, "see_private") else ["public"]


def read_mode(ticket: Ticket, code: str, pk: int | None, *, by: User, shown: Timeline | None) -> Mode:
    """`pk`: the message named. `shown`: what stands above the composer; whoever may answer this way reads all of it, so
    what is not among it is asked for only where there is more."""
    private, whole = code == "private", shown is not None and not shown.earlier
    said = said_among(shown.messages, private=private)[:MOST] if shown else just_said(ticket, private=private)
    latest = said[0] if said else None if whole or shown is None else latest_said(ticket, private=private)
    named = _named(ticket, pk, said, private=private) if pk is not None else None
    usual = named or usual_target(ticket, latest, private=private)
    judged = {} if private or ticket.merged_into_id else judge(ticket, _once(usual, latest, *said))
    told = judged.get(usual.pk) if usual else None
    aimed = Aim(usual, told)
    if named is None and usual and told and not told.allowed:
        aimed = _before(ticket, usual, told, said, judged, whole=whole)
    permission = check_answer(ticket, private=private, by=by, aimed=aimed)
    by_hand = not permission.allowed and permission.by_hand_url
    link = link_for(ticket, private=private, answered=aimed.message, text=PLACE) if by_hand else ""
    # Where everything was brought elsewhere, that says enough.
    is_gone = pk is not None and named is None and permission.code != ELSEWHERE
    return Mode(
        code,
        permission,
        aimed.message,
        since=gather(ticket, _after(aimed.message, _once(*said, latest)), judged, private=private),
        usual=read_row(ticket, aimed.message, judged, private=private) if is_gone and aimed.message else None,
        gone=what_became(pk or 0, ticket, by=by) if is_gone else None,
        opens=private and not ticket.private,
        by_hand=link,
        choices={one.pk for one in said if one.external_id and one.pk in judged and judged[one.pk].allowed},
    )


def _after(answered: Message | None, said: Sequence[Message]) -> Sequence[Message]:
    """`said`: the latest first; all of it where what is answered was said before."""
    keys = [one.pk for one in said]
    return said[: keys.index(answered.pk)] if answered is not None and answered.pk in keys else said


def _named(ticket: Ticket, pk: int, said: Sequence[Message], *, private: bool) -> Message | None:
    return next((one for one in said if one.pk == pk), None) or answerable(ticket, private=private, pk=pk)


def _once(*messages: Message | None) -> list[Message]:
    return list({one.pk: one for one in messages if one is not None}.values())


def _before(
    ticket: Ticket,
    usual: Message,
    told: Permission,
    said: Sequence[Message],
    judged: Mapping[int, Permission],
    *,
    whole: bool,
) -> Aim:
    """As targets.earlier, of what was judged already; asked for only where there is more."""
    theirs = [one for one in said if is_theirs(ticket, one) or not is_theirs(ticket, usual)]
    found = first_allowed(theirs, judged)
    if found is not None:
        return Aim(found, judged[found.pk])
    return Aim(usual, told) if whole and len(said) < MOST else earlier(ticket, usual, told)


def what_became(pk: int, ticket: Ticket, *, by: User) -> Gone:
    found = Message.objects.filter(pk=pk, deleted_at=None).exclude(ticket=ticket).exclude(ticket=None)
    if not found.exists():
        return Gone()
    seen = visible_messages(by).filter(pk=pk).values_list("ticket", flat=True).first()
    return Gone(moved=True, to=seen)
