"""Which secrets open the webhook: new ones at once, old ones for a while, and forgers cost little."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests.twitter_integration.bodies import post
from tests.twitter_integration.door import (
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
from tests.twitter_integration.installed import SECRET, install
from twitter_integration.accounts import replace_consumer_secret
from twitter_integration.deliveries import doorkeeper
from twitter_integration.deliveries.receiver import Receiver
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.signing import sign_body

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["acme", "close_the_doors"]


def test_a_rotated_secret_is_accepted_until_its_time(acme: PartnerAccount) -> None:
    app, now = acme.app, timezone.now()
    replace_consumer_secret(app, "the new secret", now=now)
    app.save()
    assert give(acme, post(), None).status == 200
    body = post()
    assert give(acme, body, signed(body, secret="the new secret")).status == 200
    XApp.objects.update(previous_secret_until=now - timedelta(seconds=1))
    assert give(acme, post(), None).status == 403


def test_a_corrected_slip_does_not_push_out_the_secret_x_still_signs_with(acme: PartnerAccount) -> None:
    app, now = acme.app, timezone.now()
    for hours, secret in ((23, "the secnod"), (1, "the second")):
        replace_consumer_secret(app, secret, now=now - timedelta(hours=hours))
        app.save()
    body = post()
    told = [give(acme, body, signed(body, secret=secret)).status for secret in (SECRET, "the second")]
    assert told == [200, 200]
    replace_consumer_secret(app, "the third", now=now + timedelta(hours=2))
    app.save()
    kept = [secret for secret, _until in XApp.objects.get().replaced_secrets]
    assert kept == ["the second", "the secnod"]


def test_a_new_secret_answers_the_challenge_at_once(acme: PartnerAccount) -> None:
    replace_consumer_secret(acme.app, "the new secret", now=timezone.now())
    acme.app.save()
    answer = json.loads(get(acme, f"crc_token={TOKEN}").body)["response_token"]
    assert answer == sign_body(TOKEN.encode(), secret="the new secret")


def replace_secret(account: PartnerAccount) -> None:
    replace_consumer_secret(account.app, "the new secret", now=timezone.now())
    account.app.save()


def test_a_secret_that_was_replaced_meanwhile_is_known_to_the_very_next_request(
    acme: PartnerAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorkeeper, "LOOK_AGAIN_SECONDS", 3600.0)

    async def meet(method: str, **request: Any) -> Reply:
        door = new_door()
        await ask(door, "POST", path_of(acme))  # it has looked, and found that nothing fits, a moment ago
        await asyncio.to_thread(in_thread, lambda: replace_secret(acme))
        return await ask(door, method, path_of(acme), **request)

    body = post()
    assert asyncio.run(meet("POST", headers=signed(body, secret="the new secret"), body=body)).status == 200
    XApp.objects.update(consumer_secret=SECRET)
    answer = json.loads(asyncio.run(meet("GET", query=f"crc_token={TOKEN}")).body)["response_token"]
    assert answer == sign_body(TOKEN.encode(), secret="the new secret")


def count_looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows with every look at the table; none comes back with time."""
    monkeypatch.setattr(doorkeeper, "LOOK_AGAIN_SECONDS", 3600.0)
    monkeypatch.setattr(doorkeeper, "GLANCE_SECONDS", 3600.0)
    looks: list[int] = []
    load = doorkeeper._load

    def load_and_count() -> dict[str, doorkeeper.Keys]:
        looks.append(1)
        return load()

    monkeypatch.setattr(doorkeeper, "_load", load_and_count)
    return looks


def test_forged_signatures_do_not_make_us_read_the_keys_each_time(
    acme: PartnerAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = count_looks(monkeypatch)

    async def forge(door: Receiver) -> list[int]:
        forged = signed(post(), secret="a guess")
        return [(await ask(door, "POST", path_of(acme), headers=forged, body=post())).status for _ in range(20)]

    assert asyncio.run(forge(new_door())) == [403] * 20 and len(looks) == 1 + doorkeeper.LOOKS_AT_ONCE


def test_an_app_that_was_added_a_moment_ago_is_known_to_the_very_next_request(acme: PartnerAccount) -> None:
    async def meet() -> list[int]:
        door = new_door()
        early = await ask(door, "GET", "/webhooks/x/nobody-s/", query=f"crc_token={TOKEN}")  # it has looked just now
        second = await asyncio.to_thread(in_thread, lambda: install("900000000000000009", app="B", handle="b_demo"))
        return [early.status, (await ask(door, "GET", path_of(second), query=f"crc_token={TOKEN}")).status]

    assert asyncio.run(meet()) == [404, 200]


def test_strangers_tokens_do_not_make_us_read_the_keys_each_time(
    acme: PartnerAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = count_looks(monkeypatch)

    async def knock(door: Receiver) -> list[int]:
        return [(await ask(door, "GET", f"/webhooks/x/nobody-{n}/", query="crc_token=x")).status for n in range(20)]

    assert asyncio.run(knock(new_door())) == [404] * 20 and len(looks) <= 1 + doorkeeper.LOOKS_AT_ONCE


def test_an_app_whose_secret_cannot_be_opened_silences_no_other(acme: PartnerAccount) -> None:
    install("900000000000000009", app="B", handle="b_demo")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE twitter_integration_xapp SET consumer_secret = 'damaged' WHERE name = 'B'")
    assert get(acme, f"crc_token={TOKEN}").status == 200
