"""Around the SLA: opening hours, holidays, escalation, changed policies."""
