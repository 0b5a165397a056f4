"""Pages and API of a desk with a million tickets and five million messages, against the same pages with a thousand.

python -m bench.pages [--tickets 1000000] [--small 1000] [--times 60] [--var DIR]

Over the web process on loopback, one request at a time; the two desks are asked in turn, so that what else the machine
does meets both. `--var`: the desks are kept in that folder, and used again by the next run.
"""

import argparse
import http.client
import time
from pathlib import Path
from statistics import quantiles

from bench.asked import API, addresses
from bench.common import asgi, load, report
from bench.million.desks import Desk, desks
from bench.plans import explain

MOST_MS = 100
MOST_RATIO = 1.5


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--var", type=Path)
    options = parser.parse_args()
    with desks(options.tickets, options.small, var=options.var) as (big, small):
        print(f"{big.tickets:,} tickets were filled in {big.seconds} s")
        plans, plans_small = explain(big), explain(small)
        target = "kapture.asgi:application"
        with asgi(target, environment=big.environment) as one, asgi(target, environment=small.environment) as other:
            timed = measure(Visitor(big, one), Visitor(small, other), times=options.times)
    worst, slow = 0.0, 0.0
    for name, (p50, p95, floor50, floor95) in timed.items():
        counts = plans[name]["statements"], plans_small[name]["statements"]
        faults = plans[name]["faults"] + ([f"{counts[1]} statements when small"] if counts[0] != counts[1] else [])
        figures = f"{p50:6.1f} {p95:6.1f} ms  of {floor50:6.1f} {floor95:6.1f} ms  {p50 / floor50:5.2f}  {counts[0]:3}"
        print(f"{name:24} {figures}  {'; '.join(faults)}")
        worst, slow = max(worst, p50 / floor50), max(slow, p95)
    share = sum(p50 for p50, *_ in timed.values()), sum(floor for _, _, floor, _ in timed.values())
    count = len(timed)
    facts = {"p95": round(slow, 1), "worst": round(worst, 2), "most_ms": MOST_MS, "most_ratio": MOST_RATIO}
    report("pages", value=share[0] / count, floor=share[1] / count, unit="ms", **facts, load=load())


class Visitor:
    """Somebody at work on one desk, over a connection that stays open."""

    def __init__(self, desk: Desk, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie, self.bearer = {"Cookie": f"sessionid={desk.session}"}, {"Authorization": f"Bearer {desk.token}"}
        self.asked = list(addresses(self.get, desk.samples))

    def get(self, path: str) -> str:
        self.connection.request("GET", path, headers=self.bearer if path.startswith(API) else self.cookie)
        answer = self.connection.getresponse()
        body = answer.read().decode()
        assert answer.status == 200, f"{path}: {answer.status} {body[:300]}"
        return body

    def clock(self, path: str) -> float:
        started = time.perf_counter()
        self.get(path)
        return (time.perf_counter() - started) * 1000


def measure(big: Visitor, small: Visitor, *, times: int) -> dict[str, tuple[float, float, float, float]]:
    """Page → p50 and p95 of the big desk, and of the small one, in ms."""
    found = {}
    for (name, paths), (_, paths_small) in zip(big.asked, small.asked, strict=True):
        for visitor, path in ((big, paths[0]), (small, paths_small[0])):
            visitor.get(path)
        pairs = [
            (big.clock(paths[n % len(paths)]), small.clock(paths_small[n % len(paths_small)])) for n in range(times)
        ]
        found[name] = (*_spread([one for one, _ in pairs]), *_spread([other for _, other in pairs]))
    return found


def _spread(found: list[float]) -> tuple[float, float]:
    cuts = quantiles(found, n=20, method="inclusive")
    return cuts[9], cuts[18]


if __name__ == "__main__":
    main()
