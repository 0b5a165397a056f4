"""Canned replies kept at the same moment, on whatever way: a shortcut means one thing, and who comes second is told so
as they would be a second later."""

from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from tests.admin.test_at_once import form_of, people
from tests.api.caller import Caller
from tests.at_once import at_once
from tests.factories import make_supervisor
from tickets.models import CannedReply

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = {"texts-TOTAL_FORMS": "1", "texts-INITIAL_FORMS": "0", "texts-0-audience": "", "texts-0-text": "Soon."}


@pytest.fixture
def sam() -> User:
    return make_supervisor()


def by_page(who: User, shortcut: str) -> Any:
    client = Client()
    client.force_login(who)
    return client.post("/canned-replies/", WORDS | {"title": "Mine", "category": "", "shortcut": shortcut})


def by_program(who: User, shortcut: str) -> Any:
    body = {"title": "Mine", "shortcut": shortcut, "texts": [{"text": "Soon."}]}
    return Caller(who).post("canned-replies/new/", body)


def told(answer: Any) -> bool:
    return "is taken by ‘" in answer.content.decode()


@pytest.mark.parametrize("_time", range(3))
def test_one_shortcut_in_other_letters_is_kept_once(_time: int, sam: User) -> None:
    [boss] = people(1)
    address, typed = form_of(boss, CannedReply)
    sent = typed | {"title": "Theirs", "shortcut": "Late", "owner": str(sam.pk), "texts-0-text": "Soon."}
    asks = [lambda: boss.post(address, sent), lambda: by_page(sam, "LATE"), lambda: by_program(sam, "late")]
    answers = at_once(*asks, lambda: by_page(sam, "lAtE"))
    kept = [answer for answer in answers if answer.status_code in (201, 302)]
    assert CannedReply.objects.count() == len(kept) == 1
    assert all(told(answer) for answer in answers if answer not in kept)


@pytest.mark.parametrize("ask", [by_page, by_program])
def test_ones_own_waits_for_what_is_kept_for_everybody(ask: Any, sam: User) -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            shared = CannedReply(title="Delay", shortcut="late")
            shared.full_clean()
            shared.save()
            later = pool.submit(at_once, lambda: ask(sam, "LATE"))
            wait([later], timeout=3)
        assert told(*later.result()) and CannedReply.objects.get() == shared
