"""What every test stands on: a database of its own, no way out to the network, passwords that hash fast.

People and factories live in tests/factories.py; fixtures of one area in its own conftest.
"""

import gc
import ipaddress
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import psutil
import psycopg
import pytest
from django.conf import settings
from django.core import management
from django.test import TransactionTestCase
from psycopg import sql

from kapture import database, postgres
from tests import clean_slate, template
from tickets.staffing.presence import forget_who_was_heard
from twitter_integration.metering.meter import meter

SERVER = postgres.Server(settings.VAR_DIR / "test" / "postgres", durable=False)
# How long something takes says nothing here: the machine may be busy.
hypothesis.settings.register_profile("kapture", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("kapture")
# From half a minute to a minute each.
LONGEST = (
    "api/test_contract.py",
    "kapture/test_up.py",
    "journeys/test_desk.py",
    "twitter_integration/test_kill.py",
    "tickets/test_bulk_killed.py",
    "journeys/test_looks.py",
    "journeys/test_whole_way.py",
    "contracts/test_outbox_faults.py",
    "contracts/test_whole_way.py",
    "tickets/test_at_once.py",
)
GARBAGE = 50_000  # new objects before they are looked through; 700 costs a tenth of the run
_held = ExitStack()
_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


def pytest_configure(config: pytest.Config) -> None:
    """Prepare this process; under xdist every worker is one."""
    gc.set_threshold(GARBAGE, 20, 50)
    _prepare_database()
    settings.STATIC_ROOT = settings.VAR_DIR / "test" / "static"
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # a missing one is warned of
    settings.OUTBOX_THREADS = 1  # in the test's own transaction; tests of more say so
    # It is asynchronous alone, so each request would change threads three times. The journeys' web process has it.
    settings.MIDDLEWARE.remove("servestatic.middleware.ServeStaticMiddleware")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def _prepare_database() -> None:
    """Hold the embedded server for the run; under xdist every process does, and the last one out stops it."""
    if not settings.DATABASE_URL:
        _held.enter_context(SERVER.held())
        _drop_leftovers()
        entry = database.configuration(SERVER.url(database.NAME), var_dir=settings.VAR_DIR, pooled=False)
        settings.DATABASES["default"].update(entry)
        # Copied whole, so there is nothing to migrate.
        copied = {"TEMPLATE": template.prepare(SERVER), "MIGRATE": False}
        settings.DATABASES["default"].setdefault("TEST", {}).update(copied)
    # One name per run, so that two runs in one working tree do not drop each other's tables.
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_kapture_{os.getpid()}"


def pytest_collection_finish() -> None:
    """What is there now stays to the end: no need to look through it for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first: files go to workers whole, and none should have one of these left at the end."""
    place = {Path(__file__).parent / name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(LONGEST)))


def pytest_unconfigure(config: pytest.Config) -> None:
    _held.close()


def _drop_leftovers() -> None:
    """Drop the databases of runs that were killed."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    with psycopg.connect(SERVER.url("postgres"), autocommit=True) as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
            owner = name.removeprefix("test_kapture_").split("_")[0]
            if owner.isdigit() and not psutil.pid_exists(int(owner)):
                connection.execute(drop.format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> pytest.MonkeyPatch:
    """In a copy there is nothing to migrate: to find that out, Django would draw up every model, in every run."""
    patch, call = pytest.MonkeyPatch(), management.call_command
    if "TEMPLATE" in settings.DATABASES["default"]["TEST"]:
        patch.setattr(management, "call_command", lambda name, **options: name == "migrate" or call(name, **options))
    return patch


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_modify_db_settings: pytest.MonkeyPatch, django_db_setup: None, django_db_blocker: Any
) -> Iterator[None]:
    """Remember what migrations wrote (groups, for example), for the tests that commit."""
    django_db_modify_db_settings.undo()
    with django_db_blocker.unblock():
        clean_slate.remember()
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: clean_slate.restore())
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def _stay_on_this_machine() -> Iterator[None]:
    """Let no test reach beyond loopback, by name or by number."""
    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", _guarded(_connect))
    patch.setattr(socket.socket, "connect_ex", _guarded(_connect_ex))
    yield
    patch.undo()


def _guarded(connect: Any) -> Any:
    def connect_on_this_machine(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            pytest.fail(f"A test tried to reach {address[0]}; tests may use this machine only.", pytrace=True)
        return connect(self, address)

    return connect_on_this_machine


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def _media_in_a_folder_of_its_own(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media"


@pytest.fixture(autouse=True)
def _count_from_zero() -> Iterator[None]:
    """Calls that a test without a database made wait in the meter for one that has it."""
    meter.forget()
    forget_who_was_heard()
    yield
    meter.forget()


@pytest.fixture
def process_environment(transactional_db: None, tmp_path: Path) -> dict[str, str]:
    """The environment of a child process (`manage.py …`) that works on this test's database and keys."""
    return environment_in(tmp_path)


def environment_in(folder: Path) -> dict[str, str]:
    """The same for a process that several tests share."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "KAPTURE_VAR": str(folder / "var"),
        "DATABASE_URL": _address_of(settings.DATABASES["default"]["NAME"]),
        "SECRET_KEY": settings.SECRET_KEY,
        "ENCRYPTION_KEYS": ",".join(settings.ENCRYPTION_KEYS),
    }


def _address_of(name: str) -> str:
    if not settings.DATABASE_URL:
        return SERVER.url(name)
    return str(urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl())
