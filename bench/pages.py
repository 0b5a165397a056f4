"""Pages and API of a desk with a million tickets and five million messages, against the same pages with a thousand.

python -m bench.pages [--tickets 1000000] [--small 1000] [--times 60] [--var DIR] [--page NAME]

Over the web process on loopback, one request at a time; the two desks are asked in turn, so that what else the machine
does meets both. `--var`: the desks are kept in that folder, and used again by the next run.
"""

import argparse
import http.client
import time
from collections.abc import Sequence
from dataclasses import dataclass
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
    parser.add_argument("--page", default="", help="only those whose name holds this")
    options = parser.parse_args()
    with desks(options.tickets, options.small, var=options.var) as (big, small):
        print(f"{big.tickets:,} tickets were filled in {big.seconds} s")
        plans, plans_small = explain(big, page=options.page), explain(small, page=options.page)
        target = "kapture.asgi:application"
        with asgi(target, environment=big.environment) as one, asgi(target, environment=small.environment) as other:
            visitors = Visitor(big, one, options.page), Visitor(small, other, options.page)
            timed = measure(*visitors, times=options.times)
    for name, (page, floor) in timed.items():
        counts = plans[name]["statements"], plans_small[name]["statements"]
        faults = plans[name]["faults"] + ([f"{counts[1]} statements when small"] if counts[0] != counts[1] else [])
        weight = f"{page.kilobytes:4.0f} of {floor.kilobytes:4.0f} kB"
        ratios = f"{page.p50 / floor.p50:5.2f} {page.p10 / floor.p10:5.2f}"
        print(f"{name:26} {page} of {floor} ms {ratios}  {weight}  {counts[0]:3}  {'; '.join(faults)}")
    tell(list(timed.values()))


@dataclass(frozen=True, slots=True)
class Timed:
    """Of one page of one desk, in ms. `p10`: when the machine did little else. `kilobytes`: of its last answer."""

    p10: float
    p50: float
    p95: float
    kilobytes: float

    def __str__(self) -> str:
        return f"{self.p10:6.1f} {self.p50:6.1f} {self.p95:6.1f}"


def tell(timed: Sequence[tuple[Timed, Timed]]) -> None:
    value, floor = (sum(pair[n].p50 for pair in timed) / len(timed) for n in (0, 1))
    facts = {
        "p95": round(max(one.p95 for one, _ in timed), 1),
        "worst": round(max(one.p50 / other.p50 for one, other in timed), 2),
        "worst_p10": round(max(one.p10 / other.p10 for one, other in timed), 2),
    }
    report("pages", value=value, floor=floor, unit="ms", **facts, most_ms=MOST_MS, most_ratio=MOST_RATIO, load=load())


class Visitor:
    """Somebody at work on one desk, over a connection that stays open."""

    def __init__(self, desk: Desk, port: int, page: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie, self.bearer = {"Cookie": f"sessionid={desk.session}"}, {"Authorization": f"Bearer {desk.token}"}
        self.asked = [one for one in addresses(self.get, desk.samples) if page in one[0]]

    def get(self, path: str) -> str:
        self.connection.request("GET", path, headers=self.bearer if path.startswith(API) else self.cookie)
        answer = self.connection.getresponse()
        body = answer.read().decode()
        assert answer.status == 200, f"{path}: {answer.status} {body[:300]}"
        return body

    def clock(self, path: str) -> tuple[float, int]:
        """How many ms it took, and how many bytes it has."""
        started = time.perf_counter()
        body = self.get(path)
        return (time.perf_counter() - started) * 1000, len(body.encode())


def measure(big: Visitor, small: Visitor, *, times: int) -> dict[str, tuple[Timed, Timed]]:
    """Page → the big desk and the small one."""
    found = {}
    for (name, paths), (_, paths_small) in zip(big.asked, small.asked, strict=True):
        for visitor, path in ((big, paths[0]), (small, paths_small[0])):
            visitor.get(path)
        pairs = [
            (big.clock(paths[n % len(paths)]), small.clock(paths_small[n % len(paths_small)])) for n in range(times)
        ]
        found[name] = _spread([one for one, _ in pairs]), _spread([other for _, other in pairs])
    return found


def _spread(found: Sequence[tuple[float, int]]) -> Timed:
    cuts = quantiles([ms for ms, _ in found], n=20, method="inclusive")
    return Timed(cuts[1], cuts[9], cuts[18], found[-1][1] / 1000)


if __name__ == "__main__":
    main()
