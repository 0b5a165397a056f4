"""The helpdesk's admin pages: what an administrator sets up (desk, automation), what happened (records)."""

from tickets.admin import automation, desk, records

__all__ = ["automation", "desk", "records"]
