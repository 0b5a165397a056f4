"""Outgoing webhooks over real HTTP: told once, signed, tried again, switched off, and never inside a network."""

import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Max, Min
from standardwebhooks import Webhook

from tests.factories import NOW, make_ticket
from tests.serving import serving
from tickets.choices import HookState, Priority, Status
from tickets.doctor import findings
from tickets.history import note_activity
from tickets.hooks import calling
from tickets.hooks.calling import NotCalled, post
from tickets.hooks.delivering import KEPT, LADDER, forget, send_due, send_test
from tickets.hooks.resting import MOST_FAILURES, PATIENCE, REST, why_waiting
from tickets.hooks.telling import _tell, begin, make_test, tell
from tickets.lifecycle import change_priority, change_status
from tickets.models import Hook, HookDelivery

pytestmark = pytest.mark.django_db(transaction=True)


class Receiver(BaseHTTPRequestHandler):
    """Somebody else's software: keeps what it is told, answers what it was told to answer."""

    answers: list[int]
    heard: list[tuple[dict[str, str], bytes]]
    retry_after = ""
    url: str

    drips: bool = False

    def do_POST(self) -> None:
        if self.drips:
            self._drip()
            return
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((dict(self.headers.items()), content))
        self.send_response(self.answers.pop(0) if self.answers else 200)
        if self.retry_after:
            self.send_header("Retry-After", self.retry_after)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _drip(self) -> None:
        """Begin an answer and never end it, a byte at a time."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-A: ")
        with suppress(OSError):
            for _ in range(200):
                self.wfile.write(b"a")
                self.wfile.flush()
                time.sleep(0.1)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def receiver(settings: Any) -> Iterator[type[Receiver]]:
    settings.HOOK_NETWORKS = ["127.0.0.0/8"]

    class Now(Receiver):
        answers, heard = [], []

    with serving(Now) as address:
        Now.url = f"{address}/hook"
        yield Now


@pytest.fixture
def hook(receiver: type[Receiver]) -> Hook:
    return make_hook(receiver)


def make_hook(receiver: Any, **fields: Any) -> Hook:
    hook = Hook(name=f"CRM {Hook.objects.count()}", url=receiver.url, **fields)
    begin(hook)
    hook.save()
    return hook


def deliver(*, now: datetime = NOW) -> int:
    tell(clock=lambda: now)
    return send_due(clock=lambda: now)


def told(receiver: type[Receiver]) -> list[Any]:
    return [json.loads(content) for _, content in receiver.heard]


def test_a_change_of_a_ticket_is_told_once(hook: Hook, receiver: type[Receiver], alice: User) -> None:
    ticket = make_ticket()
    change_status(ticket, Status.RESOLVED, by=alice, now=NOW)
    assert (deliver(), deliver()) == (1, 0)
    (event,) = told(receiver)
    assert (event["type"], event["data"]["by"]) == ("ticket.status", "alice")
    assert (event["data"]["ticket"]["id"], event["data"]["ticket"]["status"]) == (str(ticket.pk), "resolved")
    assert event["data"]["facts"] == {"before": "new", "after": "resolved"}


def test_strangers_software_accepts_the_signature(hook: Hook, receiver: type[Receiver], alice: User) -> None:
    change_status(make_ticket(), Status.RESOLVED, by=alice, now=NOW)
    deliver(now=datetime.now(UTC))
    ((headers, content),) = receiver.heard
    checked = Webhook(str(hook.secret)).verify(content, {name.lower(): value for name, value in headers.items()})
    assert checked["id"] == headers["webhook-id"]
    with pytest.raises(Exception, match="No matching signature"):
        Webhook("whsec_" + "A" * 44).verify(content, {name.lower(): value for name, value in headers.items()})


def test_what_commits_late_is_told_all_the_same(hook: Hook, receiver: type[Receiver], alice: User) -> None:
    late, early = make_ticket(), make_ticket()
    begun, go_on = threading.Event(), threading.Event()

    def be_slow() -> None:
        with transaction.atomic():
            change_status(late, Status.RESOLVED, by=alice, now=NOW)
            begun.set()
            go_on.wait(10)
        connection.close()

    slow = threading.Thread(target=be_slow)
    slow.start()
    begun.wait(10)
    change_status(early, Status.RESOLVED, by=alice, now=NOW)
    first = deliver()
    go_on.set()
    slow.join()
    deliver()
    assert first == 0  # what came after one still under way waits for it
    assert {event["data"]["ticket"]["id"] for event in told(receiver)} == {str(late.pk), str(early.pk)}


def test_only_the_chosen_events_are_told(receiver: type[Receiver], alice: User) -> None:
    make_hook(receiver, verbs=["ticket.priority"])
    ticket = make_ticket()
    change_status(ticket, Status.OPEN, by=alice, now=NOW)
    change_priority(ticket, Priority.HIGH, by=alice, now=NOW)
    deliver()
    assert [event["type"] for event in told(receiver)] == ["ticket.priority"]


def test_private_tickets_are_told_only_to_whom_it_was_allowed(receiver: type[Receiver], alice: User) -> None:
    make_hook(receiver)
    change_status(make_ticket(private=True), Status.RESOLVED, by=alice, now=NOW)
    deliver()
    assert told(receiver) == []
    make_hook(receiver, private=True)
    change_status(make_ticket(private=True), Status.RESOLVED, by=alice, now=NOW)
    deliver()
    assert [event["data"]["ticket"]["private"] for event in told(receiver)] == [True]


def test_what_was_before_it_is_not_told(receiver: type[Receiver], alice: User) -> None:
    change_status(make_ticket(), Status.RESOLVED, by=alice, now=NOW)
    make_hook(receiver)
    assert deliver() == 0


def test_a_refused_event_is_sent_again_with_the_same_id_until_it_is_taken(
    hook: Hook, receiver: type[Receiver], alice: User
) -> None:
    receiver.answers += [500, 500]
    change_status(make_ticket(), Status.RESOLVED, by=alice, now=NOW)
    now = NOW
    for step in LADDER[:2]:
        assert deliver(now=now) == 1
        assert deliver(now=now + step - timedelta(seconds=1)) == 0
        now += step
    assert deliver(now=now) == 1
    delivery = HookDelivery.objects.get()
    assert (delivery.state, delivery.tries, delivery.status) == (HookState.DELIVERED, 3, 200)
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1
    hook.refresh_from_db()
    assert hook.failing_since is None


def test_after_the_last_step_it_is_given_up_with_its_reason(hook: Hook, receiver: type[Receiver]) -> None:
    receiver.answers += [500] * 20
    HookDelivery.objects.bulk_create([make_test(hook, now=NOW)])
    HookDelivery.objects.update(tries=len(LADDER))
    send_due(clock=lambda: NOW)
    delivery = HookDelivery.objects.get()
    assert (delivery.state, delivery.reason, delivery.ended_at) == (HookState.GIVEN_UP, "It answered 500.", NOW)


def test_a_receiver_may_ask_for_more_time(hook: Hook, receiver: type[Receiver]) -> None:
    receiver.answers.append(429)
    receiver.retry_after = "3600"
    HookDelivery.objects.bulk_create([make_test(hook, now=NOW)])
    send_due(clock=lambda: NOW)
    assert HookDelivery.objects.get().next_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize(("answer", "failing", "words"), [(410, None, "gone for good"), (500, PATIENCE, "three days")])
def test_who_takes_nothing_is_switched_off(
    hook: Hook, receiver: type[Receiver], answer: int, failing: timedelta | None, words: str
) -> None:
    Hook.objects.update(failing_since=NOW - failing if failing else None)
    receiver.answers.append(answer)
    HookDelivery.objects.bulk_create([make_test(hook, now=NOW)])
    send_due(clock=lambda: NOW)
    hook.refresh_from_db()
    assert (hook.enabled, hook.stopped_at) == (False, NOW) and words in hook.stopped_reason
    assert send_due(clock=lambda: NOW + timedelta(days=1)) == 0


def test_a_redirect_is_not_followed(hook: Hook, receiver: type[Receiver]) -> None:
    receiver.answers.append(307)
    HookDelivery.objects.bulk_create([make_test(hook, now=NOW)])
    send_due(clock=lambda: NOW)
    assert HookDelivery.objects.get().reason == "It answered 307."


def test_one_who_is_down_does_not_hold_up_another(hook: Hook, receiver: type[Receiver], alice: User) -> None:
    down = make_hook(receiver)
    Hook.objects.filter(pk=down.pk).update(url="http://127.0.0.1:1/")
    change_status(make_ticket(), Status.RESOLVED, by=alice, now=NOW)
    assert deliver() == 2 and len(receiver.heard) == 1
    assert "could not be reached" in HookDelivery.objects.get(hook=down).reason


def test_what_is_refused_now_and_then_puts_off_itself_alone(hook: Hook, receiver: type[Receiver]) -> None:
    receiver.answers += [500, 200] * 20
    HookDelivery.objects.bulk_create([make_test(hook, now=NOW) for _ in range(40)])
    assert send_due(clock=lambda: NOW) == 40
    refused = hook.deliveries.filter(state=HookState.WAITING)
    assert {(one.tries, one.reason, one.next_at) for one in refused} == {(1, "It answered 500.", NOW + LADDER[0])}
    assert refused.count() == 20


def test_one_who_is_down_is_let_rest_and_tried_by_one_until_it_is_back(hook: Hook, receiver: type[Receiver]) -> None:
    receiver.answers += [500] * (MOST_FAILURES + 1)
    HookDelivery.objects.bulk_create([make_test(hook, now=NOW) for _ in range(30)])
    clock = {"now": NOW}

    def sent(after: timedelta) -> int:
        clock["now"] += after
        return send_due(clock=lambda: clock["now"])

    assert (sent(timedelta(0)), sent(REST - timedelta(seconds=1))) == (MOST_FAILURES, 0)
    assert sent(timedelta(seconds=1)) == 1  # still down: it rests a minute longer
    assert (sent(REST), hook.deliveries.filter(state=HookState.DELIVERED).count()) == (0, 0)
    assert sent(REST) == 30  # the first is taken, so the others follow
    hook.refresh_from_db()
    assert (hook.failures, hook.rests_until, hook.failing_since) == (0, None, None)


def test_who_is_told_too_much_is_not_told_more(hook: Hook, receiver: type[Receiver]) -> None:
    receiver.answers, receiver.retry_after = [429, 200, 200, 200], "600"
    HookDelivery.objects.bulk_create([make_test(hook, now=NOW) for _ in range(9)])
    assert send_due(clock=lambda: NOW) < 9  # those under way beside it were taken: it rests all the same
    assert send_due(clock=lambda: NOW + timedelta(seconds=599)) == 0
    send_due(clock=lambda: NOW + timedelta(seconds=600))
    assert hook.deliveries.filter(state=HookState.DELIVERED).count() == 9
    hook.refresh_from_db()
    assert hook.rests_until is None


def test_a_test_that_is_taken_ends_the_rest(hook: Hook, receiver: type[Receiver]) -> None:
    Hook.objects.update(failures=MOST_FAILURES, failing_since=NOW, rests_until=NOW + REST)
    HookDelivery.objects.bulk_create([make_test(hook, now=NOW)])
    assert send_due(clock=lambda: NOW) == 0
    send_test(hook, now=NOW)
    assert send_due(clock=lambda: NOW) == 1


def test_the_log_says_why_each_waits(hook: Hook, receiver: type[Receiver]) -> None:
    receiver.answers += [500] * MOST_FAILURES
    HookDelivery.objects.bulk_create([make_test(hook, now=NOW) for _ in range(MOST_FAILURES + 1)])

    def why() -> list[str]:
        rows = HookDelivery.objects.select_related("hook").order_by("pk")
        return [why_waiting(one, now=NOW) for one in (rows[0], rows[MOST_FAILURES])]

    assert why() == ["It is due, and waits its turn."] * 2
    send_due(clock=lambda: NOW)
    until = f"{NOW + REST:%H:%M}"
    assert why() == ["It answered 500.", f"Its webhook rests until {until} UTC: {MOST_FAILURES} failures in a row."]
    Hook.objects.update(failures=1)
    assert why()[1] == f"Its webhook rests until {until} UTC, as its receiver asked."
    Hook.objects.update(enabled=False)
    assert why() == ["Its webhook is switched off."] * 2


def test_what_is_not_begun_in_time_is_not_tried(hook: Hook, receiver: type[Receiver]) -> None:
    HookDelivery.objects.bulk_create([make_test(hook, now=NOW) for _ in range(9)])
    moments = iter([NOW, NOW, *[NOW + timedelta(seconds=1)] * 20])
    tried = send_due(clock=lambda: next(moments), at_most=timedelta(seconds=1))
    left = hook.deliveries.filter(state=HookState.WAITING)
    assert 0 < tried < 9 and len(receiver.heard) == tried
    assert {one.tries for one in left} == {0} and left.count() == 9 - tried


def test_one_who_never_ends_its_answer_is_hung_up_on_and_holds_up_nobody(
    hook: Hook, receiver: type[Receiver], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "ANSWER_SECONDS", 0.3)

    class Slow(receiver):  # type: ignore[misc, valid-type]  # a fixture's class
        drips = True

    with serving(Slow) as address:
        Slow.url = f"{address}/"
        slow = make_hook(Slow)
        ticket = make_ticket()
        for status in (Status.RESOLVED, Status.OPEN) * 6:
            change_status(ticket, status, by=alice, now=NOW)
        deliver()
    assert hook.deliveries.filter(state=HookState.DELIVERED).count() == 12
    tried = slow.deliveries.filter(tries__gt=0)
    assert tried.count() == MOST_FAILURES and "No answer" in tried[0].reason  # then it is let rest
    slow.refresh_from_db()
    assert slow.failing_since == NOW


def test_others_are_told_while_silent_ones_are_waited_for(
    receiver: type[Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "ANSWER_SECONDS", 3)

    class Silent(receiver):  # type: ignore[misc, valid-type]  # a fixture's class
        drips = True

    ticks = (NOW + timedelta(milliseconds=number) for number in itertools.count())
    with serving(Silent) as address:
        Silent.url = f"{address}/"
        hooks = [make_hook(one) for one in (Silent, Silent, Silent, receiver)]
        HookDelivery.objects.bulk_create([make_test(hook, now=NOW) for hook in hooks for _ in range(4)])
        send_due(clock=lambda: next(ticks))
    others = HookDelivery.objects.filter(hook=hooks[-1]).aggregate(last=Max("ended_at"))
    silent = HookDelivery.objects.exclude(hook=hooks[-1]).aggregate(first=Min("next_at"))
    assert others["last"] < silent["first"] - LADDER[0]


def test_a_private_line_of_a_public_ticket_is_private(receiver: type[Receiver], alice: User) -> None:
    make_hook(receiver)
    ticket = make_ticket()
    note_activity(ticket, "reply.sent", by=alice, at=NOW, private=True)
    note_activity(ticket, "reply.sent", by=alice, at=NOW, private=False)
    deliver()
    assert [event["data"]["facts"] for event in told(receiver)] == [{"private": False}]


def test_what_was_looked_at_before_private_was_unticked_is_not_told(receiver: type[Receiver], alice: User) -> None:
    hook = make_hook(receiver, private=True)
    change_status(make_ticket(private=True), Status.RESOLVED, by=alice, now=NOW)
    Hook.objects.update(private=False)
    assert not _tell(hook, now=NOW) and not HookDelivery.objects.exists()
    assert deliver() == 0


def test_a_lost_key_stops_only_what_it_sealed(hook: Hook, receiver: type[Receiver], alice: User) -> None:
    other = make_hook(receiver)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_hook SET secret = 'sealed elsewhere' WHERE id = %s", [other.pk])
    change_status(make_ticket(), Status.RESOLVED, by=alice, now=NOW)
    assert deliver() == 2 and len(receiver.heard) == 1
    assert "make a new one" in HookDelivery.objects.get(hook=other).reason


def test_nobody_inside_a_network_is_called(hook: Hook, receiver: type[Receiver], settings: Any) -> None:
    settings.HOOK_NETWORKS = []
    with pytest.raises(NotCalled, match="inside a network"):
        post(hook.url, "{}", event="1", secret=str(hook.secret), now=NOW)
    assert receiver.heard == []


def test_what_ended_long_ago_is_forgotten(hook: Hook) -> None:
    HookDelivery.objects.bulk_create([make_test(hook, now=NOW) for _ in range(3)])
    first, second, _ = HookDelivery.objects.order_by("pk")
    HookDelivery.objects.filter(pk=first.pk).update(ended_at=NOW - KEPT - timedelta(days=1), state="delivered")
    HookDelivery.objects.filter(pk=second.pk).update(ended_at=NOW, state="delivered")
    assert forget(now=NOW) == 1 and HookDelivery.objects.count() == 2


def test_doctor_names_who_was_switched_off_and_who_fails(hook: Hook, receiver: type[Receiver]) -> None:
    make_hook(receiver, failing_since=NOW)
    Hook.objects.filter(pk=hook.pk).update(enabled=False, stopped_at=NOW, stopped_reason="Nothing arrived.")
    told = [f"{one.subject}: {one.sentence}" for one in findings()]
    assert "CRM 0: Switched off. Nothing arrived." in told
    assert f"CRM 1: Nothing arrives there since {NOW:%Y-%m-%d %H:%M} UTC." in told
