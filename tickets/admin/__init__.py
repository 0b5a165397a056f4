"""The helpdesk's admin pages: what an administrator sets up (desk, teams, automation, routing, phrases, hooks), what
happened (records)."""

from tickets.admin import (
    approving,
    automation,
    checklists,
    customer_lists,
    desk,
    dry_runs,
    hooks,
    leaving,
    macros,
    notices,
    phrases,
    policies,
    records,
    routing,
    rule_runs,
    rule_uses,
    saved,
    teams,
)

__all__ = [
    "approving",
    "automation",
    "checklists",
    "customer_lists",
    "desk",
    "dry_runs",
    "hooks",
    "leaving",
    "macros",
    "notices",
    "phrases",
    "policies",
    "records",
    "routing",
    "rule_runs",
    "rule_uses",
    "saved",
    "teams",
]
