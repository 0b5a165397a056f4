"""A desk with so many tickets in a folder of its own, to look at: `manage.py up` with KAPTURE_VAR set to it serves it.

python -m bench.million --var DIR [--tickets 1000000]
"""

import argparse
import json
from pathlib import Path

from bench.common import load
from bench.million.desks import desks


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    options = parser.parse_args()
    with desks(options.tickets, var=options.var) as made:
        told = {"tickets": options.tickets, "seconds": made[0].seconds, "var": str(options.var), "load": load()}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
