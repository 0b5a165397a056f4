"""A command in a second terminal sees the demo's local X, never the real one."""

import os
from pathlib import Path

import pytest

from kapture import demo_environment

SANDBOX = {"X_API_URL": "http://127.0.0.1:8400", "PUBLIC_URL": "http://127.0.0.1:8123", "KAPTURE_VAR": "/elsewhere"}


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("X_API_URL", "PUBLIC_URL"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    demo_environment.remember(tmp_path, SANDBOX)
    return tmp_path


def environment(name: str) -> str | None:
    return os.environ.get(name)


def test_a_command_beside_a_demo_talks_to_its_sandbox(demo: Path) -> None:
    demo_environment.recall(demo, ["manage.py", "doctor"])
    assert environment("X_API_URL") == "http://127.0.0.1:8400"
    assert environment("PUBLIC_URL") == "http://127.0.0.1:8123"


def test_what_the_environment_says_goes_first(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_API_URL", "http://127.0.0.1:9000")
    demo_environment.recall(demo, ["manage.py", "doctor"])
    assert environment("X_API_URL") == "http://127.0.0.1:9000"


def test_the_next_start_decides_about_its_own_address(demo: Path) -> None:
    demo_environment.recall(demo, ["manage.py", "up", "--demo"])
    assert environment("PUBLIC_URL") is None


def test_where_no_demo_was_nothing_is_recalled(tmp_path: Path) -> None:
    demo_environment.recall(tmp_path, ["manage.py", "doctor"])
    assert not (tmp_path / demo_environment.FILE).exists()
