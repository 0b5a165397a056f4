"""The same figures from the raw log alone: slow, obvious, and without a line of the desk's code.

A ticket is told again from the first thing said on. What a rule says is written here as docs/rules.md words it.
"""

from collections.abc import Iterable

from bench.week.recount.grouping import merged, put_aside, split, unmerged
from bench.week.recount.handing import away, back, heard, here
from bench.week.recount.ledger import Desk, Entry
from bench.week.recount.sweeping import sweep
from bench.week.recount.talks import carried, pressed, said, status, taken_back

_DO = {
    "said": said,
    "heard": heard,
    "here": here,
    "away": away,
    "back": back,
    "pressed": pressed,
    "taken back": taken_back,
    "carried": carried,
    "status": status,
    "merged": merged,
    "unmerged": unmerged,
    "split": split,
    "put aside": put_aside,
    "sweep": sweep,
}


def recount(log: Iterable[Entry]) -> Desk:
    desk, log = Desk(), list(log)
    desk.all_answers = {entry["id"]: entry["answers"] for entry in log if entry["do"] == "said"}
    for entry in log:
        _DO[entry["do"]](desk, entry)
    return desk
