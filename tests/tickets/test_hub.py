"""What open pages are told, gathered in memory (tickets/hub.py)."""

import asyncio
from collections.abc import Awaitable

from tickets.hub import Hub, Notice, Page
from tickets.live import MOST_IDS


def test_a_slow_page_is_told_everything_at_once() -> None:
    async def scenario() -> None:
        page = Page(None)
        for pk in range(50):
            page.tell(Notice(tickets=frozenset({pk})))
        assert (await page.wait(1)).tickets == set(range(50))
        for pk in range(MOST_IDS + 50):
            page.tell(Notice(tickets=frozenset({pk})))
        assert (await page.wait(1)).tickets is None

    asyncio.run(scenario())


def test_a_hub_without_pages_opens_nothing() -> None:
    hub: Hub = Hub()
    closing: Awaitable[None] = hub.close()
    asyncio.run(closing)  # type: ignore[arg-type]  # a coroutine
    assert not hub.pages
