"""The folder of an installation: one supervisor at a time, and a demo never touches the real thing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from kapture import installation
from kapture.installation import Refused


def test_a_second_supervisor_is_refused_and_told_who_runs(tmp_path: Path) -> None:
    with (
        installation.sole_supervisor(tmp_path),
        pytest.raises(Refused, match=r"already runs from .* \(process \d+\)"),
        installation.sole_supervisor(tmp_path),
    ):
        pass


def test_a_folder_remembers_what_it_was_first_used_for(tmp_path: Path) -> None:
    assert installation.settle_kind(tmp_path, "demo") == "demo"
    assert installation.settle_kind(tmp_path, "real") == "demo"


def test_demo_data_is_never_put_into_a_real_installation(tmp_path: Path) -> None:
    installation.settle_kind(tmp_path, "real")
    with pytest.raises(Refused, match="holds a real installation"):
        installation.settle_kind(tmp_path, "demo")


def test_starting_over_removes_a_demo_and_keeps_the_tests_server(tmp_path: Path) -> None:
    installation.settle_kind(tmp_path, "demo")
    (tmp_path / "media").mkdir()
    (tmp_path / "test").mkdir()
    said: list[str] = []
    installation.start_over(tmp_path, say=said.append)
    assert [entry.name for entry in tmp_path.iterdir()] == ["test"]
    assert said == [f"Starting over: deleting all data of the demo in {tmp_path} (media)."]


def test_starting_over_refuses_a_real_installation(tmp_path: Path) -> None:
    installation.settle_kind(tmp_path, "real")
    (tmp_path / "secret_key").touch()
    with pytest.raises(Refused):
        installation.start_over(tmp_path)
    assert (tmp_path / "secret_key").exists()


def test_starting_over_refuses_while_it_runs(tmp_path: Path) -> None:
    with installation.sole_supervisor(tmp_path), pytest.raises(Refused, match="already runs"):
        installation.start_over(tmp_path)


def test_starting_over_where_nothing_is_does_nothing(tmp_path: Path) -> None:
    installation.start_over(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_keys_that_cannot_be_read_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "secret_key").mkdir()
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "check"]
    environment = {**os.environ, "KAPTURE_VAR": str(tmp_path)}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1 and "secret_key cannot be read" in ended.stderr and "Traceback" not in ended.stderr
