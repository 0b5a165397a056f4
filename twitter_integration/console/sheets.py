"""What a sheet says, as a name: the same sheet with the same on it is one order, with other words on it another.

Browsers bring back a sheet that was handed in (Back); what somebody then writes there is meant as it stands.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from tickets.posting import Enclosure


def name_content(sheet: UUID, given: Mapping[str, Any], reason: str, until: datetime | None) -> UUID:
    """The gesture of an order: of the sheet, and of all that stands on it."""
    told = [*sorted(given.items()), ("reason", reason), ("until", until)]
    return uuid5(sheet, "\n".join(f"{name}={_digest(value)}" for name, value in told))


def _digest(value: Any) -> str:
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    if isinstance(value, Enclosure):
        return f"{_digest_file(value)} {value.alt_text!r}"
    if isinstance(value, list):
        return " ".join(map(_digest, value))
    return repr(value)


def _digest_file(enclosed: Enclosure) -> str:
    digest = sha256()
    for piece in enclosed.file.chunks():
        digest.update(piece)
    enclosed.file.seek(0)
    return digest.hexdigest()
