"""X's side of `manage.py doctor`: keys, token, webhook and clock of every account, each with its remedy.

Looks only; asks X a few cheap questions. No finding shows a secret.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from kapture.figures import Finding, counted
from kapture.sealing import CannotOpen
from twitter_integration.accounts import keys_of
from twitter_integration.choices import TokenState
from twitter_integration.client import Answer, XClient
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.inbox import dead_of_nobody
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.monitoring.health import SENDING, signs
from twitter_integration.setup.clearing import left_at_x
from twitter_integration.setup.stopping import is_stopped
from twitter_integration.setup.webhooks import OnFile, list_webhooks

# X refuses a signature whose time is five minutes off (code 135); warn well before.
CLOCK_TOLERANCE_SECONDS = 30.0
_MOST_NAMED = 10  # accounts that are not ours
_SET_UP = "Sign in as an administrator: Home leads there step by step. Or with: manage.py x_account add --help"


def findings() -> list[Finding]:
    """One block per account, or the advice to set one up."""
    accounts = list(PartnerAccount.objects.select_related("app", "address").defer(*PartnerAccount.SEALED_WITH_APP))
    if not accounts:
        return [Finding(False, "X accounts", "No X account is set up yet.", _SET_UP, fatal=False)]
    apps = {account.app_id: account.app for account in accounts if account.purged_at is None}
    found = [finding for account in accounts for finding in _account(account)]
    told = {finding.sentence for finding in found if not finding.ok}
    hooks = [finding for app in apps.values() for finding in _webhook(app)]
    return [*found, *(finding for finding in hooks if finding.sentence not in told), *_dead_of_nobody()]


def _account(account: PartnerAccount) -> Iterator[Finding]:
    subject = f"@{account.page_name}"
    if account.purged_at is not None:
        if not account.is_purge_unfinished:  # else the card tells that
            on = f"{account.purged_at:%Y-%m-%d %H:%M}"
            yield Finding(True, subject, f"It was purged on {on} UTC; nothing is kept of it.")
        yield from _card(account, subject)
        return
    if trouble := _halted(account):
        yield trouble
    try:
        keys = keys_of(account)
    except CannotOpen as error:
        yield Finding(False, subject, str(error), "Put the old key back into ENCRYPTION_KEYS, or enter the keys anew.")
        return
    if not account.is_connected:
        for sentence in left_at_x(account):
            yield Finding(False, subject, sentence, "The audit tries again every half hour.", fatal=False)
        return  # told above; the rest of the card only follows from it
    yield from _card(account, subject)
    try:
        with XClient(keys) as client:
            answer = client.me()
    except XError as error:
        yield Finding(False, subject, error.sentence, _way_out(error))
        return
    yield _whose(account, answer, subject)
    yield _clock(answer.moment, now=timezone.now())


def _halted(account: PartnerAccount) -> Finding | None:
    """Why nothing is sent, or nothing is received: the first reason that holds, with what lifts it."""
    subject, address = f"@{account.page_name}", account.address
    if not account.is_connected and account.enabled:
        sentence = address.banner or "It is disconnected from X."
        withdrawn = account.token_state == TokenState.DEAD  # else somebody here disconnected it, and meant to
        return Finding(False, subject, sentence, "Press “Connect with X” on its page.", fatal=withdrawn)
    if not account.enabled or account.paused:
        state = "paused" if account.enabled else "disabled"
        return Finding(False, subject, f"It is {state}.", "Change it in its partner configuration.", fatal=False)
    if address.sending_stopped and account.token_state != TokenState.DEAD:  # a dead token is told by asking X
        remedy = "When its cause is mended, press “Resume sending” in the outbox, or run x_account resume."
        return Finding(False, subject, address.banner or "Sending is stopped.", remedy, fatal=False)
    return None


def _way_out(error: XError) -> str:
    """What to do about a refusal, unless its own sentence says so."""
    if "must" in error.sentence:
        return ""
    if error.kind == ErrorKind.CLOCK:
        return "Let this machine follow NTP."
    if error.permanent:
        return "Correct it in the partner configuration."
    return "Look again in a minute; check the way out to X (proxy, firewall, DNS)."


def _card(account: PartnerAccount, subject: str) -> Iterator[Finding]:
    """What the card on its page shows in red; token and webhook are asked of X itself below."""
    for sign in signs(account, now=timezone.now()):
        asked_of_x = sign.label == _("Webhook") or (sign.label == _("Token") and sign.fatal)
        if sign.trouble and not asked_of_x and sign.label != _(SENDING):  # that is told first of all
            yield Finding(False, subject, sign.trouble, sign.remedy, fatal=sign.fatal)


def _dead_of_nobody() -> Iterator[Finding]:
    """Dead letters on no account's card: those that name one say which, the others their reasons."""
    where = "Look at them in the admin under Webhook deliveries"
    named = dead_of_nobody().order_by().values_list("lane").annotate(Count("pk")).order_by("lane")
    told = dict(named[:_MOST_NAMED])
    if unnamed := told.pop("", 0):
        why = ", ".join(
            dead_of_nobody().filter(lane="").order_by("reason").values_list("reason", flat=True).distinct()[:3]
        )
        sentence = f"Could not be worked, and name no account: {counted(unnamed, 'delivery', 'deliveries')} ({why})."
        yield Finding(False, "dead letters", sentence, f"{where}; there is nothing to set up for them.", fatal=False)
    for page_id, count in told.items():
        sentence = f"X told of the account {page_id}, which is not set up here: {counted(count, 'dead letter')}."
        remedy = f"{where}; if it is yours, set the account up, then replay them."
        yield Finding(False, "dead letters", sentence, remedy, fatal=False)


def _whose(account: PartnerAccount, answer: Answer, subject: str) -> Finding:
    page_id, handle = str(answer.data.get("id")), str(answer.data.get("username") or "")
    if page_id != account.page_id:
        sentence = f"The access token belongs to @{handle} ({page_id}), not to Page ID {account.page_id}."
        return Finding(False, subject, sentence, "Enter the right token in the partner configuration.")
    if handle and handle.casefold() != account.page_name.casefold():
        sentence = f"On X the account is now called @{handle}."
        return Finding(False, subject, sentence, "Correct the page name in its partner configuration.", fatal=False)
    return Finding(True, subject, "X accepts its token.")


def _clock(theirs: datetime | None, *, now: datetime) -> Finding:
    if theirs is None:
        return Finding(True, "clock of X", "X named no time.")
    skew = abs((now - theirs).total_seconds())
    if skew > CLOCK_TOLERANCE_SECONDS:
        sentence = f"This machine's clock is {skew:.0f} s away from X's."
        return Finding(
            False, "clock of X", sentence, "Let this machine follow NTP: X refuses signatures from another time."
        )
    return Finding(True, "clock of X", "Our clock and X's agree.")


def _webhook(app: XApp) -> Iterator[Finding]:
    subject = f"webhook ({app.name})"
    try:
        if not app.bearer_token:
            lacking = "It keeps no bearer token, so whatever needs one asks X for it first; x_account bearer keeps one."
            yield Finding(True, f"app ({app.name})", lacking)
        ours = [known for known in list_webhooks(app) if known.ours]
        if not ours and is_stopped(app):
            yield Finding(True, subject, "It was deleted here; the app's accounts are only polled.")
            return
    except CannotOpen:
        return  # told with the account
    except XError as error:
        if error.kind not in (ErrorKind.UNREACHABLE, ErrorKind.NO_ANSWER):  # told with the account
            yield Finding(False, subject, error.sentence, "Check the app's keys and bearer token.")
        return
    yield _registered(ours, subject)


def _registered(ours: list[OnFile], subject: str) -> Finding:
    if not ours:
        return Finding(False, subject, "X does not know our address.", "Run: manage.py x_subscribe add <account>")
    if not any(known.valid for known in ours):
        sentence = "X holds our address invalid: the challenge failed."
        return Finding(False, subject, sentence, "Make it reachable from outside, then: manage.py x_webhook validate")
    return Finding(True, subject, "Registered and valid.")
