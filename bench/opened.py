"""Open pages as a browser holds them, without a browser: a live stream each, and for some their parts after a word."""

import asyncio
import json
import re
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

LIST = "/tickets/?order=newest"
OPEN_SECONDS = 30  # until a page has its stream
# After its parts a page rests for as long as they took to come, within these bounds (static/js/live.js).
LEAST_SECONDS, MOST_SECONDS = 0.3, 3
_PARTS = re.compile(rb'data-parts="([^"]+)"')


class Page:
    """What it was told, and what it showed: ticket → when, on the clock of all processes."""

    def __init__(self, port: int, session: str) -> None:
        self.port, self.session = port, session
        self.told: dict[int, float] = {}
        self.shown: dict[int, float] = {}
        self.opened, self._news = asyncio.Event(), asyncio.Event()
        self._lines: list[asyncio.StreamWriter] = []

    async def listen(self) -> None:
        reader = await self._ask("/live/?list=1")
        while line := await reader.readline():
            self.opened.set()
            if line.startswith(b'data: {"tickets"'):
                at = time.perf_counter()
                for number in json.loads(line[6:])["tickets"]:
                    self.told.setdefault(number, at)
                self._news.set()
            elif line.startswith(b"event: catch-up"):
                self._news.set()

    async def read(self) -> None:
        """Asks for the parts of a list whenever there is news, and then rests."""
        page = await (await self._ask(LIST, close=True)).read()
        found = _PARTS.search(page)
        assert found, page[:500]
        parts = found[1].decode().replace("&amp;", "&")
        while True:
            await self._news.wait()
            self._news.clear()
            known = set(self.told) - set(self.shown)
            began = time.perf_counter()
            answer = await (await self._ask(parts, close=True)).read()
            self._lines.pop().close()
            assert b" 200 " in answer[:20], answer[:500]
            at = time.perf_counter()
            self.shown |= dict.fromkeys(known, at)
            await asyncio.sleep(min(MOST_SECONDS, max(LEAST_SECONDS, at - began)))

    async def _ask(self, path: str, *, close: bool = False) -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        head = f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\ncookie: sessionid={self.session}\r\n"
        head += "hx-request: true\r\n" if "rows" in path else ""
        writer.write(f"{head}{'connection: close' if close else 'accept: text/event-stream'}\r\n\r\n".encode())
        self._lines.append(writer)  # a line that nobody holds is closed
        return reader


async def opened(port: int, readers: int, *, sessions: Sequence[str]) -> None:
    """Opens a page for each session, says so, and at the next line that comes in says what they heard and showed."""
    pages = [Page(port, session) for session in sessions]
    tasks = []
    for page in pages:  # one after the other, as people come
        tasks.append(asyncio.create_task(page.listen()))
        await asyncio.wait_for(page.opened.wait(), OPEN_SECONDS)
    tasks += [asyncio.create_task(page.read()) for page in pages[:readers]]
    print("open", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    print(json.dumps({"told": [page.told for page in pages], "shown": [page.shown for page in pages[:readers]]}))
