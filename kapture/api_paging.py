"""Keyset paging: an opaque, signed cursor and a `next` link. Nothing is counted; page 900 costs what page 1 costs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request

from kapture.api_errors import ApiError

T = TypeVar("T", bound=Model)
SIZE, LARGEST = 50, 100
_SALT = "kapture.api.cursor"


def write_cursor(kind: str, *values: Any) -> str:
    """`kind` says of which list and order: a cursor is good for no other."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return signing.dumps([kind, *plain], salt=_SALT)


def read_cursor(cursor: str, kind: str) -> list[Any]:
    """The values it was made of. Raises ApiError for one that is not ours, or of another list."""
    try:
        held: list[Any] = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError):
        held = [None]
    if held[0] != kind:
        raise ApiError(400, "cursor_invalid", _("This cursor does not belong to this list. Begin again without one."))
    return held[1:]


def read_page(rows: QuerySet[T], order: Sequence[str], *, kind: str, cursor: str, size: int) -> tuple[Sequence[T], str]:
    """One page of rows, ordered by one or two columns that are never NULL, and the cursor of the next ("" at the end).

    Both columns go the same way; the last one is unique.
    """
    named = f"{kind}:{','.join(order)}"
    if cursor:
        rows = rows.filter(_behind(order, read_cursor(cursor, named)))
    found = list(rows.order_by(*order)[: size + 1])
    if len(found) <= size:
        return found, ""
    last = found[size - 1]
    return found[:size], write_cursor(named, *(getattr(last, name.lstrip("-")) for name in order))


def _behind(order: Sequence[str], values: Sequence[Any]) -> Q:
    """The first comparison alone lets an index begin at the right place; the second drops what was shown."""
    names, past = [name.lstrip("-") for name in order], "lt" if order[0].startswith("-") else "gt"
    if len(names) == 1:
        return Q(**{f"{names[0]}__{past}": values[0]})
    shown = Q(**{names[0]: values[0]}) & ~Q(**{f"{names[1]}__{past}": values[1]})
    return Q(**{f"{names[0]}__{past}e": values[0]}) & ~shown


def next_link(request: Request, cursor: str, *, parameter: str = "cursor") -> str | None:
    """The address of the next page: this one's, with the cursor."""
    if not cursor:
        return None
    query = request.GET.copy()
    query[parameter] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
