"""The pages and endpoints that the benches of a big desk ask for, each as somebody at work asks for it."""

import re
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from urllib.parse import quote

from bench.common import BRAND
from bench.million.words import COMMON, RARE

Get = Callable[[str], str]
VIEWS = ("mine", "unassigned", "soon", "late", "unsent", "all", "resolved", "closed", "ignored")
API = "/api/v1/"
# What is asked for in the line of words; what many tickets have, and what few.
SEARCHES = {
    "a rare word": RARE,
    "a common word": COMMON,
    "either of two": f"{RARE} OR {COMMON}",
    "a group": f"{COMMON} (is:open OR is:mine OR {RARE})",
    "a group, rare": f"{RARE} (is:closed OR has:note)",
    "none of it": f"-{COMMON} is:open",
    "with a note": "has:note",
    "with a picture": "has:attachment",
    "with a draft": "has:draft",
    "a note, finished": "has:note is:closed",
    "answered by me": "by:me",
    "answered by me, open": "by:me is:open",
    "watched": "watching:me",
    "needs a skill": "skill:none",
    "many followers": "followers:>1000",
    "few followers": "followers:<10",
    "private, late": "is:private is:late",
    "from a person": "from:person_5",
    "tag and word": f'tag:"tag 7" {COMMON}',
    "language": f"language:en {COMMON}",
}
_AFTER = re.compile(r'[?&;]after=([^"&]+)')
_NEXT = re.compile(r'"next": ?"[^"]*?(/api/v1/[^"]+)"')
_ID = re.compile(r'"id": ?"(\d+)"')
_PARTS = re.compile(r'data-parts="([^"]+)"')
_SINCE = re.compile(r'"since": ?"([^"]+)"')


def addresses(get: Get, samples: Sequence[int]) -> Iterator[tuple[str, list[str]]]:
    """Name → the addresses that are asked in turn. `get`: the body of one, for what only an answer tells."""
    yield "home", ["/"]
    for view in VIEWS:
        yield f"list: {view}", [f"/tickets/?view={view}"]
    for view in ("all", "closed"):
        yield f"next page: {view}", [f"/tickets/?view={view}&after={_found(_AFTER, get(f'/tickets/?view={view}'))}"]
    yield "own settings", ["/settings/"]
    for name, begun in (("nothing typed", ""), ("a rare word", RARE[:4]), ("a common word", COMMON[:4])):
        yield f"palette: {name}", [f"/palette/?t={number}&q={begun}" for number in samples]
    yield "list: newest first", ["/tickets/?order=newest"]
    yield "list: of a queue", ["/tickets/?queue=line-3"]
    yield "list: of a folder", [f"/tickets/?folder={_fourth(get, 'folders')}"]
    for name, words in SEARCHES.items():
        yield f"search: {name}", [f"/tickets/?q={quote(words)}"]
    yield "search: next page", [f"/tickets/?q={COMMON}&after={_found(_AFTER, get(f'/tickets/?q={COMMON}'))}"]
    for name, begun in (("a rare word", RARE[:4]), ("a common word", COMMON[:4]), ("a name", "from:person_1")):
        yield f"completion: {name}", [f"/tickets/words/?q={quote(begun)}"]
    yield "many: all open", ["/bulk/?all=1&of=view%3Dall&deed=priority"]
    yield "many: all closed", ["/bulk/?all=1&of=view%3Dclosed&deed=status"]
    yield "many: ordered lately", ["/bulk/"]
    yield "home, its parts", ["/parts/"]
    yield "list, its parts", [unescape(_found(_PARTS, get("/tickets/?view=all")))]
    yield "ticket, its parts", [f"/tickets/{number}/parts/" for number in samples]
    yield "account's stream", [f"/accounts/{BRAND}/stream/"]
    yield "customer", [f"/customers/{number % 300 + 2}/" for number in samples]
    for period in ("7d", "30d", "90d"):
        yield f"reports: {period}", [f"/reports/?period={period}"]
    yield "counts of saved views", ["/views/counts/"]
    yield "supervisor's board", ["/supervisor/"]
    yield "reports: of a queue", ["/reports/?period=30d&queue=line-3"]
    for by in ("queue", "account", "agent", "tag", "search"):
        yield f"reports: by {by}", [f"/reports/{by}/?period=30d"]
    yield "API: reports", [f"{API}reports/?period=30d"]
    yield "ticket", [f"/tickets/{number}/" for number in samples]
    yield "merging, with suggestions", [f"/tickets/merge/?t={number}" for number in samples]
    yield "API: list", [f"{API}tickets/"]
    yield "API: next page", [_found(_NEXT, get(f"{API}tickets/"))]
    yield "API: view", [f"{API}tickets/?view=all"]
    yield "API: asked", [f"{API}tickets/?status=closed&tag=tag+7"]
    yield "API: search", [f"{API}tickets/?q={word}" for word in (RARE, COMMON)]
    yield "API: one", [f"{API}tickets/{number}/" for number in samples]
    yield "API: messages of one", [f"{API}tickets/{number}/messages/" for number in samples]
    yield "API: messages", [f"{API}messages/?direction=in"]
    yield "API: customer by handle", [f"{API}customers/?handle=person_{number % 300 + 2}" for number in samples]
    yield "API: since the start", [f"{API}tickets/?since=start"]
    yield "API: since then", [f"{API}tickets/?since={_found(_SINCE, get(f'{API}tickets/?since=start'))}"]


def _found(pattern: re.Pattern[str], body: str) -> str:
    found = pattern.search(body)
    assert found, f"{pattern.pattern} is not in {body[:2000]}"
    return str(found[1])


def _fourth(get: Get, rows: str) -> str:
    found: list[str] = _ID.findall(get(f"{API}{rows}/"))
    return found[3]
