"""What many open pages cost: 300 live streams and 50 events a second, with the processes of a real `manage.py up`.

    python -m bench.live [--pages 300] [--readers 10] [--rate 50] [--seconds 30]

Each event is a signed webhook; the delay is from its POST to the event on each stream. `--readers`: so many of the
pages ask for their parts whenever they are told, no more often than a browser does (static/js/live.js), and the delay
to them is until those have come. The pages are a process of their own (`--open PORT READERS`, sessions on its input).
It fails over a limit (MOST_MS, MOST_MB). The floor is a POST's own answer: nothing is seen before it is durable.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from bench.common import BRAND, ROOT, SECRET, add_account, free_port, load, report, run, wait_for
from bench.latency import ident, steady
from bench.load import Run, post
from bench.opened import opened
from bench.traffic import Day

MOST_MS = 1000  # p95, until an update is seen
MOST_MB = 400  # of the web process
AGENTS = 30  # who have the pages open
SETTLE_SECONDS = 5
MADE = """
import json
from bench.latency import sign_in
print(json.dumps([sign_in("bench" + str(place)) for place in range({agents})]))
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--readers", type=int, default=10)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--open", nargs=2, type=int, metavar=("PORT", "READERS"))
    options = parser.parse_args()
    if options.open:
        asyncio.run(opened(*options.open, sessions=json.loads(sys.stdin.readline())))
        return
    with up() as (port, environment):
        sessions = _sessions(environment)
        wanted = [sessions[place % len(sessions)] for place in range(options.pages)]
        requests, keys = _requests(port, environment, events=int(options.rate * options.seconds))
        with _pages(port, wanted, readers=options.readers) as pages:
            weight = _web_mb(port)
            sent = asyncio.run(steady(requests, port=port, rate=options.rate))
            time.sleep(SETTLE_SECONDS)
            weight = max(weight, _web_mb(port))
            told, _ = pages.communicate("\n", timeout=60)
        waits = _waits(json.loads(told), _tickets(environment), keys, [at for at, _ in sent])
    answers = Run(latencies=[latency for _, run in sent for latency in run.latencies])
    _tell(options, waits, answers, weight)


@contextmanager
def up() -> Iterator[tuple[int, dict[str, str]]]:
    """A whole installation as a person starts it, with one account; yields its port and its processes' environment."""
    with tempfile.TemporaryDirectory(prefix="kapture-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        port = free_port()
        environment = os.environ | {"KAPTURE_VAR": f"{folder}/var", "LOG_LEVEL": "ERROR"}
        command = [sys.executable, "manage.py", "up", "--port", str(port)]
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", 180)
            environment["WEBHOOK_PATH"] = add_account(BRAND, "acmehelp_demo", environment=environment)
            time.sleep(SETTLE_SECONDS)
            yield port, environment
        finally:
            running.terminate()
            running.wait(60)


@contextmanager
def _pages(port: int, sessions: Sequence[str], *, readers: int) -> Iterator[subprocess.Popen[str]]:
    """All open, once this begins; a line makes them say what they were told and when."""
    command = [sys.executable, "-m", "bench.live", "--open", str(port), str(readers)]
    pages = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert pages.stdin and pages.stdout
        pages.stdin.write(json.dumps(list(sessions)) + "\n")
        pages.stdin.flush()
        assert pages.stdout.readline() == "open\n"
        yield pages
    finally:
        pages.kill()
        pages.wait()


def _sessions(environment: dict[str, str]) -> list[str]:
    found: list[str] = json.loads(_shell(MADE.format(agents=AGENTS), environment))
    return found


def _shell(script: str, environment: dict[str, str]) -> str:
    """What the last line of a script says that runs inside the installation."""
    return run("shell", "--no-imports", "-c", script, environment=environment).splitlines()[-1]


def _requests(port: int, environment: dict[str, str], *, events: int) -> tuple[list[bytes], list[str]]:
    from twitter_integration.signing import sign_body

    bodies, path = list(Day(events=events, new=1.0, seed=3).bodies()), environment["WEBHOOK_PATH"]
    made = [post(path, body, signature=sign_body(body, secret=SECRET), port=port) for body in bodies]
    return made, [ident(body) for body in bodies]


def _tickets(environment: dict[str, str]) -> dict[str, int]:
    asked = "from tickets.models import Message; import json; "
    asked += "print(json.dumps(dict(Message.objects.values_list('external_id', 'ticket_id'))))"
    found: dict[str, int] = json.loads(_shell(asked, environment))
    return found


def _web_mb(port: int) -> float:
    """Of the process that serves: it and no other is what grows with what is open."""
    serving = [one for one in psutil.process_iter(["cmdline"]) if _serves(one.info["cmdline"] or [], port)]
    return max(one.memory_info().rss for one in serving) / 1e6


def _serves(words: list[str], port: int) -> bool:
    return "granian" in words and str(port) in words


def _waits(
    told: dict[str, list[dict[str, float]]], tickets: dict[str, int], keys: list[str], sent: list[float]
) -> dict[str, list[float]]:
    """Seconds from each POST until each page was told, and until each reader had its parts; in order."""
    found = {}
    for name, pages in told.items():
        waits = [page[str(tickets[key])] - at for key, at in zip(keys, sent, strict=True) for page in pages]
        found[name] = sorted(waits)
    return found


def _tell(options: argparse.Namespace, waits: dict[str, list[float]], answers: Run, weight: float) -> None:
    p95 = {name: found[int(0.95 * len(found))] * 1000 for name, found in waits.items() if found}
    for name, found in waits.items():
        if found:
            middle = found[len(found) // 2] * 1000
            print(f"{name:6}  {len(found):7,} updates  median {middle:7.1f} ms  p95 {p95[name]:7.1f} ms")
    facts = {f"{name}_p95_ms": round(one, 1) for name, one in p95.items()} | {"web_mb": round(weight, 1)}
    worst = max(p95.values())
    unit = f"ms, p95 to {options.pages} open pages at {options.rate:g} events/s"
    report("live", value=worst, floor=answers.percentile(0.95), unit=unit, **facts, load=load())
    if worst > MOST_MS or weight > MOST_MB:
        raise SystemExit("Slower or heavier than it may be.")


if __name__ == "__main__":
    main()
