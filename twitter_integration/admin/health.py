"""The health card and the buttons on the pages of an account and of an app."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.monitoring.card import in_parts
from twitter_integration.monitoring.health import signs
from twitter_integration.setup.operating import ACCOUNT_ACTS, APP_ACTS, Act, offered

# The addresses are X's own whether or not the project has hung them in yet.
_URLCONF = "twitter_integration.urls"
_BUTTON = (
    '<button type="submit" formmethod="post" formnovalidate formaction="{}" title="{}"'
    ' class="border border-base-200 rounded-default px-3 py-1 mr-2 mb-2 font-medium">{}</button>'
)
# Enter in a field presses the first button of its form, shown or not: that must be “Save”, not one of ours.
_DEFAULT = SafeString('<button type="submit" name="_save" value="1" hidden tabindex="-1" aria-hidden="true"></button>')
_LINK = '<a href="{}" class="bg-primary-600 text-white rounded-default px-3 py-2 mr-2 font-medium">{}</a>'
_GO = '<a href="{}" class="border border-base-200 inline-block rounded-default px-3 py-1 mr-2 mb-2 font-medium">{}</a>'
_SHOWN_NOTES = 8


def address(name: str, *args: Any) -> str:
    return reverse(name, args=args, urlconf=_URLCONF)


def show_connect(account: PartnerAccount) -> SafeString | str:
    """“Connect with X”: off to X, and back to the question whether this is the right page."""
    if not account.pk:
        return _("Save first, or add the account from its X app's page: there X tells us Page ID and name by itself.")
    return format_html(_LINK, address("x_connect", account.pk), _("Connect with X"))


def show_add_account(app: XApp) -> SafeString | str:
    if not app.pk:
        return _("Known after saving.")
    step_by_step = f"{address('x_start')}?another={app.pk}"
    led = format_html(_GO, step_by_step, _("Step by step, to the first ticket"))
    return format_html(
        "{}{}", format_html(_LINK, address("x_connect_new", app.pk), _("Connect an account with X")), led
    )


def show_health(account: PartnerAccount) -> SafeString | str:
    if not account.pk:
        return _("Known after saving.")
    told = signs(account, now=timezone.now())
    return render_to_string("x/health.html", {"parts": in_parts(told)})


def show_account_buttons(account: PartnerAccount) -> SafeString | str:
    if not account.pk:
        return _("Known after saving.")
    shown = _buttons("x_account_do", account.pk, ACCOUNT_ACTS, offered(account))
    if shown and account.crossing_since is not None:
        shown = format_html(
            "{}{}", shown, format_html(_GO, address("x_crossing", account.pk), _("Compare both products"))
        )
    return shown or _("Connect it with X first.")


def show_app_buttons(app: XApp) -> SafeString | str:
    if not app.pk:
        return _("Known after saving.")
    return _buttons("x_app_do", app.pk, APP_ACTS, APP_ACTS)


def show_audit(app: XApp) -> SafeString | str:
    notes = list(app.audit_notes.order_by("-at", "-pk")[:_SHOWN_NOTES]) if app.pk else []
    lines = (
        (date_format(timezone.localtime(n.at), "DATETIME_FORMAT"), "✓" if n.mended else "!", n.sentence) for n in notes
    )
    return format_html_join(SafeString("<br>"), "{} {} {}", lines) or _("Nothing was to be mended so far.")


def show_button(there: str, label: str) -> SafeString:
    """One that stands on a page nobody saves; the page's form carries the token against forgery."""
    return format_html(_BUTTON, there, "", label)


def _buttons(name: str, pk: int, acts: Mapping[str, Act[Any]], shown: Iterable[str]) -> SafeString:
    """They stand in the page's own form, which carries the token against forgery; what was typed there is not saved."""
    rows = ((address(name, pk, act), acts[act].told, acts[act].words) for act in shown)
    shown_buttons = format_html_join("", _BUTTON, rows)
    return format_html("{}{}", _DEFAULT, shown_buttons) if shown_buttons else shown_buttons
