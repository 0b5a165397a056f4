"""From a figure to the tickets behind it: the search that finds them (tickets/finding), narrowed as the report is."""

from tickets.finding.spans import hour_word
from tickets.finding.terms import quote
from tickets.reports.asking import Asked

WAITING = ("is:waiting", "-is:snoozed")
OTHERS = ("-(is:waiting -is:snoozed)",)


def line(asked: Asked, *terms: str, **other: str) -> str:
    """`terms`: of the figure itself; `other`: another queue, account, tag or search query. An agent is no part of it:
    who is meant differs from figure to figure."""
    words = {name: word for name, word in asked.words.items() if name in ("queue", "account", "tag", "search")}
    words |= {"account": asked.account.handle or asked.account.key} if asked.account else {}
    return " ".join([*terms, *(f"{field}:{quote(name)}" for field, name in (words | other).items())])


def lines(asked: Asked, span: str = "") -> dict[str, str]:
    """Of every figure that a search can find, by its code. `span`: of one point of the period."""
    span = span or asked.period.span
    by = [f"by:{quote(asked.agent.get_username())}"] if asked.agent else []
    theirs = [f"assignee:{quote(asked.agent.get_username())}"] if asked.agent else []
    found = {
        "received": line(asked, f"wrote:{span}"),
        "answers": line(asked, f"answered:{span}", *by),
        "opened": line(asked, f"opened:{span}", "-is:merged"),
        "resolved": "" if asked.agent else line(asked, f"resolved:{span}"),  # no search asks who resolved it
        "waiting": line(asked, *WAITING, *theirs),
        "unfinished": line(asked, "is:open", *theirs),
        "unanswered": line(asked, f"opened:{span}", "is:open", "-has:answer", *theirs),
    }
    for how in ("kept", "missed", "delayed"):
        found[how] = line(asked, f"{how}:{span}")
        for metric in ("first", "next", "resolution"):
            found[f"{metric}_{how}"] = line(asked, f"{how}:{metric}:{span}")
    return found


def of_side(asked: Asked, by: str, word: str) -> dict[str, str]:
    """Of one queue, account, agent, tag or search query, by the word it is asked for with."""
    span = asked.period.span
    if by == "agent":
        return {"answers": line(asked, f"answered:{span}", f"by:{quote(word)}")}
    other = {by: word}
    who = [f"by:{quote(asked.agent.get_username())}"] if asked.agent else []
    return {
        "received": line(asked, f"wrote:{span}", **other),
        "answers": line(asked, f"answered:{span}", *who, **other),
        "opened": line(asked, f"opened:{span}", "-is:merged", **other),
        "resolved": "" if asked.agent else line(asked, f"resolved:{span}", **other),
    }


def of_hour(asked: Asked, weekday: int, hour: int) -> str:
    """What customers wrote in one hour of one weekday."""
    return line(asked, f"wrote:{hour_word(weekday, hour)}:{asked.period.span}")


def of_age(asked: Asked, above: str, below: str, *which: str) -> str:
    """Of what is unfinished: so old. `which`: WAITING or OTHERS alone."""
    ages = [*([f"opened:>{above}"] if above else []), *([f"opened:<{below}"] if below else [])]
    theirs = [f"assignee:{quote(asked.agent.get_username())}"] if asked.agent else []
    return line(asked, "is:open", *which, *ages, *theirs)
