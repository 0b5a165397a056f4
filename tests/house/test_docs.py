"""What an operator can call or ask for is described where an operator looks."""

import re
import runpy
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.tree import ROOT
from tickets.rules.fields import FIELDS, OPERATORS
from twitter_integration.console.page import page as console_page
from twitter_integration.console.table import ACTIONS
from twitter_integration.events import Kind
from twitter_integration.management.commands.x_activities import page as activities_page

DOCS = "\n".join(path.read_text() for path in [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"] if path.is_file())
COMMANDS = sorted(
    path.stem
    for package in ("kapture", "tickets", "twitter_integration")
    for path in (ROOT / package / "management" / "commands").glob("*.py")
    if path.stem != "__init__"
)
FROM_OTHERS = ("admin/", "static/")
# A file as docs and docstrings name it, from the top of the project.
NAMED = re.compile(
    r"(?<![\w/.-])((?:bench|docs|kapture|static|tests|tickets|twitter_integration)/[\w/.-]+\.[a-z]{2,4})\b"
)


def endpoints(resolver: URLResolver, prefix: str = "") -> list[str]:
    """Every path the project answers, as it is written in its urls."""
    found: list[str] = []
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += endpoints(pattern, path)
        elif isinstance(pattern, URLPattern):
            found.append(path)
    return [path for path in found if not path.startswith(FROM_OTHERS)]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described(command: str) -> None:
    assert f"manage.py {command}" in DOCS or f"`{command}" in DOCS


def test_every_endpoint_is_described() -> None:
    missing = [path for path in endpoints(get_resolver()) if f"/{_as_written(path)}" not in DOCS]
    assert missing == []


def _as_written(path: str) -> str:
    """Programs' addresses are written as OpenAPI writes them."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path).replace("{pk}", "{id}") if path.startswith("api/") else path


def test_the_webhook_is_described() -> None:
    assert "/webhooks/x/<token>/" in DOCS


def test_the_page_of_activities_is_what_the_code_says_and_has_no_empty_cell() -> None:
    text = (ROOT / "docs" / "activities.md").read_text()
    assert text == activities_page()
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == len(Kind) and [row for row in rows if "|  |" in row or "| ` |" in row] == []


def test_the_page_of_actions_is_what_the_code_says_and_has_no_empty_cell() -> None:
    text = (ROOT / "docs" / "console.md").read_text()
    assert text == console_page()
    rows = [line for line in text.splitlines() if line.startswith("| ") and "`" in line]
    assert len(rows) == len(ACTIONS) and [row for row in rows if "|  |" in row] == []


def test_the_pictures_of_the_tour_are_those_that_are_taken_and_light() -> None:
    taken = {f"{one.name}.webp" for one in runpy.run_path(str(ROOT / "docs" / "screenshots.py"))["PICTURES"]}
    there = {path.name: path.stat().st_size for path in (ROOT / "docs" / "images").iterdir()}
    shown = set(re.findall(r"\(images/([^)]+)\)", (ROOT / "docs" / "tour.md").read_text()))
    assert taken == set(there) == shown
    assert sum(there.values()) < 1_500_000


def test_every_rule_of_matching_is_told_by_its_name() -> None:
    """The reasons a ticket shows are those the page of rules explains."""
    rules = (ROOT / "docs" / "rules.md").read_text()
    code = (ROOT / "tickets" / "matching.py").read_text()
    reasons = {part.split('"')[0] for part in code.split('"code": "')[1:]}
    assert reasons and [reason for reason in sorted(reasons) if f"`{reason}`" not in rules] == []


def test_every_decision_has_a_number_and_a_heading() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [int(path.name[:4]) for path in records]
    assert numbers == sorted(set(numbers)) and len(numbers) >= 5
    assert [p.name for p in records if not _heading(p).startswith(f"# {p.name[:4]}")] == []


def _heading(path: Path) -> str:
    return path.read_text().splitlines()[0]


@pytest.mark.parametrize("place", ["README.md", "bench", "docs", "kapture", "tests", "tickets", "twitter_integration"])
def test_a_file_that_is_named_is_there(place: str) -> None:
    top = ROOT / place
    pages = [top] if top.is_file() else [*top.rglob("*.py"), *top.rglob("*.md")]
    named = {name for page in pages for name in NAMED.findall(page.read_text(encoding="utf-8"))}
    roots = (ROOT, ROOT / "templates", ROOT / "tests")
    assert sorted(name for name in named if not any((root / name).exists() for root in roots)) == []


def test_whoever_reads_of_commands_is_told_how_to_call_one() -> None:
    for page in ("README.md", "docs/commands.md", "docs/operations.md"):
        assert "`.venv/bin/python manage.py NAME`" in (ROOT / page).read_text(encoding="utf-8"), page


def test_everything_a_routing_rule_may_ask_is_told_by_its_name() -> None:
    rules = (ROOT / "docs" / "rules.md").read_text().split("### What a rule may ask")[1].split("\n## ")[0]
    operators = {operator for sort in OPERATORS.values() for operator in sort}
    assert [name for name in sorted({*FIELDS, *operators}) if f"`{name}`" not in rules] == []
