"""The shape of a figure and of a finding: what probes and checks return; numbers in words. A leaf: imports nothing of
ours."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """One number for /metrics; `unhealthy` is a sentence when the number means "not ready" (/readyz), `healthy` what
    people read of it otherwise, on the admin's first page."""

    name: str
    help: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)
    unhealthy: str | None = None
    healthy: str = ""


@dataclass(frozen=True)
class Finding:
    """One line of `manage.py doctor`: what was looked at, how it is, and how to mend it.

    `fatal=False` marks advice: it is shown, and does not make the command fail.
    """

    ok: bool
    subject: str
    sentence: str
    remedy: str = ""
    fatal: bool = True


def counted(number: int, thing: str, things: str = "") -> str:
    """As people say it: 1 account, 2 accounts."""
    return f"{number} {thing if number == 1 else things or f'{thing}s'}"
