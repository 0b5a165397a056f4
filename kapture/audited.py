"""Which configuration is audited: every change of these rows is kept with who made it (django-auditlog). Data alone.

Moments that change by themselves, and what is written many times an hour, are left out; secrets are kept as changed,
never as what they were (kapture/audit.py).
"""

from typing import Any

# What a person sets on pages of the admin, its inlines included; a test holds the list to the admin.
MODELS: tuple[str | dict[str, Any], ...] = (
    {"model": "tickets.Address", "exclude_fields": ["banner"], "m2m_fields": ["speakers"]},
    {"model": "tickets.ApprovalRule", "m2m_fields": ["teams", "roles", "tags"]},
    "tickets.AutoReply",
    "tickets.BusinessHours",
    {"model": "tickets.CannedReply", "m2m_fields": ["teams"]},
    "tickets.CannedText",
    "tickets.Checklist",
    "tickets.ChecklistLine",
    "tickets.CustomerList",
    {"model": "tickets.EscalationStep", "m2m_fields": ["notify"]},
    "tickets.Folder",
    {
        "model": "tickets.Hook",
        "mask_fields": ["secret"],
        "exclude_fields": [
            *("read_changed", "read_number", "failing_since", "failures", "rests_until"),
            *("stopped_at", "stopped_reason"),
        ],
    },
    {"model": "tickets.Macro", "m2m_fields": ["teams"]},
    "tickets.Membership",
    "tickets.PauseRule",
    "tickets.Placement",
    "tickets.Queue",
    "tickets.RoutingRule",
    {"model": "tickets.RuleVersion", "exclude_fields": ["made_by", "made_at"]},
    {"model": "tickets.SavedView", "exclude_fields": ["queues"]},
    {
        "model": "tickets.SecondFactor",
        "mask_fields": ["secret", "recovery"],
        "exclude_fields": ["key", "last_step", "failures", "closed_until"],
    },
    "tickets.Skill",
    "tickets.SlaPolicy",
    "tickets.SlaTarget",
    "tickets.Staffing",
    "tickets.Team",
    "tickets.DeskLimit",
    {"model": "tickets.Agent", "exclude_fields": ["seen_at", "away", "away_since"], "m2m_fields": ["skills"]},
    "twitter_integration.Allowance",
    {
        "model": "twitter_integration.PartnerAccount",
        "mask_fields": ["access_token", "access_token_secret"],
        "exclude_fields": [
            "handle_as_of",
            "name_as_of",
            "kept_since",
            "told_unasked",
            "told_unasked_at",
            "refused_orders",
            "reading_wanted_at",
            "last_event_at",
        ],
    },
    "twitter_integration.Price",
    {
        "model": "twitter_integration.SearchQuery",
        "exclude_fields": [
            "since_id",
            "until_id",
            "head_id",
            "hits",
            "kept",
            "hour_began_at",
            "hour_hits",
            "last_run_at",
            "last_error",
            "cost",
        ],
    },
    {
        "model": "twitter_integration.XApp",
        "mask_fields": [
            "consumer_secret",
            "previous_consumer_secret",
            "bearer_token",
            "client_secret",
            "owner_token",
            "owner_token_secret",
            "webhook_token",
        ],
        "exclude_fields": ["last_challenge_at", "audited_at"],
    },
    {"model": "auth.Group", "m2m_fields": ["permissions"]},
    {
        "model": "auth.User",
        "exclude_fields": ["last_login"],
        "mask_fields": ["password"],
        "m2m_fields": ["groups", "user_permissions"],
    },
)
