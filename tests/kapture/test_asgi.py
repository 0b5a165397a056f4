"""The front door: who answers which path, and the server's own questions."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from kapture.asgi import Application, Dispatcher, Receive, Scope, Send


def answering(name: str, heard: list[str]) -> Application:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        heard.append(name)

    return application


def who_answers(path: str) -> str:
    heard: list[str] = []
    mounts = {"/webhooks/": answering("hooks", heard), "/webhooks/x/": answering("x", heard)}
    door = Dispatcher(answering("desk", heard), mounts)
    asyncio.run(door({"type": "http", "path": path, "method": "GET"}, None, None))  # type: ignore[arg-type]  # nobody listens
    return heard[0]


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("/", "desk"),
        ("/webhooks", "desk"),
        ("/webhooks/x/abc/", "x"),
        ("/webhooks/y/", "hooks"),
        ("/a/webhooks/", "desk"),
    ],
)
def test_a_path_belongs_to_the_longest_mount_it_starts_with(path: str, owner: str) -> None:
    assert who_answers(path) == owner


def test_the_server_may_ask_about_starting_and_stopping() -> None:
    questions = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    answers: list[str] = []

    async def receive() -> Mapping[str, Any]:
        return next(questions)

    async def send(message: Mapping[str, Any]) -> None:
        answers.append(message["type"])

    asyncio.run(Dispatcher(answering("desk", []), {})({"type": "lifespan"}, receive, send))
    assert answers == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [("/tickets/7/", 404, ["GET /tickets/7/ 404"]), ("/tickets/7/", 200, []), ("/readyz", 503, [])],
)
def test_only_a_failure_leaves_an_access_line_and_never_a_query(
    path: str, status: int, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status})

    async def send(message: Mapping[str, Any]) -> None:
        assert message["status"] == status

    scope = {"type": "http", "path": path, "method": "GET", "query_string": b"token=1"}
    with caplog.at_level("INFO", logger="kapture.access"):
        asyncio.run(Dispatcher(application, {})(scope, None, send))  # type: ignore[arg-type]  # nobody listens
    assert [record.getMessage() for record in caplog.records] == told


def test_what_the_program_is_made_of_is_not_walked_again_by_every_collection() -> None:
    """In a process of its own, as the server starts it: this one has the tests in it too."""
    told = "import gc, kapture.asgi; print(gc.get_freeze_count(), len(gc.get_objects()))"
    done = subprocess.run([sys.executable, "-c", told], check=True, stdout=subprocess.PIPE, text=True)
    apart, walked = map(int, done.stdout.split())
    assert apart > 100_000
    assert walked < apart / 20
