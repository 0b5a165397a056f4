"""A mail server on loopback that takes mails, or answers as it is told to."""

from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any, Self


class Postbox(ThreadingTCPServer):
    """`says`: a command ("RCPT", "DATA", "." after the mail) → what is answered instead; empty: it hangs up."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.mails: list[str] = []
        self.says: dict[str, str] = {}
        self.asked: list[str] = []

    def __enter__(self) -> Self:
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *trouble: object) -> None:
        self.shutdown()
        self.server_close()

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.server_address[1],
            "EMAIL_TIMEOUT": 10,
        }


class _Talk(StreamRequestHandler):
    server: Postbox

    def handle(self) -> None:
        self._say("220 postbox")
        for line in self.rfile:
            word = line.decode().split(" ")[0].strip().split(":")[0].upper()
            self.server.asked.append(word)
            if not self._say(self.server.says.get(word, _USUAL.get(word, "250 yes"))):
                return
            if word == "QUIT":
                return
            if word == "DATA" and "DATA" not in self.server.says and not self._take():
                return

    def _take(self) -> bool:
        """Counts what was taken, whatever is said of it then."""
        told = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            told.append(line.decode())
        if self.server.says.get(".", "250").startswith(("2", "!")) or not self.server.says["."]:
            self.server.mails.append("".join(told))
        return self._say(self.server.says.get(".", "250 taken"))

    def _say(self, words: str) -> bool:
        if words:
            self.wfile.write(f"{words}\r\n".encode())
        return bool(words)


_USUAL = {"DATA": "354 go on", "QUIT": "221 bye"}
