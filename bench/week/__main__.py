"""python -m bench.week [--concerns 4600] [--days 7] [--tick 60] [--seed 5]"""

import argparse
import json
import time
from collections import Counter
from datetime import timedelta
from typing import Any

from bench.common import installation, load, report, use_django


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--concerns", type=int, default=4_600, help="four messages come of each, about")
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--tick", type=int, default=60, help="seconds of the clock that moves the week")
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    with installation():
        use_django()
        from django.conf import settings

        from bench.week.carrier import carried
        from bench.week.desk import set_up
        from bench.week.figures import of_the_desk, of_the_recount
        from bench.week.play import play
        from bench.week.recount import recount

        tick, started = timedelta(seconds=options.tick), time.perf_counter()
        with carried(settings):
            many = {"concerns": options.concerns, "people": options.concerns * 2 // 3}
            log = play(set_up(), **many, days=options.days, tick=tick, seed=options.seed)
        played = time.perf_counter() - started
        told, counted = of_the_desk(), of_the_recount(recount(log))
    differ = [name for name in told if told[name] != counted[name]]
    for name, figure in told.items():
        if name not in ("every promise", "every gift"):
            print(f"{name:32} {json.dumps(figure)}" + (f"  but {json.dumps(counted[name])}" if name in differ else ""))
    for name in (one for one in ("every promise", "every gift") if one in differ):
        print(f"{name}, by one of the two only:", *apart(told[name], counted[name]), sep="\n  ")
    messages = sum(told["messages"].values())
    facts = {"messages": messages, "differ": differ, "recount": round(time.perf_counter() - started - played, 1)}
    report("week", value=played, floor=0, unit="s", **facts, load=load())
    if differ:
        raise SystemExit("The recount differs.")


def apart(told: list[Any], counted: list[Any], *, most: int = 20) -> list[str]:
    """What stands in one of the two lists only, the first few."""
    one, other = Counter(map(json.dumps, told)), Counter(map(json.dumps, counted))
    return [f"desk {row}" for row in one - other][:most] + [f"recount {row}" for row in other - one][:most]


if __name__ == "__main__":
    main()
