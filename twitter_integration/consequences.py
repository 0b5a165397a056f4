"""What an event does to our own account rather than to a ticket: consent withdrawn, profile changed."""

from datetime import datetime

from django.db.models import Q
from django.utils.timezone import localtime

from tickets import intake
from twitter_integration.choices import TokenState
from twitter_integration.events import HANDLE, SHOWN_NAME, ProfileChanged
from twitter_integration.models import OAuth2Grant, PartnerAccount, Subscription


def withdraw_consent(account: PartnerAccount, *, at: datetime) -> None:
    """x-api 6.3: stop at once, delete the tokens, keep the history. X has removed its orders by itself (P18).

    Told late, after the account was connected again, it speaks of the consent before and stops nothing.
    """
    if account.connected_at is not None and at < account.connected_at:
        return
    PartnerAccount.objects.filter(pk=account.pk).update(
        access_token="", access_token_secret="", token_state=TokenState.DEAD, disconnected_at=at
    )
    OAuth2Grant.objects.filter(account=account).delete()
    Subscription.objects.filter(account=account).delete()
    address = account.address
    address.sending_stopped = True
    words = (
        f"@{account.page_name} withdrew its consent on X ({localtime(at):%Y-%m-%d %H:%M}). "
        "Nothing is received or sent until it is connected again."
    )
    address.banner = words if account.enabled else ""  # of one that is switched off nobody need be told
    address.save(update_fields=["sending_stopped", "banner"])
    intake.refresh_pages()


def follow_rename(account: PartnerAccount, change: ProfileChanged, *, at: datetime) -> None:
    """Our own handle or shown name changed on X. Told late, after a newer change, it changes nothing."""
    if not change.after:
        return
    address = account.address
    if change.field == HANDLE and _is_news(account, "handle_as_of", at=at):
        PartnerAccount.objects.filter(pk=account.pk).update(page_name=change.after[:50])
        address.handle = change.after[:50]
        address.save(update_fields=["handle"])
    elif change.field == SHOWN_NAME and _is_news(account, "name_as_of", at=at):
        address.name = change.after[:100]
        address.save(update_fields=["name"])


def _is_news(account: PartnerAccount, column: str, *, at: datetime) -> bool:
    """Whether nothing newer was told before; then this is the newest."""
    older = Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__lte": at})
    return bool(PartnerAccount.objects.filter(older, pk=account.pk).update(**{column: at}))
