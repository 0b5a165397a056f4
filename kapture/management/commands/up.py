"""`manage.py up`: everything one machine needs, in the foreground: database, web, worker; with --demo a local X too."""

import os
import socket
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import close_old_connections
from django.utils import timezone

from kapture import (
    announcement,
    canary,
    children,
    database,
    demo_environment,
    installation,
    postgres,
    preparation,
    programs,
)
from kapture.command_base import DeskCommand
from kapture.console import Console
from kapture.ports import NotAPort, read_ports
from kapture.programs import Plan
from kapture.stopping import Stopped, StopSignals
from kapture.supervisor import TICK_SECONDS, GaveUp, Supervisor, answers
from kapture.worker_watch import WorkerWatch

WEB_SECONDS = 60.0
READY_SECONDS = 120.0


class Command(DeskCommand):
    help = "Run everything one machine needs until Ctrl-C: database, web, worker; with --demo also a local X."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where the web process listens (default: 127.0.0.1)")
        parser.add_argument("--port", default="8000", help="its port (default: 8000)")
        parser.add_argument("--demo", action="store_true", help="add demo data and a local X to play with")
        parser.add_argument("--sandbox-port", default="8400", help="the local X's port (default: 8400)")
        parser.add_argument("--busy", action="store_true", help="let the local X play a busy hour")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            plan = _plan(options)
        except NotAPort as error:
            self.stderr.write(str(error))
            raise SystemExit(1) from None
        console = Console()
        if "PUBLIC_URL" not in os.environ:
            settings.PUBLIC_URL = plan.desk  # the default names port 8000; what is printed must name this one
        try:
            with StopSignals() as stopping, ExitStack() as stack:
                _Run(plan, console, stopping).run(stack)
        except Stopped:
            console.say("Everything is stopped.")
        except (GaveUp, installation.Refused, postgres.ServerError) as failure:
            self.stderr.write(str(failure))
            raise SystemExit(1) from None


class _Run:
    """One `up`, from the first check to the last child."""

    def __init__(self, plan: Plan, console: Console, stopping: StopSignals) -> None:
        self.plan, self.console, self.stopping = plan, console, stopping
        self.var_dir = Path(settings.VAR_DIR).absolute()
        self.began = time.monotonic()
        self.supervisor = Supervisor(
            folder=Path(settings.BASE_DIR), var_dir=self.var_dir, console=console, stopping=stopping
        )

    def run(self, stack: ExitStack) -> None:
        """Start everything and keep it running; leaves by an exception, and `stack` then ends what was started."""
        stack.enter_context(installation.sole_supervisor(self.var_dir))
        if left := children.sweep(self.var_dir):
            self.console.say(f"Ended {left} processes that an earlier run left behind.")
        _refuse_taken(self.plan)
        kind = installation.settle_kind(self.var_dir, "demo" if self.plan.sandbox else "real")
        if self.plan.sandbox:
            demo_environment.remember(self.var_dir, programs.environment(self.plan))
        stack.enter_context(database.running())
        preparation.prepare(self.console)
        self.stopping.at_once = False  # from here on there are children to end in order
        stack.callback(self._stop)
        self._start()
        self.supervisor.settle()
        self._announce(kind)
        self._watch()

    def _start(self) -> None:
        self.console.say("Starting …")
        canary.ring(timezone.now(), force=True)
        self.supervisor.start(programs.web(self.plan))
        self.supervisor.start(programs.worker(self.plan))
        if self.plan.sandbox:
            self.supervisor.start(programs.sandbox(self.plan))
            self._wait_for(f"{self.plan.sandbox}/", seconds=WEB_SECONDS, name="sandbox")
        self._wait_for(f"{self.plan.desk}/healthz", seconds=WEB_SECONDS, name="web")
        if self.plan.sandbox:
            # After the web process answers: registering a webhook makes the sandbox call it back.
            self.supervisor.run_to_the_end(programs.demo_data(self.plan))
        self._wait_for(f"{self.plan.desk}/readyz", seconds=READY_SECONDS, name="the installation")

    def _wait_for(self, url: str, *, seconds: float, name: str) -> None:
        sentence = f"{name} did not answer {url} within {seconds:.0f} s; its lines above say why."
        self.supervisor.wait_until(lambda: answers(url), seconds=seconds, otherwise=sentence)

    def _announce(self, kind: installation.Kind) -> None:
        seconds = time.monotonic() - self.began
        describe = announcement.of_demo if self.plan.sandbox else announcement.of_installation
        self.console.say(describe(self.plan, seconds=seconds))
        if kind == "demo" and not self.plan.sandbox:
            self.console.say(
                f"{self.var_dir} holds demo data; for a real desk choose another folder with KAPTURE_VAR=…"
            )

    def _watch(self) -> None:
        watch = WorkerWatch(restart=self._restart_worker, revive_database=self._revive_database)
        while True:
            self.supervisor.tick()
            close_old_connections()  # no request ends here that would do it
            watch.look(worker_age=self.supervisor.age_of("worker"))
            time.sleep(TICK_SECONDS)

    def _restart_worker(self) -> None:
        self.console.say("The worker has not answered for 90 s; starting it again.")
        self.supervisor.start_again("worker")

    def _revive_database(self) -> None:
        self.console.say("The database does not answer.")
        database.revive()

    def _stop(self) -> None:
        self.console.say("Stopping …")
        self.supervisor.stop()


def _plan(options: dict[str, Any]) -> Plan:
    """Raises NotAPort."""
    named = [options["port"], *([options["sandbox_port"]] if options["demo"] else [])]
    port, *others = read_ports(*named)
    return Plan(options["host"], port, others[0] if others else None, busy=options["busy"])


def _refuse_taken(plan: Plan) -> None:
    for host, port in plan.addresses():
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise GaveUp(f"Port {port} on {host} cannot be used ({error.strerror}): choose another one.") from error
