"""Parts of the account's page that only show: its app's keys, what X has on order for it, what it delivered lately."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BinaryField, Case, Exists, F, Func, IntegerField, Max, OuterRef, QuerySet, When
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twitter_integration.choices import Product
from twitter_integration.facts.activities import title_of
from twitter_integration.models import Delivery, Event, PartnerAccount
from twitter_integration.payloads import Unreadable, parse
from twitter_integration.subscriptions import list_subscriptions

_BREAK = SafeString("<br>")
# Deliveries are found by walking back from the newest; an account silent for longer shows none.
_NEWEST = 5_000
_SHOWN = 8
_MOST_READ = 100_000  # bytes; X's own deliveries stay below


def show_app(account: PartnerAccount) -> SafeString | str:
    """The keys the account speaks through. Its secrets are kept, and changed, on the app's own page."""
    if not account.pk:
        return _("Choose the X app above; its keys are kept with it.")
    app = account.app
    facts = [_("consumer key {}").format(app.consumer_key), app.get_tier_display()]
    if app.environment:
        facts.append(_("environment {}").format(app.environment))
    page = reverse("admin:twitter_integration_xapp_change", args=[app.pk])
    link = _("Consumer secret, bearer token, access tier …")
    shown = show_breakable(" · ".join(map(str, facts)))
    return format_html('{}<br><a href="{}" class="underline">{}</a>', shown, page, link)


def show_breakable(text: str) -> SafeString:
    """A long address or key that may go on in the next line, so that the page is no wider than a phone."""
    return format_html('<span style="overflow-wrap: anywhere">{}</span>', text)


def show_subscriptions(account: PartnerAccount) -> SafeString | str:
    rows = list_subscriptions(account) if account.pk else []
    if not rows:
        return _("None yet: use “Save and connect the webhook”, once nothing is stopped.")
    lines = (
        (" ".join(filter(None, (row.get_product_display(), row.event_type, row.direction))), _moment(row.created_at))
        for row in rows
    )
    return format_html_join(_BREAK, _("{}, since {}"), lines)


def show_recent_deliveries(account: PartnerAccount) -> SafeString | str:
    newest = Delivery.objects.aggregate(newest=Max("pk"))["newest"] if account.pk else None
    if newest is None:
        return _("None yet.")
    lately = Delivery.objects.filter(pk__gt=newest - _NEWEST, lane=account.page_id).order_by("-pk")
    rows = with_kinds(lately).only("pk", "received_at", "state", "dialect", "reason")
    lines = (
        (
            reverse("admin:twitter_integration_delivery_change", args=[row.pk]),
            f"{timezone.localtime(row.received_at):%Y-%m-%d %H:%M:%S}",
            " · ".join(filter(None, (name_kinds(row), name_dialect(row.dialect), row.get_state_display()))),
            row.reason,
        )
        for row in rows[:_SHOWN]
    )
    return format_html_join(_BREAK, '<a href="{}" class="underline">{}</a> {} {}', lines) or _("None lately.")


def with_kinds(rows: "QuerySet[Delivery]") -> "QuerySet[Any]":
    """Of each delivery what it was the first to tell. Where all of it was known before, as of the second of two
    products that tell the same, its body to read that from. One statement."""
    first = Event.objects.filter(delivery=OuterRef("pk")).order_by("kind")
    nothing_new = When(~Exists(first), size__lt=_MOST_READ, then=F("body"))
    return rows.annotate(
        kinds=ArraySubquery(first.values("kind").distinct()),
        size=Func(F("body"), function="octet_length", output_field=IntegerField()),
        known=Case(nothing_new, default=None, output_field=BinaryField(null=True)),
    )


def name_kinds(delivery: Any) -> str:
    """Of one of `with_kinds`."""
    return ", ".join(title_of(kind) for kind in delivery.kinds or _kinds_in(bytes(delivery.known or b"")))


def _kinds_in(body: bytes) -> list[str]:
    try:
        return sorted({event.kind.value for event in parse(body).events}) if body else []
    except Unreadable:
        return []


def name_dialect(dialect: str) -> str:
    return str(Product(dialect).label) if dialect in Product.values else dialect


def show_searches(account: PartnerAccount) -> SafeString | str:
    """Each query in full, with its own page: there it is written, tried out and switched on."""
    if not account.pk:
        return _("Known after saving.")
    lines = format_html_join(
        "",
        '<p style="overflow-wrap: anywhere"><a href="{}" class="underline">{}</a> <b>{}</b> <code>{}</code> {}</p>',
        (
            (
                reverse("admin:twitter_integration_searchquery_change", args=[query.pk]),
                query.label,
                _("on") if query.enabled else _("off"),
                query.query,
                ngettext("%d hit", "%d hits", query.hits) % query.hits,
            )
            for query in account.search_queries.order_by("-enabled", "label")
        ),
    )
    add = reverse("admin:twitter_integration_searchquery_add") + f"?account={account.pk}"
    return format_html('{}<p><a href="{}" class="underline">{}</a></p>', lines, add, _("Add a search query"))


def _moment(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
