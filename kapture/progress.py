"""A progress bar for operators' commands: on a terminal a moving line, elsewhere a line now and then. Stderr only."""

import sys
import time
from typing import TextIO


class Progress:
    """`advance` after each piece of work; `total` may be 0 when nobody knows it."""

    def __init__(self, label: str, *, total: int = 0, out: TextIO | None = None) -> None:
        self.label, self.total, self.done = label, total, 0
        self.out = out or sys.stderr
        self._every = 0.1 if self.out.isatty() else 5.0
        self._shown: int | None = None
        self._started_at = self._shown_at = time.monotonic()

    def advance(self, pieces: int) -> None:
        self.done += pieces
        if time.monotonic() - self._shown_at >= self._every:
            self._show()

    def finish(self) -> None:
        if self._shown != self.done:
            self._show()
        if self.out.isatty():
            self.out.write("\n")

    def _show(self) -> None:
        self._shown_at, self._shown = time.monotonic(), self.done
        rate = self.done / max(self._shown_at - self._started_at, 0.001)
        start, end = ("\r", "") if self.out.isatty() else ("", "\n")
        self.out.write(f"{start}{self.label} {self._bar()}{self.done:,} ({rate:,.0f}/s){end}")
        self.out.flush()

    def _bar(self) -> str:
        if not self.total:
            return ""
        filled = min(24, 24 * self.done // self.total)
        return f"[{'#' * filled}{'.' * (24 - filled)}] {min(100, 100 * self.done // self.total)} % "
