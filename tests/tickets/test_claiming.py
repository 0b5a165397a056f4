"""What taking an answer off the queue costs: it follows what is taken, not what waits."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from tests.factories import make_customer, make_ticket
from tests.tickets.pigeon import Wire
from tests.tickets.said import at
from tickets.choices import SendState
from tickets.models import Identity, Message, OutboxEntry
from tickets.sending.claiming import claim
from tickets.sending.meters import prepare_lanes

pytestmark = pytest.mark.django_db


def wait_in_line(many: int, *, state: SendState) -> None:
    """So many answers, each to a customer of its own."""
    ticket, first = make_ticket(), make_customer(f"{state}-0")
    who: Any = {"customer": first.customer, "channel": first.channel}
    rest = [Identity(external_id=f"{state}-{number}", **who) for number in range(1, many)]
    what: Any = {"ticket": ticket, "address": ticket.address, "kind": "reply", "direction": "out"}
    what |= {"text": "On its way.", "visibility": "public", "sent_at": at(1), "received_at": at(1)}
    asking = [first, *Identity.objects.bulk_create(rest)]
    answers = Message.objects.bulk_create([Message(identity=one, **what) for one in asking])
    OutboxEntry.objects.bulk_create(
        OutboxEntry(
            message=one,
            address_id=one.address_id,
            recipient=one.identity,
            private=False,
            state=state,
            fingerprint=str(one.pk),
            not_before=at(1),
            created_at=at(1),
        )
        for one in answers
    )


def read_rows(plan: dict[str, Any]) -> Iterator[float]:
    """Of each step of a plan, how many rows it went through."""
    yield (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    yield plan.get("Rows Removed by Join Filter", 0) * plan["Actual Loops"]
    for step in plan.get("Plans", ()):
        yield from read_rows(step)


def test_a_burst_right_after_a_quiet_time_costs_no_more_than_what_is_taken(wire: Wire) -> None:
    plans: list[Any] = []

    def explain(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if "WITH due" in sql:
            with transaction.atomic():
                execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params, many, context)
                plans.append(context["cursor"].fetchone()[0])
                transaction.set_rollback(True)
        return execute(sql, params, many, context)

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE tickets_address, tickets_sendwindow CASCADE")  # nothing other tests left weighs
    wait_in_line(300, state=SendState.SENT)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tickets_outboxentry")
    wait_in_line(300, state=SendState.HELD)
    prepare_lanes(at(2))
    with connection.execute_wrapper(explain):
        assert len(claim(at(2), most=8)) == 8
    assert max(read_rows(plans[0][0]["Plan"])) <= 100
