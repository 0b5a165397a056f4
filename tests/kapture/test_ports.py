"""Ports as operators name them: one sentence for whatever is none."""

import subprocess
import sys
from pathlib import Path

import pytest

from kapture.ports import NotAPort, read_ports

HERE = Path(__file__).resolve().parents[2]


def test_two_ports_are_read() -> None:
    assert read_ports("8000", 8400) == [8000, 8400]


@pytest.mark.parametrize("given", ["99999", "abc", "", "0", "-1", "80.5", "８０"])
def test_what_is_no_port_is_said(given: str) -> None:
    with pytest.raises(NotAPort, match="is no port: name a number from 1 to 65535"):
        read_ports(given)


def test_one_port_for_two_is_said() -> None:
    with pytest.raises(NotAPort, match="Port 8000 is named twice"):
        read_ports("8000", "8000")


@pytest.mark.processes
@pytest.mark.parametrize("command", [["manage.py", "up", "--demo", "--port", "abc"], ["-m", "kapture.ports", "abc"]])
def test_nothing_starts_with_a_wrong_port(command: list[str]) -> None:
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False, cwd=HERE)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == ["'abc' is no port: name a number from 1 to 65535."]
