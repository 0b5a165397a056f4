"""Which open pages show what becomes of a message: its ticket's, or those of the tickets it quotes. Reads only."""

from collections.abc import Sequence

from tickets.live import NO_TICKET
from tickets.models import Message, Ticket


def shown_on(messages: Sequence[Message]) -> set[int]:
    """To be announced. One statement where posts on no ticket quote something; else none."""
    return {message.ticket_id or NO_TICKET for message in messages} | {one.pk for one in tickets_quoted(messages)}


def tickets_quoted(messages: Sequence[Message]) -> list[Ticket]:
    """Those that posts on no ticket quote a message of. One statement where there are any such posts; else none."""
    quotes = {(one.address_id, one.quote_of) for one in messages if one.ticket_id is None and one.quote_of}
    if not quotes:
        return []
    quoted = Message.objects.filter(
        address__in={address for address, _ in quotes},
        external_id__in={number for _, number in quotes},
        ticket__isnull=False,
    )
    return list(Ticket.objects.filter(pk__in=quoted.order_by().values("ticket_id")))
