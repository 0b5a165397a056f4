"""The project speaks of itself alone, and gives no secret away."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.house.tree import ROOT, tracked

THIS = Path(__file__)
# Spelled in pieces, so that this file does not hold what it forbids; in small letters, as the texts are searched.
WORDS = (
    "clau" + "de",
    "anthro" + "pic",
    "chat" + "gpt",
    "open" + "ai",
    "co" + "pilot",
    "gem" + "ini",
    "large language " + "model",
    "ai[- ]gen" + "erated",
    "ai[- ]assis" + "tant",
    "co-auth" + "ored-by",
    "/wo" + "rk/",
    "sha" + "red/(?:house|reference|design|data|workspace)",
    "/ro" + "ot/",
    "python" + "hosted",
    "files\\.py" + "pi",
)
FORBIDDEN = re.compile(f"(?<![a-z])(?:{'|'.join(WORDS)})(?![a-z])")  # one pattern: there is much to read
SECRETS = [
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    re.compile(r"AAAAAAAAAAAAAAAAAAAAA[A-Za-z0-9%]{40,}"),  # the beginning of X's bearer tokens
    re.compile(r"(?<![0-9])[0-9]{8,19}-[A-Za-z0-9]{40}(?![A-Za-z0-9])"),  # X's access tokens
]


@cache
def texts() -> dict[Path, str]:
    """What every delivered file says that holds text."""
    contents = {path: path.read_bytes() for path in tracked() if path.stat().st_size < 2_000_000}
    return {path: held.decode(errors="replace") for path, held in contents.items() if b"\0" not in held[:8000]}


def found(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match.group() for match in pattern.finditer(text)]


def test_no_file_speaks_of_who_made_it_or_where() -> None:
    told = {path.relative_to(ROOT).as_posix(): found(FORBIDDEN, text.lower()) for path, text in texts().items()}
    assert {name: words for name, words in told.items() if words} == {}


def test_no_file_is_named_so() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in tracked()]
    assert [name for name in names if FORBIDDEN.search(name.lower())] == []


@pytest.mark.parametrize("part", ["tests", ""])
def test_no_file_holds_a_real_secret(part: str) -> None:
    told = {}
    for path, text in texts().items():
        name = path.relative_to(ROOT).as_posix()
        if name.startswith("tests/") == bool(part):
            secrets = [secret for pattern in SECRETS for secret in found(pattern, text)]
            told[name] = [secret[:12] for secret in secrets if "demo" not in secret.lower()]
    assert {name: secrets for name, secrets in told.items() if secrets} == {}


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")
    code = {path: text for path, text in texts().items() if path.suffix in {".py", ".js", ".css", ".html"}}
    assert [path.name for path, text in code.items() if path != THIS and found(later, text)] == []
