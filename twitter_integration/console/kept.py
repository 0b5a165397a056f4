"""Files of a form that comes back, or asks once more: kept for an hour for who chose them, and named by a signed id.

What a file is, and whether X takes it, is not asked here.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import File
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from twitter_integration.console.action import Field, Kind
from twitter_integration.console.fields import BadInput
from twitter_integration.models import KeptFile, PartnerAccount

log = logging.getLogger(__name__)
KEPT_FOR = timedelta(hours=1)
KINDS = (Kind.PICTURE, Kind.FILE, Kind.FILES)
_AT_ONCE = 200
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """As a form shows it. `token`: its signed id."""

    token: str
    name: str


def keep(account: PartnerAccount, user: User, files: Iterable["File[Any]"], *, now: datetime) -> list[Kept]:
    """Put aside what somebody just chose."""
    kept = []
    for file in files:
        file.seek(0)
        name = "".join(char for char in str(file.name or "") if char.isprintable())[:_LONGEST_NAME]
        row = KeptFile(account=account, by=user, name=name or _("file"), kept_at=now)
        row.file.save("", file, save=False)
        row.save()
        kept.append(as_kept(row))
    return kept


def as_kept(row: KeptFile) -> Kept:
    return Kept(token=_signer().sign(str(row.pk)), name=row.name)


def find(account: PartnerAccount, user: User, field: Field, tokens: Sequence[str], *, now: datetime) -> list[KeptFile]:
    """What this person put aside at this account, in the order of the tokens. Raises BadInput where one is gone."""
    rows = still_there(account, user, tokens, now=now)
    if len(rows) < len(tokens):
        told = {"what": field.words}
        raise BadInput(field.name, _("%(what)s: a file is kept for an hour; choose it once more.") % told)
    return rows


def still_there(account: PartnerAccount, user: User, tokens: Sequence[str], *, now: datetime) -> list[KeptFile]:
    """Of these, what this person can still get back."""
    keys = [key for token in tokens if (key := _key(token)) is not None]
    theirs = KeptFile.objects.filter(account=account, by=user, kept_at__gt=now - KEPT_FOR)
    rows = {row.pk: row for row in theirs.filter(pk__in=keys)} if keys else {}
    return [rows[key] for key in keys if key in rows]


def open_kept(row: KeptFile) -> "File[Any]":
    """Under the name its owner gave it."""
    return File(row.file.storage.open(str(row.file.name)), name=row.name)


def drop(rows: Iterable[KeptFile]) -> None:
    """The file first: should we die between, the row still tells of it."""
    for row in rows:
        try:
            row.file.delete(save=False)
        except Exception:
            log.exception("A kept file could not be removed; it will be tried again.")
            continue
        row.delete()


def drop_expired(*, now: datetime) -> None:
    """What nobody can get back any more."""
    drop(KeptFile.objects.filter(kept_at__lte=now - KEPT_FOR).order_by("kept_at")[:_AT_ONCE])


def drop_of(account: PartnerAccount) -> None:
    drop(KeptFile.objects.filter(account=account))


def _key(token: str) -> int | None:
    try:
        return int(_signer().unsign(token))
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    return Signer(salt="console.kept")
