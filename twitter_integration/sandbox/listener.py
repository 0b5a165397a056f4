"""The socket side: HTTP/1.1 with kept connections around a WSGI application, and connections cut on demand."""

import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from twitter_integration.sandbox.application import Application, ConnectionCutError

log = logging.getLogger("sandbox.http")
LARGEST_BODY = 32 * 1024 * 1024
IDLE_SECONDS = 75


class PortTakenError(OSError):
    """The address is in use; the text names it."""


class Handler(WSGIRequestHandler):
    """HTTP/1.1 with kept connections, which werkzeug's own handler always closes."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = IDLE_SECONDS
    server: "Server"

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def run_wsgi(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.send_error(413)
            self.close_connection = True
            return
        environ = self.make_environ()
        chunked = environ.get("wsgi.input_terminated")
        body = environ["wsgi.input"].read() if chunked else self.rfile.read(length)
        environ["wsgi.input"] = BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], error: Any = None, /) -> Callable[[bytes], object]:
            started.append((status, headers))
            return lambda data: None

        try:
            pieces = b"".join(self.server.app(environ, start))
        except ConnectionCutError:
            self.close_connection = True
            return
        self._send(*started[-1], pieces)

    def _send(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name.lower() == "content-length" for name, _ in headers) and code != "204":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """No access log: paths and queries may carry tokens."""

    def log_error(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        log.debug("connection: %s", format % args)


class Server(ThreadedWSGIServer):
    def __init__(self, listener: socket.socket, app: Application) -> None:
        host, port = listener.getsockname()[:2]
        self.connections: set[socket.socket] = set()
        super().__init__(host, port, app, Handler, fd=listener.fileno())

    def cut_connections(self) -> None:
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTakenError(f"The sandbox cannot listen on {host}:{port}: {error.strerror}.") from error
    listener.listen(128)
    return listener
