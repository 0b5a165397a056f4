"""The admin's side menu: what there is, in groups, shown to those who may see it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kapture.admin_base import looks_at_all

# (title, model, symbol) by group. Models by name: the project names its apps by strings only.
GROUPS: tuple[tuple[Any, tuple[tuple[Any, str, str], ...]], ...] = (
    (
        _("X"),
        (
            (_("Partner configurations"), "twitter_integration.partneraccount", "storefront"),
            (_("X apps"), "twitter_integration.xapp", "key"),
            (_("Search queries"), "twitter_integration.searchquery", "search"),
            (_("Webhook deliveries"), "twitter_integration.delivery", "inbox"),
            (_("Events"), "twitter_integration.event", "bolt"),
            (_("Polling cursors"), "twitter_integration.cursor", "sync"),
            (_("What X costs"), "twitter_integration.usage", "payments"),
            (_("Prices"), "twitter_integration.price", "sell"),
            (_("Daily allowances"), "twitter_integration.allowance", "savings"),
            (_("Replays"), "twitter_integration.backfill", "replay"),
        ),
    ),
    (
        _("Desk"),
        (
            (_("Queues"), "tickets.queue", "view_list"),
            (_("Folders"), "tickets.folder", "folder"),
            (_("Routing rules"), "tickets.routingrule", "alt_route"),
            (_("Dry runs of rules"), "tickets.dryrun", "science"),
            (_("Lists of customers"), "tickets.customerlist", "star"),
            (_("SLA policies"), "tickets.slapolicy", "timer"),
            (_("Business hours"), "tickets.businesshours", "schedule"),
            (_("Tags"), "tickets.tag", "sell"),
            (_("Saved views"), "tickets.savedview", "bookmark"),
            (_("Approval rules"), "tickets.approvalrule", "fact_check"),
            (_("Macros"), "tickets.macro", "bolt"),
            (_("Checklists"), "tickets.checklist", "checklist"),
            (_("Canned replies"), "tickets.cannedreply", "quickreply"),
            (_("Automatic answers"), "tickets.autoreply", "auto_awesome"),
            (_("Opt-outs"), "tickets.optout", "block"),
            (_("Outgoing webhooks"), "tickets.hook", "webhook"),
            (_("Outgoing deliveries"), "tickets.hookdelivery", "outbox"),
        ),
    ),
    (
        _("Records"),
        (
            (_("Tickets"), "tickets.ticket", "confirmation_number"),
            (_("Messages"), "tickets.message", "chat"),
            (_("Customers"), "tickets.customer", "person"),
            (_("Outbox"), "tickets.outboxentry", "outbox"),
            (_("Approvals"), "tickets.approval", "how_to_reg"),
            (_("Acts on X"), "twitter_integration.accountact", "touch_app"),
            (_("Automatic answers and refusals"), "tickets.autoreplycase", "rule"),
            (_("Routing of tickets"), "tickets.rulerun", "route"),
            (_("History"), "tickets.activity", "history"),
            (_("Changes of the configuration"), "auditlog.logentry", "manage_history"),
        ),
    ),
    (
        _("People"),
        (
            (_("Teams"), "tickets.team", "groups"),
            (_("Agents"), "tickets.agent", "support_agent"),
            (_("Limit of the desk"), "tickets.desklimit", "speed"),
            (_("Skills"), "tickets.skill", "school"),
            (_("Users"), "auth.user", "group"),
            (_("Roles"), "auth.group", "badge"),
            (_("Notifications"), "tickets.noticesettings", "notifications"),
            (_("Second factors"), "tickets.secondfactor", "phonelink_lock"),
            (_("API tokens"), "kapture.apitoken", "vpn_key"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu for whoever asks, in Unfold's form; empty groups are left out."""
    groups = []
    for title, entries in GROUPS:
        items = [_item(*entry) for entry in entries if _may_see(request, entry[1])]
        if items:
            groups.append({"title": title, "separator": True, "items": items})
    return groups


def _item(title: Any, model: str, icon: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse(f"admin:{model.replace('.', '_')}_changelist")}


def _may_see(request: HttpRequest, model: str) -> bool:
    app, name = model.split(".")
    return looks_at_all(request) or any(request.user.has_perm(f"{app}.{verb}_{name}") for verb in ("view", "change"))
