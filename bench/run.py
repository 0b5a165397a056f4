"""All benches, one after the other, each in a process of its own: `make bench`. A bench that fails makes this fail."""

import subprocess
import sys

_FLOWING = ("webhook", "pipeline", "latency", "live", "memory", "outbox")
BENCHES = (*_FLOWING, "dry_run", "merge", "week", "pages", "weight", "sla_sweep")


def main() -> None:
    wanted = sys.argv[1:] or BENCHES
    failed = [
        name for name in wanted if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode
    ]
    if failed:
        raise SystemExit(f"Failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
