"""The embedded server, really started: adopted, killed, recovered, and never run as root."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from kapture import postgres_place
from kapture.postgres import Server, ServerError

pytestmark = pytest.mark.processes
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, who must not run PostgreSQL")


@pytest.fixture
def server(place: Path) -> Iterator[Server]:
    server = Server(place / "postgres", durable=False)
    yield server
    server.stop()


def run(server: Server, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_a_server_is_made_started_and_stopped_by_its_only_holder(server: Server) -> None:
    with server.held() as started:
        assert started
        assert run(server, "SELECT 1") == [(1,)]
    assert server.postmaster() is None


def test_a_second_holder_adopts_the_server_and_the_last_one_out_stops_it(server: Server) -> None:
    with server.held():
        with server.held() as started_again:
            assert not started_again
        assert server.answers()
    assert not server.answers()


def test_what_was_written_outlives_a_kill_of_the_server(server: Server) -> None:
    with server.held():
        run(server, "CREATE TABLE kept (name text)")
        run(server, "INSERT INTO kept VALUES ('Ana')")
        kill(server)
        server.revive()
        assert run(server, "SELECT name FROM kept") == [("Ana",)]


def test_a_server_whose_holder_was_killed_is_adopted_and_then_stopped(server: Server) -> None:
    program = f"""
import os, pathlib, signal
from kapture.postgres import Server
with Server(pathlib.Path({str(server.folder)!r}), durable=False).held():
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", program], check=False)
    assert server.answers()
    with server.held() as started:
        assert not started
    assert not server.answers()


def test_a_stale_number_that_now_names_another_process_does_not_stop_the_start(server: Server) -> None:
    with server.held():
        kill(server)
    number = server.data / "postmaster.pid"
    number.write_text(f"{os.getpid()}\n{server.data}\n")
    with server.held() as started:
        assert started


def test_the_server_listens_on_no_network_address(server: Server) -> None:
    with server.held():
        assert run(server, "SHOW listen_addresses") == [("",)]
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", 5432), timeout=1).close()


def test_only_its_owner_may_enter_the_socket_folder(server: Server) -> None:
    with server.held():
        assert server.socket_folder.stat().st_mode & 0o777 == 0o700


def test_a_long_path_gets_a_short_socket_folder(place: Path) -> None:
    folder = place / ("a-very-long-name-" * 5)
    short = postgres_place.socket_folder(folder, port=5432)
    assert folder not in short.parents
    assert len(os.fsencode(short)) < 80
    assert short == postgres_place.socket_folder(folder, port=5432)


def test_a_server_that_cannot_start_says_so_in_one_sentence_naming_the_way_out(server: Server) -> None:
    with server.held():
        pass
    (server.data / "PG_VERSION").write_text("12\n")
    with (
        pytest.raises(ServerError, match=r"^The embedded PostgreSQL cannot start: .* set DATABASE_URL .*\.$"),
        server.held(),
    ):
        pass


@as_root
def test_root_runs_the_server_as_an_unprivileged_user(server: Server) -> None:
    with server.held():
        process = server.postmaster()
        assert process is not None
        assert process.username() in postgres_place.UNPRIVILEGED


@as_root
def test_root_opens_the_search_bit_and_nothing_more(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    server = Server(closed / "postgres", durable=False)
    with server.held():
        assert closed.stat().st_mode & 0o777 == 0o701
    assert str(closed) in capsys.readouterr().err


def kill(server: Server) -> None:
    """Kill the server as a crash would, and wait until it is gone."""
    process = server.postmaster()
    assert process is not None
    process.kill()
    deadline = time.monotonic() + 5
    while psutil.pid_exists(process.pid) and server.postmaster() and time.monotonic() < deadline:
        time.sleep(0.02)
