"""A merge of 50 tickets and its undoing, against writing the same messages to another ticket and nothing else.

python -m bench.merge [--tickets 50] [--messages 5] [--around 20000]
"""

import argparse
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.common import installation, report

TIMES = 10


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, default=50)
    parser.add_argument("--messages", type=int, default=5, help="on each ticket")
    parser.add_argument("--around", type=int, default=20_000, help="other tickets in the database")
    options = parser.parse_args()
    with installation():
        import django

        django.setup()
        fill(options.tickets + options.around, options.messages)
        pks = list(range(1, options.tickets + 1))
        merges, undoes, floors = [], [], []
        for _ in range(TIMES):
            merge_ms, undo_ms = merge_and_undo(pks)
            merges.append(merge_ms)
            undoes.append(undo_ms)
            floors.append(write_only(pks))
        value, floor = (sorted(found)[TIMES // 2] for found in (merges, floors))
        report("merge", value=value, floor=floor, unit="ms", undo=round(sorted(undoes)[TIMES // 2], 1), most=300)


def fill(count: int, messages: int) -> None:
    from django.contrib.auth.models import User
    from django.db import connection
    from django.utils import timezone

    from kapture.sets import copy_objects
    from tickets.models import Address, Customer, Identity, Message, Queue, SlaClock, Ticket

    now, address, queue = timezone.now(), Address.objects.get(), Queue.objects.order_by("id")[0]
    User.objects.create_superuser("bench")
    customer = Customer.objects.create(name="Ana", created_at=now)
    who = Identity.objects.create(customer=customer, channel=address.channel, external_id="1", seen_at=now)
    tickets, said, clocks = [], [], []
    for n in range(1, count + 1):
        at = now - timedelta(seconds=count - n)
        ticket = Ticket(pk=n, kind="mention", address=address, customer=customer, identity=who, queue=queue)
        ticket.opened_at = ticket.created_at = ticket.last_message_at = ticket.last_inbound_at = at
        ticket.message_count = messages
        tickets.append(ticket)
        clock = {"started_at": at, "due_at": at + timedelta(hours=1), "minutes": 60, "priority": "normal"}
        clocks.append(SlaClock(ticket_id=n, metric="first_response", reached=0, **clock))
        for number in range(messages):
            message = Message(ticket_id=n, address=address, external_id=f"{n:09}{number}", identity=who)
            message.kind, message.direction, message.visibility = "mention", "in", "public"
            message.sent_at, message.received_at, message.text = at, at, "Where is my order?"
            said.append(message)
    for rows in (tickets, said, clocks):
        copy_objects(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def merge_and_undo(pks: list[int]) -> tuple[float, float]:
    from django.contrib.auth.models import User
    from django.utils import timezone

    from tickets.merging import merge
    from tickets.regrouping.undoing import undo

    by, made = User.objects.get(), []
    merge_ms = clocked(lambda: made.append(merge(pks[1:], into=pks[0], by=by, now=timezone.now())))
    return merge_ms, clocked(lambda: undo(made[0].pk, by=by, now=timezone.now()))


def write_only(pks: list[int]) -> float:
    """The floor: the rows of the messages and of the tickets, in a transaction, written as the merge writes them."""
    from django.db import transaction
    from django.db.models import F

    from tickets.models import Message, Ticket

    def write() -> None:
        with transaction.atomic():
            Message.objects.filter(ticket__in=pks).update(labels=F("labels"), ticket=pks[0])
            Ticket.objects.filter(pk__in=pks).update(message_count=F("message_count") + 1)
            transaction.set_rollback(True)

    return clocked(write)


def clocked(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
