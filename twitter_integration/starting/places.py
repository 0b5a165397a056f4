"""Whether X can reach a public address at all, by its look alone (x-api 2.3). Pure.

Not here: whether anything answers there (asking).
"""

import ipaddress
from enum import StrEnum
from urllib.parse import urlsplit

LONGEST = 200  # characters of the whole webhook address


class Fault(StrEnum):
    UNREADABLE = "unreadable"
    NOT_HTTPS = "not_https"
    PORT = "port"
    PRIVATE = "private"
    LONG = "long"


def fault_of(url: str) -> Fault | None:
    """The first reason why X will never call this webhook address; None when there is none to see."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Fault.UNREADABLE
    if not host or parts.scheme not in ("http", "https"):
        return Fault.UNREADABLE
    if not _is_public(host):
        return Fault.PRIVATE
    if parts.scheme != "https":
        return Fault.NOT_HTTPS
    if port is not None:
        return Fault.PORT
    return Fault.LONG if len(url) > LONGEST else None


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".internal", ".lan", ".test"))
