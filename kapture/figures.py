"""The shape of a figure and of a finding: what probes and checks return. A leaf: imports nothing of ours."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """One number for /metrics; `unhealthy` is a sentence when the number means "not ready" (/readyz)."""

    name: str
    help: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)
    unhealthy: str | None = None


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
