"""Emptying the inbox: in order, in parallel, and nothing lost to a poisonous neighbour or a dying worker."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import ACME, ANA, NOW
from tests.twitter_integration.bodies import CLASSIC, MODERN, direct, dump, post, relation
from tests.twitter_integration.installed import deliver, fail_no_more, fail_on, install
from tickets.models import Bell, Message, Ticket
from twitter_integration.deliveries import drain as draining
from twitter_integration.deliveries import lanes
from twitter_integration.deliveries.drain import drain
from twitter_integration.deliveries.lanes import ALONE_AFTER, ASIDE_AFTER, BULKY, DEAD_AFTER, LADDER, TAKEN, Lane, claim
from twitter_integration.inbox import replay
from twitter_integration.models import Delivery, Event, PartnerAccount

pytestmark = pytest.mark.django_db

SECOND = "900000000000000009"


@pytest.fixture
def acme() -> PartnerAccount:
    return install()


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def work(seconds: float = 0) -> draining.Drained:
    return drain(clock=lambda: later(seconds))


def padded(text: str, size: int) -> bytes:
    """A post in a body of this many bytes; blanks between two values mean nothing in JSON."""
    body = post(text)
    return body[:-1] + b" " * (size - len(body)) + b"}"


def texts() -> list[str]:
    return list(Message.objects.order_by("id").values_list("text", flat=True))


def test_deliveries_become_tickets_and_are_marked(acme: PartnerAccount) -> None:
    delivery, _ = deliver(acme, post("Where is my order?"), direct("Hello?"))
    assert work().done == 2
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.finished_at, delivery.dialect) == ("done", 1, NOW, CLASSIC)
    assert (Ticket.objects.count(), texts()) == (2, ["Where is my order?", "Hello?"])


def test_a_lane_is_worked_in_the_order_of_arrival(acme: PartnerAccount) -> None:
    """Also across batches, which long bodies make short."""
    deliver(acme, *(padded(f"number {n}", lanes.BATCH_BYTES // 20) for n in range(30)))
    assert work().done == 30
    assert texts() == [f"number {n}" for n in range(30)]


def test_a_batch_is_bounded_by_bytes_too(acme: PartnerAccount) -> None:
    rows = deliver(acme, *(padded(f"number {n}", lanes.BATCH_BYTES // 9) for n in range(12)))
    assert [d.pk for d in claim(Lane(ACME), NOW)] == [row.pk for row in rows[:9]]


def test_a_lane_that_another_worker_holds_is_left_to_it(acme: PartnerAccount) -> None:
    second = install(SECOND, handle="second_demo")
    deliver(acme, post("for Acme"))
    deliver(second, post("for the second", us=SECOND))
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [lanes.LANE_LOCKS, ACME])
        work()
        assert texts() == ["for the second"]
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()
    assert work().done == 1


def test_within_a_lane_too_no_batch_is_begun_after_the_time(acme: PartnerAccount) -> None:
    """Each of these is a batch of its own, and takes ten seconds."""
    deliver(acme, *(post(str(number)) for number in range(5)))
    Delivery.objects.update(attempts=ALONE_AFTER)
    batches: list[int] = []
    drained = drain(clock=lambda: later(10 * len(batches)), progress=batches.append, at_most=timedelta(seconds=25))
    assert (drained.done, batches) == (3, [1, 1, 1]) and Bell.objects.exclude(rung_at=None).exists()
    assert work(60).done == 2


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"hello", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", "no known envelope"),
        (b"\xff", "not UTF-8"),
        (b"[" * 900_000, "nested"),
    ],
)
def test_a_poisonous_body_is_a_dead_letter_and_its_neighbours_pass(
    acme: PartnerAccount, body: bytes, reason: str
) -> None:
    _, poison, _ = deliver(acme, post("before"), body, post("after"))
    assert (work().dead, texts()) == (1, ["before", "after"])
    poison.refresh_from_db()
    assert poison.state == "dead" and reason in poison.reason


def test_what_can_be_read_of_a_half_broken_body_goes_through(acme: PartnerAccount) -> None:
    half = {"for_user_id": ACME, "tweet_create_events": [{"id_str": "no author"}]}
    whole = post("whole").replace(b'"tweet_create_events":[', b'"tweet_create_events":[{"id_str":"1"},')
    deliver(acme, dump(half), whole)
    assert (work().dead, texts()) == (2, ["whole"])


def test_a_fault_in_our_code_holds_up_the_guilty_one_alone(acme: PartnerAccount) -> None:
    fail_on("boom")
    _, guilty, _ = deliver(acme, post("before"), post("boom"), post("after"))
    drained = work()
    assert (drained.done, drained.failed, texts()) == (2, 1, ["before", "after"])
    guilty.refresh_from_db()
    assert (guilty.state, guilty.finished_at, guilty.next_try_at) == ("new", None, NOW + LADDER[0])
    assert guilty.reason.startswith("Failed in our own code: ") and "boom" not in guilty.reason


def test_it_is_tried_again_by_the_ladder_and_goes_through_once_mended(acme: PartnerAccount) -> None:
    fail_on("boom")
    deliver(acme, post("boom"))
    work()
    assert work(1.9).failed == 0
    assert work(2).failed == 1
    fail_no_more()
    assert work(11.9).done == 0
    assert (work(12).done, texts()) == (1, ["boom"])


def test_after_the_last_rung_it_is_a_dead_letter_with_its_reason(acme: PartnerAccount) -> None:
    fail_on("boom")
    (guilty,) = deliver(acme, post("boom"))
    drained = [work(10_000 * n) for n in range(DEAD_AFTER)]
    assert [d.failed for d in drained] == [1] * (DEAD_AFTER - 1) + [0]
    guilty.refresh_from_db()
    assert (guilty.state, guilty.attempts, drained[-1].dead) == ("dead", DEAD_AFTER, 1)


def test_a_dead_letter_goes_through_when_it_is_replayed_after_mending(acme: PartnerAccount) -> None:
    fail_on("boom")
    (guilty,) = deliver(acme, post("boom"))
    Delivery.objects.update(attempts=DEAD_AFTER - 1)
    assert work().dead == 1
    fail_no_more()
    replay([guilty.pk], now=later(5))
    assert (work(5).done, texts()) == (1, ["boom"])


def test_what_was_tried_before_is_taken_alone(acme: PartnerAccount) -> None:
    fine, suspect, last = deliver(acme, post("fine"), post("suspect"), post("last"))
    Delivery.objects.filter(pk=suspect.pk).update(attempts=ALONE_AFTER)
    claims = [[d.pk for d in claim(Lane(ACME), NOW)]]
    Delivery.objects.filter(pk=fine.pk).update(state="done")
    claims.append([d.pk for d in claim(Lane(ACME), NOW)])
    assert claims == [[fine.pk], [suspect.pk]]
    assert Delivery.objects.get(pk=last.pk).attempts == 0


def test_what_killed_its_worker_steps_aside_with_a_reason_and_its_lane_goes_on(acme: PartnerAccount) -> None:
    killer, _ = deliver(acme, post("killer"), post("fine"))
    for _ in range(ASIDE_AFTER):  # claimed with its batch, then alone, and the worker never came back
        claim(Lane(ACME), NOW)
    assert lanes.due_lanes(NOW) == [Lane(ACME)]
    deliver(acme, post("later"))
    assert (work().done, texts()) == (2, ["fine", "later"])
    killer.refresh_from_db()
    assert (killer.state, killer.reason, killer.next_try_at) == ("new", TAKEN, later(60) + LADDER[0])
    assert (work(61).done, work(62).done, texts()) == (0, 1, ["fine", "later", "killer"])


def test_what_kills_again_waits_longer_each_time(acme: PartnerAccount) -> None:
    deliver(acme, post("killer"))
    waits = []
    for tries in range(1, DEAD_AFTER):
        Delivery.objects.update(attempts=tries, next_try_at=NOW)
        (taken,) = claim(Lane(ACME, aside=tries >= ASIDE_AFTER), NOW)
        waits.append(taken.next_try_at - later(60))
    assert waits == list(LADDER)


def test_a_body_far_longer_than_any_of_xs_is_worked_aside(acme: PartnerAccount) -> None:
    """Whoever works it holds up nobody: another worker takes what is posted meanwhile."""
    deliver(acme, padded("bulky", BULKY + 1), post("fine"))
    assert lanes.due_lanes(NOW) == [Lane(ACME), Lane(ACME, aside=True)]
    with connection.copy().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [lanes.LANE_LOCKS, Lane(ACME, aside=True).lock])
        assert (work().done, texts()) == (1, ["fine"])
        cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [lanes.LANE_LOCKS, Lane(ACME, aside=True).lock])
        cursor.connection.close()
    assert (work().done, texts()) == (1, ["fine", "bulky"])


def test_what_is_aside_is_written_only_while_nobody_works_the_lane(acme: PartnerAccount) -> None:
    """Two that write the same fact at once would fail each other."""
    deliver(acme, padded("bulky", BULKY + 1))
    with connection.copy().cursor() as other, connection.cursor() as ours:
        other.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [lanes.LANE_LOCKS, ACME])
        ours.execute("SET LOCAL lock_timeout = '50ms'")
        assert (work().failed, texts()) == (1, [])
        other.connection.close()
    assert (work(2).done, texts()) == (1, ["bulky"])


def test_a_body_that_kills_every_worker_is_given_up_without_another_try(acme: PartnerAccount) -> None:
    killer, _ = deliver(acme, post("killer"), post("neighbour"))
    Delivery.objects.filter(pk=killer.pk).update(attempts=DEAD_AFTER)
    drained = work()
    killer.refresh_from_db()
    assert (drained.dead, drained.done, texts()) == (1, 1, ["neighbour"])
    assert (killer.state, killer.reason) == ("dead", f"Its worker died {DEAD_AFTER} times.")


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_dies_in_the_middle_leaves_nothing_half_done(acme: PartnerAccount) -> None:
    fail_on("deadly", how="PERFORM pg_terminate_backend(pg_backend_pid())")
    deliver(acme, post("before"), post("deadly"), post("after"))
    assert (work().failed, sorted(texts())) == (1, ["after", "before"])
    assert set(Delivery.objects.values_list("state", "attempts")) == {("done", 1), ("new", 1)}
    fail_no_more()
    assert (work(2).done, Message.objects.count()) == (1, 3)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_work_everything_exactly_once(acme: PartnerAccount) -> None:
    second = install(SECOND, handle="second_demo")
    deliver(acme, *(post(f"number {n}") for n in range(60)))
    deliver(second, *(post(f"second {n}", us=SECOND) for n in range(60)))

    def drain_it(_: int) -> int:
        try:
            return work().done
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as workers:
        done = sum(workers.map(drain_it, range(3)))
    assert (done, Message.objects.count(), Ticket.objects.count()) == (120, 120, 120)
    assert [text for text in texts() if text.startswith("number")] == [f"number {n}" for n in range(60)]


def test_an_unknown_account_is_a_dead_letter_until_it_is_configured(acme: PartnerAccount) -> None:
    (stray,) = deliver(acme, post("stray", us=SECOND))
    assert work().dead == 1
    stray.refresh_from_db()
    assert stray.reason == f"No partner configuration has the Page ID {SECOND}."
    install(SECOND, handle="second_demo")
    replay([stray.pk], now=NOW)
    assert (work().done, texts()) == (1, ["stray"])


@pytest.mark.parametrize("body", [post("nobody's"), direct("nobody's"), post("nobody's", dialect=MODERN)])
def test_what_names_no_account_is_a_dead_letter(acme: PartnerAccount, body: bytes) -> None:
    """What needs one must not vanish; the crossing of products is when envelopes change."""
    told = body.replace(b'"for_user_id"', b'"user"').replace(b'"filter"', b'"filters"')
    (nameless,) = deliver(acme, told)
    assert (work().dead, texts()) == (1, [])
    nameless.refresh_from_db()
    assert nameless.reason.startswith("It names no account")


@pytest.mark.parametrize(
    ("page_id", "reason"),
    [
        (ACME, "It holds no event."),
        ("42", "It holds no event. No partner configuration has the Page ID 42."),
    ],
)
def test_what_holds_no_event_is_done_with_that_for_its_reason(page_id: str, reason: str, acme: PartnerAccount) -> None:
    (empty,) = deliver(acme, json.dumps({"for_user_id": page_id, "tweet_create_events": []}).encode())
    assert work().done == 1
    empty.refresh_from_db()
    assert empty.reason == reason


def test_an_account_of_another_app_is_refused(acme: PartnerAccount) -> None:
    other = install(SECOND, app="Second app", handle="second_demo")
    (forged,) = deliver(other, post("forged"))
    assert work().dead == 1
    forged.refresh_from_db()
    assert "belongs to another X app" in forged.reason and texts() == []


def test_unknown_keys_are_noted_and_do_no_harm(acme: PartnerAccount) -> None:
    (delivery,) = deliver(acme, post("fine").replace(b'"user_has_blocked"', b'"brand_new_key"'))
    work()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason, texts()) == ("done", "Unknown keys: brand_new_key", ["fine"])


def test_an_event_we_have_no_word_for_is_kept(acme: PartnerAccount) -> None:
    deliver(acme, dump({"for_user_id": ACME, "tweet_sing_events": [{"id": "7", "song": "la"}]}))
    assert work().done == 1
    event = Event.objects.get()
    assert (event.kind, event.name, event.outcome) == ("unknown", "tweet_sing_events", "kept")


def test_one_fact_in_both_dialects_is_one_event_and_one_message(acme: PartnerAccount) -> None:
    told: dict[str, Any] = {"number": "1950000000000000000", "who": ANA}
    deliver(acme, post(**told), post(**told, dialect=MODERN))
    deliver(acme, direct(number="1950000000000000001"))
    work()
    deliver(acme, direct(number="1950000000000000001", dialect=MODERN))
    work()
    assert [(e.sources, e.times_told) for e in Event.objects.order_by("key")] == [([CLASSIC, MODERN], 2)] * 2
    assert [m.sources for m in Message.objects.all()] == [[CLASSIC, MODERN]] * 2
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize("body", [post("from the future", minute=10**7), direct("from the future", minute=10**7)])
def test_what_is_dated_in_the_future_was_said_when_it_reached_us(acme: PartnerAccount, body: bytes) -> None:
    deliver(acme, body)
    work(60)
    message, ticket = Message.objects.get(), Ticket.objects.get()
    assert (message.sent_at, ticket.opened_at, Event.objects.get().occurred_at) == (NOW, NOW, NOW)


def test_a_clock_that_differs_a_little_is_believed(acme: PartnerAccount) -> None:
    deliver(acme, post("a little later", minute=1))
    work()
    assert Message.objects.get().sent_at == later(60)


def test_the_number_of_statements_does_not_grow_with_the_batch(acme: PartnerAccount) -> None:
    def statements(count: int) -> int:
        deliver(acme, *(post(who=str(920000000000000000 + n), minute=n) for n in range(count)))
        with CaptureQueriesContext(connection) as told:
            work(1)
        return len(told)

    statements(1)
    ten, two_hundred = statements(10), statements(200)
    assert ten == two_hundred


@pytest.fixture(autouse=True)
def _no_triggers_left(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if request.node.get_closest_marker("django_db").kwargs.get("transaction"):
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION IF EXISTS provoke CASCADE")


def test_facts_with_names_longer_than_a_row_takes_stay_apart_and_lose_no_neighbour(acme: PartnerAccount) -> None:
    field = "profile.update." + "x" * 400
    change = {"event_type": field, "filter": {"user_id": ACME}, "payload": {}}
    tree = json.loads(post("@acmehelp_demo help", dialect=MODERN))
    frames = tree["data"] if isinstance(tree["data"], list) else [tree["data"]]
    deliver(acme, dump({"data": [change | {"event_uuid": "1"}, change | {"event_uuid": "2"}, *frames]}))
    work()
    assert (texts(), Event.objects.filter(kind="profile_changed").count()) == (["@acmehelp_demo help"], 2)


def test_two_follows_dated_by_numbers_are_two(acme: PartnerAccount) -> None:
    for minute in (0, 5):
        tree = json.loads(relation(minute=minute))
        stamp = int(tree["follow_events"][0]["created_timestamp"])
        tree["follow_events"][0]["created_timestamp"] = stamp
        deliver(acme, dump(tree))
    work()
    assert Event.objects.filter(kind="follow_of_us").count() == 2
