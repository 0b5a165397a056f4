"""Locks that outlive transactions: held while others are asked and over many commits, and gone with the process that
holds them. For one transaction alone there are pg_advisory_xact_lock and SELECT … FOR UPDATE."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def hold(space: int, key: str, *, wait: bool = False) -> Iterator[bool]:
    """Whether it is ours to the end of the block; always, once it is free, with `wait`. `space`: a number per kind of
    work, which names the keys apart."""
    verb = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {verb}(%s, hashtext(%s))", [space, key])
        (taken,) = cursor.fetchone()
    held = wait or taken
    try:
        yield held
    finally:
        if held and _is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [space, key])


def _is_usable() -> bool:
    """A lost connection has lost its locks; in a broken transaction nothing can be asked."""
    return connection.connection is not None and not connection.connection.closed and not connection.needs_rollback
