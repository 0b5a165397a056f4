"""How long something took, as the reports keep it: rounded up, the coarser the longer, so that a day has few of
them and "nine in ten within 38 minutes" stays true. Pure."""

from bisect import bisect_left
from collections.abc import Sequence

MINUTE, HOUR, DAY = 60, 3600, 86400
# Up to so many seconds → in steps of so many. Beyond the last, in its steps.
STEPS = (
    *((HOUR, MINUTE), (4 * HOUR, 5 * MINUTE), (DAY, 15 * MINUTE)),
    *((7 * DAY, HOUR), (60 * DAY, 6 * HOUR), (10**12, DAY)),
)


def round_up(seconds: float) -> int:
    """The least length of ours that is not shorter; a minute at least."""
    step = STEPS[bisect_left([most for most, _ in STEPS], seconds)][1]
    return max(-int(-seconds // step) * step, MINUTE)


def sql_of(seconds: str) -> str:
    """The same as SQL, of an expression of whole or broken seconds."""
    whens = " ".join(f"WHEN {seconds} <= {most} THEN ceil({seconds} / {step}) * {step}" for most, step in STEPS)
    return f"greatest(CASE {whens} END, {MINUTE})::int"


def within(lengths: Sequence[int], counts: Sequence[int], share: float) -> int | None:
    """The least length within which this share of them all were. None where there are none."""
    due, upto = share * sum(counts), 0
    for length, count in zip(lengths, counts, strict=True):
        upto += count
        if upto >= due:
            return length
    return None
