"""The book of challenges: written behind the answer, and not at every one."""

import asyncio
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.twitter_integration.installed import install
from twitter_integration.deliveries.challenges import ChallengeBook
from twitter_integration.models import XApp

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _close_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)


async def note(book: ChallengeBook, app_id: int) -> None:
    book.note(app_id)
    await book.settle()


def test_an_answered_challenge_is_noted_once_a_minute() -> None:
    app, book = install().app, ChallengeBook()
    asyncio.run(note(book, app.pk))
    first = XApp.objects.get().last_challenge_at
    assert first is not None and timezone.now() - first < timedelta(seconds=10)
    asyncio.run(note(book, app.pk))
    assert XApp.objects.get().last_challenge_at == first
