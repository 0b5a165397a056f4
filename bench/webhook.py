"""Accepted and durable POSTs per second at 64 connections, against the barest receiver on the same server and database.

python -m bench.webhook [--requests 12000]
"""

import argparse
import asyncio
from statistics import median

import psycopg

from bench.common import SECRET, asgi, installation, report
from bench.load import Run, fire, post
from bench.traffic import Day

CONNECTIONS = 64
ROUNDS = 3  # alternating, so that whatever else the machine does hits both; the median counts


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=9000)
    requests = parser.parse_args().requests
    with installation() as environment:
        from django.conf import settings

        from kapture import database
        from twitter_integration.signing import sign_body

        address = database.embedded_server(settings.VAR_DIR).url(database.NAME)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(
                "CREATE TABLE floor_delivery (id bigserial PRIMARY KEY, digest bytea UNIQUE, body bytea,"
                " received_at timestamptz DEFAULT now())"
            )
        bodies = [(b, sign_body(b, secret=SECRET)) for b in Day(events=requests * ROUNDS).bodies()]
        bare = environment | {"FLOOR_DATABASE": address, "FLOOR_SECRET": SECRET}
        path = environment["WEBHOOK_PATH"]
        ours, floor = [], []
        with (
            asgi("kapture.asgi:application", environment=environment) as port,
            asgi("bench.floor_webhook:application", environment=bare, path="/") as bare_port,
        ):
            for turn in range(ROUNDS):
                slice_ = bodies[turn * requests : (turn + 1) * requests]
                floor.append(_run(slice_, "/", bare_port))
                ours.append(_run(slice_, path, port))
        with psycopg.connect(address) as connection:
            row = connection.execute("SELECT count(*) FROM twitter_integration_delivery").fetchone()
            stored = row[0] if row else 0
    assert stored == requests * ROUNDS, f"{stored} of {requests * ROUNDS} accepted deliveries are in the database"
    best = sorted(ours, key=lambda run: run.rate)[ROUNDS // 2]
    report(
        "webhook",
        value=best.rate,
        floor=median(run.rate for run in floor),
        unit="durable POSTs/s at 64 connections",
        p99_ms=round(best.percentile(0.99), 1),
        refused=sum(run.refused for run in ours),
    )


def _run(bodies: list[tuple[bytes, str]], path: str, port: int) -> Run:
    requests = [post(path, body, signature=signature, port=port) for body, signature in bodies]
    return asyncio.run(fire(requests, port=port, connections=CONNECTIONS))


if __name__ == "__main__":
    main()
