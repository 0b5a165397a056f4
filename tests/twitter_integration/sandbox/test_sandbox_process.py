"""The sandbox as a process: alone in the world, stopped cleanly, and remembering everything."""

import json
import signal
import socket
import subprocess
import sys
import textwrap
import time
from io import StringIO
from pathlib import Path

import pytest
import requests
from django.core.management import call_command

from tests.twitter_integration.sandbox.conftest import Receiver, client_for
from twitter_integration.sandbox.ids import Snowflakes, now_ms, time_of
from twitter_integration.sandbox.listener import PortTakenError
from twitter_integration.sandbox.server import credentials, start_in_thread

ACME = "900000000000000001"
PROGRAM = """
    import sys
    from twitter_integration.sandbox.server import serve
    serve(port=0, store_path=sys.argv[1], ready=lambda running: print(running.base_url, flush=True))
    print("stopped cleanly")
"""


def test_it_imports_nothing_of_the_project_and_no_django() -> None:
    program = textwrap.dedent("""
        import sys, twitter_integration.sandbox.server
        own = [name for name in sys.modules if name.partition(".")[0] in ("django", "tickets", "kapture")]
        own += [name for name in sys.modules if name.startswith("twitter_integration.")
                and not name.startswith("twitter_integration.sandbox")]
        print(own)
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM), str(tmp_path / "x.db")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    base_url = process.stdout.readline().strip()
    assert requests.get(base_url, timeout=5).status_code == 200
    process.send_signal(number)
    assert process.communicate(timeout=10)[0].strip() == "stopped cleanly"
    assert process.returncode == 0


def test_it_starts_within_a_second(tmp_path: Path) -> None:
    begin = time.monotonic()
    running = start_in_thread(store_path=tmp_path / "x.db")
    requests.get(running.base_url + "/sandbox/api/state", timeout=5)
    running.stop()
    assert time.monotonic() - begin < 1.5


def test_a_restart_keeps_posts_keys_and_subscriptions(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    first = start_in_thread(store_path=path, retry_delays=[0.05])
    receiver = Receiver(first.credentials["consumer_secret"])
    acme = client_for(first, ACME)
    hook = acme.post("/2/webhooks", json={"url": receiver.url}).json()["data"]["id"]
    acme.post(f"/2/account_activity/webhooks/{hook}/subscriptions/all", json={})
    keys = first.credentials
    first.stop()
    second = start_in_thread(store_path=path)
    assert {**second.credentials, "base_url": ""} == {**keys, "base_url": ""}
    second.act("post", user="ana_demo", text="@acmehelp_demo still there?")
    assert second.settle()
    assert receiver.bodies[0]["for_user_id"] == ACME
    second.stop()
    receiver.close()


def test_what_was_unsent_at_a_stop_is_sent_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    first = start_in_thread(store_path=path)
    receiver = Receiver(first.credentials["consumer_secret"])
    acme = client_for(first, ACME)
    hook = acme.post("/2/webhooks", json={"url": receiver.url}).json()["data"]["id"]
    acme.post(f"/2/account_activity/webhooks/{hook}/subscriptions/all", json={})
    first.world.switches.hold = True
    first.act("post", user="ana_demo", text="@acmehelp_demo hello?")
    first.stop()
    second = start_in_thread(store_path=path)
    assert second.settle()
    assert len(receiver.received) == 1
    second.stop()
    receiver.close()


def test_the_keys_can_be_had_before_the_first_start(tmp_path: Path) -> None:
    path = tmp_path / "fresh" / "x.db"
    keys = credentials(path, base_url="http://127.0.0.1:9100")
    assert keys["accounts"][0]["handle"] == "acmehelp_demo"
    assert len(keys["customers"]) == 24
    assert credentials(path, base_url="http://127.0.0.1:9100") == keys
    assert path.stat().st_mode & 0o077 == 0


def test_a_taken_port_is_one_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortTakenError, match="cannot listen"):
        start_in_thread(port=taken.getsockname()[1])


def test_snowflakes_grow_and_tell_their_time() -> None:
    ids = Snowflakes()
    drawn = [ids.draw() for _ in range(1000)]
    assert drawn == sorted(set(drawn))
    assert abs(time_of(drawn[0]) - now_ms()) < 1000
    assert Snowflakes(after=drawn[-1] + 10**9).draw() > drawn[-1] + 10**9


def test_its_files_are_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    running = start_in_thread(store_path=path)
    files = list(tmp_path.iterdir())
    assert len(files) == 3 and all(file.stat().st_mode & 0o077 == 0 for file in files)
    running.stop()


def test_the_keys_name_the_address_it_runs_at(tmp_path: Path) -> None:
    path, out = tmp_path / "x.db", StringIO()
    running = start_in_thread(store_path=path)
    call_command("sandbox", "--credentials", "--store", str(path), stdout=out)
    assert json.loads(out.getvalue())["base_url"] == running.base_url
    running.stop()
