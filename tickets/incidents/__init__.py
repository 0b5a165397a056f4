"""Incidents: one event behind many tickets, and one statement told to all of their customers. In words: docs/rules.md,
"Incidents"."""
