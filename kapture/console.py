"""What `manage.py up` writes to the terminal: its own lines, and every child's with the child's name in front."""

import os
import sys
import threading
from typing import IO

_COLOURS = {"web": "36", "worker": "33", "sandbox": "35", "demo": "34", "kapture": "32"}
_WIDTH = 8


class Console:
    """One terminal shared by several writers, a whole line at a time."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._stream = stream or sys.stdout
        self._lock = threading.Lock()
        self._coloured = self._stream.isatty() and "NO_COLOR" not in os.environ

    def say(self, text: str, *, name: str = "kapture") -> None:
        """Write one line (or several) under a name; a closed terminal is not an error."""
        label = f"{name:<{_WIDTH}}│"
        if self._coloured:
            label = f"\033[{_COLOURS.get(name, '0')}m{label}\033[0m"
        with self._lock:
            try:
                for line in text.splitlines() or [""]:
                    self._stream.write(f"{label} {line}\n")
                self._stream.flush()
            except (BrokenPipeError, ValueError):
                return

    def follow(self, lines: IO[bytes], *, name: str) -> threading.Thread:
        """Write a child's output as it comes, until the child closes it."""

        def copy() -> None:
            for line in lines:
                self.say(line.decode(errors="replace").rstrip("\n"), name=name)

        thread = threading.Thread(target=copy, name=f"log of {name}", daemon=True)
        thread.start()
        return thread
