"""One callback opened several times at once: a double click, a reload. X is asked once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.twitter_integration.test_connecting import at_x, decide, go, says
from twitter_integration.models import OAuth2Grant, PartnerAccount
from twitter_integration.sandbox.server import ThreadedSandbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def boss(client: Client, admin_user: User) -> Client:
    client.force_login(admin_user)
    return client


def at_once(boss: Client, address: str, *, times: int = 3) -> list[Any]:
    """The same address, opened so often by one browser; the first answer of each."""
    path, ready = "/" + address.partition("://")[2].partition("/")[2], Barrier(times)

    def visit(_: int) -> Any:
        try:
            tab = Client()
            tab.cookies = boss.cookies
            ready.wait(10)
            return tab.get(path)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as tabs:
        return list(tabs.map(visit, range(times)))


@pytest.fixture
def asked(sandbox: ThreadedSandbox) -> Iterator[Any]:
    """How often X was asked for a token; it takes its time, so that the others come meanwhile."""
    fault = sandbox.world.faults.plan("slow", path="*/*token", method="POST", seconds=0.3, count=50)
    yield lambda: 50 - fault.remaining
    sandbox.world.faults.clear()


def test_x_is_asked_once_and_all_are_led_to_the_same_page(boss: Client, acme: PartnerAccount, asked: Any) -> None:
    address = at_x(go(boss, acme))
    before = asked()
    answers = at_once(boss, address)
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, reverse("x_confirm"))}
    assert asked() - before == 1 and "Is this the right page?" in says(boss.get(reverse("x_confirm")))
    decide(boss, "save")
    assert PartnerAccount.objects.count() == 1


def test_whoever_comes_while_x_is_asked_is_told_so_and_goes_on(boss: Client, acme: PartnerAccount) -> None:
    address = at_x(go(boss, acme))
    store = boss.session
    (begun,) = store["x_sign_ins"]
    store["x_sign_ins"] = []
    store["x_opened"] = {"key": begun["key"], "at": begun["at"], "app_pk": acme.app_id, "account_pk": acme.pk}
    store.save()
    page = boss.get("/" + address.partition("://")[2].partition("/")[2], follow=True)
    assert page.status_code == 200 and "opened twice" in says(page) and page["Refresh"] == "1"


def test_all_are_told_the_same_refusal(boss: Client, acme: PartnerAccount, asked: Any) -> None:
    answers = at_once(boss, at_x(go(boss, acme), as_="ben_demo"))
    assert sorted(answer.status_code for answer in answers) == [302, 302, 409]
    told = boss.get(reverse("x_confirm"))
    assert told.status_code == 409 and "You approved as @ben_demo" in says(told)
    assert not OAuth2Grant.objects.exists() and PartnerAccount.objects.count() == 1
