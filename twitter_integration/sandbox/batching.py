"""Several events of one kind and account in one body: gathered for a moment, then handed to the dispatcher."""

import threading
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Key = tuple[int, int, str]
"""webhook id, user id, event array"""
GATHERING = 0.25
"""Seconds a body waits for company."""


class Batcher:
    """`send` gets a key and the merged document; called from whatever thread completes a batch."""

    def __init__(self, send: Callable[[Key, Json], None]) -> None:
        self._send = send
        self._waiting: dict[Key, list[Json]] = {}
        self._lock = threading.Lock()

    def add(self, key: Key, document: Json, *, most: int) -> None:
        with self._lock:
            pile = self._waiting.setdefault(key, [])
            pile.append(document)
            if len(pile) == 1:
                timer = threading.Timer(GATHERING, self.flush, kwargs={"key": key})
                timer.daemon = True
                timer.start()
            full = len(pile) >= most
        if full:
            self.flush(key=key)

    def flush(self, *, key: Key | None = None) -> None:
        """Send what waits: of one key, or everything."""
        with self._lock:
            keys = [key] if key else list(self._waiting)
            piles = [(known, self._waiting.pop(known)) for known in keys if known in self._waiting]
        for known, pile in piles:
            for document in _merge(pile, event=known[2]):
                self._send(known, document)


def _merge(pile: list[Json], *, event: str) -> list[Json]:
    """Bodies that agree in everything but their events and people become one; order is kept."""
    merged: list[Json] = []
    for document in pile:
        last = merged[-1] if merged else None
        if last is None or _frame(last, event) != _frame(document, event) or not isinstance(document.get(event), list):
            merged.append(dict(document))
            continue
        last[event] = [*last[event], *document[event]]
        for people in ("users", "apps"):
            if people in document:
                last[people] = {**last.get(people, {}), **document[people]}
    return merged


def _frame(document: Json, event: str) -> Json:
    return {key: value for key, value in document.items() if key not in (event, "users", "apps")}
