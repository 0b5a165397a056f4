"""What was read of X for a page of the console, told again without asking X: posts, people and lists, never messages.

A day long, and no longer: whoever shows X's content removes within a day what was deleted there (X's developer policy).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from types import NoneType
from typing import Any, get_args, get_type_hints

from django.db import transaction

from twitter_integration.console.action import Action, Outcome, Scope
from twitter_integration.console.showing import as_json
from twitter_integration.events import Person, Post
from twitter_integration.models import KeptReading, PartnerAccount
from twitter_integration.payloads.rows import XList

KEPT_FOR = timedelta(days=1)
MOST = 200  # rows of one reading, the latest pages of it
_KINDS: Mapping[str, type] = {"post": Post, "person": Person, "list": XList}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_OFFERED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """Rows as X told them at `at`."""

    rows: Sequence[Any]
    next_page: str
    at: datetime


def is_kept(action: Action) -> bool:
    """What tells nothing private, and costs."""
    return action.reads and action.scope != Scope.PRIVATE and bool(action.operation)


def keep(account: PartnerAccount, action: Action, given: Mapping[str, Any], outcome: Outcome, *, now: datetime) -> None:
    """A first page takes the place of what was read before; a further one joins it."""
    if not is_kept(action) or not all(type(row) in _NAMES for row in outcome.rows):
        return
    rows = [[_NAMES[type(row)], as_json(row)] for row in outcome.rows]
    named: dict[str, Any] = {"account": account, "reading": action.name, "about": str(given.get("list", ""))}
    told = {"rows": rows, "next_page": outcome.next_page, "read_at": now}
    page = given.get("page")
    if not page:
        KeptReading.objects.update_or_create(**named, defaults=told)
        return
    with transaction.atomic():
        before = KeptReading.objects.select_for_update().filter(**named, next_page=page).first()
        if before is not None and len(before.rows) < MOST:
            before.rows, before.next_page = before.rows + rows, outcome.next_page
            before.save(update_fields=["rows", "next_page"])


def recall(account: PartnerAccount, action: Action, *, about: str = "", now: datetime) -> Remembered | None:
    """What was read last, within the day. One statement."""
    kept = KeptReading.objects.filter(account=account, reading=action.name, about=about, read_at__gt=now - KEPT_FOR)
    row = kept.first()
    return Remembered(rows=_rows(row.rows), next_page=row.next_page, at=row.read_at) if row is not None else None


def drop(account: PartnerAccount, key: str, *, readings: Iterable[str] = ()) -> None:
    """Out of what was read goes what is so no more: a deleted post, somebody who is muted no longer."""
    kept = KeptReading.objects.select_for_update().filter(account=account)
    with transaction.atomic():
        for one in kept.filter(reading__in=readings) if readings else kept:
            left = [row for row in one.rows if row[1].get("id") != key]
            if len(left) < len(one.rows):
                one.rows = left
                one.save(update_fields=["rows"])


def drop_expired(*, now: datetime) -> None:
    KeptReading.objects.filter(read_at__lte=now - KEPT_FOR).delete()


def names(account: PartnerAccount, *, now: datetime) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Posts by their id with what they say, and people by their handle with their name, for who fills a form. One
    statement."""
    posts, people = dict[str, str](), dict[str, str]()
    for told in KeptReading.objects.filter(account=account, read_at__gt=now - KEPT_FOR).values_list("rows", flat=True):
        for row in _rows(told):
            person = row.author if isinstance(row, Post) else row
            if isinstance(person, Person) and person.handle and person.id != account.page_id:
                people.setdefault(f"@{person.handle}", person.name)
            if isinstance(row, Post):
                posts.setdefault(row.id, f"@{row.author.handle}: {' '.join(row.text.split())[:60]}")
    return dict(list(posts.items())[:_OFFERED]), dict(list(people.items())[:_OFFERED])


def _rows(told: Iterable[Sequence[Any]]) -> list[Any]:
    return [_made(_KINDS[kind], row) for kind, row in told if kind in _KINDS]


def _made(kind: type, told: Mapping[str, Any]) -> Any:
    """The record again. What it has no field for any more is left out."""
    hints = get_type_hints(kind)
    return kind(**{one.name: _value(hints[one.name], told[one.name]) for one in fields(kind) if one.name in told})


def _value(hint: Any, told: Any) -> Any:
    if told is None:
        return None
    [hint, *_more] = [one for one in get_args(hint) if one is not NoneType] if NoneType in get_args(hint) else [hint]
    if isinstance(told, list):
        return tuple(_value(get_args(hint)[0], one) for one in told)
    if hint is datetime:
        return datetime.fromisoformat(told)
    return _made(hint, told) if is_dataclass(hint) and isinstance(hint, type) else told
