"""Memory of the whole idle installation: everything `manage.py up` starts, shared pages counted once (PSS).

    python -m bench.memory

The floor is the aim: 600 MB.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bench.common import ROOT, free_port, report, wait_for

AIM = 600.0  # MB
SETTLE_SECONDS = 20


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kapture-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        port = free_port()
        environment = os.environ | {"KAPTURE_VAR": f"{folder}/var"}
        command = [sys.executable, "manage.py", "up", "--port", str(port)]
        up = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", 60)
            time.sleep(SETTLE_SECONDS)
            # The database detaches itself, so it is found by its data folder, not by its parent.
            family = {p.pid: p for p in [psutil.Process(up.pid), *psutil.Process(up.pid).children(recursive=True)]}
            for process in psutil.process_iter(["cmdline"]):
                if any(folder in word for word in process.info["cmdline"] or []):
                    family |= {p.pid: p for p in [process, *process.children(recursive=True)]}
            shares = sorted(((_pss(p), _name(p)) for p in family.values()), reverse=True)
        finally:
            up.terminate()
            up.wait(60)
    for share, name in shares:
        print(f"{share:7.1f} MB  {name}")
    report("memory", value=sum(share for share, _ in shares), floor=AIM, unit="MB, idle installation (floor: the aim)")


def _pss(process: psutil.Process) -> float:
    try:
        return process.memory_full_info().pss / 1e6
    except psutil.Error:
        return 0.0


def _name(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())[:90]
    except psutil.Error:
        return "?"


if __name__ == "__main__":
    main()
