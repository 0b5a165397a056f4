"""A channel's limits are kept by everybody together: never a call beyond one, and none left unused."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from tests.factories import make_address, make_answer, make_customer, make_ticket
from tests.tickets.pigeon import Wire
from tests.tickets.said import at
from tickets.choices import SendState
from tickets.models import Address, Message, OutboxEntry, SendWindow
from tickets.outbound import Gauge, OutboundMessage, SendError, Window
from tickets.outbox import pump
from tickets.sending.claiming import claim
from tickets.sending.meters import prepare_lanes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]

QUARTER, DAY = 900, 86400
SECOND = timedelta(seconds=1)
_people = iter(range(930000000000000000, 940000000000000000))


def limit(calls: int, *, key: str = "acme:quarter", seconds: int = QUARTER) -> Window:
    return Window(key=key, limit=calls, seconds=seconds, words=f"X allows {calls}.")


def waiting(count: int, *, address: Address | None = None, **fields: Any) -> list[Message]:
    """So many answers to so many people, all due."""
    fields.setdefault("not_before", at(0))
    place: dict[str, Any] = {"address": address} if address else {}
    tickets = [make_ticket(make_customer(str(next(_people))), **place) for _ in range(count)]
    return [make_answer(ticket, f"number {n}", state=SendState.QUEUED, **fields) for n, ticket in enumerate(tickets)]


def send_at(moment: datetime) -> int:
    return pump(clock=lambda: moment)


def used() -> dict[str, int]:
    return dict(SendWindow.objects.values_list("key", "used"))


def test_no_more_goes_out_than_a_window_allows_and_the_rest_when_it_starts_anew(wire: Wire) -> None:
    wire.windows = [limit(3)]
    waiting(8)
    assert [send_at(at(0)), send_at(at(5)), send_at(at(14.9))] == [3, 0, 0]
    opens = SendWindow.objects.get().resets_at
    assert opens is not None
    assert [send_at(opens), send_at(opens + 2 * timedelta(seconds=QUARTER))] == [3, 2]


def test_all_limits_hold_at_once(wire: Wire) -> None:
    wire.windows = [limit(3), limit(4, key="acme:day", seconds=DAY)]
    waiting(8)
    assert [send_at(at(0)), send_at(at(20)), send_at(at(40))] == [3, 1, 0]
    assert used() == {"acme:quarter": 1, "acme:day": 4}


def test_what_the_answers_tell_of_a_limit_is_believed(wire: Wire) -> None:
    wire.windows = [limit(10)]
    wire.gauges = [Gauge(key="acme:quarter", limit=10, remaining=1, resets_at=at(4))]  # others use the account too
    waiting(8)
    assert [send_at(at(0)), send_at(at(3)), send_at(at(4) + SECOND)] == [2, 0, 6]


def test_a_refusal_for_the_limit_of_the_day_closes_that_window_and_counts_as_no_try(wire: Wire) -> None:
    wire.windows = [limit(10), limit(100, key="acme:day", seconds=DAY)]
    spent = Gauge(key="acme:day", limit=100, remaining=0, resets_at=at(600))
    wire.faults = [SendError("X's limit is reached.", code="429", limited=True, gauges=[spent])]
    waiting(3)
    assert (send_at(at(0)), wire.texts) == (1, [])
    assert [send_at(at(60)), send_at(at(600)), send_at(at(600) + SECOND)] == [0, 0, 3]
    assert set(OutboxEntry.objects.values_list("state", "tries")) == {("sent", 1)}


def test_what_the_channel_never_heard_of_is_given_back(wire: Wire) -> None:
    wire.windows = [limit(3)]
    wire.faults = [SendError("X could not be reached.", code="unreachable", unheard=True)]
    waiting(4)
    assert (send_at(at(0)), len(wire.texts), used()) == (4, 3, {"acme:quarter": 3})


def test_a_call_under_way_when_a_window_starts_anew_counts_in_the_new_one(wire: Wire) -> None:
    wire.windows = [limit(3)]
    waiting(5)
    prepare_lanes(at(0))
    assert len(claim(at(0), most=2)) == 2
    assert len(claim(at(30), most=5)) == 1


def test_accounts_share_the_limit_of_their_app_fairly(wire: Wire) -> None:
    wire.windows = [limit(4, key="app:day", seconds=DAY)]
    waiting(6)
    waiting(2, address=make_address("900000000000000077"))
    assert send_at(at(0)) == 4
    assert sorted(m.address_key[-2:] for m in wire.sent) == ["01", "01", "77", "77"]


def test_the_urgent_goes_first_whatever_account_it_is_of(wire: Wire) -> None:
    wire.windows = [limit(2, key="app:day", seconds=DAY)]
    waiting(3)
    urgent = waiting(2, address=make_address("900000000000000077"))
    OutboxEntry.objects.filter(message__in=urgent).update(priority=3)
    send_at(at(0))
    assert {m.address_key[-2:] for m in wire.sent} == {"77"}


def test_a_stopped_account_uses_nothing_of_a_shared_limit(wire: Wire) -> None:
    wire.windows = [limit(2, key="app:day", seconds=DAY)]
    waiting(3)
    Address.objects.update(sending_stopped=True)
    waiting(2, address=make_address("900000000000000077"))
    assert (send_at(at(0)), used()) == (2, {"app:day": 2})


def test_public_and_private_have_limits_of_their_own(wire: Wire) -> None:
    waiting(2)
    private = make_answer(make_ticket(make_customer(str(next(_people))), private=True), state=SendState.QUEUED)
    OutboxEntry.objects.filter(message=private).update(not_before=at(0))
    assert (send_at(at(0)), len(wire.sent)) == (3, 3)


def test_somebody_is_woken_once_when_a_full_window_starts_anew(wire: Wire) -> None:
    wire.windows = [limit(1)]
    waiting(2)
    before = rung()
    send_at(at(0))
    opens = SendWindow.objects.get().resets_at
    send_at(at(1))
    assert rung() - before == {opens}


def rung() -> set[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT lock FROM django_q_ormq")
        return {moment for (moment,) in cursor.fetchall()}


def test_an_edited_limit_is_taken_over_and_a_told_one_is_kept(wire: Wire) -> None:
    wire.windows = [limit(10)]
    waiting(1)
    prepare_lanes(at(0))
    SendWindow.objects.update(limit=25)
    prepare_lanes(at(70))
    assert SendWindow.objects.get().limit == 25
    wire.windows = [limit(40)]
    prepare_lanes(at(140))
    assert SendWindow.objects.get().limit == 40


@pytest.fixture
def hurried(settings: Any) -> Iterator[None]:
    settings.OUTBOX_THREADS = 4
    yield


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_workers_with_several_senders_each_stay_within_a_limit_together(wire: Wire, hurried: None) -> None:
    wire.windows = [limit(10)]
    waiting(24)
    start = Barrier(2)

    def work(_: int) -> int:
        try:
            start.wait()
            return send_at(at(0))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        assert sum(workers.map(work, range(2))) == 10
    assert len(set(wire.texts)) == len(wire.texts) == 10


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_several_are_under_way_at_a_time(wire: Wire, hurried: None) -> None:
    waiting(8)
    together = Barrier(4)

    def meet(message: OutboundMessage) -> None:
        together.wait(timeout=10)

    wire.meanwhile = meet
    assert (send_at(at(0)), len(wire.sent)) == (8, 8)
