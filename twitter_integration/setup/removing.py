"""Removes an account that came to nothing: connected by mistake, given up again, and no content ever came of it.

Both of its rows go, so no page speaks of it any more. What came through an account is purging's to remove, and its
tickets stay.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from twitter_integration.models import AccountAct, Delivery, Event, PartnerAccount, Standing
from twitter_integration.purge.holdings import rows_of


class CannotRemove(Exception):
    """The account is in use, or was; the text says what comes first."""


def why_not_removed(account: PartnerAccount) -> str:
    """Empty where it may be removed. A fixed number of look-ups, each by an index."""
    name = f"@{account.page_name}"
    if account.is_connected:
        return _("{name} is connected to X: disconnect it first.").format(name=name)
    if account.purged_at is not None and account.purge_ended_at is None:
        return _("The purge of {name} is not finished: manage.py x_account purge {page_id} --yes").format(
            name=name, page_id=account.page_id
        )
    if account.subscriptions.exists():
        return _("X may still tell of {name}; the audit withdraws that first, within half an hour.").format(name=name)
    own = {"address": account.address_id}
    if any(rows_of(model).filter(**own).exists() for model in ("Message", "Ticket", "OutboxEntry")):
        return _("{name} has tickets or messages; they stay, and so does it. Switch it off instead.").format(name=name)
    if AccountAct.objects.filter(account=account).exists():
        return _("Something was done as {name}, and its record stays. Switch it off instead.").format(name=name)
    told = Event.objects.filter(account_id=account.page_id).exists()
    if told or rows_of("Happening").filter(**own).exists() or _waiting(account).exists():
        return _("X told of {name}. Remove that first: manage.py x_account purge {page_id} --yes").format(
            name=name, page_id=account.page_id
        )
    return ""


def remove(account: PartnerAccount) -> None:
    """Raises CannotRemove. The row is locked and read anew, for it may be connected again at this moment."""
    with transaction.atomic():
        rows = PartnerAccount.objects.select_for_update(of=("self",)).defer(*PartnerAccount.SEALED)
        row = rows.get(pk=account.pk)
        if reason := why_not_removed(row):
            raise CannotRemove(reason)
        Standing.objects.filter(account_key=row.page_id).delete()
        rows_of("Address").filter(pk=row.address_id).delete()


def _waiting(account: PartnerAccount) -> "QuerySet[Delivery]":
    return Delivery.objects.filter(lane=account.page_id, state="new")
