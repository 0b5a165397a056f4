"""One signed POST to somebody's address, and never to one inside our own network.

Signed as Standard Webhooks says (standardwebhooks.com, 1.0.0): `webhook-id`, `webhook-timestamp`, `webhook-signature`.
Who is called is looked at when the connection stands, before anything is said: a name that points elsewhere by then
deceives nobody. Redirects and proxies are not followed.
"""

import hashlib
import hmac
import socket
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
import urllib3
from django.conf import settings
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter

CONNECT_SECONDS = 5.0
# Where an IPv4 host stands in the last 32 bits of an address (RFC 6052, RFC 4291 2.5.5.1).
_TRANSLATED = [IPv6Network(one) for one in ("64:ff9b::/96", "::ffff:0:0:0/96", "::/96")]
_OPEN = IPv6Network("2000::/3")  # all that is given out in the internet
# Never in the open internet, though Python may call them global: what is kept for documents (RFC 9637).
_INSIDE = [IPv6Network("3fff::/20")]
ANSWER_SECONDS = 10.0  # for the whole answer, however little of it comes at a time
_calls = threading.local()


class NotCalled(Exception):
    """Nobody answered, or nobody may be asked there. The sentence says why."""


class NeverCalled(Exception):
    """The address is none that is called. The sentence says why."""


class InsideAddress(NeverCalled):
    """It lies inside a network."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    retry_after: int | None = None  # seconds, where the receiver names them

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300


def post(url: str, body: str, *, event: str, secret: str, now: datetime) -> Answer:
    """Raises NotCalled."""
    content = body.encode()
    timestamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Kapture-Webhook/1",
        "webhook-id": event,
        "webhook-timestamp": timestamp,
        "webhook-signature": sign(content, event=event, timestamp=timestamp, secret=secret),
    }
    try:
        with _hanging_up(ANSWER_SECONDS), _session() as session:
            timeout = (CONNECT_SECONDS, ANSWER_SECONDS)
            answer = session.post(
                url, data=content, headers=headers, timeout=timeout, allow_redirects=False, stream=True
            )
            with answer:
                return Answer(answer.status_code, _seconds(answer.headers.get("Retry-After", "")))
    except InsideAddress as error:
        raise NotCalled(str(error)) from None
    except requests.exceptions.SSLError:
        raise NotCalled(_("Its certificate is not valid.")) from None
    except requests.Timeout:
        raise NotCalled(_("No answer within %(seconds)s seconds.") % {"seconds": f"{ANSWER_SECONDS:.0f}"}) from None
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, UnicodeError) as error:
        raise NotCalled(_("It could not be reached (%(name)s).") % {"name": type(error).__name__}) from None


def sign(content: bytes, *, event: str, timestamp: str, secret: str) -> str:
    key = b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((event.encode(), timestamp.encode(), content))
    return "v1," + b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def check_url(url: str, allowed: Sequence[str]) -> None:
    """What can be told of an address before it is called. Raises NeverCalled for what is no http, names a port that is
    none, or a password, which lists and logs would show; InsideAddress where its host is written as an address that
    may not be called. A name is looked up when it is called."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise NeverCalled(_("It has to begin with https:// or http://."))
    if "@" in parts.netloc:
        raise NeverCalled(
            _("No name and password may stand in it: the address is shown to others. What is sent is signed.")
        )
    if not _has_port(parts):
        raise NeverCalled(_("There is no such port: they go from 1 to 65535."))
    host = parts.hostname or ""
    try:
        address = str(ip_address(host))
    except ValueError:
        address = "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else ""
    if address:
        check_peer(address, allowed, plain=url.startswith("http://"))


def _has_port(parts: SplitResult) -> bool:
    """Or none is written: then it is the usual one."""
    try:
        return parts.port != 0
    except ValueError:
        return False


def check_peer(peer: str, allowed: Sequence[str], *, plain: bool = False) -> None:
    """Raises InsideAddress for what does not lie in the open internet, nor in a network that is allowed; `plain`, over
    http, only for the latter."""
    written: IPv4Address | IPv6Address = ip_address(peer.partition("%")[0])
    meant = _meant(written) if isinstance(written, IPv6Address) else written
    within = any(one in ip_network(network) for network in allowed for one in (written, meant))
    if _inside(meant) and not within:
        raise InsideAddress(_("Its name leads to an address inside a network; only HOOK_NETWORKS may be called there."))
    if plain and not within:
        raise InsideAddress(_("Plain http is only for HOOK_NETWORKS."))


def _meant(address: IPv6Address) -> IPv4Address | IPv6Address:
    """Which host is called for it in the end: of what holds an IPv4 address, a translator's (NAT64, SIIT) and
    IPv4-compatible ones among them, the one in its last 32 bits."""
    mapped = address.ipv4_mapped or address.sixtofour
    if mapped is None and any(address in network for network in _TRANSLATED):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return mapped or address


def _inside(address: IPv4Address | IPv6Address) -> bool:
    if not address.is_global or address.is_multicast:
        return True
    if isinstance(address, IPv4Address):
        return False
    return address not in _OPEN or any(address in network for network in _INSIDE)


@contextmanager
def _hanging_up(seconds: float) -> Iterator[None]:
    """A timeout of requests is one of each read: who sends a byte every few seconds would hold the line for ever."""
    held: list[socket.socket] = []
    late = threading.Event()
    _calls.held = held
    timer = threading.Timer(seconds, _hang_up, [held, late])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        for one in held:
            one.close()
        if late.is_set():  # half an answer looks like a whole one
            raise requests.Timeout


def _hang_up(held: Sequence[socket.socket], late: threading.Event) -> None:
    late.set()
    for one in held:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


def _seconds(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


class _Checked:
    """Of a connection that was just made: who is there? And from now on it is hung up when its time is over."""

    plain = False

    def _new_conn(self) -> socket.socket:
        made: socket.socket = super()._new_conn()  # type: ignore[misc]  # of urllib3's connections
        try:
            check_peer(made.getpeername()[0], settings.HOOK_NETWORKS, plain=self.plain)
        except InsideAddress:
            made.close()
            raise
        _calls.held.append(made.dup())  # for the connection itself is wrapped in TLS
        return made


class _Http(_Checked, urllib3.connection.HTTPConnection):
    plain = True


class _Https(_Checked, urllib3.connection.HTTPSConnection):
    pass


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy: it would hide who is called
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(max_retries=0))
    return session
