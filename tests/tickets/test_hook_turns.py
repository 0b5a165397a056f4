"""Outgoing webhooks take turns: whoever is slow, or told much, holds up none but its own."""

import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django_q.models import OrmQ

from kapture.session_locks import hold
from tests.factories import NOW, make_ticket
from tests.serving import serving
from tests.tickets.test_hooks import Receiver, make_hook, receiver, told
from tickets.choices import HookState
from tickets.history import note_activity
from tickets.hooks import delivering, rounds, telling
from tickets.hooks.delivering import _Calls, _claim, send_due
from tickets.hooks.telling import make_test
from tickets.models import Hook, HookDelivery

__all__ = ["receiver"]  # a fixture
pytestmark = pytest.mark.django_db(transaction=True)


def make_waiting(hook: Hook, count: int) -> None:
    HookDelivery.objects.bulk_create([make_test(hook, now=NOW) for _ in range(count)])


def test_one_that_is_quick_is_told_all_while_slow_ones_are_waited_for(receiver: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(delivering, "THREADS", 4)
    all_told, in_time = threading.Event(), list[bool]()

    class Slow(Receiver):
        heard, answers = [], []

        def do_POST(self) -> None:  # noqa: N802  (so it is called)
            in_time.append(all_told.wait(8))
            super().do_POST()

    class Quick(receiver):  # type: ignore[misc]  # a fixture's class
        def do_POST(self) -> None:  # noqa: N802  (so it is called)
            super().do_POST()
            if len(self.heard) == 12:
                all_told.set()

    with serving(Slow) as slow, serving(Quick) as quick:
        Slow.url, Quick.url = f"{slow}/", f"{quick}/"
        for one in (Slow, Slow, Slow):
            make_waiting(make_hook(one), 3)  # older than what the quick one waits for
        make_waiting(make_hook(Quick), 12)
        assert send_due(clock=lambda: NOW) == 21
    assert in_time == [True] * 9
    assert HookDelivery.objects.filter(state=HookState.DELIVERED).count() == 21


@pytest.mark.parametrize(
    ("threads", "seconds", "failing", "goes"),
    [
        (3, (0, 0, 0), (), [1, 1, 1]),  # one of each first, though the first's are older
        (5, (0, 0, 0), (), [2, 2, 1]),
        (1, (0, 0, 0), (), [1, 0, 0]),
        (1, (3, 3, 0.1), (), [0, 0, 1]),  # whose calls took the least time
        (1, (3, 3, 0.1), (2,), [1, 0, 0]),  # one that fails is taken for slow
        (1, (11, 11, 0.1), (2,), [0, 0, 1]),  # but not for ever
        (99, (9, 9, 0.1), (2,), [4, 4, 4]),
    ],
)
def test_a_thread_that_is_free_is_given_in_turn(
    receiver: Any, monkeypatch: Any, threads: int, seconds: tuple[float, ...], failing: tuple[int, ...], goes: list[int]
) -> None:
    monkeypatch.setattr(delivering, "THREADS", threads)
    hooks = [make_hook(receiver, failing_since=NOW if number in failing else None) for number in range(3)]
    for hook in hooks:
        make_waiting(hook, 5)
    calls = _Calls()
    calls.spent.update((hook.pk, float(spent)) for hook, spent in zip(hooks, seconds, strict=True))
    claimed = [one.hook_id for one in _claim(NOW, calls)]
    assert [claimed.count(hook.pk) for hook in hooks] == goes


def test_what_is_under_way_counts_as_a_turn_taken(receiver: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(delivering, "THREADS", 3)
    hooks = [make_hook(receiver) for _ in range(2)]
    for hook in hooks:
        make_waiting(hook, 5)
    calls = _Calls()
    for one in HookDelivery.objects.filter(hook=hooks[0])[:2]:
        calls.running[Future()] = one, NOW
    assert [one.hook_id for one in _claim(NOW, calls)] == [hooks[1].pk]


def make_round(*, pieces: int = 99) -> None:
    """With time for so many pieces to be told."""
    ticks = itertools.count()

    def clock() -> Any:
        return NOW + timedelta(seconds=next(ticks) / 2)  # each piece looks at it twice

    rounds.go_on(clock=clock, tell_for=timedelta(seconds=pieces + 0.5), send_for=timedelta(hours=1))


def rings() -> int:
    return [bell.func() for bell in OrmQ.objects.all()].count(rounds.TASK)


def test_much_that_is_new_is_told_in_pieces_with_deliveries_in_between(receiver: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(telling, "_AT_ONCE", 2)
    hooks = [make_hook(receiver) for _ in range(3)]
    ticket = make_ticket()
    for _ in range(6):
        note_activity(ticket, "ticket.status", by=None, at=NOW)

    def sent() -> list[int]:
        return [hook.deliveries.filter(state=HookState.DELIVERED).count() for hook in hooks]

    make_round(pieces=4)
    assert (sent(), rings()) == ([4, 2, 2], 1)
    make_round(pieces=2)  # for those first that have read least
    assert (sent(), rings()) == ([4, 4, 4], 2)
    make_round()
    assert (sent(), rings()) == ([6, 6, 6], 2)
    assert set(Counter(event["data"]["line"] for event in told(receiver)).values()) == {3}


def test_one_round_at_a_time(receiver: Any) -> None:
    make_hook(receiver)
    note_activity(make_ticket(), "ticket.status", by=None, at=NOW)
    with held_by_another():
        make_round(pieces=0)
    assert not HookDelivery.objects.exists() and rings() == 0
    make_round()
    assert len(receiver.heard) == 1


@contextmanager
def held_by_another() -> Iterator[None]:
    """A round of another worker is under way."""
    begun, over = threading.Event(), threading.Event()

    def be_at_it() -> None:
        with hold(rounds._SPACE, rounds.BELL):
            begun.set()
            over.wait(20)
        connection.close()

    other = threading.Thread(target=be_at_it)
    other.start()
    begun.wait(20)
    yield
    over.set()
    other.join()
