"""What was written since the message that the composer answers: the customer's own words first, then a bystander's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tickets.composing.targets import is_theirs
from tickets.models import Message, Ticket
from tickets.outbound import Permission

_OWN = 3
_ALL = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One of them. `bystander`: somebody other than the ticket's customer wrote it. `reason`: why it cannot be answered
    from here; `by_hand`: a person can on the channel."""

    message: Message
    bystander: bool = False
    offered: bool = False
    by_hand: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Since:
    """`more`: how many more there are, as far as they are known here. `reason`: why none of the rows can be answered,
    where it is the same of all."""

    rows: Sequence[Row] = ()
    more: int = 0

    @property
    def reason(self) -> str:
        reasons = {row.reason for row in self.rows}
        return reasons.pop() if len(reasons) == 1 else ""


NOTHING = Since()


def gather(ticket: Ticket, later: Sequence[Message], judged: Mapping[int, Permission], *, private: bool) -> Since:
    """`later`: the latest first. `judged`: what the channel says of answering them in public."""
    own = [one for one in later if not _is_bystander(ticket, one)][:_OWN]
    others = [one for one in later if _is_bystander(ticket, one)][: _ALL - len(own)]
    chosen = [*own[::-1], *others[::-1]]
    rows = [read_row(ticket, one, judged, private=private) for one in chosen]
    return Since(rows, more=len(later) - len(rows))


def read_row(ticket: Ticket, message: Message, judged: Mapping[int, Permission], *, private: bool) -> Row:
    told, bystander = judged.get(message.pk), _is_bystander(ticket, message)
    if ticket.merged_into_id or (told is None and not private):
        return Row(message, bystander)
    if told is None or told.allowed:
        return Row(message, bystander, offered=True)
    return Row(message, bystander, by_hand=bool(told.by_hand_url), reason=told.reason)


def _is_bystander(ticket: Ticket, message: Message) -> bool:
    return message.identity is not None and not is_theirs(ticket, message)
