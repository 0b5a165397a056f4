"""Whose turn it is: whoever files messages at an address, or says something to a person there, waits for whoever does
so at this moment. An address's turn is taken before entries and tickets are locked, a person's after all of these."""

from collections.abc import Iterable
from zlib import crc32

from kapture.sets import lock_together

_SPACE = 0x17A4E  # advisory locks, keyed by address
_HEARD = 0x4EA2D  # keyed by address, person and visibility


def take_turns(addresses: Iterable[int]) -> None:
    """Until the end of the transaction nobody else files messages at these addresses."""
    lock_together(_SPACE, set(addresses))


def take_words(to: Iterable[tuple[int, int | None, bool]]) -> None:
    """Until the end of the transaction nobody else says anything from these addresses to these people (None: to nobody
    in particular), in private (True) or in public, on whichever ticket. The last lock a transaction takes."""
    lock_together(_HEARD, {crc32(f"{address} {person} {private}".encode()) for address, person, private in to})
