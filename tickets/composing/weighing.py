"""The counter beside what is being written: the channel's own measure, and the parts of what is too long. Asks nobody.

What no form takes is only counted: to weigh and to cut a paste of megabytes would hold up everybody else.
"""

from collections.abc import Callable
from typing import Any

from tickets.composing.answering import LONGEST_TEXT, cut, measure
from tickets.models import Address


def weigh(address: Address, text: str, *, private: bool, handle: Callable[[], str] = str) -> dict[str, Any]:
    """`handle` tells the person answered, whom every part names; asked only when there are parts."""
    limits = measure(address, text, private=private)
    share = min(100, round(100 * limits.length / limits.maximum)) if limits.maximum else 0
    long = not private and limits.remaining < 0 and len(text) <= LONGEST_TEXT
    texts = [part.text for part in cut(address, text, handle=handle())] if long else []
    parts = [(part, measure(address, part, private=False).length) for part in texts]
    return {"limits": limits, "ring_share": share, "ring_over": -limits.remaining, "parts": parts}


def counted_on(sheet: str, parts_name: str = "parts") -> dict[str, str]:
    """What the counter and the parts are called on a page with several sheets."""
    return {"ring_id": f"ring-{sheet}", "thread_id": f"thread-{sheet}", "parts_name": parts_name}
