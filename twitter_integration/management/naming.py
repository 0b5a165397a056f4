"""How the commands understand a name: an X app, an account, a moment; and how they say no."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.core.management.base import CommandError
from django.db.models import Q, QuerySet

from kapture.sealing import CannotOpen
from twitter_integration.accounts import NotConnected, require_token
from twitter_integration.errors import XError
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.registering.dialect import NotOffered
from twitter_integration.setup.oauth2 import CannotRefresh
from twitter_integration.setup.webhooks import NotOurs

_FIRST_YEAR, _LAST_YEAR = 2006, 2100  # X began in 2006


@contextmanager
def refusals_told() -> Iterator[None]:
    """Whatever X or we refuse is one sentence and exit code 1."""
    try:
        yield
    except XError as error:
        raise CommandError(error.sentence) from None
    except (CannotOpen, CannotRefresh, NotConnected, NotOffered, NotOurs) as error:
        raise CommandError(str(error)) from None


def find_app(name: str | None) -> XApp:
    """The app of that name, or the only one. Raises CommandError."""
    with refusals_told():
        apps = {app.name: app for app in XApp.objects.all()}
    if name is None and len(apps) == 1:
        return next(iter(apps.values()))
    if name in apps:
        return apps[name]
    if not apps:
        raise CommandError("No X app is set up yet: manage.py x_account add --help")
    what = "Several X apps are set up" if name is None else f"There is no X app {name!r}"
    raise CommandError(f"{what}; name one with --app: {', '.join(sorted(apps))}")


def find_account(name: str, *, rows: QuerySet[PartnerAccount] | None = None) -> PartnerAccount:
    """By Page ID or handle, with its app and address or as `rows` read it. Raises CommandError."""
    with refusals_told():
        rows = PartnerAccount.objects.select_related("app", "address") if rows is None else rows
        found = rows.filter(Q(page_id=name) | Q(page_name__iexact=name.lstrip("@"))).first()
    if found is None:
        listed = PartnerAccount.objects.values_list("page_name", "page_id")
        known = ", ".join(f"@{page_name} ({page_id})" for page_name, page_id in listed) or "none"
        raise CommandError(f"There is no account {name!r}. Known: {known}.")
    return found


def find_connected(name: str) -> PartnerAccount:
    """The account named, if it has a token to ask X with. Raises CommandError."""
    account = find_account(name)
    with refusals_told():
        require_token(account)
    return account


def find_accounts(name: str | None) -> list[PartnerAccount]:
    """The account named, or every enabled one. Raises CommandError."""
    if name is not None:
        return [find_account(name)]
    with refusals_told():
        found = list(PartnerAccount.objects.select_related("app", "address").filter(enabled=True))
    if not found:
        raise CommandError("No account is connected. `x_account connect` connects one.")
    return found


def read_moment(text: str) -> datetime:
    """ISO 8601, in UTC where it names no zone. Raises CommandError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"Not a moment: {text!r}. Write it as 2026-03-02T10:00 (UTC).") from None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise CommandError(f"Not a moment of X's: {text!r}. Its year is from {_FIRST_YEAR} to {_LAST_YEAR}.")
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
