"""A small load generator: keeps a number of connections busy with prepared requests, and notes when each is answered.

Plain asyncio protocols, no HTTP library: on two cores the generator must cost less than what it measures.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Run:
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)  # seconds
    refused: int = 0

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0


class _Connection(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], run: Run, done: "asyncio.Future[None]") -> None:
        self.requests, self.run, self.done = requests, run, done
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, separator, rest = self.buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
        if len(rest) < int(length or b"0"):
            return
        self.buffer = b""
        if head[9:12] == b"200":
            self.run.latencies.append(time.perf_counter() - self.sent_at)
        else:
            self.run.refused += 1
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def _next(self) -> None:
        request = next(self.requests, None)
        if request is None:
            self.transport.close()
            return
        self.sent_at = time.perf_counter()
        self.transport.write(request)


async def fire(requests: Sequence[bytes], *, port: int, connections: int) -> Run:
    """Send all requests, each connection its next one as soon as the last was answered."""
    loop, run = asyncio.get_running_loop(), Run()
    source = iter(requests)
    started = time.perf_counter()
    done: list[asyncio.Future[None]] = []
    for _ in range(connections):
        future: asyncio.Future[None] = loop.create_future()
        done.append(future)
        await loop.create_connection(lambda f=future: _Connection(source, run, f), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*done)
    run.seconds = time.perf_counter() - started
    return run


def post(path: str, body: bytes, *, signature: str, port: int) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\n"
    head += f"x-twitter-webhooks-signature: {signature}\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body
