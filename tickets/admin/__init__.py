"""The helpdesk's admin pages: what an administrator sets up (desk, teams, automation, routing, phrases, hooks), what
happened (records)."""

from tickets.admin import automation, desk, dry_runs, hooks, phrases, policies, records, routing, teams

__all__ = ["automation", "desk", "dry_runs", "hooks", "phrases", "policies", "records", "routing", "teams"]
