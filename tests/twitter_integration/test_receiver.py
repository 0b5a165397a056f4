"""The webhook as X meets it: challenges, signatures, sizes, and a 200 that means "durable"."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from urllib.parse import quote

import pytest
from django.db import connection

from kapture.asgi import application as front_door
from tests.twitter_integration.bodies import direct, post
from tests.twitter_integration.door import (
    ANSWER,
    TOKEN,
    Reply,
    acme,
    ask,
    close_the_doors,
    get,
    give,
    in_thread,
    new_door,
    path_of,
    signed,
)
from twitter_integration import inbox
from twitter_integration.deliveries import keeping
from twitter_integration.deliveries.drain import drain
from twitter_integration.deliveries.receiver import MAX_BODY, MOST_BARE_WORDS, Receiver
from twitter_integration.models import Delivery, PartnerAccount, XApp

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["acme", "close_the_doors"]


def test_a_challenge_is_answered(acme: PartnerAccount) -> None:
    reply = get(acme, f"crc_token={TOKEN}&nonce=kapture-nonce-0001")
    assert (reply.status, json.loads(reply.body)) == (200, {"response_token": ANSWER})


def test_a_signed_challenge_is_answered_and_one_with_a_wrong_signature_refused(acme: PartnerAccount) -> None:
    query = f"crc_token={TOKEN}&nonce=kapture-nonce-0001"
    right = "sha256=zQL1XpHUMwXcHwFq0ke+4w1jXXMdRIizhVJ2ObxUqLs="
    assert get(acme, query, signature=right).status == 200
    assert get(acme, query, signature=ANSWER).status == 403


def test_every_sign_of_base64_may_be_in_a_token(acme: PartnerAccount) -> None:
    assert get(acme, "crc_token=" + quote("Az09+/=_-", safe="")).status == 200


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("", id="none"),
        pytest.param("crc_token=", id="empty"),
        pytest.param("crc_token=" + quote('{"for_user_id":"1"}'), id="a body to be signed"),
        pytest.param("crc_token=" + quote("\ufeff" + TOKEN), id="a byte order mark"),
        pytest.param("crc_token=%20" + TOKEN, id="a leading space"),
        pytest.param("crc_token=" + TOKEN + "%0a", id="a trailing newline"),
        pytest.param("crc_token=" + TOKEN + "%00", id="a trailing NUL"),
        pytest.param(f"crc_token={TOKEN}&crc_token={TOKEN}", id="doubled"),
        pytest.param(f"crc_token={TOKEN}&crc%5Ftoken={TOKEN}", id="doubled in disguise"),
        pytest.param(f"crc_token[]={TOKEN}", id="an array"),
        pytest.param(f"crc_token%5B%5D={TOKEN}", id="an escaped array"),
        pytest.param("crc_token=" + "a" * 129, id="too long"),
        pytest.param("crc_token=caf%C3%A9", id="not ASCII"),
        pytest.param("crc_token=%ff%fe", id="no text at all"),
    ],
)
def test_what_is_not_of_the_challenges_alphabet_is_never_signed(acme: PartnerAccount, query: str) -> None:
    reply = get(acme, query)
    assert reply.status == 400 and b"sha256" not in reply.body


def test_a_challenge_needs_no_database_once_the_keys_are_known(acme: PartnerAccount) -> None:
    async def twice() -> list[int]:
        door = new_door()
        first = await ask(door, "GET", path_of(acme), query=f"crc_token={TOKEN}")
        async with no_tables():
            second = await ask(door, "GET", path_of(acme), query=f"crc_token={TOKEN}")
        return [first.status, second.status]

    assert asyncio.run(twice()) == [200, 200]


def test_a_signed_body_is_stored_byte_for_byte(acme: PartnerAccount) -> None:
    body = post("caf\u00e9").replace(b"/", b"\\/")
    assert give(acme, body) == Reply(200, b"{}")
    assert bytes(Delivery.objects.get().body) == body


def test_a_body_in_pieces_is_one_body(acme: PartnerAccount) -> None:
    body = post()
    assert give(acme, body, chunks=[body[:10], b"", body[10:50], body[50:]]).status == 200
    assert bytes(Delivery.objects.get().body) == body


def test_a_redelivery_is_answered_alike_and_stored_once(acme: PartnerAccount) -> None:
    body = post()
    assert [give(acme, body).status, give(acme, body).status] == [200, 200]
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-twitter-webhooks-signature": ""},
        {"x-twitter-webhooks-signature": "sha256="},
        {"x-twitter-webhooks-signature": ANSWER},
        {"x-twitter-webhooks-signature": "sha256=\xff\xfe"},
        signed(b"another body"),
        signed(post(number="1950"), secret="another secret"),
        signed(post(number="1950"), secret=""),
    ],
)
def test_without_the_right_signature_nothing_is_stored(acme: PartnerAccount, headers: dict[str, str]) -> None:
    assert give(acme, post(number="1950"), headers).status == 403
    assert Delivery.objects.count() == 0


def test_an_unknown_token_is_not_found(acme: PartnerAccount) -> None:
    body = post()
    paths = ["/webhooks/x/", "/webhooks/x/guess/", path_of(acme) + "more/", path_of(acme).upper()]
    replies = [asyncio.run(ask(new_door(), "POST", path, headers=signed(body), body=body)) for path in paths]
    assert [reply.status for reply in replies] == [404] * 4
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "PATCH"])
def test_other_methods_are_refused(acme: PartnerAccount, method: str) -> None:
    assert asyncio.run(ask(new_door(), method, path_of(acme))).status == 405


def test_a_megabyte_is_taken_and_more_is_not(acme: PartnerAccount) -> None:
    whole = b"x" * MAX_BODY
    assert give(acme, whole).status == 200
    assert give(acme, b"", signed(b"") | {"content-length": str(MAX_BODY + 1)}).status == 413
    assert give(acme, whole + b"y", chunks=[whole, b"y"]).status == 413
    assert Delivery.objects.count() == 1


def test_a_wrong_length_header_deceives_nobody(acme: PartnerAccount) -> None:
    body = post()
    assert give(acme, body, signed(body) | {"content-length": "many"}).status == 200
    assert give(acme, body, {"content-length": "3"}, chunks=[b"x" * 600_000, b"x" * 600_000]).status == 413


def test_what_is_no_json_is_taken_and_becomes_a_dead_letter(acme: PartnerAccount) -> None:
    assert give(acme, b"hello").status == 200
    drain()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason[:8]) == ("dead", "not JSON")


def test_words_that_a_challenge_would_sign_cannot_fill_the_inbox(acme: PartnerAccount) -> None:
    """Whoever knows the address has the answer to any challenge, and it is the signature of the same word as a body."""
    bodies = [*(f"word{number}".encode() for number in range(MOST_BARE_WORDS + 5)), post()]

    async def give_all(door: Receiver) -> list[int]:
        return [(await ask(door, "POST", path_of(acme), headers=signed(b), body=b)).status for b in bodies]

    assert asyncio.run(give_all(new_door())) == [200] * MOST_BARE_WORDS + [403] * 5 + [200]
    assert Delivery.objects.count() == MOST_BARE_WORDS + 1


@asynccontextmanager
async def no_tables() -> AsyncIterator[None]:
    """For the time of the block the database answers nothing that is asked of it."""
    tables = [XApp._meta.db_table, Delivery._meta.db_table]
    await asyncio.to_thread(in_thread, lambda: rename(tables, "{}", "{}_away"))
    yield
    await asyncio.to_thread(in_thread, lambda: rename(tables, "{}_away", "{}"))


def rename(tables: list[str], before: str, after: str) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {before.format(table)} RENAME TO {after.format(table)}")


def test_without_a_database_x_is_asked_to_come_again(acme: PartnerAccount) -> None:
    async def all_three() -> list[int]:
        door, body = new_door(), post()
        await ask(door, "GET", path_of(acme), query=f"crc_token={TOKEN}")
        async with no_tables():
            down = await ask(door, "POST", path_of(acme), headers=signed(body), body=body)
            never_seen = await ask(new_door(), "GET", path_of(acme), query=f"crc_token={TOKEN}")
        up = await ask(door, "POST", path_of(acme), headers=signed(body), body=body)
        return [down.status, never_seen.status, up.status]

    assert asyncio.run(all_three()) == [503, 503, 200]
    assert Delivery.objects.count() == 1


def test_posts_at_once_share_commits_and_each_is_durable(acme: PartnerAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[int] = []

    def store_and_count(arrivals: list[inbox.Arrival]) -> list[int]:
        batches.append(len(arrivals))
        return inbox.store(arrivals)

    monkeypatch.setattr(keeping, "store", store_and_count)
    bodies = [post(f"number {n}") for n in range(200)]

    async def all_at_once() -> Iterable[Reply]:
        door, path = new_door(), path_of(acme)
        return await asyncio.gather(*(ask(door, "POST", path, headers=signed(b), body=b) for b in bodies))

    assert {reply.status for reply in asyncio.run(all_at_once())} == {200}
    assert sum(batches) == 200 and len(batches) < 100
    assert {bytes(body) for body in Delivery.objects.values_list("body", flat=True)} == set(bodies)


def test_when_too_many_wait_x_is_asked_to_come_again(acme: PartnerAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_WAITING", 3)
    bodies = [direct(f"number {n}") for n in range(30)]

    async def all_at_once() -> Iterable[Reply]:
        door, path = new_door(), path_of(acme)
        return await asyncio.gather(*(ask(door, "POST", path, headers=signed(b), body=b) for b in bodies))

    statuses = [reply.status for reply in asyncio.run(all_at_once())]
    assert set(statuses) == {200, 503}
    assert Delivery.objects.count() == statuses.count(200)


def test_the_front_door_hands_webhooks_to_the_receiver(acme: PartnerAccount) -> None:
    body = post()
    reply = asyncio.run(ask(front_door, "POST", path_of(acme), headers=signed(body), body=body))
    assert (reply.status, Delivery.objects.count()) == (200, 1)
