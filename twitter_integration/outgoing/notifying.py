"""Whom a post notifies: who wrote what it answers, whom X adds to the answer by itself, whom its words name. Pure.

X adds everybody whom the answered post names ("implicit mentions"), unless it is told to leave some out
(`exclude_reply_user_ids`); the author of that post it never leaves out (docs.x.com, "Create post").
"""

import re
from collections.abc import Sequence

from tickets.outbound import Notified

# A name that X makes a mention of; also read by browsers (browser_rules.py), so nothing but ASCII is a letter in it.
NAMED = re.compile(r"(?<![A-Za-z0-9_!#$%&*@＠/])[@＠]([A-Za-z0-9_]{1,15})(?![A-Za-z0-9_@＠])")


def notified(text: str, *, own: str, answered: str = "", named: Sequence[tuple[str, str]] = ()) -> list[Notified]:
    """Each once, in whatever case they are named; never ourselves. Whoever the text names is notified in any case."""
    typed = {handle.lower(): handle for handle in NAMED.findall(text)}
    people = {answered.lower(): Notified(handle=answered)} if answered else {}
    for handle, key in named:
        people.setdefault(handle.lower(), Notified(handle=handle, spare="" if handle.lower() in typed else key))
    for small, handle in typed.items():
        people.setdefault(small, Notified(handle=handle))
    people.pop(own.lower(), None)
    return list(people.values())
