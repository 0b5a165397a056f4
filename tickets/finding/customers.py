"""Customers as a search names them: by handle, by an earlier one, and by the beginnings of the words of their names."""

from collections.abc import Sequence

from django.db import connection
from django.db.models.functions import Upper

from tickets.finding import words
from tickets.finding.terms import Value
from tickets.models import HandleChange, Identity

MOST_CUSTOMERS = 500
_NAMED = """
SELECT customer_id FROM tickets_identity
WHERE to_tsvector('simple'::regconfig, kapture_name(name || ' ' || handle)) @@ %s::tsquery
UNION SELECT i.customer_id FROM tickets_handlechange h JOIN tickets_identity i ON i.id = h.identity_id
WHERE to_tsvector('simple'::regconfig, kapture_name(h.before)) @@ %s::tsquery
LIMIT %s
"""


def find_customers(values: Sequence[Value]) -> list[int]:
    """Those whom any of the values mean: `@ana` is a handle in full, now or before; `ana` the beginning of a name or
    handle. At most so many."""
    handles = [value.text.strip()[1:].upper() for value in values if value.text.strip().startswith("@")]
    found: list[int] = []
    if handles:
        rows = Identity.objects.annotate(big=Upper("handle")).filter(big__in=handles).values_list("customer_id")
        before = HandleChange.objects.annotate(big=Upper("before")).filter(big__in=handles)
        found += [pk for (pk,) in rows.union(before.values_list("identity__customer_id"))[:MOST_CUSTOMERS]]
    asked = [part for value in values if not value.text.strip().startswith("@") and (part := _beginnings(value.text))]
    return found + named_so(" | ".join(asked)) if asked else found


def named_so(asked: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [asked, asked, MOST_CUSTOMERS])
        return [pk for (pk,) in cursor.fetchall()]


def _beginnings(text: str) -> str:
    return beginnings(words.names(words.tidy(text)))


def beginnings(parts: Sequence[str]) -> str:
    """As PostgreSQL reads a tsquery: names with words that begin so."""
    return "(" + " & ".join(f"'{part}':*" for part in parts) + ")" if parts else ""
