"""How `manage.py up` is asked to end: Ctrl-C, SIGTERM, a closed terminal."""

import signal
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked us to stop; not an error."""


class StopSignals:
    """While entered, a stop signal is noted; while `at_once` it also interrupts what is being done.

    Only the first one counts: an impatient second Ctrl-C must not interrupt the tidying up.
    """

    def __init__(self) -> None:
        self.requested = False
        self.at_once = True
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            if number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # started by nohup: a closed terminal shall not matter
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def raise_if_requested(self) -> None:
        if self.requested:
            raise Stopped

    def _note(self, number: int, frame: FrameType | None) -> None:
        first = not self.requested
        self.requested = True
        if first and self.at_once:
            raise Stopped
