"""docs/settings.md and the code name the same settings, so that an operator can trust the page."""

import re
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
READ = re.compile(r"""\benv(?:\.\w+)?\(\s*"([A-Z][A-Z0-9_]+)\"""")
DOCUMENTED = re.compile(r"^\| `([A-Z][A-Z0-9_]+)`", re.MULTILINE)


def names_read() -> set[str]:
    return set(READ.findall((HERE / "kapture" / "settings.py").read_text()))


def names_documented() -> set[str]:
    return set(DOCUMENTED.findall((HERE / "docs" / "settings.md").read_text()))


def test_every_setting_the_code_reads_is_on_the_page() -> None:
    assert names_read() - names_documented() == set()


def test_the_page_names_no_setting_that_is_gone() -> None:
    assert names_documented() - names_read() == set()
