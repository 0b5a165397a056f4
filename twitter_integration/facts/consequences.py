"""What an event does to our own account rather than to a ticket: consent withdrawn, profile changed."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tickets import intake
from twitter_integration.choices import TokenState
from twitter_integration.events import HANDLE, SHOWN_NAME, ProfileChanged
from twitter_integration.models import OAuth2Grant, PartnerAccount, Subscription, XApp

_REST_OF_THE_SECOND = timedelta(microseconds=999_999)


def withdraw_consent(account: PartnerAccount, *, at: datetime, app_id: str = "") -> str:
    """x-api 6.3: stop at once, delete the tokens, keep the history. X has removed its orders by itself (P18).

    Told late, after the account was connected again, it speaks of the consent before and stops nothing. X names whole
    seconds: what it tells of such a second came before its end. Returns why nothing was done. `app_id`: X's number of
    the app it was withdrawn from, where X names it.
    """
    if app_id and XApp.objects.filter(pk=account.app_id).exclude(x_id__in=("", app_id)).exists():
        return _("It names another X app than the account's: {app_id}.").format(app_id=app_id[:32])
    ended = at if at.microsecond else at + _REST_OF_THE_SECOND
    before = Q(connected_at=None) | Q(connected_at__lte=ended)
    gone = {"access_token": "", "access_token_secret": "", "token_state": TokenState.DEAD, "disconnected_at": ended}
    if not PartnerAccount.objects.filter(before, pk=account.pk).update(**gone):
        return _("It was told late: the account has been connected again since.")
    OAuth2Grant.objects.filter(account=account).delete()
    Subscription.objects.filter(account=account).delete()
    address = account.address
    address.sending_stopped = True
    words = _(
        "@{name} withdrew its consent on X ({localtime:%Y-%m-%d %H:%M}). Nothing is received or sent until "
        "it is connected again."
    ).format(name=account.page_name, localtime=localtime(at))
    address.banner = words if account.enabled else ""  # of one that is switched off nobody need be told
    address.save(update_fields=["sending_stopped", "banner"])
    intake.refresh_pages()
    return ""


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
