"""Live updates on the real database: told at commit, once per page, to those who may see."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import AsyncClient

from tests.factories import make_address, make_agent, make_outsider, make_supervisor, make_ticket
from tests.tickets.pigeon import Wire, carried_by_pigeon
from tests.tickets.rights import without
from tests.tickets.said import at, take_in, we_say
from tests.twitter_integration.bodies import relation
from tests.twitter_integration.installed import deliver, install
from tests.twitter_integration.test_every_activity import FIXTURES
from tickets.choices import SendState
from tickets.hub import News, Notice, Page, current_hub, read_payload
from tickets.live import MOST_IDS, NO_TICKET, announce, announce_typing
from tickets.models import OutboxEntry
from tickets.outbound import SendError
from tickets.outbox import pump
from tickets.posting import publish
from tickets.replies import try_again, undo
from tickets.views import live
from tickets.views.live import Rights, stream
from twitter_integration.accounts import save_account
from twitter_integration.deliveries.drain import drain
from twitter_integration.models import PartnerAccount

pytestmark = pytest.mark.django_db(transaction=True)


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a scenario of at most ten seconds and put its hub away."""

    async def whole() -> None:
        try:
            await asyncio.wait_for(scenario(), 10)
        finally:
            await current_hub().close()

    asyncio.run(whole())


async def in_thread(work: Callable[[], Any]) -> Any:
    """Database work beside the event loop, on a connection of its own."""

    def and_close() -> Any:
        try:
            return work()
        finally:
            connection.close()

    return await asyncio.to_thread(and_close)


async def next_event(events: AsyncIterator[str]) -> str:
    return await asyncio.wait_for(anext(events), 5)


def test_a_page_is_told_to_catch_up_and_then_what_changes() -> None:
    async def scenario() -> None:
        events = stream(None)
        assert await next_event(events) == "retry: 1500\n\n"
        assert (await next_event(events)).startswith("event: catch-up\n")
        await in_thread(lambda: announce([7, 5]))
        assert await next_event(events) == 'event: changed\ndata: {"tickets": [5, 7]}\n\n'

    run(scenario)


def test_what_happens_in_a_short_time_is_told_in_one_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PACE_SECONDS", 2.0)

    async def scenario() -> None:
        events = stream(None)
        await next_event(events)
        assert (await next_event(events)).startswith("event: catch-up\n")
        waiting = asyncio.create_task(next_event(events))
        await in_thread(lambda: announce([5]))
        await in_thread(lambda: announce([6]))
        assert await waiting == 'event: changed\ndata: {"tickets": [5, 6]}\n\n'

    run(scenario)


def test_what_is_rolled_back_is_never_told() -> None:
    def roll_back() -> None:
        with transaction.atomic():
            announce([1])
            transaction.set_rollback(True)

    async def scenario() -> None:
        with current_hub().page(None) as page:
            assert (await page.wait(5)).tickets is None
            await in_thread(roll_back)
            await in_thread(lambda: announce([2]))
            assert (await page.wait(5)).tickets == {2}

    run(scenario)


def test_a_ticket_page_hears_of_its_ticket_only() -> None:
    async def scenario() -> None:
        with current_hub().page(5) as page:
            assert (await page.wait(5)).tickets is None
            await in_thread(lambda: announce([6]))
            await in_thread(lambda: announce([5, 6]))
            assert (await page.wait(5)).tickets == {5}
            assert (await page.wait(0.05)).tickets == set()

    run(scenario)


def test_somebody_typing_is_told_on_that_ticket_alone_and_changes_nothing() -> None:
    async def scenario() -> None:
        with current_hub().page(5) as page, current_hub().page(None) as others:
            assert (await page.wait(5)).tickets is None
            assert (await others.wait(5)).tickets is None
            await in_thread(lambda: announce_typing([5]))
            assert await page.wait(5) == News(tickets=set(), typing=True)
            assert await others.wait(0.05) == News()

    run(scenario)


def test_too_many_at_once_are_told_as_anything() -> None:
    async def scenario() -> None:
        with current_hub().page(1) as page:
            assert (await page.wait(5)).tickets is None
            await in_thread(lambda: announce(range(MOST_IDS + 1)))
            assert (await page.wait(5)).tickets is None

    run(scenario)


def test_an_account_that_stops_and_goes_on_is_told_on_every_page() -> None:
    acme = install()
    PartnerAccount.objects.update(connected_at=None)

    def revoke() -> None:
        deliver(acme, (FIXTURES / "account_activity" / "revoked.json").read_bytes())
        drain()

    async def scenario() -> None:
        with current_hub().page(5) as page:
            assert (await page.wait(5)).tickets is None
            await in_thread(revoke)
            assert (await page.wait(5)).tickets is None
            assert await page.wait(0.05) == News()
            await in_thread(lambda: save_account(PartnerAccount.objects.get(), address={}, renewed=True))
            assert (await page.wait(5)).tickets is None

    run(scenario)


def send_it(wire: Wire) -> None:
    pump(clock=lambda: at(1))


def have_it_refused(wire: Wire) -> None:
    wire.faults.append(SendError("It repeats itself.", code="187", permanent=True))
    pump(clock=lambda: at(1))


def hear_its_echo(wire: Wire) -> None:
    OutboxEntry.objects.update(state=SendState.SENDING, claimed_at=at(1))
    said = "Card payments are back."
    take_in(we_say(said, to=None, minute=1, fingerprint=said.lower()), minute=1)


def take_it_back(wire: Wire) -> None:
    undo(OutboxEntry.objects.get().message, by=make_supervisor("kim"), now=at(0))


def try_it_again(wire: Wire) -> None:
    OutboxEntry.objects.update(state=SendState.FAILED)
    try_again(OutboxEntry.objects.get().message, by=make_supervisor("kim"), now=at(1))


@pytest.mark.parametrize("happens", [send_it, have_it_refused, hear_its_echo, take_it_back, try_it_again])
def test_what_becomes_of_a_post_on_no_ticket_is_told_too(happens: Callable[[Wire], None], settings: Any) -> None:
    acme, sam = make_address(), make_supervisor("sam")

    async def scenario() -> None:
        with current_hub().page(None) as page, current_hub().page(5) as of_a_ticket:
            assert (await page.wait(5)).tickets is None and (await of_a_ticket.wait(5)).tickets is None
            await in_thread(lambda: publish(acme, "Card payments are back.", by=sam, now=at(0)))
            assert (await page.wait(5)).tickets == {NO_TICKET}
            await in_thread(lambda: happens(wire))
            assert (await page.wait(5)).tickets == {NO_TICKET}
            assert (await of_a_ticket.wait(0.05)).tickets == set()

    with carried_by_pigeon(settings) as wire:
        run(scenario)


def test_a_broken_connection_is_mended_and_everybody_catches_up() -> None:
    def cut() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN kapture%'")

    async def scenario() -> None:
        with current_hub().page(None) as page:
            assert (await page.wait(5)).tickets is None
            await in_thread(cut)
            assert (await page.wait(5)).tickets is None
            await in_thread(lambda: announce([3]))
            assert (await page.wait(5)).tickets == {3}

    run(scenario)


def test_hundreds_of_pages_share_one_connection() -> None:
    for _ in range(100):  # the server takes a moment to let go of those of before
        if _listeners() == 0:
            break
        time.sleep(0.05)

    async def scenario() -> None:
        streams = [stream(None) for _ in range(300)]
        for events in streams:
            await next_event(events)
        await asyncio.gather(*(next_event(events) for events in streams))
        await in_thread(lambda: announce([9]))
        told = await asyncio.gather(*(next_event(events) for events in streams))
        assert set(told) == {'event: changed\ndata: {"tickets": [9]}\n\n'}
        assert await in_thread(_listeners) == 1

    run(scenario)


def test_a_stream_is_told_what_its_account_is_told_and_no_page_else() -> None:
    private = Page(None, private=True, stream=5)
    open_to_all, other, no_stream = Page(None, stream=5), Page(None, stream=6), Page(None, private=True)
    pages = (private, open_to_all, other, no_stream)

    async def told() -> list[bool]:
        return [(await page.wait(0)).stream for page in pages]

    def tell(payload: str) -> list[bool]:
        for page in pages:
            page.tell(read_payload(payload))
        return asyncio.run(told())

    assert tell('{"streams": [5], "private": []}') == [True, True, False, False]
    assert tell('{"streams": [], "private": [5]}') == [True, False, False, False]


def test_what_leaves_no_ticket_is_told_to_the_open_stream_of_its_account() -> None:
    account = install()

    async def scenario() -> None:
        events = stream(None, Rights(stream=account.address_id))
        await next_event(events)
        await next_event(events)  # catch up
        await in_thread(lambda: (deliver(account, relation("follow")), drain()))
        assert await next_event(events) == "event: stream\ndata: {}\n\n"

    run(scenario)


def _listeners() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN kapture%%' AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def test_a_page_that_leaves_is_forgotten() -> None:
    async def scenario() -> None:
        events = stream(None)
        await next_event(events)
        assert len(current_hub().pages) == 1
        await events.aclose()  # type: ignore[attr-defined]  # it is a generator
        assert not current_hub().pages

    run(scenario)


def answer_to(who: Any, address: str) -> int:
    async def scenario() -> int:
        client = AsyncClient()
        if who is not None:
            await client.aforce_login(who)
        return (await client.get(address)).status_code

    return asyncio.run(scenario())


@pytest.mark.parametrize("address", ["/live/?list=1", "/live/?ticket={n}"])
def test_only_who_may_see_may_listen(address: str) -> None:
    address = address.format(n=make_ticket().pk)
    assert answer_to(None, address) == 403
    assert answer_to(make_outsider(), address) == 404
    assert answer_to(make_agent(), address) == 200


@pytest.mark.parametrize(
    "address", ["/live/", "/live/?ticket=999999999", "/live/?ticket=x", "/live/?list=1&stream=999999999"]
)
def test_listening_to_nothing_is_not_found(address: str) -> None:
    assert answer_to(make_agent(), address) == 404


@pytest.mark.parametrize(
    "payload", ["", "x", "[]", "{}", '{"typing":5}', '{"tickets":"many"}', '{"tickets":null}', "5"]
)
def test_a_notice_that_names_nothing_means_anything(payload: str) -> None:
    assert read_payload(payload) == Notice(tickets=None)


def test_private_tickets_are_told_to_those_alone_who_may_see_them() -> None:
    public, private = make_ticket().pk, make_ticket(private=True).pk

    async def scenario() -> None:
        with current_hub().page(None) as page, current_hub().page(None, private=True) as trusted:
            assert (await page.wait(5)).tickets is None
            assert (await trusted.wait(5)).tickets is None
            await in_thread(lambda: announce([public, private]))
            assert (await page.wait(5)).tickets == {public}
            assert (await trusted.wait(5)).tickets == {public, private}
            await in_thread(lambda: announce([private]))
            assert (await trusted.wait(5)).tickets == {private}
            assert (await page.wait(0.05)).tickets == set()

    run(scenario)


async def listen(reader: User) -> Any:
    """The stream of the list, past its greeting."""
    client = AsyncClient()
    await client.aforce_login(reader)
    answer: Any = await client.get("/live/?list=1")
    events = aiter(answer.streaming_content)
    for _ in range(2):
        await next_event(events)
    return events


@pytest.mark.parametrize(("sees", "told"), [(False, {"public"}), (True, {"public", "private"})])
def test_the_stream_of_a_list_knows_its_readers_rights(sees: bool, told: set[str]) -> None:
    pks = {make_ticket().pk: "public", make_ticket(private=True).pk: "private"}
    reader = make_agent() if sees else without(make_agent(), "see_private")

    async def scenario() -> None:
        events = await listen(reader)
        await in_thread(lambda: announce(pks))
        _, _, changed = (await anext(events)).partition(b"data: ")
        assert {pks[pk] for pk in json.loads(changed)["tickets"]} == told

    run(scenario)


def sign_out(reader: User) -> None:
    Session.objects.all().delete()


def deactivate(reader: User) -> None:
    User.objects.filter(pk=reader.pk).update(is_active=False)


def hide_private(reader: User) -> None:
    without(reader, "see_private")


def change_nothing(reader: User) -> None:
    """They listen on."""


@pytest.mark.parametrize("change", [sign_out, deactivate, hide_private, change_nothing])
def test_a_stream_ends_with_the_rights_of_who_listens(change: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "RIGHTS_SECONDS", 0.01)
    reader = make_agent()

    async def scenario() -> None:
        events = await listen(reader)
        await in_thread(lambda: change(reader))
        if change is change_nothing:
            told = [str(await next_event(events)) for _ in range(4)]
            assert any("still here" in one for one in told)
        else:
            with pytest.raises(StopAsyncIteration):
                for _ in range(100):
                    await next_event(events)

    run(scenario)
