"""The helpdesk's admin pages: what an administrator sets up (desk) and what happened (records)."""

from tickets.admin import desk, records

__all__ = ["desk", "records"]
