"""Whose turn it is at an address: whoever files messages there waits for whoever does so at this moment."""

from collections.abc import Iterable

from kapture.sets import lock_together

_SPACE = 0x17A4E  # advisory locks, keyed by address


def take_turns(addresses: Iterable[int]) -> None:
    """Until the end of the transaction nobody else files messages at these addresses."""
    lock_together(_SPACE, set(addresses))
