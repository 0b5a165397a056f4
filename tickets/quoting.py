"""Which open pages show what becomes of a message: its ticket's, or those of the tickets it quotes. Reads only."""

from collections.abc import Sequence

from tickets.live import NO_TICKET
from tickets.models import Message


def shown_on(messages: Sequence[Message]) -> set[int]:
    """To be announced. One statement where posts on no ticket quote something; else none."""
    tickets = {message.ticket_id or NO_TICKET for message in messages}
    quotes = {(one.address_id, one.quote_of) for one in messages if one.ticket_id is None and one.quote_of}
    if not quotes:
        return tickets
    quoted = Message.objects.filter(
        address__in={address for address, _ in quotes},
        external_id__in={number for _, number in quotes},
        ticket__isnull=False,
    )
    return tickets | {pk for pk in quoted.values_list("ticket_id", flat=True) if pk is not None}
