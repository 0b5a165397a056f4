"""What may be answered, how, and how long it may be: asked before anybody writes. Writing is tickets/replies.py."""

from tickets.channels import Limits, Permission, channel_named
from tickets.choices import Direction, Visibility
from tickets.models import Message, Ticket

_HOPELESS = 10  # times what a channel takes


def check_reply(ticket: Ticket, *, private: bool, answered: Message | None = None) -> Permission:
    """May this ticket be answered this way? To be asked before anybody writes. Of the latest message when not told."""
    answered = answered or answerable(ticket, private=private)
    if answered is None and not private:
        return Permission(allowed=False, reason="The customer wrote privately; there is no public message to answer.")
    channel = channel_named(ticket.address.channel)
    in_reply_to = answered.external_id if answered and answered.external_id else ""
    return channel.may_send(ticket.address.key, private=private, in_reply_to=in_reply_to)


def answerable(ticket: Ticket, *, private: bool, pk: int | None = None) -> Message | None:
    """The customer's message of that visibility that an answer goes to: the one asked for, else the latest."""
    visibility = Visibility.PRIVATE if private else Visibility.PUBLIC
    said = ticket.messages.filter(direction=Direction.IN, visibility=visibility, deleted_at__isnull=True)
    if pk is not None:
        said = said.filter(pk=pk)
    return said.select_related("identity").order_by("-sent_at", "-id").first()


def measure(ticket: Ticket, text: str, *, private: bool) -> Limits:
    """The text's length as its channel counts it. What is hopelessly long is only counted: weighing takes seconds."""
    channel = channel_named(ticket.address.channel)
    maximum = channel.measure("", private=private).maximum
    if len(text) > _HOPELESS * maximum:
        return Limits(maximum=maximum, length=len(text))
    return channel.measure(text, private=private)


def tidy(text: str) -> str:
    """As it is kept: line ends of every system are one."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()
