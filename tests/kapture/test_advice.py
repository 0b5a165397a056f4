"""Advice can be pasted into a terminal as it is printed."""

import sys
from pathlib import Path
from typing import Any

from kapture.advice import make_runnable


def test_a_command_names_this_installations_python(settings: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(settings.BASE_DIR)
    monkeypatch.setattr(sys, "executable", f"{settings.BASE_DIR}/.venv/bin/python")
    settings.VAR_DIR = settings.BASE_DIR / "var"
    assert make_runnable("Run: manage.py migrate") == "Run: .venv/bin/python manage.py migrate"


def test_another_folder_and_another_place_are_named(settings: Any, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    settings.VAR_DIR = tmp_path / "my desk"
    told = make_runnable("manage.py migrate")
    assert told == f"cd {settings.BASE_DIR} && KAPTURE_VAR='{tmp_path}/my desk' /usr/bin/python3 manage.py migrate"


def test_other_words_stay(settings: Any) -> None:
    assert make_runnable("Start everything with: make up") == "Start everything with: make up"
