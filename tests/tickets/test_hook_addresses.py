"""Which addresses an outgoing webhook may call."""

import pytest

from tickets.hooks.calling import InsideAddress, check_peer

INSIDE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
    *("255.255.255.255", "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "2002:0a00:0001::1"),
    *(
        "64:ff9b::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::10.0.0.1",
        "64:ff9b:1::1:7f00:1",
        "fec0::1",
        "5f00::1",
    ),
    *("::ffff:0:10.0.0.1", "3fff::1", "4000::1", "1::1", "200::1"),
    *("::127.0.0.1", "::10.0.0.1", "::", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
]


@pytest.mark.parametrize("peer", INSIDE)
def test_addresses_that_are_inside(peer: str) -> None:
    with pytest.raises(InsideAddress):
        check_peer(peer, [])


@pytest.mark.parametrize(
    ("peer", "allowed"),
    [
        *((one, []) for one in ("8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8")),
        *((one, ["10.0.0.0/8"]) for one in ("10.1.2.3", "2002:a00:1::1")),
        ("::1", ["::1/128"]),
        ("::ffff:10.0.0.1", ["::ffff:10.0.0.0/104"]),
        ("64:ff9b::10.0.0.1", ["64:ff9b::/96"]),
    ],
)
def test_addresses_that_may_be_called(peer: str, allowed: list[str]) -> None:
    check_peer(peer, allowed)
