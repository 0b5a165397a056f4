"""The line of the composer that tells before it is sent whom an answer notifies, and what it costs."""

from collections.abc import Iterable, Sequence
from typing import Any

from tickets.channels import channel_named
from tickets.composing.notifying import foreshow
from tickets.composing.targets import Aim, answerable, judge
from tickets.models import Ticket
from tickets.views.modes import Mode

Parts = Sequence[tuple[str, int]]  # words and length, as weighed


def tell_before(
    ticket: Ticket, modes: Iterable[Mode], text: str, parts: Parts, spares: Sequence[str]
) -> dict[str, Any]:
    """Of each way to answer that is open. Asks nothing."""
    told = {mode.code: (Aim(mode.answered, mode.permission), mode.permission.allowed) for mode in modes}
    ways = {code: aimed for code, (aimed, open_) in told.items() if open_ and code != "note"}
    return {"notifies": {code: _tell(ticket, code, aimed, text, parts, spares) for code, aimed in ways.items()}}


def tell_while(
    ticket: Ticket, code: str, text: str, parts: Parts, spares: Sequence[str], *, to: int | None
) -> dict[str, Any]:
    """Of one way, while it is written; nothing where it is not open. `to`: the message that is answered in public. Two
    statements."""
    if code == "private":
        channel, who = channel_named(ticket.address.channel), ticket.identity.external_id
        aimed = Aim(None, channel.may_send(ticket.address.key, private=True, in_reply_to="", recipient=who))
    else:
        answered = answerable(ticket, private=False, pk=to) if to is not None else None
        aimed = Aim(answered, judge(ticket, [answered])[answered.pk] if answered else None)
    if aimed.told is None or not aimed.told.allowed:
        return {}
    return {"notifies": {code: _tell(ticket, code, aimed, text, parts, spares)}}


def _tell(ticket: Ticket, code: str, aimed: Aim, text: str, parts: Parts, spares: Sequence[str]) -> Any:
    private = code == "private"
    texts = [words for words, _length in parts] if parts and not private else [text]
    return foreshow(ticket, texts, private=private, aimed=aimed, spares=spares)
