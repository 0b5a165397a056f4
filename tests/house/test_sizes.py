"""Small pieces: what a reader can hold in mind at once."""

import pytest

from tests.house.tree import CODE, ROOT, functions, modules, tracked

MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 50
# Written by machine, or data.
EXEMPT = {"tickets/migrations", "twitter_integration/migrations", "tests/twitter_integration/fixtures"}


def test_no_file_is_longer_than_400_lines() -> None:
    long = {}
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in {".py", ".html", ".css", ".js", ".sh"} and not name.startswith(tuple(EXEMPT)):
            lines = path.read_text(encoding="utf-8").count("\n")
            if lines > MOST_LINES:
                long[name] = lines
    assert long == {}


@pytest.mark.parametrize("package", CODE)
def test_no_function_is_longer_than_50_lines(package: str) -> None:
    long = {}
    for module in modules(package):
        for function in functions(module):
            lines = (function.end_lineno or 0) - function.lineno + 1
            if lines > MOST_LINES_OF_A_FUNCTION:
                long[f"{module.name}.{function.name}"] = lines
    assert long == {}


@pytest.mark.parametrize("package", ["kapture", "tickets", "twitter_integration", "bench"])
def test_every_module_says_what_lives_in_it(package: str) -> None:
    silent = [m.name for m in modules(package) if m.tree.body and not _has_docstring(m.tree.body[0])]
    assert silent == []


def _has_docstring(node: object) -> bool:
    return isinstance(getattr(getattr(node, "value", None), "value", None), str)
