"""manage.py sandbox: a local X to develop and demonstrate against, or its keys (--credentials)."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from kapture.command_base import DeskCommand
from twitter_integration.checks import is_on_this_machine, is_production
from twitter_integration.sandbox import server
from twitter_integration.sandbox.listener import PortTakenError

DEFAULT_PORT = 8400

_LAST_PORT, _MOST_TRAFFIC = 65535, 60_000


class Command(DeskCommand):
    help = "Run the sandbox, a local X, until Ctrl-C; or print its keys as JSON (--credentials)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, help=f"port (default: {DEFAULT_PORT})")
        parser.add_argument("--store", type=Path, help="where it keeps its people and posts (default: under var/)")
        parser.add_argument(
            "--traffic", type=float, default=0.0, metavar="N", help="made-up customer events a minute (default: none)"
        )
        parser.add_argument("--busy", action="store_true", help="a busy hour: ten times the traffic")
        parser.add_argument("--credentials", action="store_true", help="print its address and keys as JSON, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        if is_production():
            raise CommandError(
                f"The sandbox lets anybody write as any customer and is refused where {settings.PUBLIC_URL} is public."
            )
        store: Path = options["store"] or settings.VAR_DIR / "sandbox.sqlite3"
        store.parent.mkdir(parents=True, exist_ok=True)
        port = DEFAULT_PORT if options["port"] is None else options["port"]
        if not 1 <= port <= _LAST_PORT:
            raise CommandError(f"{port} is no port: name a number from 1 to {_LAST_PORT}.")
        if not 0 <= options["traffic"] <= _MOST_TRAFFIC:
            raise CommandError(f"--traffic takes from 0 to {_MOST_TRAFFIC} events a minute.")
        base_url = f"http://{_in_url(options['host'])}:{port}"
        if options["credentials"]:
            keys = server.credentials(store, base_url=base_url if options["port"] else "")
            keys["base_url"] = keys["base_url"] or base_url  # it never ran yet
            self.stdout.write(json.dumps(keys, indent=2))
            return
        if not is_on_this_machine(base_url):
            self.stderr.write("Warning: whoever reaches this address can write as any customer of the sandbox.")
        try:
            server.serve(
                host=options["host"],
                port=port,
                store_path=store,
                traffic_per_minute=options["traffic"],
                busy=options["busy"],
                ready=self._tell,
            )
        except PortTakenError as error:
            raise CommandError(f"{error} Choose another port with --port.") from None

    def _tell(self, running: server.RunningSandbox) -> None:
        self.stdout.write(f"The sandbox is at {running.base_url}/  (keys: manage.py sandbox --credentials)")
        self.stdout.flush()


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
