"""Keys kept in files: made once, by whoever comes first, and readable by their owner only."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from kapture import secrets


def test_a_secret_is_made_once_and_then_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "key"
    first = secrets.load_or_create(path)
    assert len(first) >= 50
    assert secrets.load_or_create(path) == first


def test_a_secret_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "key"
    secrets.load_or_create(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_secret_that_others_may_read_is_closed_again(tmp_path: Path) -> None:
    path = tmp_path / "key"
    secrets.load_or_create(path)
    path.chmod(0o644)
    secrets.load_or_create(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_many_who_come_at_once_get_the_same_secret(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with ThreadPoolExecutor(8) as pool:
        values = set(pool.map(lambda _: secrets.load_or_create(path), range(40)))
    assert len(values) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["key"]


def test_an_emptied_secret_is_an_error_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.touch(mode=0o600)
    with pytest.raises(ImproperlyConfigured, match="is empty"):
        secrets.load_or_create(path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="key"):
        secrets.load_or_create(tmp_path / "file" / "key")


def test_a_fernet_key_seals(tmp_path: Path) -> None:
    key = secrets.load_or_create(tmp_path / "key", make=secrets.new_fernet_key)
    assert Fernet(key).decrypt(Fernet(key).encrypt(b"token")) == b"token"
