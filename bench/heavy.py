"""A list of fifty tickets and a ticket with two hundred messages, with what such pages show: pictures, tags, deadlines,
links, answers. For whoever weighs pages; the rows are written as sets."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle, islice

from django.contrib.auth.models import User

from tickets.choices import Direction, MessageKind, Metric, Priority, SendState, Status, Visibility
from tickets.models import Address, Customer, Folder, Identity, Message, OutboxEntry, Queue, Tag, Ticket
from tickets.receiving.rows import shorten

ROWS, MESSAGES = 50, 200
NAMES = ("Ana Lindqvist", "Ben", "Mehmet Yıldırım", "山田 花子", "Olúwaṣeun A.", "Frida ☀️", "Jo Fitzgerald-Hughes")
QUEUES = ("Support", "Billing", "Orders", "Social")
TAGS = ("refund", "lost parcel", "vip", "press", "app crash")
STATES = (Status.NEW, Status.OPEN, Status.OPEN, Status.PENDING, Status.ON_HOLD)
# What people ask is mostly a sentence or two; some use all the room there is.
_PHONE = "I have tried it on two phones now. What else can I do?"
_PART = "I would rather have the part sent than return all of it."
_PACKED = "your page says that orders cannot be changed once they are packed. It has not been packed yet, has it?"
SAID = (
    "Where is my order? It was promised for Tuesday.",
    f"@acmehelp_demo your app signs me out every time I open it, and your code comes ten minutes late. {_PHONE}",
    "still waiting",
    f"@acmehelp_demo Order 4711-220 arrived damaged: the charger is missing. Pictures attached. {_PART}",
    "Thank you, that worked!",
    f"Is there any way to change the address after paying? I am moving, nobody answers the phone, and {_PACKED}",
)
ANSWERED = (
    "Sorry for the wait! We have asked the depot and will tell you today.",
    "Thank you, we have found your order. The part leaves tomorrow; you will get a mail with its number.",
)
_PICTURE = "https://pbs.twimg.com/profile_images/{}/aB{:03}xYz_normal.jpg"


def fill_list(now: datetime) -> None:
    """Fifty open tickets of as many customers."""
    addresses, agents = _addresses(), list(User.objects.filter(groups__name="Agents"))
    queues = [
        Queue.objects.get_or_create(name=name, defaults={"slug": f"heavy-{n}"})[0] for n, name in enumerate(QUEUES)
    ]
    folders = Folder.objects.bulk_create(Folder(name=f"{name}, to be answered") for name in QUEUES)
    tags = Tag.objects.bulk_create(Tag(name=name) for name in TAGS)
    tickets = []
    for n, who in enumerate(_people(ROWS, now)):
        at = now - timedelta(minutes=7 * n)
        tickets.append(
            Ticket(
                pk=100_001 + n,  # as long as numbers are on a desk that has run for a while
                identity=who,
                customer=who.customer,
                address=addresses[n % len(addresses)],
                queue=queues[n % len(queues)],
                folder=folders[n % len(folders)] if n % 3 else None,
                assignee=agents[n % len(agents)] if n % 2 else None,
                kind=MessageKind.DIRECT if n % 4 == 0 else MessageKind.MENTION,
                private=n % 4 == 0,
                status=STATES[n % len(STATES)],
                priority=Priority.values[n % 4],
                next_due_at=now + timedelta(minutes=20 * n - 100) if n % 5 else None,
                next_due_metric=Metric.FIRST_RESPONSE if n % 5 else "",
                message_count=n + 1,
                last_text=shorten(SAID[n % len(SAID)]),
                opened_at=at,
                created_at=at,
                last_message_at=at,
                last_inbound_at=at,
            )
        )
    Ticket.objects.bulk_create(tickets)
    through = Ticket.tags.through
    through.objects.bulk_create(
        through(ticket=ticket, tag=tag)
        for n, ticket in enumerate(tickets)
        for tag in islice(cycle(tags), n % 5, n % 5 + n % 3)
    )


def fill_ticket(now: datetime, *, count: int = MESSAGES, text: str = "") -> Ticket:
    """One with so many messages, every other one an answer of ours; `text`: what the customer says each time."""
    [who], address = _people(1, now), _addresses()[0]
    agent = User.objects.filter(groups__name="Agents").first()
    start = now - timedelta(minutes=10 * count)
    made = {"opened_at": start, "created_at": start, "last_message_at": now, "last_inbound_at": now}
    ticket = Ticket.objects.create(
        identity=who,
        customer=who.customer,
        address=address,
        queue=Queue.objects.order_by("pk")[0],
        status=Status.OPEN,
        kind=MessageKind.MENTION,
        message_count=count,
        next_due_at=now + timedelta(hours=1),
        next_due_metric=Metric.NEXT_RESPONSE,
        **made,
    )
    said = Message.objects.bulk_create(_said(ticket, start, count, agent, text))
    OutboxEntry.objects.bulk_create(
        OutboxEntry(
            message=one,
            address=address,
            recipient=who,
            private=False,
            state=SendState.SENT,
            fingerprint=str(n),
            created_at=one.sent_at,
            settled_at=one.sent_at,
            not_before=one.sent_at,
        )
        for n, one in enumerate(said)
        if one.direction == Direction.OUT
    )
    return ticket


def _said(ticket: Ticket, start: datetime, count: int, agent: User | None, text: str) -> Iterator[Message]:
    for n in range(count):
        ours, at, key = (
            n % 2 == 1,
            start + timedelta(minutes=10 * n),
            str(1_900_000_000_000_000_000 + 10**9 * ticket.pk + n),
        )
        yield Message(
            ticket=ticket,
            address=ticket.address,
            external_id=key,
            permalink=f"https://x.com/i/web/status/{key}",
            kind=MessageKind.REPLY if n else MessageKind.MENTION,
            direction=Direction.OUT if ours else Direction.IN,
            visibility=Visibility.PUBLIC,
            identity=None if ours else ticket.identity,
            agent=agent if ours else None,
            text=ANSWERED[n // 2 % len(ANSWERED)] if ours else text or SAID[n // 2 % len(SAID)],
            sent_at=at,
            received_at=at + timedelta(seconds=3),
            sources=["webhook"],
        )


def _addresses() -> list[Address]:
    """What there is, and a second account."""
    second = {"name": "Acme Status", "handle": "acmestatus_demo"}
    Address.objects.get_or_create(channel="twitter", key="900000000000000777", defaults=second)
    return list(Address.objects.order_by("pk"))


def _people(count: int, now: datetime) -> list[Identity]:
    start = Customer.objects.count()
    names = [NAMES[n % len(NAMES)] for n in range(start, start + count)]
    customers = Customer.objects.bulk_create(Customer(name=name, created_at=now) for name in names)
    return Identity.objects.bulk_create(
        Identity(
            customer=customer,
            channel="twitter",
            external_id=str(910_000_000_000_000_000 + n),
            handle=f"somebody_{n}",
            name=customer.name,
            avatar_url=_PICTURE.format(1_700_000_000_000_000_000 + 104_729 * n, n),
            seen_at=now,
        )
        for n, customer in enumerate(customers, start=start)
    )
