"""Which database the settings name, and which commands need one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from kapture import database

HERE = Path(__file__).resolve().parents[2]


def test_without_an_address_the_embedded_server_under_var_is_used(tmp_path: Path) -> None:
    entry = database.configuration("", var_dir=tmp_path, pooled=False)
    assert entry["HOST"] == str(database.embedded_server(tmp_path).socket_folder)
    assert entry["NAME"] == "kapture"


def test_an_address_is_taken_apart_with_its_options(tmp_path: Path) -> None:
    url = "postgresql://kapture:p%40ss@db.example:6432/desk?sslmode=require"
    entry = database.configuration(url, var_dir=tmp_path, pooled=True)
    assert (entry["HOST"], entry["PORT"], entry["PASSWORD"]) == ("db.example", 6432, "p@ss")
    assert entry["OPTIONS"]["sslmode"] == "require"


def test_a_socket_may_be_written_into_the_address(tmp_path: Path) -> None:
    entry = database.configuration("postgresql://kapture@%2Frun%2Fpg/desk", var_dir=tmp_path, pooled=False)
    assert entry["HOST"] == "/run/pg"


def test_another_database_than_postgresql_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="PostgreSQL"):
        database.configuration("sqlite:///desk.db", var_dir=tmp_path, pooled=False)


def test_the_web_process_pools_and_closes_nothing_itself(tmp_path: Path) -> None:
    entry = database.configuration("", var_dir=tmp_path, pooled=True)
    assert entry["OPTIONS"]["pool"]["max_size"] == 16
    assert entry["CONN_MAX_AGE"] == 0


def test_a_frozen_transaction_is_ended_unless_the_address_says_otherwise(tmp_path: Path) -> None:
    plain = database.configuration("", var_dir=tmp_path, pooled=False, idle_seconds=90)
    assert plain["OPTIONS"]["options"] == "-c idle_in_transaction_session_timeout=90000"
    url = "postgresql://kapture@db.example/desk?options=-c%20idle_in_transaction_session_timeout%3D5s"
    given = database.configuration(url, var_dir=tmp_path, pooled=True)["OPTIONS"]["options"]
    assert given.endswith("000 -c idle_in_transaction_session_timeout=5s")


@pytest.mark.django_db
def test_every_connection_of_ours_is_held_to_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("2min",)


def test_the_worker_keeps_its_connections(tmp_path: Path) -> None:
    entry = database.configuration("", var_dir=tmp_path, pooled=False)
    assert entry["CONN_MAX_AGE"] >= 60
    assert "pool" not in entry["OPTIONS"]


@pytest.mark.parametrize("words", [[], ["help"], ["--version"], ["migrate", "--help"], ["collectstatic"], ["sandbox"]])
def test_a_command_that_touches_no_table_starts_no_server(words: list[str]) -> None:
    assert not database.needs_database(["manage.py", *words])


@pytest.mark.parametrize("words", [["migrate"], ["stats", "--json"], ["qcluster"], ["shell"]])
def test_a_command_that_reads_tables_does(words: list[str]) -> None:
    assert database.needs_database(["manage.py", *words])


@pytest.mark.processes
def test_a_server_that_cannot_start_ends_the_command_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "postgres").write_text("in the way")
    environment = {"PATH": os.environ["PATH"], "KAPTURE_VAR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate"], cwd=HERE, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "DATABASE_URL" in done.stderr
