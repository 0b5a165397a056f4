"""The project speaks of itself alone, and gives no secret away."""

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, tracked

THIS = Path(__file__)
# Spelled in pieces, so that this file does not hold what it forbids.
FORBIDDEN = [
    re.compile(rf"(?i)(?<![a-z]){word}(?![a-z])")
    for word in (
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
]
SECRETS = [
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    re.compile(r"AAAAAAAAAAAAAAAAAAAAA[A-Za-z0-9%]{40,}"),  # the beginning of X's bearer tokens
    re.compile(r"(?<![0-9])[0-9]{8,19}-[A-Za-z0-9]{40}(?![A-Za-z0-9])"),  # X's access tokens
]
TEXTS = [path for path in tracked() if path.stat().st_size < 2_000_000 and b"\0" not in path.read_bytes()[:8000]]


def found(patterns: list[re.Pattern[str]], path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8", errors="replace")
    return [match.group() for pattern in patterns for match in pattern.finditer(text)]


def test_no_file_speaks_of_who_made_it_or_where() -> None:
    told = {path.relative_to(ROOT).as_posix(): words for path in TEXTS if (words := found(FORBIDDEN, path))}
    assert told == {}


def test_no_file_is_named_so() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in tracked()]
    assert [name for name in names if any(pattern.search(name) for pattern in FORBIDDEN)] == []


@pytest.mark.parametrize("part", ["tests", ""])
def test_no_file_holds_a_real_secret(part: str) -> None:
    told = {}
    for path in TEXTS:
        name = path.relative_to(ROOT).as_posix()
        if name.startswith("tests/") == bool(part) and (secrets := found(SECRETS, path)):
            told[name] = [secret[:12] for secret in secrets if "demo" not in secret.lower()]
    assert {name: secrets for name, secrets in told.items() if secrets} == {}


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")
    told = [p.name for p in TEXTS if p.suffix in {".py", ".js", ".css", ".html"} and p != THIS and found([later], p)]
    assert told == []
