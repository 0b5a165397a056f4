"""The account's own lists as X told them last, or as they were made and named from here: what a choice offers.

Asks no X. Each write is one row of AccountView, under its lock.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import transaction

from twitter_integration.models import AccountView, PartnerAccount

MOST = 1000  # as many lists an account can have (x-api 5.7)
Named = Sequence[tuple[str, str]]


def known(account: PartnerAccount) -> Named:
    """Id and name, as X ordered them. One statement."""
    told = AccountView.objects.filter(account=account).values_list("lists", flat=True).first() or []
    return [(row["id"], row["name"]) for row in told]


def keep(account: PartnerAccount, told: Named, *, further: bool) -> None:
    """What X told; `further`: a page after the first."""
    with _changing(account) as view:
        before = [(row["id"], row["name"]) for row in view.lists] if further else []
        _write(view, {**dict(before), **dict(told)})


def name(account: PartnerAccount, list_id: str, words: str) -> None:
    """Made or renamed from here."""
    with _changing(account) as view:
        _write(view, {**{row["id"]: row["name"] for row in view.lists}, list_id: words})


def drop(account: PartnerAccount, list_id: str) -> None:
    with _changing(account) as view:
        _write(view, {row["id"]: row["name"] for row in view.lists if row["id"] != list_id})


@contextmanager
def _changing(account: PartnerAccount) -> Iterator[AccountView]:
    with transaction.atomic():
        AccountView.objects.get_or_create(account=account)
        yield AccountView.objects.select_for_update().get(account=account)


def _write(view: AccountView, named: Mapping[str, str]) -> None:
    view.lists = [{"id": key, "name": words} for key, words in named.items()][:MOST]
    view.save(update_fields=["lists"])
