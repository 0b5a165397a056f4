"""Webhook POST → ticket told through an open page's live stream, at a steady rate, with the processes `up` runs.

    python -m bench.latency [--rate 50] [--seconds 20]

The floor is a POST's own answer time in the same run: nothing can be visible before it is durable.
"""

import argparse
import asyncio
import json
import time
from typing import Any

from bench.common import SECRET, asgi, installation, report, worker
from bench.load import Run, fire, post
from bench.traffic import Day


class Stream:
    """Notes when each ticket number was first told."""

    def __init__(self, *, port: int, session: str) -> None:
        self.port, self.session = port, session
        self.told: dict[int, float] = {}

    async def listen(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        cookie = f"cookie: sessionid={self.session}\r\n"
        writer.write(f"GET /live/?list=1 HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\n{cookie}\r\n".encode())
        while line := await reader.readline():
            if line.startswith(b'data: {"tickets"'):
                at = time.perf_counter()
                tickets = json.loads(line[6:])["tickets"]
                for number in tickets if isinstance(tickets, list) else []:
                    self.told.setdefault(number, at)


async def steady(requests: list[bytes], *, port: int, rate: float) -> list[tuple[float, Run]]:
    """Send at the given rate whatever the answers; returns when each was sent."""
    started, tasks = time.perf_counter(), []
    for number, request in enumerate(requests):
        await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
        tasks.append((time.perf_counter(), asyncio.create_task(fire([request], port=port, connections=1))))
    return [(at, await task) for at, task in tasks]


async def measure(requests: list[bytes], *, port: int, rate: float, session: str) -> tuple[Any, Stream]:
    stream = Stream(port=port, session=session)
    listening = asyncio.create_task(stream.listen())
    await asyncio.sleep(1)
    sent = await steady(requests, port=port, rate=rate)
    await asyncio.sleep(5)
    listening.cancel()
    return sent, stream


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    with installation() as environment:
        import django

        django.setup()
        from tickets.models import Message
        from twitter_integration.signing import sign_body

        bodies = list(Day(events=int(options.rate * options.seconds), new=1.0, seed=3).bodies())
        session = sign_in()
        with asgi("kapture.asgi:application", environment=environment) as port, worker(environment=environment):
            time.sleep(3)
            path = environment["WEBHOOK_PATH"]
            requests = [post(path, b, signature=sign_body(b, secret=SECRET), port=port) for b in bodies]
            sent, stream = asyncio.run(measure(requests, port=port, rate=options.rate, session=session))
        ticket_of = dict(Message.objects.values_list("external_id", "ticket_id"))
        assert len(ticket_of) == len(bodies), f"{len(ticket_of)} of {len(bodies)} events became messages"
        waits = [stream.told[ticket_of[ident(b)]] - at for b, (at, _) in zip(bodies, sent, strict=True)]
        p95 = sorted(waits)[int(0.95 * len(waits))] * 1000
        answers = Run(latencies=[latency for _, run in sent for latency in run.latencies])
        report(
            "latency",
            value=p95,
            floor=answers.percentile(0.95),
            unit=f"ms, p95 from POST to live stream at {options.rate:g} events/s",
            median_ms=round(sorted(waits)[len(waits) // 2] * 1000, 1),
        )


def ident(body: bytes) -> str:
    tree = json.loads(body)
    if "data" in tree:
        return str(tree["data"]["payload"]["id"])
    if "tweet_create_events" in tree:
        return str(tree["tweet_create_events"][0]["id_str"])
    return str(tree["direct_message_events"][0]["id"])


def sign_in(name: str = "bench") -> str:
    """A session of an agent, as the sign-in page would make it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import Group, User
    from django.contrib.sessions.backends.db import SessionStore

    user = User.objects.create_user(name, password=None)
    user.groups.add(Group.objects.get(name="Agents"))
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    main()
