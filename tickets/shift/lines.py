"""From a figure of the shift to the tickets behind it: the search that finds them. Pure."""

from tickets.finding.terms import quote

_WAITING, _ANSWERED, _RESOLVED = "is:waiting -is:snoozed", "answered:today", "resolved:today"


def waiting(queue: str = "") -> str:
    return _in(queue, _WAITING)


def late(queue: str = "") -> str:
    return _in(queue, "is:late")


def soon(queue: str = "") -> str:
    return _in(queue, "is:soon")


def unassigned(queue: str = "") -> str:
    return _in(queue, "is:unassigned")


def answered(queue: str = "") -> str:
    return _in(queue, _ANSWERED)


def done_by(username: str) -> str:
    return f"{_RESOLVED} assignee:{quote(username)}"


def own_answered() -> str:
    return f"by:me {_ANSWERED}"


def own_resolved() -> str:
    return f"{_RESOLVED} assignee:me"


def answered_by(username: str) -> str:
    return f"by:{quote(username)} {_ANSWERED}"


def _in(queue: str, terms: str) -> str:
    return f"{terms} queue:{quote(queue)}" if queue else terms
