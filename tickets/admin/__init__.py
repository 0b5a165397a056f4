"""The helpdesk's admin pages: what an administrator sets up (desk, automation, routing, hooks), what happened
(records)."""

from tickets.admin import automation, desk, hooks, records, routing

__all__ = ["automation", "desk", "hooks", "records", "routing"]
