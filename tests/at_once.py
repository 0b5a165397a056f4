"""Several at the same moment, each in a thread and on a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def at_once(*asks: Callable[[], Any]) -> list[Any]:
    """All of them begin together."""
    start = Barrier(len(asks))

    def ask(one: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=30)
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(asks)) as pool:
        return [found.result() for found in [pool.submit(ask, one) for one in asks]]
