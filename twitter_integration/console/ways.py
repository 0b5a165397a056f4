"""The common ways: a write with a few parameters, and a page of posts or people, in either dialect."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from twitter_integration.client import Answer
from twitter_integration.console.action import Given, Outcome, Way
from twitter_integration.console.line import Line
from twitter_integration.offers import Dialect
from twitter_integration.payloads import rows
from twitter_integration.reading.reads import PERSON_FIELDS, POST_QUERY

DEFAULT_COUNT = 20
NOTHING: Mapping[str, str] = {}
# What the caller has to name in v1.1 to be told whole texts.
_WHOLE = {"tweet_mode": "extended"}
_LAST = ("", "0")  # v1.1's cursor after the last page


def both(v2: Way, legacy: Way) -> Mapping[Dialect, Way]:
    return {Dialect.V2: v2, Dialect.LEGACY: legacy}


def write(**parameters: str) -> Way:
    """A change: X's parameters, each from our field of that name; in v2 as a JSON body, in v1.1 as parameters."""

    def run(line: Line, given: Given) -> Outcome:
        told = {theirs: str(given[ours]) for theirs, ours in parameters.items() if given.get(ours)}
        if line.dialect == Dialect.V2:
            return made(line.call(given, body=told or None))
        return made(line.call(given, query=told))

    return run


def fixed(body: Mapping[str, Any]) -> Way:
    """A change that always says the same."""

    def run(line: Line, given: Given) -> Outcome:
        return made(line.call(given, body=body))

    return run


def made(answer: Answer) -> Outcome:
    """What X says it made or changed."""
    told = answer.data or answer.document
    result = str(told.get("id_str") or told.get("id") or told.get("rest_id") or "")
    return Outcome(result=result, facts={name: value for name, value in told.items() if isinstance(value, bool)})


def read_posts(**extra: str) -> Mapping[Dialect, Way]:
    """A page of posts, newest first; in v1.1 the page is the id below which it begins. `extra` goes to v1.1."""

    def current(line: Line, given: Given) -> Outcome:
        query = {**POST_QUERY, "max_results": size_of(given, least=5)} | page_of(given, "pagination_token")
        answer = line.call(given, query=query)
        found, unreadable = rows.read_posts(answer.document)
        return Outcome(rows=found, next_page=answer.next_token, unreadable=unreadable)

    def legacy(line: Line, given: Given) -> Outcome:
        query = {**_WHOLE, "count": size_of(given), **_filled(extra, given)} | page_of(given, "max_id")
        found, unreadable = rows.read_legacy_posts(line.call(given, query=query).document.get("data"))
        below = min((int(post.id) for post in found), default=0) - 1
        return Outcome(rows=found, next_page=str(below) if below > 0 else "", unreadable=unreadable)

    return both(current, legacy)


def read_people(**extra: str) -> Mapping[Dialect, Way]:
    """A page of people."""
    return both(
        listed(rows.read_people, {"user.fields": PERSON_FIELDS}), cursored("users", rows.read_legacy_people, extra)
    )


Reader = Callable[[Any], tuple[Sequence[Any], int]]


def listed(read: Reader, fields: Mapping[str, str], *, paged: bool = True) -> Way:
    """v2: a page of `data`."""

    def run(line: Line, given: Given) -> Outcome:
        size = {"max_results": size_of(given)} if paged else {}
        query = {**fields, **size, **page_of(given, "pagination_token")}
        answer = line.call(given, query=query)
        found, unreadable = read(answer.document)
        return Outcome(rows=found, next_page=answer.next_token, unreadable=unreadable)

    return run


def cursored(name: str, read: Reader, extra: Mapping[str, str] = NOTHING) -> Way:
    """v1.1: a page of the rows under `name`, and a cursor."""

    def run(line: Line, given: Given) -> Outcome:
        query = {"count": size_of(given), **_filled(extra, given)} | page_of(given, "cursor")
        document = line.call(given, query=query).document
        found, unreadable = read(document.get(name))
        cursor = str(document.get("next_cursor_str") or document.get("next_cursor") or "")
        return Outcome(rows=found, next_page="" if cursor in _LAST else cursor, unreadable=unreadable)

    return run


def _filled(extra: Mapping[str, str], given: Given) -> dict[str, str]:
    """X's parameter → our field, where it was given."""
    return {theirs: str(given[ours]) for theirs, ours in extra.items() if given.get(ours)}


def size_of(given: Given, *, least: int = 1) -> str:
    return str(max(int(given.get("count") or DEFAULT_COUNT), least))


def page_of(given: Given, name: str) -> dict[str, str]:
    return {name: str(given["page"])} if given.get("page") else {}
