"""What the tests of real processes need: a folder that no other test run touches."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder directly under the temporary one.

    Not `tmp_path`: each pytest run of the same user closes the parent of those to everybody else again, and a
    server that root started as another user must be able to pass.
    """
    with tempfile.TemporaryDirectory(prefix="kapture-test-") as name:
        yield Path(name)
