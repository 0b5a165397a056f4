"""Whom a note names: @username. Pure."""

import re
from collections.abc import Mapping

# As Django lets a username be, but for the @ within it; a full stop at the end belongs to the sentence.
_NAME = re.compile(r"(?<![\w.+@/-])@([\w.+-]*[\w+])")
MOST = 50


def names_in(text: str) -> list[str]:
    """Every name, in small letters, each once, in order."""
    return list(dict.fromkeys(found.casefold() for found in _NAME.findall(text)))[:MOST]


def pieces(text: str, known: Mapping[str, str]) -> list[tuple[str, str]]:
    """The text in pieces: (words, "") and (as written, who that is). `known`: a name in small letters → who it is."""
    found: list[tuple[str, str]] = []
    done = 0
    for match in _NAME.finditer(text):
        who = known.get(match.group(1).casefold())
        if who:
            found += [(text[done : match.start()], ""), (match.group(0), who)]
            done = match.end()
    return [piece for piece in [*found, (text[done:], "")] if piece[0]]
