"""Where a demo's local X and desk are, kept in its folder, so that every command run beside it sees the same world.

Without it a command in a second terminal would take the demo's made-up keys to the real X.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

FILE = "demo.json"


def remember(var_dir: Path, environment: Mapping[str, str]) -> None:
    """Keep what the demo's own processes are given."""
    kept = {name: value for name, value in environment.items() if name != "KAPTURE_VAR"}
    (var_dir / FILE).write_text(json.dumps(kept, indent=1) + "\n")


def recall(var_dir: Path, argv: Sequence[str]) -> None:
    """Give this process what was kept, where its environment says nothing else; `up` decides about its own address."""
    file = var_dir / FILE
    if not file.exists():
        return
    for name, value in json.loads(file.read_text()).items():
        if name != "PUBLIC_URL" or argv[1:2] != ["up"]:
            os.environ.setdefault(name, value)
