"""How the database answers the pages of one desk: statements, and plans that walk or sort more than they show.

python -m bench.plans [--tickets 1000000] [--var DIR] [--page NAME] [--show]

Its own process looks at the desk that DATABASE_URL names: python -m bench.plans --here SESSION TOKEN SAMPLES
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.asked import API, addresses
from bench.common import ROOT, use_django
from bench.million.desks import Desk, desks

BIG = 2_000  # rows of a table that no page reads from end to end
IN_INDEX = 50_000  # entries that a page may count without looking at their rows: all that is undone
MOST = 600  # rows that a page may sort, or look at in vain
LOOKS = 3  # addresses of each page


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--var", type=Path)
    parser.add_argument("--page", default="")
    parser.add_argument("--show", action="store_true", help="the plans of what is wrong")
    parser.add_argument("--here", nargs=3)
    options = parser.parse_args()
    if options.here:
        look(*options.here, page=options.page, show=options.show)
        return
    with desks(options.tickets, var=options.var) as made:
        for name, told in explain(made[0], page=options.page, show=options.show).items():
            print(f"{name:24} {told['statements']:3} statements  {'; '.join(told['faults']) or 'good'}")


def explain(desk: Desk, *, page: str = "", show: bool = False) -> dict[str, Any]:
    """Page → its statements and what is wrong with their plans."""
    command = [sys.executable, "-m", "bench.plans", "--here", desk.session, desk.token, json.dumps(desk.samples)]
    command += ["--page", page, *(["--show"] if show else [])]
    done = subprocess.run(command, cwd=ROOT, env=desk.environment, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def look(session: str, token: str, samples: str, *, page: str, show: bool) -> None:
    use_django()
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    desk = Client(headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})
    api = Client(headers={"authorization": f"Bearer {token}"})

    def get(path: str) -> str:
        answer = (api if path.startswith(API) else desk).get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return str(answer.content.decode())

    found = {}
    for name, paths in addresses(get, json.loads(samples)):
        if page in name:
            asked = [statements(get, path) for path in paths[: LOOKS if len(paths) > 1 else 1]]
            faults = [fault for one in asked for sql, params in one for fault in _faults(sql, params, show=show)]
            found[name] = {"statements": max(map(len, asked)), "faults": sorted(set(faults))}
    print(json.dumps(found))


def statements(get: Any, path: str) -> list[tuple[str, Any]]:
    from django.db import connection

    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    get(path)  # what is asked once in a process's life is asked now
    with connection.execute_wrapper(note):
        get(path)
    return asked


def _faults(sql: str, params: Any, *, show: bool) -> Iterator[str]:
    from django.db import connection

    if not sql.lstrip(" \n(").upper().startswith(("SELECT", "WITH")):
        return
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0][0]
        found = [fault for node in nodes(plan["Plan"]) for fault in _wrong(node)]
        if found and show:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
            print(sql, params, *(row[0] for row in cursor.fetchall()), "", sep="\n", file=sys.stderr)
    for fault in found:
        yield f"{fault} ({plan['Execution Time']:.0f} ms)"


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def _wrong(node: dict[str, Any]) -> Iterator[str]:
    """Rows are told by loop."""
    kind = node["Node Type"]
    rows, loops, table = node["Actual Rows"], node["Actual Loops"], node.get("Relation Name", "")
    vain = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    if kind == "Seq Scan" and rows + vain > BIG:
        yield f"reads all of {table}"
    elif table and vain * loops > MOST:
        yield f"looks at {vain * loops:,.0f} rows of {table} in vain"
    if kind.endswith("Sort") and node["Plans"][0]["Actual Rows"] > MOST:
        yield f"sorts {node['Plans'][0]['Actual Rows']:,.0f} rows"
    if rows * loops > {"Index Scan": BIG, "Bitmap Heap Scan": BIG, "Index Only Scan": IN_INDEX}.get(kind, rows * loops):
        yield f"walks {rows * loops:,.0f} rows of {table or node.get('Index Name', '')}"


if __name__ == "__main__":
    main()
